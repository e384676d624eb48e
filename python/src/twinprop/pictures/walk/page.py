"""The steps of an epoch as a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.arithmetic.ulp import same_bits, ulp_distance
from twinprop.arithmetic.writing import Cell
from twinprop.pictures.numbers import shown_extent
from twinprop.pictures.pages import render_page
from twinprop.pictures.quantities import AFTER, symbol, write_sum
from twinprop.pictures.sources import twin_source
from twinprop.pictures.walk.replay import Quantities
from twinprop.pictures.walk.run import Walk
from twinprop.pictures.walk.steps import Part, Step

_GROUPS = (
    ("given", ("data", "parameters")),
    ("forward", ("z", "a")),
    ("backward", ("e", "slopes", "delta")),
    ("optimizer", ("gradients", "velocity", "mean", "mean_square", "powers")),
    ("update", ("weights", "biases", "alphas")),
)


def walk_page(walk: Walk) -> str:
    """A page on which the steps are gone through one by one.

    Parameters
    ----------
    walk : Walk
        Of take_walk.

    Returns
    -------
    str
        HTML, complete in itself. Without a script it shows all steps of the first epoch.
    """
    return render_page("walk.html.j2", **walk_values(walk))


def walk_values(walk: Walk) -> dict[str, Any]:
    """What the template of the steps needs.

    Parameters
    ----------
    walk : Walk
        Of take_walk.

    Returns
    -------
    dict
        Values by name.
    """
    values = walk.values["native"][walk.epochs[0]]
    steps = [_describe_step(step, n, values) for n, step in enumerate(walk.steps, start=1)]
    return {
        "walk": walk,
        "sizes": network_sizes(walk),
        "steps": steps,
        "groups": list(_group_steps(steps)),
        "values": values,
        "data": walk_data(walk),
        "symbol": symbol,
        "place_computed": _places(walk.steps),
    }


def network_sizes(walk: Walk) -> str:
    """The units of all layers, as in 4-3-1."""
    weights = [layer.weights for layer in walk.case.network]
    return "-".join(str(n) for n in (weights[0].shape[0], *(w.shape[1] for w in weights)))


def walk_data(walk: Walk) -> dict[str, Any]:
    """What the page's script needs: all numbers that are shown, and of what each cell is made.

    Parameters
    ----------
    walk : Walk
        Of take_walk.

    Returns
    -------
    dict
        Plain values. R's numbers are left out where they are the same bits as Python's.
    """
    shown = walk.values["native"][walk.epochs[0]]["python"]
    return {
        "case": walk.case.id,
        "epochs": list(walk.epochs),
        "values": {
            arithmetic: {
                str(epoch): _plain_values(languages["python"], languages["r"])
                for epoch, languages in epochs.items()
            }
            for arithmetic, epochs in walk.values.items()
        },
        "cells": {
            part.name: _plain_cells(part, shown) for step in walk.steps for part in step.parts
        },
    }


def _plain_values(python: Quantities, r: Quantities) -> dict[str, Any]:
    found: dict[str, Any] = {"python": {}, "r": {}, "ulp": {}, "loss": _plain(python["loss"])[0][0]}
    for name, value in python.items():
        if value.ndim != 2:
            continue
        rows, columns = shown_extent(value)
        mine, theirs = value[:rows, :columns], r[name][:rows, :columns]
        found["python"][name] = _plain(mine)
        if not same_bits(np.ascontiguousarray(mine), np.ascontiguousarray(theirs)).all():
            found["r"][name] = _plain(theirs)
            found["ulp"][name] = _plain(ulp_distance(mine, theirs))
    return found


def _plain(array: Array) -> Any:
    """Lists of numbers; JSON has none that are not finite, so those are texts."""
    if np.isfinite(array).all():
        return array.tolist()
    names = [value if np.isfinite(value) else str(value) for value in array.ravel().tolist()]
    return np.array(names, dtype=object).reshape(array.shape).tolist()


def _plain_cells(part: Part, shown: Quantities) -> list[list[list[Any]]]:
    rows, columns = shown_extent(shown[part.name])
    return [
        [[list(p) if isinstance(p, Cell) else p for p in part.cells(i, j)] for j in range(columns)]
        for i in range(rows)
    ]


def _describe_step(step: Step, number: int, values: dict[str, Quantities]) -> dict[str, Any]:
    return {
        "number": number,
        "key": step.key,
        "title": step.title,
        "text": step.text,
        "given": step.given,
        "parts": [_describe_part(part, values) for part in step.parts],
    }


def _describe_part(part: Part, values: dict[str, Quantities]) -> dict[str, Any]:
    pieces = part.cells(0, 0)
    return {
        "name": part.name,
        "label": part.name.removesuffix(AFTER),
        "formula": part.formula,
        "layout": [(item[1:-1], True) if item[0] == "[" else (item, False) for item in part.layout],
        "sources": [twin_source(place) for place in part.places],
        "sum": write_sum(pieces, values["python"]),
        "inputs": {(p.name, p.row, p.column) for p in pieces if isinstance(p, Cell)},
        "ulp": ulp_distance(values["python"][part.name], values["r"][part.name]),
    }


def _places(steps: tuple[Step, ...]) -> dict[str, int]:
    """In which step each quantity is computed, given, or first seen (a mask)."""
    found: dict[str, int] = {}
    for number, step in enumerate(steps, start=1):
        for name in (*step.given, *(part.name for part in step.parts)):
            found.setdefault(name, number)
        for part in step.parts:
            for item in part.layout:
                found.setdefault(item.strip("[]"), number)
    return found


def _group_steps(steps: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for group, kinds in _GROUPS:
        chosen = [step for step in steps if step["key"].rstrip("0123456789") in kinds]
        if chosen:
            yield group, chosen
