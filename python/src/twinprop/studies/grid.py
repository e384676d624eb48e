"""A grid search in both languages, and its table."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from twinprop.engines.workers import check_file, digest_file, digest_package, worker_facts
from twinprop.ground.errors import InputError
from twinprop.ground.files import read_json
from twinprop.studies.parts import Part, parts_left, read_parts, write_part
from twinprop.studies.sweep_parts import worker_of_row

Piece = tuple[int, dict[str, Any], dict[str, str]]  # a point with its number, digests of its files


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
    folder: Path | None = None,
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
        Called with the facts of who computed a point, where a cluster did or points are kept.
    folder : Path or None
        Where what is done is kept, a part for each point; what is there is not done again.

    Returns
    -------
    list of dict
        For each point `point`, and the scores of the folds by `python` and by `r`.
    """
    score = partial(_score_in_both, os.path.abspath(path), folds, seed, arithmetic)
    elsewhere = scheduler is not None or folder is not None
    pieces = [
        (n, point, _digests(path, point) if elsewhere else {}) for n, point in enumerate(points)
    ]
    if folder is not None:
        return _search_and_keep(
            score, pieces, (folds, seed, arithmetic), scheduler, folder, on_point, on_worker
        )
    rows: dict[int, dict[str, Any]] = {}
    for number, row, worker in _search(score, pieces, scheduler):
        rows[number] = row
        if worker:
            on_worker(worker)
        on_point(len(rows))
    return [rows[number] for number in range(len(points))]


def _search_and_keep(
    score: Callable[[dict[str, Any]], dict[str, Any]],
    pieces: Sequence[Piece],
    settings: tuple[int, int, str],
    scheduler: str | None,
    folder: Path,
    on_point: Callable[[int], object],
    on_worker: Callable[[Mapping[str, str]], object],
) -> list[dict[str, Any]]:
    """The points that have no part yet are computed and written, and all are read."""
    parts = [_plan_part(piece, *settings) for piece in pieces]
    left = [part.first for part in parts_left(parts, folder)]
    done = len(parts) - len(left)
    on_point(done)
    for number, row, worker in _search(score, [pieces[number] for number in left], scheduler):
        write_part(parts[number], _rows_of_point(number, row, worker or worker_facts()), folder)
        done += 1
        on_point(done)
    rows = []
    for part, (_, point, _) in zip(parts, pieces, strict=True):
        kept = list(read_parts([part], folder))
        rows.append(_point_of_rows(point, kept))
        on_worker(worker_of_row(kept[0]))
    return rows


def _search(
    score: Callable[[dict[str, Any]], dict[str, Any]],
    pieces: Sequence[Piece],
    scheduler: str | None,
) -> Iterator[tuple[int, dict[str, Any], Mapping[str, str]]]:
    """Points with their numbers, as they are done, and the facts of the cluster's worker."""
    if scheduler is None:
        yield from ((number, score(point), {}) for number, point, _ in pieces)
        return
    with working(partial(_score_there, score), pieces, scheduler=scheduler) as found:
        yield from ((piece[0], row, worker) for piece, row, worker in found)


def _plan_part(piece: Piece, folds: int, seed: int, arithmetic: str) -> Part:
    """The key of a point; in the place of the code stand all files and settings that decide it."""
    number, point, digests = piece
    decides = [digest_package(), point, sorted(digests.values()), folds]
    code = hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:12]
    return Part(arithmetic, seed, number, code, 1, "grid-")


def _rows_of_point(
    number: int, row: dict[str, Any], worker: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """A row of a part for each fold."""
    for fold, (ours, theirs) in enumerate(zip(row["python"], row["r"], strict=True)):
        point = json.dumps(row["point"])
        scores = {"fold": fold, "score_python": float(ours), "score_r": float(theirs)}
        yield {"index": number, "point": point, **scores, **worker}


def _point_of_rows(point: dict[str, Any], rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What _rows_of_point was given."""
    scores = {name: [row[f"score_{name}"] for row in rows] for name in ("python", "r")}
    return {"point": point, **scores}


def _score_in_both(
    path: str, folds: int, seed: int, arithmetic: str, point: dict[str, Any]
) -> dict[str, Any]:
    ours = score_point(path, point, folds, seed, get_arithmetic(arithmetic))
    theirs = call_r("score_point_of_file", path, json.dumps(point), folds, seed, arithmetic)
    return {"point": point, "python": ours, "r": [float(score) for score in theirs]}


def _score_there(score: Callable[[dict[str, Any]], dict[str, Any]], piece: Piece) -> dict[str, Any]:
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
