"""Whether a program computes a cross-entropy, told by the logarithms that it takes."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import View

NODES_AFTER = 300  # a loss may be computed after the updates
LOGARITHMS = ("log", "log1p")


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
        if graph.op[n] == "log" and graph.site[p] in sites:
            return True
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
