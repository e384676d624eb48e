"""A grid search in both languages, and its table."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from twinprop.arithmetic import get_arithmetic
from twinprop.errors import InputError
from twinprop.grid_search import grid_points, score_point
from twinprop.harness.r_session import call_r


@dataclass(frozen=True)
class Grid:
    """Fields with their values, and all combinations of these."""

    fields: dict[str, list[Any]]
    points: list[dict[str, Any]]


def parse_grid(varied: Sequence[str]) -> Grid:
    """The grid of options such as `training.epochs=5,10`.

    Parameters
    ----------
    varied : list of str
        One for each field; its values are JSON, or texts without quotation marks.

    Returns
    -------
    Grid
        Its points in the order of computation.
    """
    fields: dict[str, list[Any]] = {}
    for text in varied:
        field, sign, values = text.partition("=")
        if not sign or not field or not values:
            raise InputError(f'"{text}" is no field with values; wanted FIELD=A,B')
        fields[field] = _parse_values(values)
    return Grid(fields, grid_points(fields))


def _parse_values(text: str) -> list[Any]:
    try:
        found = json.loads(f"[{text}]")
    except ValueError:
        found = text.split(",")
    return list(found)


def search_in_both(
    path: str | os.PathLike[str],
    grid: Grid,
    folds: int = 3,
    seed: int = 1,
    arithmetic: str = "native",
    on_point: Callable[[int], object] | None = None,
) -> list[dict[str, Any]]:
    """Scores of all points in Python and in R.

    Parameters
    ----------
    path : path
        The case.
    grid : Grid
        Of parse_grid.
    folds : int
        Number of folds.
    seed : int
        Seed of the folds.
    arithmetic : str
        "native" or "strict".
    on_point : function or None
        Called with the number of points that are done.

    Returns
    -------
    list of dict
        For each point `point`, and the scores of the folds by `python` and by `r`.
    """
    rows = []
    for done, point in enumerate(grid.points, start=1):
        ours = score_point(path, point, folds, seed, get_arithmetic(arithmetic))
        theirs = call_r(
            "score_point_of_file", str(path), json.dumps(point), folds, seed, arithmetic
        )
        rows.append({"point": point, "python": ours, "r": [float(score) for score in theirs]})
        if on_point is not None:
            on_point(done)
    return rows


def describe_grid(rows: Sequence[dict[str, Any]]) -> str:
    """The table of a grid search, the best point first.

    Parameters
    ----------
    rows : list of dict
        Of search_in_both.

    Returns
    -------
    str
        A line for each point: its fields, the mean score of each language.
    """
    fields = list(rows[0]["point"])
    means = {
        language: [sum(row[language]) / len(row[language]) for row in rows]
        for language in ("python", "r")
    }
    table = [[*fields, "python", "r", "the same"]]
    order = sorted(range(len(rows)), key=lambda i: -means["python"][i])
    for i in order:
        values = [json.dumps(value) for value in rows[i]["point"].values()]
        same = "yes" if rows[i]["python"] == rows[i]["r"] else "no"
        table.append([*values, f"{means['python'][i]:.4f}", f"{means['r'][i]:.4f}", same])
    widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in table
    )
