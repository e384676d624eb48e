"""Every quantity of every step: right, in another form, different, or not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from twinprop.arithmetic import Array
from twinprop.check.aliases import is_parameter, split_quantity
from twinprop.check.evidence import Evidence, Sighting
from twinprop.check.matching import SIGNED, ratio_of, sign_of
from twinprop.check.prediction import Inputs, predict_step
from twinprop.check.problem import Problem, optimizer_numbers
from twinprop.check.steps import list_quantities
from twinprop.ground.names import PARAMETERS

LONGEST_HISTORY = 50  # steps from the first on whose gradients are remembered
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

    def pass_over(self, quantity: str) -> None:
        """Take a value of another shape than the case's for something else of that name."""
        finding = self.findings[quantity]
        theirs, right = finding.sighting, finding.right
        if theirs is not None and right is not None and theirs.value.shape != right.shape:
            finding.status, finding.sighting = UNSEEN, None


def judge_steps(problem: Problem, evidence: list[Evidence]) -> list[StepFindings]:
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
            return sighting, sign, _changed_later(evidence, quantity, seen, right)
    # A name such as error may serve for several layers: the last value of the right shape counts.
    fitting = [s for s in seen if right is not None and s.value.shape == right.shape] or seen
    return (fitting[-1], 0, None) if seen else (None, 0, None)


def _changed_later(
    evidence: Evidence, quantity: str, seen: list[Sighting], right: Array | None
) -> Sighting | None:
    """The value that a gradient has when its parameters are updated, if that is another one.

    A name that is used again for another layer, with another shape or after the update, is not.
    """
    kind, layer = split_quantity(quantity)
    updates = [s.place for p in PARAMETERS for s in evidence.sightings.get(f"{p}{layer}", [])]
    before = [s for s in seen if s.place < min(updates, default=s.place + 1)]
    last = before[-1] if before and kind in SIGNED else None
    fits = last is not None and right is not None and last.value.shape == right.shape
    return last if last and fits and not sign_of(last.value, right, kind) else None


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
    before = dict(evidence.before)
    for i in range(1, problem.depth + 1):
        for kind in PARAMETERS:
            right = problem.trace.get(f"{step.previous}/{kind}{i}")
            if f"{kind}{i}" not in before and right is not None:
                before[f"{kind}{i}"] = right
    divisor = float(step.x.shape[0]) if case.plan.reduction == "mean" else 1.0
    plan = case.plan
    return Inputs(
        step.x,
        step.y,
        before,
        [layer.activation for layer in case.network],
        plan.learning_rate,
        divisor,
        {},
        plan.optimizer,
        optimizer_numbers(plan),
        [] if step.previous == "0" else None,
        int(step.name.partition(".")[0]),
        case.plan.loss,
    )


def link_steps(steps: list[StepFindings]) -> None:
    """Tell each step what the steps before it were, where those were looked at."""
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
        history = previous.inputs.history
        if history is not None and len(history) < LONGEST_HISTORY:
            history = [*history, _gradients_of(previous)]
        else:
            history = None
        step.inputs = step.inputs._replace(earlier=earlier, history=history)


def _gradients_of(step: StepFindings) -> dict[str, Array | None]:
    """The gradients of a step, from its own values where they were seen."""
    values = step.values()
    predicted, _ = predict_step(step.inputs, values)
    return {q: values.get(q, p) for q, p in predicted.items() if q[:2] in ("dW", "db")}
