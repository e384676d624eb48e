"""The derivative of another loss than the one that the program computes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.entropy import means_entropy, squares_errors, takes_logarithm
from twinprop.check.align.heads import follow_error
from twinprop.check.align.layers import Activation, find_function
from twinprop.check.align.losses import is_made_by, shape_target
from twinprop.check.align.readings import read_loss
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import Reading, ratio
from twinprop.check.align.settled import list_losses
from twinprop.check.align.steps import View, with_given
from twinprop.check.explain.table import Fault, is_near

SAME = 1e-9
MOST_SUMS = 6  # from the squares of errors to their mean


def find_other_loss(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A slope that the computed loss wants and that is left out, or vice versa."""
    return _doubled_error(graph, alignment, best) or find_slope_of_entropy(graph, alignment)


def _doubled_error(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """A squared error whose 2 begins the way back, from a sigmoid whose slope is left out.

    The error alone is the derivative of the cross-entropy, which many train with and show the
    squared error of. But it has no 2, and where a program computes no logarithm, and twice the
    error over the number that its own squared error is divided by, it means that one.
    """
    view = alignment.views[0]
    if best.family != "binary_cross_entropy" or takes_logarithm(graph, view):
        return None
    ends = [_end_of_error(graph, v) for v in alignment.views]
    if any(end is None for end in ends):
        return None
    computed = [x for v in alignment.views for _, x in list_losses(graph, v, "squared_error")]
    weights = {round(abs(w), 12) for _, w, _ in filter(None, ends)}
    if len(weights) > 1:
        return None
    node, weight, out = next(filter(None, ends))
    near = any(abs(abs(weight) - x) <= SAME * abs(weight) for x in computed)
    if not near and not any(
        _is_mean_of(graph, view, n, abs(weight)) for n in _squares(graph, view)
    ):
        return None
    right = graph.value(node) * out * (1 - out)
    return Fault(node, right, [(node, right)], view.step.updates[-1], None, "slope_left_out")


def _squares(graph: Graph, view: View) -> Iterator[int]:
    """The squares of errors of other samples, whose outputs are made where those of a step are."""
    a = view.pairs[0][0]
    for n in range(graph.size):
        if graph.op[n] != "pow" or graph.args[n][1:] != [[2]] or not graph.parents[n]:
            continue
        error = graph.parents[n][0]
        if graph.op[error] == "sub" and len(graph.shape[error]) == len(graph.shape[a]):
            made = [p for p in graph.parents[error] if view.touched[p]]
            if len(made) == 1 and graph.site[made[0]] == graph.site[a] >= 0:
                yield n


def _is_mean_of(graph: Graph, view: View, squares: int, weight: float) -> bool:
    """Whether a mean of squares has twice the error as often, for each sample, as a step has."""
    total = float(np.sum(graph.value(squares))) / 2
    own, level = graph.shape[view.pairs[0][0]], [squares]
    for _ in range(MOST_SUMS):
        level = [
            u for n in level for u in graph.users()[n] if graph.op[u] in ("sum", "mean", "div")
        ]
        for n in level:
            x = float(np.ravel(graph.value(n))[0]) if count(graph.shape[n]) == 1 else 0.0
            sizes = zip(graph.shape[squares], own, strict=True)
            if x and any(abs(x * m - weight * k * total) <= SAME * abs(x * m) for m, k in sizes):
                return True
    return False


def _end_of_error(graph: Graph, view: View) -> tuple[int, float, np.ndarray] | None:
    """The error times the numbers that it begins the way back with, these, and the output.

    Only where the number is none that a cross-entropy has, as a sum or as a mean.
    """
    if len(view.pairs) != 1:
        return None
    a = view.pairs[0][0]
    n, weight = follow_error(graph, view, a)
    out = np.asarray(graph.value(a))
    usual = [1 / m for m in (1, *graph.shape[a], count(graph.shape[a]))]
    if n < 0 or out.size < 2 or any(abs(abs(weight) - u) <= SAME * u for u in usual):
        return None
    return (n, weight, out) if is_made_by(graph, a, "sigmoid") else None


def find_slope_of_entropy(graph: Graph, alignment: Alignment) -> Fault | None:
    """An error that is multiplied by the slope of a sigmoid, where the cross-entropy is computed.

    All steps are those of the squared error. Of one output of one sample at a time any loss fits a
    single step; then they are so by the rate that is written, and not by the cross-entropy's.
    """
    views = alignment.views
    read = {r.family: r for r in alignment.readings}
    squared, entropy = read.get("squared_error"), read.get("binary_cross_entropy")
    if squared is None or entropy is None or not squared.is_right:
        return None
    if entropy.is_right and (not _moves_as_written(squared) or _moves_as_written(entropy)):
        return None
    if not means_entropy(graph, views[0]):
        return None
    found = [_error_with_slope(graph, view) for view in views]
    if any(f is None for f in found):
        return None
    node, right = next(filter(None, found))
    return Fault(
        node, right, [(node, right)], views[0].step.updates[-1], None, "slope_with_cross_entropy"
    )


def _moves_as_written(reading: Reading) -> bool:
    """Whether the factor of each step is one that the program's own numbers make."""
    return all(
        any(abs(c - w) <= SAME * abs(c) for w in written)
        for c, written in zip(reading.factors, reading.written, strict=True)
    )


def _error_with_slope(graph: Graph, view: View) -> tuple[int, object] | None:
    """The error times the slope on the way back, and the error alone."""
    if len(view.pairs) != 1 or not is_made_by(graph, view.pairs[0][0], "sigmoid"):
        return None
    a, y = view.pairs[0]
    out = np.asarray(graph.value(a))
    target = shape_target(graph.operand(y), out.shape)
    if target is None:
        return None
    error = out - target
    made = error * out * (1 - out)
    for n in sorted(view.after):
        value = graph.value(n)
        r = ratio(value, made) if np.shape(value) == out.shape else 0.0
        if abs(abs(r) - 1) <= SAME and is_near(value, r * made):
            return n, np.sign(r) * error if out.shape else float(np.sign(r) * error)
    return None


def find_forgotten_slope(graph: Graph, alignment: Alignment) -> Fault | None:
    """An output of another activation than the sigmoid, whose slope the squared error lacks.

    Every parameter follows the error taken for the derivative at the activation's input, and the
    program computes a squared error.
    """
    views = alignment.views
    ends = [x for view in views if (x := _activation_of(graph, view)) is not None]
    if not ends or len(ends) < len(views) or not squares_errors(graph, views[0]):
        return None
    pairs = zip(views, ends, strict=True)
    cut = [with_given(v, {x.z: np.reshape(e, graph.shape[x.z])}) for v, (x, e) in pairs]
    reading = read_loss(graph, alignment.found, cut, "own")
    if reading is None or not reading.is_right or min(reading.factors) <= 0:
        return None
    n = min(views[0].meets)
    right = graph.value(n) * np.reshape(ends[0][0].slope, graph.shape[n])
    return Fault(n, right, [(n, right)], views[0].step.updates[-1], None, "slope_left_out")


def _activation_of(graph: Graph, view: View) -> tuple[Activation, np.ndarray] | None:
    """The activation of a step's only output, where its slope is not 1, and the error there."""
    a, y = view.pairs[0]
    target = shape_target(graph.operand(y), graph.shape[a])
    if not len(view.pairs) == len(view.meets) == 1 or target is None:
        return None
    found = find_function(graph, view, a)
    if found is None or found.slope is None or found.name == "sigmoid":
        return None
    # Of labels -1 and 1 the error alone is the derivative of the cross-entropy, as of 0 and 1.
    if found.name == "tanh" and np.all(np.abs(target) == 1):
        return None
    bends = found.z in view.moved and bool(np.any(np.asarray(found.slope) != 1))
    return (found, np.asarray(graph.value(a) - target)) if bends else None
