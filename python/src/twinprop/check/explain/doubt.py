"""What an accusation has to stand on: without it a program is not followed, but not wrong."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.adaptive import is_root
from twinprop.check.align.align import Alignment
from twinprop.check.align.bent import is_length
from twinprop.check.align.entropy import computes_entropy
from twinprop.check.align.layers import find_function
from twinprop.check.align.ranks import is_partly_followed
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS, Reading, cells_fit, ratio
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.align.updates import take_apart, unbounded
from twinprop.check.explain.divided import is_left_undivided
from twinprop.check.explain.joined import right_parts
from twinprop.check.explain.minimised import is_minimised
from twinprop.check.explain.table import Fault

HEADS = ("sigmoid", "softmax")
MOST_HEADS = 6
BENT = ("clip", "minimum")
FROM_ROOT = 7
FEWEST_ELEMENTS = 12
FEWEST_FITTING = 4
STRAIGHT = (*PRODUCTS, "div", "add", "sub", "neg", "sum", "mean", "move")


def find_doubt(
    graph: Graph, alignment: Alignment, fault: Fault, s: int, is_explained: bool
) -> str | None:
    """Why a difference may be the program's own right way; None where it is a fault.

    Parameters
    ----------
    graph : Graph
        A recording.
    alignment : Alignment
        What was understood of it.
    fault : Fault
        The difference.
    s : int
        Its step, from 0.
    is_explained : bool
        Whether one mistake is known that gives their value.

    Returns
    -------
    str or None
        The end of a sentence that begins with what was understood.
    """
    best, view = alignment.best, alignment.views[s]
    assert best is not None
    if best.stopped:
        return best.stopped
    if fault.kind:
        odd = sum(best.odd.get((s, r.k)) == "past" for r in best.rows[s])
        most = fault.kind == "past" and 2 * odd > len(best.rows[s])
        return "what they keep of the step before is no momentum known here" if most else None
    thin = _thin_ground(graph, alignment, fault, s)
    if thin is not None:
        return thin
    if not is_explained and _is_beside_loss(best, fault.update.k):
        return f"line {graph.line(fault.update.u)} moves what their output is not made of"
    way = _way_back(graph, view, alignment.found.owner, fault, "cut_off" in best.rule)
    bent = next((n for n in way if _is_cut(graph, view, n) or _has_length(graph, view, n)), None)
    if bent is not None:
        return f"their gradients are cut off on line {graph.line(bent)}"
    if _has_penalty(graph, view, alignment.found.owner, fault.update):
        return f"what line {graph.line(fault.node)} adds to a gradient is no L2"
    within = all(n not in graph.names for n, _ in fault.path[1:])  # the update's own expression
    known = any(r.source is not None for r in best.rows[s])
    follows = is_explained or _follows_any(best) or _fits_one_part(graph, alignment)
    if within and not known and (_has_root(graph, view, fault.update) or not follows):
        return "the rule by which they are moved is none that is known here"
    if fault.node == fault.update.u and _has_other_rate(graph, alignment, best):
        return "they are moved at more than one rate"
    known = alignment.asked or _is_rate_known(best) or _fits_one_part(graph, alignment)
    if not known and not is_explained and _bends_error(graph, view, fault.node):
        return f"line {graph.line(fault.node)} belongs to a loss that is not known here"
    if len({graph.shape[a] for a, _ in view.pairs}) > 1 or _has_two_heads(graph, view):
        return "more than one kind of output meets a target"
    known = known or _is_stated_entropy(graph, best, view)
    own = best.family == "own" and not is_minimised(graph, alignment.views)
    if not is_explained and not (is_partly_followed(best) if own else known):
        return "none of them moves as the derivative of a loss that is known here"
    return None


def _is_stated_entropy(graph: Graph, best: Reading, view: View) -> bool:
    """Whether the loss is the cross-entropy that the program itself computes of its output."""
    return best.family == "cross_entropy" and computes_entropy(graph, view)


def _has_two_heads(graph: Graph, view: View) -> bool:
    """Whether outputs are of two kinds, as a number and a probability, each with its own loss."""
    outputs = list(dict.fromkeys(a for a, _ in view.pairs if count(graph.shape[a]) > 1))
    if not 1 < len(outputs) <= MOST_HEADS:
        return False
    found = [find_function(graph, view, a) for a in outputs]
    return len({f.name in HEADS if f is not None else False for f in found}) > 1


def _thin_ground(graph: Graph, alignment: Alignment, fault: Fault, s: int) -> str | None:
    """What is blamed has no line, is data, or was seen too little of."""
    best, view = alignment.best, alignment.views[s]
    assert best is not None
    if not graph.line(fault.node):
        return "the value that differs first has no line of its own"
    data = not view.touched[fault.node] and fault.node not in view.meets
    if data and fault.swapped is None:
        return f"line {graph.line(fault.node)} weighs the samples in a way that is not known here"
    if len(alignment.views) == 1 and all(np.size(r.old) == 1 for r in best.rows[s]):
        return "one step of single numbers shows too little"
    return None


def _way_back(
    graph: Graph, view: View, owner: dict[int, int], fault: Fault, is_before_bounds: bool
) -> list[int]:
    """The values from the update to the fault, and the terms that the update takes.

    Where what is judged is the gradient before it is cut off, nothing on its way is.
    """
    way = [n for n, _ in fault.path]
    if is_before_bounds:
        return way
    return [*way, *(t.node for t in take_apart(graph, view, owner, fault.update).terms)]


def _is_cut(graph: Graph, view: View, n: int) -> bool:
    """Whether values are kept between two bounds, and some of them reach these."""
    if unbounded(graph, view, n) is not None:
        return False
    inner = [graph.op[p] for p in graph.parents[n]]
    return graph.op[n] in BENT or (graph.op[n] == "maximum" and "minimum" in inner)


def _has_length(graph: Graph, view: View, n: int) -> bool:
    """Whether a gradient is multiplied by a number that is made of the gradients."""
    args = [a for a in graph.args[n] if isinstance(a, int)]
    if graph.op[n] not in ("mul", "div") or len(args) != 2:
        return False
    sizes = sorted((count(graph.shape[a]), a) for a in args)
    inside = all(a in view.after for a in args)
    return sizes[0][0] == 1 < sizes[1][0] and inside and is_length(graph, view, sizes[0][1])


def _has_penalty(graph: Graph, view: View, owner: dict[int, int], update: Update) -> bool:
    """Whether something that is made of parameters alone is added to the gradient."""
    terms = [t.node for t in take_apart(graph, view, owner, update).terms]
    own = [n for n in terms if n in view.moved and n not in view.after and n not in view.cut]
    own = [n for n in own if np.any(graph.value(n))]  # a sum may begin with zeros like W
    return bool(own) and any(n in view.after for n in terms)


def _is_beside_loss(best: Reading, k: int) -> bool:
    """Whether the loss hangs on a parameter in no step: it may be what a rule keeps of the past."""
    return not any(row.k == k and np.any(row.gradient) for rows in best.rows for row in rows)


def _has_root(graph: Graph, view: View, update: Update) -> bool:
    """Whether a step is divided by a root, as it is in RMSprop and its kin."""
    level, size = [update.u], count(graph.shape[update.u])
    for _ in range(FROM_ROOT):
        level = [p for n in level for p in graph.parents[n] if p > view.step.begin]
        level = [p for p in dict.fromkeys(level) if count(graph.shape[p]) == size]
        if any(is_root(graph, n) for n in level):
            return True
    return False


def _follows_any(best: Reading) -> bool:
    """Whether a parameter moves along its derivative in some step."""
    return any(
        good and np.any(row.gradient)
        for rows, goods in zip(best.rows, best.good, strict=True)
        for row, good in zip(rows, goods, strict=True)
    )


def _has_other_rate(graph: Graph, alignment: Alignment, best: Reading) -> bool:
    """Whether more than one parameter moved along its derivative at one other rate.

    One that is as many times larger as there are samples is no rate where others divide by them.
    """
    odd = [i for i, good in enumerate(best.good[0]) if not good]
    if len(odd) < 2 or len(odd) == len(best.good[0]):
        return False
    rates = []
    for rows, c in zip(best.rows, best.factors, strict=True):
        for i in odd:
            r = ratio(rows[i].change, rows[i].gradient) if i < len(rows) else 0.0
            left = np.max(np.abs(rows[i].change - r * rows[i].gradient)) if r else np.inf
            rates.append(r / c if left <= 1e-6 * np.max(np.abs(rows[i].change)) else 0.0)
    is_one = min(rates) > 0 and max(rates) - min(rates) <= 1e-5 * max(rates)
    return is_one and not is_left_undivided(graph, alignment)


def _is_rate_known(best: Reading) -> bool:
    """Whether at least one whole parameter moves as the derivative says in every step."""
    first = best.rows[0]
    return any(
        np.any(first[i].gradient) and all(i < len(good) and good[i] for good in best.good)
        for i in range(len(first))
    ) or _fits_in_part(best)


def _fits_in_part(best: Reading) -> bool:
    """Whether a good part of a parameter moves rightly in every step: one may hold all weights."""
    counts = []
    for rows, c in zip(best.rows, best.factors, strict=True):
        large = [r for r in rows if r.fits_shape and np.size(r.old) >= FEWEST_ELEMENTS]
        moved = [np.abs(c * np.asarray(r.gradient)) for r in large]
        near = [
            np.sum((np.abs(r.change - c * r.gradient) <= 1e-6 * size) & (size > 0))
            for r, size in zip(large, moved, strict=True)
        ]
        counts.append(max(near, default=0))
    return min(counts, default=0) >= FEWEST_FITTING


def _fits_one_part(graph: Graph, alignment: Alignment) -> bool:
    """Whether of a parameter with several updates one moves its part rightly in every step.

    Or one of the parts that its gradient is put together of.
    """
    best, owner = alignment.best, alignment.found.owner
    assert best is not None
    for view, rows, rate in zip(alignment.views, best.rows, best.factors, strict=True):
        of = {r.k: r for r in rows if r.fits_shape and np.any(r.gradient)}
        found = False
        for c in (c for c in view.step.updates if c.k in of and not found):
            row, apart = of[c.k], take_apart(graph, view, owner, c, keep_sums=True)
            if c.cells is None:
                fitting = right_parts(graph, row, rate, apart)
                found = any(count(graph.shape[p]) > 1 for p in fitting)
            else:
                found = len(c.cells) > 1 and cells_fit(graph, row, c.cells, rate, apart)
        if not found:
            return False
    return True


def _bends_error(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is the error, bent or weighted by data as in a loss of another kind."""
    near = {n, *graph.parents[n]}
    near |= {q for p in near for q in graph.parents[p]}
    if not near & view.meets:
        return False
    bent = any(m in view.after and graph.op[m] not in STRAIGHT for m in near - view.meets)
    plain = [p for p in graph.parents[n] if p not in view.moved and not view.touched[p]]
    weighted = graph.op[n] in ("mul", "div") and any(count(graph.shape[p]) > 1 for p in plain)
    return bent or weighted
