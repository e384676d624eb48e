"""L2 that is not the same for all weights, told by the loss that the program computes itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.losses import differentiate
from twinprop.check.align.objective import find_objectives
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import CANCELLED, Reading, Row, ratio, read_rows, row_fits
from twinprop.check.align.steps import View
from twinprop.check.align.updates import touched_by
from twinprop.check.explain.inside import fault_inside
from twinprop.check.explain.network import count_samples
from twinprop.check.explain.table import Fault

SAME = 1e-6


def find_wrong_decay(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A weight that decays otherwise than the program's own loss says, or than the others do."""
    if best.rule["name"] != "gradient_descent" or not (best.decays or best.inside):
        return None
    return _against_loss(graph, alignment, best) or _against_others(graph, alignment, best)


def _against_loss(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The loss has a penalty that one weight follows, decay included, and another does not."""
    found, steps = alignment.found, alignment.steps[: len(best.rows)]
    touched = touched_by(graph, found.owner)
    decays = {*best.decays, *best.inside}
    numbers = {step.begin: s for s, step in enumerate(steps)}
    for views in find_objectives(graph, found, touched, steps):
        wrong: set[int] = set()
        faults = []
        decaying = False
        for view in views:
            s = numbers[view.step.begin]
            seeds = {a: 1.0 for a, _ in view.pairs}
            rows = read_rows(graph, view, found.owner, differentiate(graph, view, seeds)[0])
            c = _factor_of_most(rows)
            off = [r for r in rows if not row_fits(r, c * r.gradient, r.whole)]
            known = {r.k for r in rows} - {r.k for r in off}
            decaying = decaying or any((s, k) in decays for k in known)
            wrong = wrong | {r.k for r in off}
            faults += [_fault_of(graph, alignment, r, r.whole - c * r.gradient, s) for r in off]
        if decaying and len(wrong) == 1 and len(faults) == len(views) and faults[0] is not None:
            return faults[0]
    return None


def _fault_of(graph: Graph, alignment: Alignment, row: Row, off: Any, s: int) -> Fault | None:
    """What a weight moves too far: at what is added to its gradient, or where it decays.

    Within a gradient some elements alone may have a penalty, as where a column is that of the bias.
    """
    inside = alignment.best.inside.get((s, row.k)) if alignment.best else None
    if inside is None:
        return fault_of_decay(graph, alignment.views[s], row, off, s)
    old = np.where(np.abs(off) > row.lost, row.old, 0.0)
    times = 1.0 - np.sum(off * old) / np.sum(old * old) / inside
    return fault_inside(graph, alignment, s, row, float(times), "decay_of_one")


def _factor_of_most(rows: list[Row]) -> float:
    """The factor by which most parameters moved along the derivative."""
    options = [ratio(r.whole, r.gradient) for r in rows if np.size(r.old) > 1]
    counts = [sum(row_fits(r, c * r.gradient, r.whole) for r in rows) for c in options if c > 0]
    usual = [c for c in options if c > 0]
    return usual[int(np.argmax(counts))] if usual else 0.0


def _against_others(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """Of two decays one is twice the other, or as many times as there are samples in a step."""
    view, rows = alignment.views[0], best.rows[0]
    decays = {r.k: best.decays[0, r.k] for r in rows if best.decays.get((0, r.k), 0.0) > 0}
    if len(decays) < 2 or any(
        (s, k) not in best.decays for s in range(len(best.rows)) for k in decays
    ):
        return None
    least, most = min(decays.values()), max(decays.values())
    samples = float(count_samples(graph, view))
    if samples < 2 or abs(most / least - samples) > SAME * samples:
        return None
    # Where the errors of a step are added up, a penalty that is divided is the odd one.
    mean = any(abs(best.factors[0] * samples - w) <= SAME * w for w in _rates(best))
    wrong = [k for k, d in decays.items() if abs(d - (most if mean else least)) <= SAME * d]
    if len(wrong) != 1 or len(decays) - len(wrong) < 1:
        return None
    row = next(r for r in rows if r.k == wrong[0])
    right = least if mean else most
    return fault_of_decay(graph, view, row, (decays[row.k] - right) * row.old, 0)


def _rates(best: Reading) -> list[float]:
    return [abs(w) for own in best.written for w in own if w]


def fault_of_decay(
    graph: Graph, view: View, row: Row, off: object, s: int, kind: str = "decay_of_one"
) -> Fault | None:
    """The last value with a name between a weight and its decay, or its gradient if it has none.

    Where only the new weight has a name it is the decay itself, unless its place makes others, too.
    """
    own = [c for c in view.step.updates if c.k == row.k]
    if row.parts is None or len(own) != 1:
        return None
    terms = sorted((t for t in row.parts.own if t.way), key=lambda t: -len(t.way))
    way = list(terms[0].way) if terms and row.parts.decay else []
    decays = way[-1:] if way and _is_alone_at_place(graph, view, way[-1][0]) else way[:1]
    if not way:
        kind = "decay_left_out"
        term = row.parts.terms[0]
        way = [*term.way, (term.node, term.factor)]
        decays = way[:1]
    named = [(m, f) for m, f in way if m in graph.names]
    off = np.asarray(off)
    for chosen in (decays if all(m == own[0].u for m, _ in named) else named, named or way[:1]):
        fits = [(m, f) for m, f in chosen if np.shape(off) == graph.shape[m]]
        path = [(m, _moved_by(graph.value(m), off / f)) for m, f in fits]
        if path:
            return Fault(path[-1][0], path[-1][1], path, own[0], None, kind, step=s)
    return None


def _moved_by(value: Any, off: Any) -> Any:
    """The sum of two values, 0 where rounding alone is left of them."""
    return np.where(np.abs(value + off) <= CANCELLED * np.abs(value), 0.0, value + off)


def _is_alone_at_place(graph: Graph, view: View, n: int) -> bool:
    """Whether a place of the program makes one value in a step."""
    nodes = range(view.step.begin + 1, view.step.end + 1)
    return graph.site[n] >= 0 and sum(graph.site[m] == graph.site[n] for m in nodes) == 1
