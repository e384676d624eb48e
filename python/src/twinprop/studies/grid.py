"""A grid search in both languages, and its table."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from twinprop.arithmetic import get_arithmetic
from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.grid_search import align_columns, grid_points, score_point, show_setting
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.engines.r_session import call_r
from twinprop.ground.errors import InputError


def parse_grid(varied: Sequence[str]) -> list[dict[str, Any]]:
    """The points of a grid given by options such as `training.epochs=5,10`.

    Parameters
    ----------
    varied : list of str
        One for each field; its values are JSON, or texts without quotation marks.

    Returns
    -------
    list of dict
        In the order of computation.
    """
    fields: dict[str, list[Any]] = {}
    for text in varied:
        field, sign, values = text.partition("=")
        if not sign or not field or not values.strip():
            raise InputError(f'"{text}" is no field with values; wanted FIELD=A,B')
        if field in fields:
            raise InputError(f"{field} is given twice; give all its values at once, FIELD=A,B")
        fields[field] = _parse_values(values)
    return grid_points(fields)


def _parse_values(text: str) -> list[Any]:
    try:
        found = json.loads(f"[{text}]")
    except ValueError:
        found = text.split(",")
    return list(found)


def search_in_both(
    path: str | os.PathLike[str],
    points: Sequence[dict[str, Any]],
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
    points : list of dict
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
    for done, point in enumerate(points, start=1):
        ours = score_point(path, point, folds, seed, get_arithmetic(arithmetic))
        theirs = call_r(
            "score_point_of_file", str(path), json.dumps(point), folds, seed, arithmetic
        )
        rows.append({"point": point, "python": ours, "r": [float(score) for score in theirs]})
        if on_point is not None:
            on_point(done)
    return rows


def scores_agree(row: dict[str, Any], arithmetic: str) -> bool:
    """Whether both languages scored a point alike.

    Parameters
    ----------
    row : dict
        Of search_in_both.
    arithmetic : str
        "native" or "strict".

    Returns
    -------
    bool
        Strict scores have to be the same numbers. Native ones may differ as R squared may: an
        accuracy cannot differ by so little.
    """
    ours, theirs = (np.array(row[language]) for language in ("python", "r"))
    if arithmetic == "strict":
        return bool(same_bits(ours, theirs).all())
    bound = tolerance_bound("held_out/rsquared", ours, theirs)
    with np.errstate(invalid="ignore"):
        return bool((same_bits(ours, theirs) | (np.abs(ours - theirs) <= bound)).all())


def describe_grid(rows: Sequence[dict[str, Any]], arithmetic: str = "native") -> str:
    """The table of a grid search, the best point first.

    Parameters
    ----------
    rows : list of dict
        Of search_in_both.
    arithmetic : str
        "native" or "strict".

    Returns
    -------
    str
        A line for each point: its fields, the mean score of each language.
    """
    means = [[math.fsum(row[name]) / len(row[name]) for name in ("python", "r")] for row in rows]
    table = [[*rows[0]["point"], "python", "r", "the same"]]
    # What is no number is last.
    keys = [-mean if mean == mean else math.inf for mean, _ in means]
    for i in sorted(range(len(rows)), key=keys.__getitem__):
        shown = [f"{mean:.4f}" if math.isfinite(mean) else "diverged" for mean in means[i]]
        same = "yes" if scores_agree(rows[i], arithmetic) else "no"
        table.append([*map(show_setting, rows[i]["point"].values()), *shown, same])
    return align_columns(table).rstrip("\n")
