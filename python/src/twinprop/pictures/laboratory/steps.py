"""The values of two programs, or of two runs of a case, side by side: a row for each quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic.ulp import same_bits, ulp_distance
from twinprop.check.align.recording import Graph, span_of
from twinprop.check.explain.evidence import Evidence
from twinprop.check.port.forward import constant_ratio
from twinprop.check.port.world import as_laid_out
from twinprop.pictures.numbers import MOST_COLUMNS, MOST_ROWS

NEAR = 1e-9  # of the largest number: what is nearer is told in ULPs
STARTING = 2  # the step of the article in which weights and biases begin
Row = dict[str, Any]


class Seen(NamedTuple):
    """A program that was judged."""

    graph: Graph
    evidence: Evidence
    answer: Mapping[str, Any]


def count_steps(*seen: Seen) -> int:
    """How many steps all of some programs were seen to take."""
    return min(len(s.evidence.alignment.steps) if s.evidence.alignment else 0 for s in seen)


def rows_of_programs(a: Seen, b: Seen, step: int) -> list[Row]:
    """The quantities of a step that have the same name in both programs.

    Names are the same where they differ in capitals, dots and underscores alone.

    Parameters
    ----------
    a, b : Seen
        Python's program and R's.
    step : int
        From 1; what comes before the training is of the first one.

    Returns
    -------
    list of dict
        In the order in which Python's program makes them.
    """
    titles = {**_article_steps(b), **_article_steps(a)}
    mine, theirs = _named(a, step), _named(b, step)
    rows = []
    for name, times in (key for key in mine if key in theirs):
        own, line, x = mine[name, times]
        other, other_line, y = theirs[name, times]
        row = row_of(own, x, y)
        if row is not None:
            starts = step == times == 1 and (name, 2) in mine
            row |= {"other_name": other, "lines": [line, other_line]}
            rows.append({**row, "step": STARTING if starts else titles.get(name)})
    return rows


def find_first(rows: Mapping[int, list[Row]]) -> dict[str, int] | None:
    """Step and row of the first difference beyond rounding; where there is none, of the first."""
    for is_meant in (lambda row: row["far"], lambda row: not row["same"]):
        for step, own in rows.items():
            for k, row in enumerate(own):
                if is_meant(row):
                    return {"step": step, "row": k}
    return None


def rows_of_runs(a: Mapping[str, Any], b: Mapping[str, Any], step: int) -> list[Row]:
    """The quantities of an epoch of two runs of a case."""
    rows = []
    for name in (name for name in a if name in b and name.split("/")[0] == str(step)):
        row = row_of(name.split("/", 1)[1], a[name], b[name])
        if row is not None:
            rows.append({**row, "other_name": row["name"], "lines": None, "step": None})
    return rows


def row_of(name: str, a: Any, b: Any) -> Row | None:
    """What is shown of a quantity: both matrices, and how far they are apart.

    Parameters
    ----------
    name : str
        What Python calls it.
    a, b : float or ndarray
        Python's value and R's.

    Returns
    -------
    dict or None
        Keys name, shape, a, b, same, far, ulp, ratio and off. None where a value was not kept.
        Where the shapes do not fit there is neither ulp nor ratio; the latter only where it is one.
    """
    if a is None or b is None or not np.size(a) or not np.size(b):
        return None
    x = np.atleast_2d(np.asarray(a, dtype=np.float64))
    y = as_laid_out(b, x.shape, False)
    if y is None:
        y = np.atleast_2d(np.asarray(b, dtype=np.float64))
        return {"name": name, "shape": list(x.shape), "a": _shown(x), "b": _shown(y), "same": False,
                "far": True, "ulp": None, "ratio": None, "off": None}  # fmt: skip
    bits, ratio = same_bits(x, y), None
    with np.errstate(all="ignore"):
        near = bits | (np.abs(x - y) <= NEAR * np.max(np.abs(x), initial=0.0))
        if not near.all():
            ratio = constant_ratio(x, y)
    return {
        "name": name, "shape": list(x.shape), "a": _shown(x), "b": _shown(y),
        "same": bool(bits.all()), "far": bool(not near.all()),
        "ulp": float(ulp_distance(x, y).max()), "ratio": ratio,
        "off": [row[:MOST_COLUMNS] for row in np.where(bits, 0, np.where(near, 1, 2)).tolist()],
    }  # fmt: skip


def _shown(value: Any) -> list[list[str]]:
    """The part of a matrix that is shown, as texts that read back as the same doubles."""
    return [[repr(float(v)) for v in row[:MOST_COLUMNS]] for row in value[:MOST_ROWS]]


def _named(seen: Seen, step: int) -> dict[tuple[str, int], tuple[str, int, Any]]:
    """The values with names that a step makes: by name and occurrence name, line and numbers."""
    found: dict[tuple[str, int], tuple[str, int, Any]] = {}
    times: dict[str, int] = {}
    for name, line, n in _bindings(seen, step):
        key = _plain(name)
        times[key] = times.get(key, 0) + 1
        found[key, times[key]] = (name, line, seen.graph.value(n))
    return found


def _bindings(seen: Seen, step: int) -> Iterator[tuple[str, int, int]]:
    graph, alignment = seen.graph, seen.evidence.alignment
    own = alignment.steps[step - 1] if alignment else None
    for n in range(max(own.begin + 1, 0), own.end + 1) if own else ():
        for name, site in zip(graph.names.get(n, ()), graph.bound.get(n, ()), strict=True):
            if site >= 0:
                yield name, span_of(graph, site)["line"], n


def _article_steps(seen: Seen) -> dict[str, int]:
    """Which of the article's twelve steps a name belongs to; of two the later one."""
    steps = seen.answer.get("steps") or ()
    return {_plain(name): step["number"] for step in steps for name in step["variables"]}


def _plain(name: str) -> str:
    return name.replace("_", "").replace(".", "").casefold()
