"""The likely cause of a difference: the mistake of the catalogue that gives their value."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Array
from twinprop.check.aliases import is_parameter, split_quantity
from twinprop.check.catalogue import cause_text, read_catalogue
from twinprop.check.findings import Finding, StepFindings
from twinprop.check.formulas import FUNCTIONS
from twinprop.check.matching import (
    agrees,
    is_rounded,
    is_single_precision,
    matches,
    read_array,
    same_rows,
)
from twinprop.check.prediction import Mistake, predict_step
from twinprop.check.problem import Problem, Step

STEPS_LOOKED_AT = 4


class Cause(NamedTuple):
    """The id of a mistake, its sentence, and the line where that is another than the first's."""

    id: str
    text: str
    line: int | None = None


def name_cause(name: str, line: int | None = None) -> Cause:
    """A cause of the catalogue."""
    return Cause(name, cause_text(name), line)


def find_cause(
    problem: Problem,
    recording: Mapping[str, Any],
    steps: list[StepFindings],
    step: StepFindings,
    finding: Finding,
) -> Cause | None:
    """The cause of a quantity's difference, or None if no mistake of the catalogue explains it."""
    theirs = finding.sighting.value if finding.sighting else None
    right = predict_step(step.inputs, step.values())[0].get(finding.quantity)
    right = finding.right if right is None else right
    if theirs is not None and right is not None:
        if is_single_precision(theirs, right):
            return name_cause("float32")
        if is_rounded(theirs, right):
            return name_cause("rounded")
    return (
        search_catalogue(steps, step, finding)
        or _changed_weights(problem, step, finding)
        or _batch_filled_up(step, finding)
        or _other_batch(problem, step, finding)
    )


def search_catalogue(
    steps: list[StepFindings], step: StepFindings, finding: Finding
) -> Cause | None:
    """The mistake that gives their value in every step looked at, and explains most of the rest.

    Of two that give the same numbers, it is the one whose sign or word stands in the program.
    """
    # A step whose parameters were not seen began with others than those of the case.
    known = [s for s in steps if s.evidence.before or s.evidence.step.previous == "0"]
    near = [step] + [s for s in known[:STEPS_LOOKED_AT] if s is not step]
    kept = [(s, s.values()) for s in near]
    best: tuple[tuple[int, bool], str] | None = None
    for entry, mistake in _candidates(step, kept[0][1], finding.quantity):
        unexplained = _count_unexplained(kept, finding.quantity, mistake)
        if unexplained is not None:
            written = "written" in entry and re.search(entry["written"], step.evidence.source)
            rank = (unexplained, not written)
            best = (rank, entry["id"]) if best is None or rank < best[0] else best
    return None if best is None else name_cause(best[1])


def _candidates(
    step: StepFindings, values: Mapping[str, Array], quantity: str
) -> Iterator[tuple[dict[str, Any], Mistake]]:
    """Mistakes in the formula of a quantity, or in those before it that were not seen."""
    depth = len(step.inputs.activations)
    open_ones = [quantity, *(q for q in step.findings if q not in values)]
    places = [(_formula_kind(q, depth), split_quantity(q)[1] or depth) for q in open_ones]
    for entry in read_catalogue()["mistakes"]:
        if step.inputs.optimizer not in entry.get("optimizers", [step.inputs.optimizer]):
            continue
        if step.inputs.loss not in entry.get("losses", [step.inputs.loss]):
            continue
        variants = max(len(texts) for texts in entry["formulas"].values())
        for i in range(variants):
            formulas = {k: t[min(i, len(t) - 1)] for k, t in entry["formulas"].items()}
            for chosen in _subsets(formulas):
                layers = {layer for kinds, layer in places if kinds & set(chosen)}
                whole = frozenset([depth] if "only" in entry else range(1, depth + 1))
                layers &= whole
                for some in dict.fromkeys([whole, *(frozenset([i]) for i in sorted(layers)[::-1])]):
                    if layers:
                        yield entry, Mistake(chosen, some, entry.get("fit"))


def _subsets(formulas: dict[str, str]) -> list[dict[str, str]]:
    """All formulas of a mistake together, those of both gradients or parameters, each alone."""
    pairs = [("dW", "db"), ("W", "b")] if len(formulas) > 2 else []
    groups = [tuple(formulas), *pairs, *((kind,) for kind in formulas)]
    found = [
        {kind: formulas[kind] for kind in group} for group in groups if {*group} <= {*formulas}
    ]
    return found if len(formulas) > 1 else found[:1]


def _formula_kind(quantity: str, depth: int) -> frozenset[str]:
    kind, layer = split_quantity(quantity)
    if kind == "e":
        return frozenset({"e", "e_last" if layer == depth else "e_hidden"})
    return frozenset({kind})


def _count_unexplained(
    kept: list[tuple[StepFindings, dict[str, Array]]], quantity: str, mistake: Mistake
) -> int | None:
    """How many values a mistake leaves unexplained; None if it does not even give this one.

    The first of the steps is the one in question; in the others the mistake must not contradict.
    """
    count, fitted = 0, []
    for i, (step, values) in enumerate(kept):
        predicted, k = predict_step(step.inputs, values, mistake)
        fitted += [k[quantity]] if quantity in k else []
        guess = predicted.get(quantity)
        theirs = values.get(quantity)
        asked = theirs is not None and (i == 0 or guess is not None)
        if asked and not _explains(theirs, guess, quantity, mistake):
            return None
        if i == 0 and mistake.fit != "rows":
            right = predict_step(step.inputs, values)[0].get(quantity)
            if matches(right, guess, "") and not matches(theirs, right, ""):
                return None  # here the mistake makes no difference
        count += sum(
            name != quantity and not _explains(value, predicted.get(name), name, mistake)
            for name, value in values.items()
        )
    if quantity not in kept[0][1] or not _fit_holds(mistake.fit, fitted):
        return None
    return 10 * count + (mistake.fit is not None)


def _explains(theirs: Array | None, guess: Array | None, quantity: str, mistake: Mistake) -> bool:
    fine = matches(theirs, guess, split_quantity(quantity)[0])
    return fine or (mistake.fit == "rows" and same_rows(theirs, guess))


def _fit_holds(fit: str | None, fitted: list[float]) -> bool:
    if fit is None or "k" not in fit:
        return True
    if not fitted or any(abs(k) < 1e-9 for k in fitted):
        return False
    constant = max(fitted) - min(fitted) <= 1e-6 * max(abs(k) for k in fitted)
    if fit == "k varies":
        return not constant and all(k > 0 for k in fitted)
    return constant and all((k > 0) == (fit == "k > 0") for k in fitted)


def _changed_weights(problem: Problem, step: StepFindings, finding: Finding) -> Cause | None:
    """Weights drawn anew inside the loop: their product is that of other weights than before."""
    kind, _ = split_quantity(finding.quantity)
    if kind not in ("product", "z", "a") or finding.sighting is None:
        return None
    before = dict(step.inputs.before)
    line = None
    for quantity, sightings in step.evidence.sightings.items():
        earlier = [s for s in sightings if s.place < finding.sighting.place]
        if is_parameter(quantity) and earlier:
            before[quantity], line = earlier[-1].value, earlier[-1].line
    inputs = step.inputs._replace(before=before)
    guess = predict_step(inputs, step.values())[0].get(finding.quantity)
    if line is not None and matches(finding.sighting.value, guess, kind):
        return name_cause("changed_between_epochs", line)
    return None


def _batch_filled_up(step: StepFindings, finding: Finding) -> Cause | None:
    """The last batch has as many rows as the others, where the case has fewer left."""
    kind, _ = split_quantity(finding.quantity)
    theirs = finding.sighting.value if finding.sighting else None
    if kind not in ("product", "z", "a") or theirs is None or finding.right is None:
        return None
    n = finding.right.shape[0]
    batch = "." in step.evidence.step.name
    return name_cause("batch_reused") if batch and theirs.shape[0] > n else None


def _other_batch(problem: Problem, step: StepFindings, finding: Finding) -> Cause | None:
    """A batch of other samples: its rows are those of other rows of x."""
    kind, layer = split_quantity(finding.quantity)
    theirs = finding.sighting.value if finding.sighting else None
    if kind not in ("product", "z", "a") or layer != 1 or theirs is None:
        return None
    whole = step.inputs._replace(x=problem.case.data.x, y=problem.case.data.y)
    right = predict_step(whole, {})[0].get(finding.quantity)
    if "." not in step.evidence.step.name or right is None or right.shape[1] != theirs.shape[1]:
        return None
    near = np.abs(theirs[:, None] - right[None]).max(axis=2).min(axis=1)
    return name_cause("other_batch") if near.max() < 1e-9 else None


def find_start_cause(
    problem: Problem, recording: Mapping[str, Any], quantity: str, value: Array
) -> Cause:
    """Why a starting weight or bias is not the case's."""
    right = problem.trace[f"0/{quantity}"]
    if quantity[0] == "b" and value.shape[0] > 1:
        filled = FUNCTIONS["fill_by_column"](right, value.shape[0])
        if agrees(value, filled) or value.shape[0] == len(problem.case.data.x):
            return name_cause("start_filled_by_column")
    if is_single_precision(value, right):
        return name_cause("float32")
    if is_rounded(value, right):
        return name_cause("rounded")
    first = recording["first_start"].get(quantity)
    if first is not None:
        ours, theirs = np.sort(read_array(first), axis=None), np.sort(value, axis=None)
        if not np.array_equal(ours, theirs):
            return name_cause("unseeded_start")
    return name_cause("other_start")


def structural(
    problem: Problem,
    recording: Mapping[str, Any],
    step: Step | None,
    steps: list[StepFindings],
    make: Callable[..., Any],
) -> Any:
    """A difference in what is run at all: epochs too few or too many, batches, single samples."""
    plan = problem.case.plan
    if recording["stop"] is not None or not recording["has_loop"]:
        return None
    names = [s["step"] for s in recording["steps"]]
    turns, epochs = recording["turns"], plan.epochs

    def first(name: str, cause: str) -> Any:
        return make(name, "z1", None, None, None, name_cause(cause))

    if step is not None and plan.batch_size is None and f"{step.name}.2" in names:
        return first(step.name, "updated_after_each_sample")
    if turns < epochs:
        cause = "one_epoch_short" if turns == epochs - 1 else "stopped_early"
        return first(str(turns + 1), cause)
    if turns > epochs:
        return first(str(epochs + 1), "one_epoch_more")
    if step is not None and "." in step.name:
        return first(step.name, "last_batch_dropped")
    return None
