"""A grid search in both languages, and its table."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.arithmetic import get_arithmetic
from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.data import data_file
from twinprop.cases.grid_search import (
    align_columns,
    grid_points,
    score_point,
    set_field,
    show_setting,
)
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.engines.r_session import call_r
from twinprop.engines.work import working
from twinprop.engines.workers import check_file, digest_file
from twinprop.ground.errors import InputError
from twinprop.ground.files import read_json


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
    on_point: Callable[[int], object] = lambda done: None,
    scheduler: str | None = None,
    on_worker: Callable[[Mapping[str, str]], object] = lambda facts: None,
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
    on_point : function
        Called with the number of points that are done.
    scheduler : str or None
        Of a cluster of dask, which computes them then; the case and its data have to lie at the
        same place there.
    on_worker : function
        Called with the facts of the cluster's worker that computed a point.

    Returns
    -------
    list of dict
        For each point `point`, and the scores of the folds by `python` and by `r`.
    """
    score = partial(_score_in_both, os.path.abspath(path), folds, seed, arithmetic)
    rows: dict[int, dict[str, Any]] = {}
    if scheduler is None:
        for number, point in enumerate(points):
            rows[number] = score(point)
            on_point(len(rows))
    else:
        pieces = [(number, point, _digests(path, point)) for number, point in enumerate(points)]
        with working(partial(_score_there, score), pieces, scheduler=scheduler) as found:
            for (number, _, _), row, worker in found:
                rows[number] = row
                on_worker(worker)
                on_point(len(rows))
    return [rows[number] for number in range(len(points))]


def _score_in_both(
    path: str, folds: int, seed: int, arithmetic: str, point: dict[str, Any]
) -> dict[str, Any]:
    ours = score_point(path, point, folds, seed, get_arithmetic(arithmetic))
    theirs = call_r("score_point_of_file", path, json.dumps(point), folds, seed, arithmetic)
    return {"point": point, "python": ours, "r": [float(score) for score in theirs]}


def _score_there(
    score: Callable[[dict[str, Any]], dict[str, Any]],
    piece: tuple[int, dict[str, Any], dict[str, str]],
) -> dict[str, Any]:
    """A point by a worker, where it has the files that are here."""
    _, point, digests = piece
    for file, digest in digests.items():
        check_file(Path(file), digest)
    return score(point)


def _digests(path: str | os.PathLike[str], point: dict[str, Any]) -> dict[str, str]:
    """Digests of the files that a point is computed from: the case, and the data that it names."""
    place = Path(os.path.abspath(path))
    document = read_json(place, f"{place.name}:")
    for field, value in point.items():
        document = set_field(document, field, value)
    files = [place]
    data = document.get("data") if isinstance(document, dict) else None
    if isinstance(data, dict) and isinstance(data.get("csv"), str):
        files.append(data_file(data["csv"], f"{place.name}: data.csv", place))
    return {str(file): digest_file(file) for file in files}


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
