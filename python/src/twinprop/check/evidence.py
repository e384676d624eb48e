"""What a recording shows of each step: the script's values by quantity, in the case's shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.check.aliases import (
    SETTINGS,
    Names,
    is_parameter,
    list_kind,
    name_quantity,
    split_quantity,
)
from twinprop.check.matching import WEIGHT_LIKE, agrees, fit_shape, read_array, sign_of
from twinprop.check.problem import Problem, Step

SAMPLE_LIKE = ("product", "z", "a", "e", "slope", "delta")


@dataclass
class Sighting:
    """One value of a quantity, where it was assigned."""

    value: Array
    line: int | None
    name: str
    place: int


@dataclass
class Evidence:
    """All that was seen of one step."""

    step: Step
    before: dict[str, Array]
    sightings: dict[str, list[Sighting]] = field(default_factory=dict)
    after: dict[str, Sighting] = field(default_factory=dict)
    source: str = ""


def shape_of(quantity: str, problem: Problem, step: Step) -> tuple[int, int]:
    """The shape of a quantity in the case."""
    kind, layer = split_quantity(quantity)
    if layer == 0:
        return (1, 1)
    weights = problem.case.network[layer - 1].weights
    if kind in WEIGHT_LIKE:
        return weights.shape[0], weights.shape[1]
    return (1 if kind in ("b", "db") else step.x.shape[0], weights.shape[1])


def gather_evidence(problem: Problem, recording: Mapping[str, Any], names: Names) -> list[Evidence]:
    """Read a recording, step by step, for the steps that it has.

    Parameters
    ----------
    problem : Problem
        The case.
    recording : dict
        Of the process that ran the script.
    names : Names
        How its names are understood.

    Returns
    -------
    list of Evidence
        In the order of the case's steps.
    """
    recorded = {step["step"]: step for step in recording["steps"]}
    turned = find_orientation(problem, recorded.get(problem.steps[0].name), names)
    found = []
    for step in problem.steps:
        if step.name in recorded:
            found.append(_read_step(problem, step, recorded[step.name], names, turned))
            found[-1].source = recording["source"]
    for earlier, later in pairwise(found):
        if later.step.previous == earlier.step.name:
            _carry_over(earlier, later)
    return found


def _carry_over(earlier: Evidence, later: Evidence) -> None:
    """Parameters that only their assignments show: a step begins with those of the one before."""
    for quantity, sightings in earlier.sightings.items():
        if is_parameter(quantity) and quantity not in earlier.after:
            later.before.setdefault(quantity, sightings[-1].value)


def find_orientation(
    problem: Problem, plain: Mapping[str, Any] | None, names: Names
) -> dict[str, bool]:
    """Which matrices the script keeps transposed, by those whose shapes tell."""
    votes: dict[str, list[bool]] = {"weights": [], "samples": []}
    step = problem.steps[0]
    for note in plain["notes"] if plain else ():
        quantity = name_quantity(note["name"], names)
        if quantity and split_quantity(quantity)[1]:
            kind = split_quantity(quantity)[0]
            shape, found = shape_of(quantity, problem, step), tuple(note["value"]["shape"])
            group = "weights" if kind in WEIGHT_LIKE else "samples"
            if kind not in ("b", "db") and shape[0] != shape[1] and sorted(found) == sorted(shape):
                votes[group].append(found != shape)
    for name, value in plain["before"].items() if plain else ():
        right = problem.trace.get(f"0/{name}")
        theirs = read_array(value)
        if right is not None and name[0] == "W" and theirs.shape == right.shape[::-1]:
            votes["weights"] += [] if agrees(theirs, right) else [agrees(theirs.T, right)] * 9
        if name[0] == "b" and theirs.ndim == 2 and theirs.size > 1 and not votes["weights"]:
            votes["weights"].append(theirs.shape[1] == 1)
    chosen = {group: sum(v) * 2 > len(v) for group, v in votes.items() if v}
    any_vote = next(iter(chosen.values()), False)
    return {group: chosen.get(group, any_vote) for group in votes}


def _read_step(
    problem: Problem, step: Step, plain: Any, names: Names, turned: Mapping[str, bool]
) -> Evidence:
    def fit(quantity: str, value: Array) -> Array:
        kind = split_quantity(quantity)[0]
        group = "weights" if kind in WEIGHT_LIKE else "samples"
        flipped = turned[group] and kind not in ("b", "db")
        return fit_shape(value, shape_of(quantity, problem, step), kind, flipped)

    evidence = Evidence(step, {q: fit(q, read_array(v)) for q, v in plain["before"].items()})
    by_quantity: dict[str, list[Sighting]] = defaultdict(list)
    for place, note, quantity in _known_notes(plain["notes"], names):
        raw = read_array(note["value"])
        by_quantity[quantity].append(Sighting(raw, note["line"], note["name"], place))
    for quantity, sightings in by_quantity.items():
        if quantity not in (*SETTINGS, "x_step", "y_step"):
            stacked = _stack(sightings, quantity, problem, step)
            for s in sightings:
                s.value = fit(quantity, s.value)
            evidence.sightings[quantity] = sightings + stacked
    for quantity, value in plain["after"].items():
        line = next((s.line for s in reversed(by_quantity[quantity])), None)
        line = line or _line_of_layer(plain["notes"], split_quantity(quantity)[0])
        name = next((s.name for s in reversed(by_quantity[quantity])), quantity)
        value = fit(quantity, read_array(value))
        evidence.after[quantity] = Sighting(value, line, name, len(plain["notes"]))
    return evidence


def _line_of_layer(notes: list[Any], kind: str) -> int | None:
    """Where a field of a layer such as `weights` was assigned last."""
    return next((n["line"] for n in reversed(notes) if list_kind(n["name"]) == kind), None)


def _known_notes(notes: list[Any], names: Names) -> list[tuple[int, Any, str]]:
    """Notes of known names; a function counts only if it has two of them (sigmoid has not)."""
    named = [(i, note, name_quantity(note["name"], names)) for i, note in enumerate(notes)]
    known = [(i, note, quantity) for i, note, quantity in named if quantity]
    scopes = defaultdict(set)
    for _, note, quantity in known:
        scopes[note["scope"]].add(quantity)
    count = {scope for scope, found in scopes.items() if scope == "" or len(found) > 1}
    everywhere = not any(scopes[scope] for scope in count)
    return [entry for entry in known if everywhere or entry[1]["scope"] in count]


def _stack(
    sightings: list[Sighting], quantity: str, problem: Problem, step: Step
) -> list[Sighting]:
    """Rows that were computed one sample at a time, as a matrix."""
    kind, _ = split_quantity(quantity)
    n, m = shape_of(quantity, problem, step)
    if kind not in SAMPLE_LIKE or n == 1:
        return []
    rows = [s.value.reshape(1, -1) for s in sightings if s.value.size == m]
    if len(rows) != n or len(rows) != len(sightings):
        return []
    last = sightings[-1]
    return [Sighting(np.concatenate(rows), last.line, last.name, last.place)]


def guess_names(
    problem: Problem, recording: Mapping[str, Any], names: Names, quantities: list[str]
) -> dict[str, str]:
    """Names of quantities that no alias tells, by the value in the first step.

    Parameters
    ----------
    quantities : list of str
        Those not found by name.

    Returns
    -------
    dict
        Name to quantity.
    """
    first = problem.steps[0]
    plain = next((s for s in recording["steps"] if s["step"] == first.name), None)
    found: dict[str, str] = {}
    shapes = defaultdict(set)
    for note in plain["notes"] if plain else ():
        shapes[note["name"]].add(tuple(note["value"]["shape"]))
    for note in plain["notes"] if plain else ():
        several = len(shapes[note["name"]]) > 1  # a name that serves for all layers
        if several or name_quantity(note["name"], names) or note["name"] in found:
            continue
        value = read_array(note["value"])
        for quantity in quantities:
            right = problem.trace.get(f"{first.name}/{quantity}")
            if right is None or np.all(right == right.flat[0]) or quantity in found.values():
                continue
            shaped = fit_shape(value, right.shape, split_quantity(quantity)[0], False)
            kind = split_quantity(quantity)[0]
            if sign_of(shaped, right, kind) or sign_of(shaped.T, right, kind):
                found[note["name"]] = quantity
                break
    return found
