"""Rules with weight decay and momentum: a change made of more than its gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.rules import Reading, Row, row_fits

MOST_ROWS = 50_000  # of a large network some elements show the numbers, all are asked then


def fit_linear(reading: Reading) -> None:
    """Weight decay and momentum: a change made of its gradient, the old value, the change before.

    D = c g + d P + m D' + n g', the same numbers for all steps; biases may be without decay.
    """
    wanted = [("decay",), ("momentum",), ("momentum", "decay"), ("momentum", "ahead")]
    for terms in wanted:
        numbers = _fit_terms(reading, terms)
        if numbers:
            reading.good = [[True] * len(rows) for rows in reading.rows]
            reading.factors = [numbers["rate"]] * len(reading.rows)
            name = "momentum" if "momentum" in terms else "gradient_descent"
            reading.rule = {"name": name, **numbers}
            return


def _fit_terms(reading: Reading, terms: tuple[str, ...]) -> dict[str, float]:
    """The numbers of a rule with which all parameters moved in every step; nothing without one."""
    pieces = _collect(reading, terms)
    if not pieces or ("momentum" in terms and len(reading.rows) < 3):
        return {}
    weights = [p for p in pieces if np.ndim(p["row"].old) > 1 and min(np.shape(p["row"].old)) > 1]
    for chosen in (pieces, weights) if "decay" in terms else (pieces,):
        if not chosen or sum(p["y"].size for p in chosen) <= 2 * len(terms) + 2:
            continue
        design = np.concatenate([p["x"] for p in chosen])
        scale = np.max(np.abs(design), axis=0)
        if np.any(scale == 0) or not np.isfinite(scale).all():
            continue
        target = np.concatenate([p["y"] for p in chosen])
        some = np.s_[:: 1 + len(design) // MOST_ROWS]
        solution = np.linalg.lstsq(design[some] / scale, target[some], rcond=None)[0] / scale
        numbers = dict(zip(("rate", *terms), (float(s) for s in solution), strict=True))
        if numbers["rate"] > 0 and _makes_sense(numbers):
            return numbers if all(_fits_piece(p, solution, terms) for p in pieces) else {}
    return {}


def _fits_piece(piece: dict[str, Any], solution: Any, terms: tuple[str, ...]) -> bool:
    """Whether a parameter moved so in a step, be it without decay."""
    row, x = piece["row"], piece["x"]
    if _fits_whole(row, x @ solution):
        return True
    if "decay" not in terms:
        return False
    without = x.copy(order="K")
    without[:, 1 + terms.index("decay")] = 0
    return _fits_whole(row, without @ solution)


def _fits_whole(row: Row, expected: Any) -> bool:
    return row_fits(row, np.reshape(expected, np.shape(row.whole)), row.whole)


def _makes_sense(numbers: dict[str, float]) -> bool:
    """Whether fitted numbers are those of a rule: decay is small, momentum below 1."""
    if "decay" in numbers:
        numbers["decay"] = numbers["decay"] / numbers["rate"]
    mu = numbers.get("momentum", 0.5)
    if "ahead" in numbers:
        base = numbers["rate"] / (1 + mu)
        if abs(numbers["ahead"] + mu * base) > 1e-3 * base:
            return False
        numbers["rate"], numbers["ahead"] = base, 1.0
    return abs(mu) < 0.99999 and abs(mu) > 1e-6 and numbers.get("decay", 1.0) > 1e-12


def _collect(reading: Reading, terms: tuple[str, ...]) -> list[dict[str, Any]]:
    pieces = []
    for s, rows in enumerate(reading.rows):
        before = {r.k: r for r in reading.rows[s - 1]} if s else {}
        for row in rows:
            zero = np.zeros(np.size(row.whole))
            last = before.get(row.k)
            columns = [np.ravel(row.gradient)]
            for term in terms:
                if term == "decay":
                    columns.append(np.ravel(np.broadcast_to(row.old, np.shape(row.whole))))
                elif last is None or np.shape(last.whole) != np.shape(row.whole):
                    columns.append(zero)
                else:
                    columns.append(np.ravel(last.whole if term == "momentum" else last.gradient))
            pieces.append({"row": row, "x": np.array(columns).T, "y": np.ravel(row.whole)})
    return pieces
