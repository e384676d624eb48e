"""One update that subtracts what all others add, or adds what they subtract."""

from __future__ import annotations

from twinprop.check.align.align import Alignment
from twinprop.check.align.readings import is_one_turned
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading
from twinprop.check.explain.table import Fault

FEWEST_OTHERS = 2


def find_turned_update(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The only update of its sign, where its parameter alone goes up the slope, with its velocity.

    What is in the velocity is right then, as it is in those of the others.
    """
    if not is_one_turned(best):
        return None
    updates = alignment.views[0].step.updates
    k = next(r.k for r, g in zip(best.rows[0], best.good[0], strict=True) if not g)
    own = [c for c in updates if c.k == k]
    others = {graph.op[c.u] for c in updates if c.k != k}
    if len(own) != 1 or len(updates) <= FEWEST_OTHERS or len(others) != 1:
        return None
    if {graph.op[own[0].u], *others} != {"add", "sub"}:
        return None
    row = next(r for r in best.rows[0] if r.k == k)
    right = graph.value(own[0].u) + 2 * row.whole
    return Fault(own[0].u, right, [(own[0].u, right)], own[0], None, "wrong_sign")
