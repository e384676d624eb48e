"""Which rule of updating fits what the parameters did, and for which of them it does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View
from twinprop.check.align.updates import Parts, Term, take_apart

CLOSE = 1e-6
PRODUCTS = ("matmul", "mul", "crossprod", "tcrossprod", "outer", "inner", "einsum")
ROUNDING = 4 * 2.0**-52
# Of the largest change, or derivative, of a step: what is smaller may be what is left of a sum that
# is 0, as the gradient of a bias is where the targets lie evenly about the output.
CANCELLED = 1e-13


@dataclass
class Row:
    """One parameter in one step: what was taken from it, beside the derivative of the loss.

    `change` is without the part that is a multiple of the old value and the part that is
    left from the step before (`past`), where the update's own form says so.
    """

    k: int
    old: Any
    whole: Any
    change: Any
    gradient: Any
    past: Any = 0.0
    parts: Parts | None = None
    fits_shape: bool = True
    order: int = 0
    source: int | None = None  # the gradient that enters a rule with a past
    noise: float = 0.0  # the size of a change that may be what rounding leaves of 0
    is_noise: bool = False  # whether the gradient is no larger than that


@dataclass
class Reading:
    """One loss in all steps looked at: derivatives, the rule that fits, what does not fit it."""

    family: str
    adjoints: list[dict[int, Any]]
    rows: list[list[Row]]
    written: list[list[float]] = field(default_factory=list)
    stopped: str | None = None
    suits: bool = False  # whether the loss is that which goes with the output's activation
    rule: dict[str, Any] = field(default_factory=dict)
    factors: list[float] = field(default_factory=list)
    good: list[list[bool]] = field(default_factory=list)
    odd: dict[tuple[int, int], str] = field(default_factory=dict)
    decays: dict[tuple[int, int], float] = field(default_factory=dict)

    @property
    def is_fitting(self) -> bool:
        """Whether every parameter moved along the derivative in every step."""
        return bool(self.good) and all(all(g) for g in self.good)

    @property
    def is_right(self) -> bool:
        """Whether, besides, nothing about what they keep of the past is odd."""
        return self.is_fitting and not self.odd


def read_rows(
    graph: Graph,
    view: View,
    owner: dict[int, int],
    adjoint: dict[int, Any],
) -> list[Row]:
    """What each parameter of a step did, beside the derivative of the loss."""
    rows = []
    for k, first in view.step.first.items():
        old, new = graph.value(first), graph.value(view.step.last[k])
        if old is None or new is None:
            continue
        shape = graph.shape[first]
        gradient: Any = 0.0 if shape == () else np.zeros(shape)
        for n, g in adjoint.items():
            if owner.get(n) == k and graph.shape[n] == shape:
                gradient = gradient + g
        fits = np.shape(new) == np.shape(old)
        whole = old - new
        if not fits:
            gradient = np.broadcast_to(gradient, np.shape(whole))
        elif _is_repeated(old, new):
            gradient = np.broadcast_to(np.sum(gradient, axis=0, keepdims=True), shape)
        row = Row(
            k, old, whole, whole, gradient, fits_shape=fits, order=_last_use(graph, view, k, owner)
        )
        own = [c for c in view.step.updates if c.k == k]
        scaled = own[0].p if fits and len(own) == 1 else first
        moved = scaled in view.forward and scaled not in owner and scaled in adjoint
        if moved and graph.shape[scaled] == shape:
            # Scaled between two steps, as where its norm is limited: that is what is moved.
            old, gradient = graph.value(scaled), adjoint[scaled]
            row = replace(row, old=old, whole=old - new, change=old - new, gradient=gradient)
        if fits and len(own) == 1 and own[0].u == view.step.last[k]:
            _split_change(graph, row, take_apart(graph, view, owner, own[0]))
        rows.append(row)
    return _with_noise(rows)


def _with_noise(rows: list[Row]) -> list[Row]:
    """Rows that know what may be rounding beside the largest of their step."""
    steep = [float(np.max(np.abs(r.gradient))) for r in rows]
    noise = CANCELLED * max((float(np.max(np.abs(r.whole))) for r in rows), default=0.0)
    least = CANCELLED * max(steep, default=0.0)
    return [replace(r, noise=noise, is_noise=s <= least) for r, s in zip(rows, steep, strict=True)]


def _split_change(graph: Graph, row: Row, parts: Parts) -> None:
    """Keep apart what an update takes of the old value, of the past and of this step."""
    pieces = parts.past + parts.terms
    if any(graph.value(t.node) is None for t in pieces) or not parts.terms:
        return
    shapes = [np.shape(graph.value(t.node)) for t in pieces]
    if np.broadcast_shapes(*shapes, np.shape(row.old)) != np.shape(row.old):
        return
    row.parts = parts
    row.past = total(graph, parts.past)
    row.change = np.zeros(np.shape(row.old)) + total(graph, parts.terms)


def total(graph: Graph, terms: list[Term]) -> Any:
    """What terms take away from a parameter."""
    return -sum(t.factor * graph.value(t.node) for t in terms)


def _last_use(graph: Graph, view: View, k: int, owner: dict[int, int]) -> int:
    """The last place on the way forward where a parameter is multiplied; 0 for a bias."""
    uses = [n for n in view.forward if graph.op[n] in PRODUCTS]
    mine = [n for n in uses if any(_comes_from(graph, p, k, owner) for p in graph.parents[n])]
    return max(mine, default=0)


def _comes_from(graph: Graph, n: int, k: int, owner: dict[int, int]) -> bool:
    for _ in range(6):
        if n in owner:
            return owner[n] == k
        if graph.op[n] != "move" or not graph.parents[n]:
            return False
        n = graph.parents[n][0]
    return False


def _is_repeated(old: Any, new: Any) -> bool:
    """Whether a bias is kept once for each sample, all rows alike."""
    if np.ndim(old) != 2 or np.shape(old)[0] < 2 or np.shape(old)[1] < 1:
        return False
    same = np.all(old == old[:1]) and np.all(np.abs(new - new[:1]) <= 1e-12 * np.abs(new[:1]))
    return bool(same and np.any(old[:1]))


def row_fits(row: Row, expected: Any, change: Any = None) -> bool:
    """Whether a change is the expected one but for rounding."""
    change = row.change if change is None else change
    if not row.fits_shape or not np.isfinite(change).all():
        return False
    size = float(np.max(np.abs(expected)))
    return bool(np.max(np.abs(change - expected)) <= CLOSE * size + lost_digits(row) + 1e-300)


def lost_digits(row: Row) -> float:
    """How far rounding alone takes a change."""
    return ROUNDING * float(np.max(np.abs(row.old))) + row.noise


def vote_factor(
    rows: list[Row], written: list[float], before: float = 0.0, others: list[float] | None = None
) -> tuple[float, list[bool]]:
    """The factor between changes and derivatives that fits most parameters.

    A single number fits any factor, so it does not vote alone. A factor that the program is
    written with goes before one that comes out of a fault. Of ties it is the factor of the
    step before, else the one that fits the weights nearest to the output: a fault is passed on
    backwards. Where nothing fits, the numbers that the program multiplies by on the way back are
    the factor. Of two opposite factors that each fit some it is the one that goes downhill.
    """
    alone = all(np.size(r.old) == 1 for r in rows)
    best: tuple[tuple[float, ...], float, list[bool]] = ((-1.0,), 0.0, [False] * len(rows))
    tried: list[float] = []
    others = [ratio(r.change, r.gradient) for r in rows] if others is None else others
    for i, c in enumerate([before, *written, *others]):
        if c == 0 or any(abs(c - t) <= 1e-9 * abs(t) for t in tried):
            continue
        tried.append(c)
        if len(tried) > 40:
            break
        good = _which_fit(rows, c, alone)
        real = [r for g, r in zip(good, rows, strict=True) if g and _tells(r)]
        voting = [r for r in real if alone or np.size(r.old) > 1]
        votes = len(voting)
        nearest = max((r.order for r in voting), default=0)
        score = (
            float(i <= len(written) and votes > 0),
            float(votes),
            0.0 if votes else count_near(rows, c),
            float(c == before),
            float(nearest),
            float(c > 0),
            float(i <= len(written)),
            float(len(real)),
        )
        if score > best[0]:
            best = (score, c, good)
    if best[1] < 0:
        good = _which_fit(rows, -best[1], alone)
        pairs = zip(good, rows, strict=True)
        if any(g and _tells(r) and (alone or np.size(r.old) > 1) for g, r in pairs):
            return -best[1], good
    return best[1], best[2]


def _tells(row: Row) -> bool:
    """Whether a row says something of the factor: 0, and what rounding leaves of it, fits any."""
    return bool(np.any(row.gradient)) and not row.is_noise


def _which_fit(rows: list[Row], c: float, alone: bool) -> list[bool]:
    return _fit_numbers(rows, c) if alone else [row_fits(r, c * r.gradient) for r in rows]


def count_near(rows: list[Row], c: float) -> float:
    """How many elements fit: one vector may hold all weights, and one part of it be wrong.

    Of one matrix among others half must fit: a row of it may follow a single sample, whose slope
    is then a factor like any other.
    """
    found, share = 0, 4 if len(rows) == 1 else 2
    for row in rows:
        if row.fits_shape and np.size(row.old) > 1:
            expected = c * np.asarray(row.gradient)
            near = np.abs(row.change - expected) <= CLOSE * np.abs(expected)
            fitting = int(np.sum(near & (expected != 0)))
            # One element or two fit any factor that was taken from them.
            found += fitting if fitting >= max(3, np.size(row.old) / share) else 0
    return float(found)


def _fit_numbers(rows: list[Row], c: float) -> list[bool]:
    """`row_fits` for parameters that are single numbers, all at once."""
    change = np.array([float(np.ravel(r.change)[0]) for r in rows])
    expected = c * np.array([float(np.ravel(r.gradient)[0]) for r in rows])
    old = np.abs([float(np.ravel(r.old)[0]) for r in rows])
    lost = ROUNDING * old + np.array([r.noise for r in rows])
    near = np.abs(change - expected) <= CLOSE * np.abs(expected) + lost + 1e-300
    return [bool(f and r.fits_shape) for f, r in zip(near, rows, strict=True)]


def ratio(change: Any, gradient: Any) -> float:
    """The factor of two arrays where the second is not small: the median of their quotients."""
    d, g = np.ravel(change), np.ravel(gradient)
    size = np.max(np.abs(g)) if g.size else 0.0
    if not np.isfinite(size) or size == 0:
        return 0.0
    kept = np.abs(g) > 1e-6 * size
    found = float(np.median(d[kept] / g[kept]))
    return found if np.isfinite(found) else 0.0


def fit_descent(reading: Reading) -> None:
    """Gradient descent: one factor in each step."""
    reading.factors, reading.good = [], []
    for rows, written in zip(reading.rows, reading.written, strict=True):
        c, good = vote_factor(rows, written, reading.factors[-1] if reading.factors else 0.0)
        reading.factors.append(c)
        reading.good.append(good)
    if _fits_once(reading):
        pairs = zip(reading.rows, reading.written, strict=True)
        voted = [vote_factor(rows, written, written[0], []) for rows, written in pairs]
        reading.factors, reading.good = [c for c, _ in voted], [good for _, good in voted]
    reading.rule = {"name": "gradient_descent", "rate": reading.factors[0]}


def _fits_once(reading: Reading) -> bool:
    """Whether a rate that nobody wrote fits the first step, and nothing follows it later.

    Where weights begin near 0 all outputs are alike, and a wrong slope is a factor like any other.
    """
    written, c = reading.written[0], reading.factors[0]
    if len(reading.good) < 2 or not all(reading.written):
        return False
    later = [
        g and _tells(r)
        for rows, good in zip(reading.rows[1:], reading.good[1:], strict=True)
        for r, g in zip(rows, good, strict=True)
    ]
    return not any(later) and all(abs(c - w) > 1e-9 * abs(w) for w in written)


def is_even(factors: list[float]) -> bool:
    """Whether a rate stays, or falls or rises evenly."""
    if any(c == 0 for c in factors):
        return False
    if len(factors) < 2:
        return True
    steps = [b / a for a, b in pairwise(factors)]
    inverse = np.diff(1 / np.array(factors))
    return bool(
        max(abs(s - steps[0]) for s in steps) <= 1e-4 * abs(steps[0])
        or (len(factors) > 2 and np.ptp(inverse) <= 1e-4 * np.max(np.abs(inverse)))
        or len(set(np.round(np.log(np.abs(factors)), 5))) <= max(2, len(factors) // 3)
    )
