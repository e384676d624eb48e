"""Which step is the first to differ, on which line, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from twinprop.arithmetic import Array
from twinprop.check.aliases import Names, name_quantity, split_quantity
from twinprop.check.causes import (
    Cause,
    find_cause,
    find_start_cause,
    name_cause,
    search_catalogue,
    structural,
)
from twinprop.check.evidence import gather_evidence, guess_names
from twinprop.check.findings import (
    DIFFERENT,
    RIGHT,
    UNSEEN,
    Finding,
    StepFindings,
    judge_steps,
    link_steps,
)
from twinprop.check.matching import SIGNED, agrees, sign_of
from twinprop.check.prediction import predict_step
from twinprop.check.problem import Problem
from twinprop.check.steps import list_quantities
from twinprop.ground.names import PARAMETERS


@dataclass
class First:
    """The first difference."""

    step: str
    quantity: str
    line: int | None
    theirs: Array | None
    right: Array | None
    cause: Cause | None


@dataclass
class Judgement:
    """What the judge says of a recording."""

    verdict: str
    first: First | None
    others: list[First]
    steps: list[StepFindings]
    guesses: dict[str, str]
    ungiven: str | None = None


def judge_recording(
    problem: Problem, recording: Mapping[str, Any], given: Mapping[str, str]
) -> Judgement:
    """Compare a recording with the case, step by step.

    Parameters
    ----------
    problem : Problem
        The case and its right values.
    recording : dict
        Of the process that ran the script.
    given : dict
        Names to quantities, beyond the aliases.

    Returns
    -------
    Judgement
        Verdict, first difference with its cause, and what else differs.
    """
    guesses = dict(recording["guesses"])
    names = Names(problem.depth, {**guesses, **given}, recording["from_zero"])
    found = {q for e in gather_evidence(problem, recording, names)[:1] for q in e.sightings}
    missing = [q for q in list_quantities(problem.depth) if q not in found]
    guesses.update(guess_names(problem, recording, names, missing))
    names = names._replace(given={**guesses, **given})
    steps = judge_steps(problem, gather_evidence(problem, recording, names))
    link_steps(steps)
    first = _first_of_start(problem, recording, steps, names) or _first_of_steps(
        problem, recording, steps
    )
    ungiven = _find_ungiven(recording, steps, first)
    if ungiven or (recording["stop"] and recording["misfits"]):
        return Judgement("unseen", None, [], steps, guesses, ungiven)
    others = _other_faults(problem, recording, steps, first) if first else []
    return Judgement(_verdict(steps, first, recording), first, others, steps, guesses)


def _find_ungiven(
    recording: Mapping[str, Any], steps: list[StepFindings], first: First | None
) -> str | None:
    """x or y, where a script was not given it, so that its own data may be all that differs."""
    if first is None or first.step == "0" or not recording["has_loop"] or not steps:
        return None
    given = {r["quantity"] for r in recording["replaced"]}
    findings = steps[0].findings
    fine = {q for q, finding in findings.items() if finding.status == RIGHT}
    if "x" not in given and not fine & {"product1", "z1", "a1"}:
        return "x"
    last = f"e{len(steps[0].inputs.activations)}"
    behind = split_quantity(first.quantity)[0] not in ("product", "z", "a")
    return "y" if "y" not in given and behind and last not in fine else None


def _first_of_start(
    problem: Problem, recording: Mapping[str, Any], steps: list[StepFindings], names: Names
) -> First | None:
    """A difference that is there before the first step: in the starting weights and biases."""
    if not steps or steps[0].evidence.step.name != problem.steps[0].name:
        return None
    for quantity, value in sorted(steps[0].evidence.before.items()):
        right = problem.trace[f"0/{quantity}"]
        if not agrees(value, right):
            line = _start_line(recording, quantity, names)
            cause = find_start_cause(problem, recording, quantity, value)
            return First("0", quantity, line, value, right, cause)
    return None


def _start_line(recording: Mapping[str, Any], quantity: str, names: Names) -> int | None:
    notes = recording["start_notes"]
    lines = [n["line"] for n in notes if name_quantity(n["name"], names) == quantity]
    return lines[-1] if lines else None


def _first_of_steps(
    problem: Problem, recording: Mapping[str, Any], steps: list[StepFindings]
) -> First | None:
    present = {s.evidence.step.name: s for s in steps}
    for step in problem.steps:
        found = present.get(step.name)
        if found is None:
            return structural(problem, recording, step, steps, First)
        different = [f for f in found.findings.values() if f.status == DIFFERENT]
        different = [f for f in different if f.quantity != "loss" or _is_known_loss(steps, found)]
        if different:
            chosen, cause = _first_explained(problem, recording, steps, found, different)
            finding = _blame_sign(found, chosen)
            if finding is not chosen:
                cause = name_cause("wrong_sign")
            sighting = finding.sighting
            line = cause.line if cause and cause.line else sighting.line if sighting else None
            theirs = sighting.value if sighting else None
            right = _in_their_sign(found, finding)
            return First(step.name, finding.quantity, line, theirs, right, cause)
    return structural(problem, recording, None, steps, First)


def _first_explained(
    problem: Problem,
    recording: Mapping[str, Any],
    steps: list[StepFindings],
    found: StepFindings,
    different: list[Finding],
) -> tuple[Finding, Cause | None]:
    """The first difference and its cause.

    A value of another shape that no mistake explains is passed over if there are others: its name
    may mean something else.
    """
    first: Finding | None = None
    for finding in different:
        cause = find_cause(problem, recording, steps, found, finding)
        theirs = finding.sighting.value if finding.sighting else None
        if cause or theirs is None or finding.right is None or theirs.shape == finding.right.shape:
            return finding, cause
        first = first or replace(finding)
        for step in steps:
            step.pass_over(finding.quantity)
    return first or different[0], None


def _in_their_sign(step: StepFindings, finding: Finding) -> Array | None:
    """The right value with the sign that the script gives its gradients, as with E = y - output."""
    common = -1 if -1 in step.signs.values() else 1
    signed = split_quantity(finding.quantity)[0] in SIGNED and finding.right is not None
    return finding.right * common if signed and finding.right is not None else finding.right


def _is_known_loss(steps: list[StepFindings], found: StepFindings) -> bool:
    """Whether a loss that differs is a mistake: many scripts print another measure instead."""
    return search_catalogue(steps, found, found.findings["loss"]) is not None


def _blame_sign(step: StepFindings, finding: Finding) -> Finding:
    """Where an update has the wrong sign because a sign was lost before, that place instead."""
    kind, layer = split_quantity(finding.quantity)
    if kind not in PARAMETERS:
        return finding
    depth = len(step.inputs.activations)
    chain = [f"{k}{i}" for i in range(depth, layer - 1, -1) for k in ("e", "delta")]
    chain += [f"d{kind}{layer}"]
    seen = [step.findings[q] for q in chain if step.findings[q].status == RIGHT]
    for one, two in pairwise(seen):
        lost = two.sign != one.sign
        other = split_quantity(two.quantity)[1] < depth or two.quantity[0] == "d"
        if lost and other and two.quantity != f"delta{depth}":
            two.status = DIFFERENT
            return two
    return finding


def _other_faults(
    problem: Problem, recording: Mapping[str, Any], steps: list[StepFindings], first: First
) -> list[First]:
    """What is wrong besides the first difference: right formulas do not give it either."""
    found: list[First] = []
    named = {first.cause.id if first.cause else None}
    for step in steps[:1]:
        values = step.values()
        predicted, _ = predict_step(step.inputs, values)
        for quantity, value in values.items():
            finding = step.findings[quantity]
            kind = split_quantity(quantity)[0]
            done = (step.evidence.step.name, quantity) == (first.step, first.quantity)
            if done or finding.status != DIFFERENT or quantity == "loss":
                continue
            if predicted.get(quantity) is None or sign_of(value, predicted[quantity], kind):
                continue
            cause = find_cause(problem, recording, steps, step, finding)
            # Behind a difference the sign of what follows from it is not known.
            if cause is None or cause.id in named or cause.id == "wrong_sign":
                continue
            named.add(cause.id)
            sighting = finding.sighting
            line = sighting.line if sighting else None
            found.append(
                First(step.evidence.step.name, quantity, line, value, finding.right, cause)
            )
    return found


def _verdict(steps: list[StepFindings], first: First | None, recording: Mapping[str, Any]) -> str:
    if first is not None:
        return "different"
    if recording["stop"] is not None:
        return "stopped"
    seen = any(f.status != UNSEEN for s in steps for f in s.findings.values())
    return "right" if seen else "unseen"
