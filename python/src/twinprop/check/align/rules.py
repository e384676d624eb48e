"""Which rule of updating fits what the parameters did, and for which of them it does not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.align.roots import part_cells
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
    lost: float = 0.0  # how far rounding alone takes a change


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
    inside: dict[tuple[int, int], float] = field(default_factory=dict)  # decays in the gradient

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
    uses = [n for n in view.forward if graph.op[n] in PRODUCTS]
    for k, first in view.step.first.items():
        old, new = graph.value(first), graph.value(view.step.last[k])
        if old is None or new is None:
            continue
        shape = graph.shape[first]
        gradient: Any = 0.0 if shape == () else np.zeros(shape)
        for n, g in adjoint.items():
            if owner.get(n) == k and graph.shape[n] == shape:
                gradient = gradient + g
        if _is_same_column(old, new):
            shape = np.shape(new)
            old, gradient = np.reshape(old, shape), np.reshape(gradient, shape)
        fits = np.shape(new) == np.shape(old)
        whole = old - new
        if not fits:
            gradient = np.broadcast_to(gradient, np.shape(whole))
        elif _is_repeated(old, new) and _is_added_as_it_is(graph, view, first):
            gradient = np.broadcast_to(np.sum(gradient, axis=0, keepdims=True), shape)
        order = view.once(("last use", k), partial(_last_use, graph, uses, k, owner))
        row = Row(k, old, whole, whole, gradient, fits_shape=fits, order=order)
        own = [c for c in view.step.updates if c.k == k]
        scaled = own[0].p if fits and len(own) == 1 else first
        moved = scaled in view.forward and scaled not in owner and scaled in adjoint
        moved = moved and scaled not in graph.bases
        if moved and graph.shape[scaled] == shape:
            # Scaled between two steps, as where its norm is limited: that is what is moved.
            old, gradient = graph.value(scaled), adjoint[scaled]
            row = replace(row, old=old, whole=old - new, change=old - new, gradient=gradient)
        beside = part_cells(graph, own[0].p) if len(own) == 1 and own[0].cells is None else None
        if fits and beside is not None and graph.shape[own[0].p] != shape:
            # All that was is kept, and the new part is put beside the old one.
            old = graph.value(own[0].p)
            part: Any = np.ravel(gradient)[list(beside)].reshape(np.shape(old))
            part = part if np.ndim(old) else float(part)
            change = old - graph.value(own[0].u)
            row = replace(row, old=old, whole=change, change=change, gradient=part)
        if fits and len(own) == 1 and (beside is not None or own[0].u == view.step.last[k]):
            _split_change(graph, row, take_apart(graph, view, owner, own[0]))
        rows.append(row)
    return _with_noise(rows)


def _with_noise(rows: list[Row]) -> list[Row]:
    """Rows that know what may be rounding beside the largest of their step."""
    steep = [float(np.max(np.abs(r.gradient))) for r in rows]
    noise = CANCELLED * max((float(np.max(np.abs(r.whole))) for r in rows), default=0.0)
    least = CANCELLED * max(steep, default=0.0)
    for r, s in zip(rows, steep, strict=True):
        r.noise, r.is_noise = noise, s <= least
        r.lost = ROUNDING * float(np.max(np.abs(r.old))) + noise
    return rows


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


def cells_fit(graph: Graph, row: Row, cells: tuple[int, ...], rate: float, parts: Parts) -> bool:
    """Whether an update of a part of a parameter moved it along the derivative."""
    want = np.ravel(rate * row.gradient)[list(cells)]
    did = np.ravel(total(graph, parts.terms))
    return bool(np.max(np.abs(did - want)) <= CLOSE * np.max(np.abs(want)) + 1e-300)


def _is_same_column(old: Any, new: Any) -> bool:
    """Whether a vector is a matrix of one column or row now, as R makes of it."""
    return {np.ndim(old), np.ndim(new)} == {1, 2} and np.size(old) == np.size(new)


def _last_use(graph: Graph, uses: list[int], k: int, owner: dict[int, int]) -> int:
    """The last of the products on the way forward that a parameter is in; 0 for a bias."""
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


def _is_added_as_it_is(graph: Graph, view: View, first: int) -> bool:
    """Whether a parameter has a row for each sample already, and is not spread over them."""
    used = (u for u in graph.users()[first] if u in view.forward)
    return all(graph.shape[u] == graph.shape[first] for u in used)


def row_fits(row: Row, expected: Any, change: Any = None) -> bool:
    """Whether a change is the expected one but for rounding."""
    change = row.change if change is None else change
    if not row.fits_shape or not np.isfinite(change).all():
        return False
    size = float(np.max(np.abs(expected)))
    return bool(np.max(np.abs(change - expected)) <= CLOSE * size + row.lost + 1e-300)


def step_of(row: Row) -> Any:
    """What was taken away besides the decay of the weights."""
    return row.whole - (row.parts.decay * row.old if row.parts is not None else 0.0)


def ratio(change: Any, gradient: Any) -> float:
    """The factor of two arrays where the second is not small: the median of their quotients."""
    d, g = np.ravel(change), np.ravel(gradient)
    size = np.max(np.abs(g)) if g.size else 0.0
    if not np.isfinite(size) or size == 0:
        return 0.0
    kept = np.abs(g) > 1e-6 * size
    found = float(np.median(d[kept] / g[kept]))
    return found if np.isfinite(found) else 0.0
