"""Whether a program computes a cross-entropy, told by the logarithms that it takes."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.losses import is_made_by
from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View

NODES_AFTER = 300  # a loss may be computed after the updates
LOGARITHMS = ("log", "log1p")
SQUARES = ("pow", "square", "norm", "crossprod", "mul", "inner", "matmul")
ALONE = ("pow", "square", "norm", "crossprod")  # of one value, the others of it and itself


def computes_entropy(graph: Graph, view: View) -> bool:
    """Whether the logarithm of the output is taken, or of what belongs to it.

    In the step or after it by its value; anywhere by its place, as where the loss is computed of
    other samples. From logits it is log(1 + exp(z)), which is a logarithm of the odds.
    """
    ends = [a for a, _ in view.pairs[:4]]
    outputs = [np.asarray(graph.value(a)) for a in ends]
    sites = {graph.site[a] for a in ends if graph.site[a] >= 0}
    near = range(max(view.step.begin, 0), min(view.step.end + NODES_AFTER, graph.size))
    for n in range(graph.size):
        if graph.op[n] not in LOGARITHMS or not graph.parents[n]:
            continue
        p = graph.parents[n][0]
        if graph.op[n] == "log" and graph.site[before_moves(graph, p)] in sites:
            return True  # or of those elements of it that belong to the labels
        if n in near and any(_belongs(graph, n, p, out) for out in outputs):
            return True
    return False


def _belongs(graph: Graph, n: int, p: int, out: np.ndarray) -> bool:
    x = np.asarray(graph.value(p))
    if x.size != out.size or x.size == 0:
        return False
    x, out = x.ravel(), out.ravel()
    if graph.op[n] == "log":
        forms = [out, 1 - out, 1 / out, 1 / (1 - out)]
    else:
        odds = out / (1 - out)
        forms = [odds, 1 / odds, np.minimum(odds, 1 / odds)]
    return any(bool((np.abs(x - f) <= 1e-5 * np.maximum(1, np.abs(f))).all()) for f in forms)


def takes_logarithm(graph: Graph, view: View) -> bool:
    """Whether a cross-entropy is computed, of whatever samples.

    The logarithm of a sigmoid or softmax that parameters make, or of what it lacks of 1, is taken
    anywhere, or log(1 + exp(z)) of such a z, which is no activation of the network.
    """
    logs = [n for n in range(graph.size) if graph.op[n] in LOGARITHMS and graph.parents[n]]
    own = {graph.site[n] for n in view.forward}
    return computes_entropy(graph, view) or any(
        _is_of_output(graph, view, n)
        or (graph.site[n] not in own and _is_of_logits(graph, view, n))
        for n in logs
    )


def means_entropy(graph: Graph, view: View) -> bool:
    """Whether a cross-entropy is the only loss that a program computes: no error is squared."""
    return not squares_errors(graph, view) and takes_logarithm(graph, view)


def squares_errors(graph: Graph, view: View) -> bool:
    """Whether a program computes a squared error, of whatever samples."""
    return any(_is_squared(graph, view, n) for n in range(graph.size))


def _is_of_output(graph: Graph, view: View, n: int) -> bool:
    if graph.op[n] != "log":
        return False
    p = graph.parents[n][0]
    if graph.op[p] == "sub" and graph.args[p][0] == [1]:
        p = graph.parents[p][-1]
    kinds = ("sigmoid", "softmax")
    known = view.touched[p] and graph.value(p) is not None
    return known and any(is_made_by(graph, p, kind) for kind in kinds)


def _is_of_logits(graph: Graph, view: View, n: int) -> bool:
    return is_of_exp(graph, n) and any(view.touched[p] for p in graph.parents[n])


def is_of_exp(graph: Graph, n: int) -> bool:
    """Whether a logarithm is that of 1 + exp(z)."""
    p = graph.parents[n][0]
    if graph.op[n] == "log":
        if graph.op[p] != "add" or [1] not in graph.args[p]:
            return False
        p = graph.parents[p][-1]
    return graph.op[p] == "exp"


def _is_squared(graph: Graph, view: View, n: int) -> bool:
    """Whether a value is an error that is squared: an output less what no parameter makes."""
    parents = [before_moves(graph, p) for p in graph.parents[n]]
    if graph.op[n] not in SQUARES or not parents:
        return False
    if graph.op[n] not in ALONE and not (len(parents) == 2 and parents[0] == parents[1]):
        return False
    error = parents[0]
    args = graph.args[error]
    if graph.op[error] != "sub" or len(args) != 2 or not all(isinstance(a, int) for a in args):
        return False
    return view.touched[args[0]] != view.touched[args[1]]


def before_moves(graph: Graph, n: int) -> int:
    """What a value was before it was transposed or reshaped."""
    while graph.op[n] == "move" and len(graph.parents[n]) == 1:
        n = graph.parents[n][0]
    return n
