"""Grid search with cross-validation over any fields of a case; twin of r/R/cases_grid_search.R."""

from __future__ import annotations

import copy
import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.arithmetic import Arithmetic, native, strict
from twinprop.cases.case import case_of_document, check_document, held_out_score, train_case
from twinprop.cases.data import prepare_data, read_table
from twinprop.formulas.data import k_folds
from twinprop.ground.errors import InputError, refuse
from twinprop.ground.files import check_path, read_json
from twinprop.network.passes import forward


def grid_points(grid: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All combinations of a grid's values; those of the last field change fastest.

    Parameters
    ----------
    grid : dict
        Fields of a case, such as training.epochs, each with a list of values.

    Returns
    -------
    list of dict
        One value for each field.

    Examples
    --------
    >>> grid_points({"training.epochs": [5, 10], "training.batch_size": [128]})[1]
    {'training.epochs': 10, 'training.batch_size': 128}
    """
    lists: list[list[Any]] = [
        list(v) if np.iterable(v) and not isinstance(v, str) else [v] for v in grid.values()
    ]
    for field, values in zip(grid, lists, strict=True):
        if not values:
            refuse(field, "an empty list", "a list with at least one element")
    return [dict(zip(grid, values, strict=True)) for values in product(*lists)]


def set_field(document: Any, field: str, value: Any) -> Any:
    """A case's document with another value of a field, such as training.optimizer.name.

    A number is a position in a list, counted from 0, as in layers.0.units. The last name may be
    new, the others are there.

    Parameters
    ----------
    document : dict
        The case as its JSON file has it.
    field : str
        Names and positions with dots between them.
    value : object
        The value, as JSON has it.

    Returns
    -------
    dict
        Changed; what was given stays as it was.

    Examples
    --------
    >>> set_field({"training": {"epochs": 5}}, "training.epochs", 10)
    {'training': {'epochs': 10}}
    """
    return set_part(document, field.split("."), value, field)


def set_part(document: Any, parts: Sequence[str], value: Any, field: str) -> Any:
    """What set_field does, by the parts of the field; the whole of it is named if it is refused."""
    document = copy.copy(document)
    head, rest = parts[0], parts[1:]
    key = int(head) if isinstance(document, list) and re.fullmatch("[0-9]{1,9}", head) else head
    known = isinstance(document, dict) or (
        isinstance(document, list) and isinstance(key, int) and key < len(document)
    )
    if not known or (rest and isinstance(document, dict) and key not in document):
        raise InputError(f"{field} is no field of the case; wanted one such as layers.0.units")
    document[key] = set_part(document[key], rest, value, field) if rest else value
    return document


@np.errstate(all="ignore")  # a point may diverge
def score_point(
    path: str | os.PathLike[str],
    point: Mapping[str, Any],
    folds: int = 3,
    seed: int = 1,
    arithmetic: Arithmetic = native,
) -> list[float]:
    """Scores of one point of a grid, one for each fold.

    Of the rows that the case trains on, each fold in turn is judged by a network that was trained
    on the others: accuracy where all targets are 0 or 1, else R2. Scaling is learned anew from the
    rows of each training. Rows that the case holds out have no part in it.

    Parameters
    ----------
    path : str
        The file of the case.
    point : dict
        Fields and their values, as of grid_points.
    folds : int
        Number of folds.
    seed : int
        Seed of the folds, the same in both languages.
    arithmetic : arithmetic
        How the formulas are evaluated.

    Returns
    -------
    list of float64
        One score for each fold.
    """
    check_path(path)
    where = f"{Path(path).name}:"
    document = read_json(path, where)
    if isinstance(document, dict) and isinstance(document.get("training"), dict):
        document["training"].pop("record", None)  # it may name later epochs than the point has
    for field, value in point.items():
        document = set_field(document, field, value)
    check_document(document, where)
    table = read_table(document["data"], f"{where} data", Path(path))
    if len(table.train) == 1:
        refuse(f"{where} data", "of 1 row to train on", "at least 2, for folds")
    parts = k_folds(len(table.train), folds, seed)
    scores = []
    for i, part in enumerate(parts):
        others = np.concatenate(parts[:i] + parts[i + 1 :])
        data = prepare_data(table, f"{where} data", table.train[others], table.train[part])
        assert data.held_out_x is not None
        assert data.held_out_y is not None
        case = case_of_document(document, where, data)
        a = forward(train_case(case, arithmetic, []).network, data.held_out_x, arithmetic).a[-1]
        scores.append(held_out_score(a, data.held_out_y, arithmetic)[1])
    return scores


def grid_search(
    path: str | os.PathLike[str],
    grid: Mapping[str, Any],
    folds: int = 3,
    seed: int = 1,
    arithmetic: Arithmetic = native,
    on_point: Any = None,
) -> list[dict[str, Any]]:
    """Cross-validated scores of all points of a grid.

    Parameters
    ----------
    path : str
        The file of the case.
    grid : dict
        Fields of the case, such as training.epochs, each with a list of values.
    folds : int
        Number of folds.
    seed : int
        Seed of the folds, the same in both languages.
    arithmetic : arithmetic
        How the formulas are evaluated.
    on_point : function or None
        Called with the number of points that are done.

    Returns
    -------
    list of rows
        For each point its fields (point), the scores of the folds, their mean, and the rank of the
        mean (1 is best; equal ones share it, and what is no number is last).
    """
    rows: list[dict[str, Any]] = []
    for done, point in enumerate(grid_points(grid), start=1):
        scores = score_point(path, point, folds, seed, arithmetic)
        mean = float(strict.total(np.array([scores]))) / len(scores)
        rows.append({"point": point, "scores": scores, "mean": mean})
        if on_point is not None:
            on_point(done)
    means = [row["mean"] if row["mean"] == row["mean"] else -math.inf for row in rows]
    for row, mean in zip(rows, means, strict=True):
        row["rank"] = 1 + sum(other > mean for other in means)
    return rows


def format_grid(rows: Sequence[Mapping[str, Any]]) -> str:
    """A grid search as text, the best point first.

    Parameters
    ----------
    rows : list of rows
        Of grid_search.

    Returns
    -------
    str
        A line for each point, with a line end: its fields, the mean of its scores, its rank.

    Examples
    --------
    >>> row = {"point": {"training.epochs": 5}, "mean": 0.875, "rank": 1}
    >>> print(format_grid([row]), end="")
    training.epochs    mean  rank
                  5  0.8750     1
    """
    table = [[*rows[0]["point"], "mean", "rank"]]
    for row in sorted(rows, key=lambda row: row["rank"]):
        mean = f"{row['mean']:.4f}" if math.isfinite(row["mean"]) else "diverged"
        table.append([*map(show_setting, row["point"].values()), mean, str(row["rank"])])
    return align_columns(table)


def show_setting(value: Any) -> str:
    """A value of a field as it stands in a table: texts and numbers plainly, the rest as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return json.dumps(value, separators=(",", ":"))
    return f"{value:.15g}"


def align_columns(table: Sequence[Sequence[str]]) -> str:
    """Rows of texts as lines, each column as wide as its longest text."""
    widths = [max(len(line[k]) for line in table) for k in range(len(table[0]))]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in table
    ]
    return "\n".join(lines) + "\n"
