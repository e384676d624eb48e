"""A sum over positions, samples or times that stops before the last of its shares, or after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import ratio
from twinprop.check.explain.shares import contributions, long_sum
from twinprop.check.explain.table import Fault, Table, is_near

FEWEST_SHARES = 3  # that are in the sum
MOST_SHARES = 500


def at_loop_of_sum(graph: Graph, table: Table, fault: Fault) -> Fault:
    """A sum that lacks shares of a derivative, told where the loop over them begins.

    All that is in it is right, and what is left out belongs to the first or the last uses of the
    same value at one place of the way forward.
    """
    n, goal, view = fault.node, fault.wanted, table.view
    if goal is None or goal not in table.adjoint or graph.op[n] not in ("add", "sub"):
        return fault
    factor = ratio(np.ravel(fault.right), np.ravel(table.adjoint[goal]))
    shares = sorted(contributions(graph, view, table.adjoint, goal), key=lambda share: share[0])
    terms = long_sum(graph, view, n)
    if not FEWEST_SHARES <= len(terms) < len(shares) <= MOST_SHARES or not factor:
        return fault
    left = list(range(len(shares)))
    for t, sign in terms:
        value = np.ravel(graph.value(t)) * sign
        own = [i for i in left if is_near(value, factor * np.ravel(shares[i][1]))]
        if not own:
            return fault
        left.remove(own[0])
    ends = (list(range(len(left))), list(range(len(terms), len(shares))))
    sites = {graph.site[u] for u, _ in shares}
    if left not in ends or len(sites) > 1:
        return fault
    shown = (f"{len(terms)} shares", f"all {len(shares)}")
    return replace(fault, kind="shares_left_out", loop=(n, 0), shown=shown)
