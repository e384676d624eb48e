"""Which step is the first to differ, on which line, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.check.aliases import PARAMETERS, Names, is_parameter, name_quantity, split_quantity
from twinprop.check.causes import Cause, find_cause, find_start_cause, name_cause, structural
from twinprop.check.evidence import Evidence, Sighting, gather_evidence, guess_names
from twinprop.check.matching import SIGNED, agrees, ratio_of, sign_of
from twinprop.check.prediction import Inputs, predict_step
from twinprop.check.problem import Problem
from twinprop.check.steps import list_quantities

RIGHT, FORM, DIFFERENT, UNSEEN = "right", "other form", "different", "not seen"


@dataclass
class Finding:
    """One quantity of one step: how it compares, and the value that was compared."""

    quantity: str
    status: str
    sighting: Sighting | None = None
    right: Array | None = None
    sign: int = 1
    later: Sighting | None = None


@dataclass
class StepFindings:
    """All quantities of one step, in the article's order."""

    evidence: Evidence
    inputs: Inputs
    findings: dict[str, Finding]
    signs: Mapping[str, int]

    def values(self) -> dict[str, Array]:
        """The script's values, with the sign of d loss: what formulas go on with."""
        kept = {}
        common = -1 if -1 in self.signs.values() else 1
        for quantity, finding in self.findings.items():
            if finding.sighting is None or finding.status == FORM:
                continue
            signed = split_quantity(quantity)[0] in SIGNED
            sign = self.signs.get(quantity, common) if signed else 1
            kept[quantity] = finding.sighting.value * sign
        return kept


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
    steps = _judge_steps(problem, gather_evidence(problem, recording, names))
    _link(steps)
    first = _first_of_start(problem, recording, steps, names) or _first_of_steps(
        problem, recording, steps
    )
    others = _other_faults(problem, recording, steps, first) if first else []
    return Judgement(_verdict(steps, first, recording), first, others, steps, guesses)


def _judge_steps(problem: Problem, evidence: list[Evidence]) -> list[StepFindings]:
    """Compare every step; the signs that a script gives its gradients are those of its first."""
    steps: list[StepFindings] = []
    signs: dict[str, int] = {}
    for seen in evidence:
        findings: dict[str, Finding] = {}
        for quantity in list_quantities(problem.depth):
            right = _reference(problem, seen, quantity)
            sighting, sign, later = _choose(seen, quantity, right)
            status = UNSEEN if sighting is None else RIGHT if sign else DIFFERENT
            findings[quantity] = Finding(quantity, status, sighting, right, sign or 1, later)
        _forgive(findings, problem)
        for quantity, finding in findings.items():
            if finding.status == RIGHT and split_quantity(quantity)[0] in SIGNED:
                signs.setdefault(quantity, finding.sign)
        steps.append(StepFindings(seen, _inputs(problem, seen), findings, signs))
        if len(steps) == 1:
            _find_signs(steps[0], signs)
    return steps


def _find_signs(step: StepFindings, signs: dict[str, int]) -> None:
    """Signs of gradients that differ only because something before them did."""
    for quantity, finding in step.findings.items():
        kind = split_quantity(quantity)[0]
        if kind not in SIGNED or quantity in signs or finding.status != DIFFERENT:
            continue
        values = step.values()
        sign = sign_of(values[quantity], predict_step(step.inputs, values)[0].get(quantity), kind)
        if sign == 0:
            return
        common = -1 if -1 in signs.values() else 1
        signs[quantity] = sign * common


def _reference(problem: Problem, evidence: Evidence, quantity: str) -> Array | None:
    name = evidence.step.name
    kind, layer = split_quantity(quantity)
    if kind != "product":
        right = problem.trace.get(f"{name}/{quantity}")
        return None if right is None else np.asarray(right).reshape(np.shape(right) or (1, 1))
    bias = problem.trace.get(f"{evidence.step.previous}/b{layer}")
    return None if bias is None else problem.trace[f"{name}/z{layer}"] - bias


def _choose(
    evidence: Evidence, quantity: str, right: Array | None
) -> tuple[Sighting | None, int, Sighting | None]:
    """The value to compare: the last of a parameter, of others one that is right if any is.

    Returns it with its sign, and the last value where that is not right.
    """
    kind, _ = split_quantity(quantity)
    seen = evidence.sightings.get(quantity, [])
    if kind in PARAMETERS:
        last = evidence.after.get(quantity) or (seen[-1] if seen else None)
        return (None, 0, None) if last is None else (last, sign_of(last.value, right, kind), None)
    for sighting in seen:
        sign = sign_of(sighting.value, right, kind)
        if sign:
            final = (
                seen[-1] if kind in SIGNED and not sign_of(seen[-1].value, right, kind) else None
            )
            return sighting, sign, final
    return (seen[-1], 0, None) if seen else (None, 0, None)


def _forgive(findings: dict[str, Finding], problem: Problem) -> None:
    """Take for another form what differs on the way to parameters that are right.

    And the other way round: a value that was right and then changed is wrong where its parameters
    are.
    """
    depth = problem.depth
    seen = [q for q in findings if is_parameter(q) and findings[q].status != UNSEEN]
    all_fine = len(seen) >= depth and all(findings[q].status == RIGHT for q in seen)
    scale: float | None = 1.0
    for quantity, finding in findings.items():
        fine = quantity != "loss" and (all_fine or _parameters_are_right(findings, quantity))
        if finding.later is not None and finding.status == RIGHT and not fine:
            finding.status, finding.sighting = DIFFERENT, finding.later
        if finding.status != DIFFERENT or finding.right is None or finding.sighting is None:
            continue
        kind, layer = split_quantity(quantity)
        ratio = ratio_of(finding.sighting.value, finding.right)
        scaled = layer < depth and scale not in (None, 1.0) and kind in ("e", "delta")
        if fine or (scaled and ratio and np.isclose(abs(ratio), abs(scale or 1.0))):
            finding.status = FORM
            scale = ratio if kind == "delta" else scale


def _parameters_are_right(findings: Mapping[str, Finding], quantity: str) -> bool:
    """Whether what is made of a gradient is right: then a gradient may be scaled."""
    kind, layer = split_quantity(quantity)
    if kind in ("e", "slope", "delta"):
        return all(findings[f"{p}{layer}"].status == RIGHT for p in PARAMETERS)
    if kind in ("dW", "db"):
        return findings[f"{kind[1]}{layer}"].status == RIGHT
    return False


def _inputs(problem: Problem, evidence: Evidence) -> Inputs:
    case, step = problem.case, evidence.step
    assert case.training is not None
    before = dict(evidence.before)
    for i in range(1, problem.depth + 1):
        for kind in PARAMETERS:
            right = problem.trace.get(f"{step.previous}/{kind}{i}")
            if f"{kind}{i}" not in before and right is not None:
                before[f"{kind}{i}"] = right
    divisor = float(step.x.shape[0]) if case.reduction == "mean" else 1.0
    return Inputs(
        step.x, step.y, before, case.network.activations, case.training.learning_rate, divisor, {}
    )


def _link(steps: list[StepFindings]) -> None:
    """Tell each step what the step before it began with, where that was looked at."""
    by_name = {s.evidence.step.name: s for s in steps}
    for step in steps:
        previous = by_name.get(step.evidence.step.previous or "")
        if previous is None:
            continue
        earlier: dict[str, Array | None] = {}
        for quantity, value in step.inputs.before.items():
            began = previous.inputs.before.get(quantity)
            earlier[quantity] = began
            if began is not None and began.shape == value.shape:
                earlier[f"d{quantity}"] = (began - value) / step.inputs.lr
        step.inputs = step.inputs._replace(earlier=earlier)


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
            finding = _blame_sign(found, different[0])
            cause = name_cause("wrong_sign")
            if finding is different[0]:
                cause = find_cause(problem, recording, steps, found, finding)
            sighting = finding.sighting
            line = cause.line if cause and cause.line else sighting.line if sighting else None
            theirs = sighting.value if sighting else None
            right = _in_their_sign(found, finding)
            return First(step.name, finding.quantity, line, theirs, right, cause)
    return structural(problem, recording, None, steps, First)


def _in_their_sign(step: StepFindings, finding: Finding) -> Array | None:
    """The right value with the sign that the script gives its gradients, as with E = y - output."""
    common = -1 if -1 in step.signs.values() else 1
    signed = split_quantity(finding.quantity)[0] in SIGNED and finding.right is not None
    return finding.right * common if signed and finding.right is not None else finding.right


def _is_known_loss(steps: list[StepFindings], found: StepFindings) -> bool:
    """Whether a loss that differs is a mistake: many scripts print another measure instead."""
    from twinprop.check.causes import search_catalogue

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
    for one, two in zip(seen, seen[1:], strict=False):
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
