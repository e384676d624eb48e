"""Weights that were already updated when the way back took them, told by computing anew."""

from __future__ import annotations

from twinprop.check.explain.inplace import formula_of_fault
from twinprop.check.explain.operands import compute_formula
from twinprop.check.explain.table import Fault, Table, is_near


def takes_updated_weights(table: Table, fault: Fault) -> bool:
    """Whether a wrong value is right as soon as the weights in it are those of before the update.

    Parameters
    ----------
    table : Table
        Of the step.
    fault : Fault
        The wrong value.

    Returns
    -------
    bool
        False too where no updated weights are in it.
    """
    graph, step = table.graph, table.view.step
    formula = formula_of_fault(table, fault.node)
    beside = {p for n in formula for p in graph.parents[n]}
    made_of = [(c.u, c.k) for c in step.updates] + [(n, k) for k, n in step.last.items()]
    known = {n: graph.value(step.first[k]) for n, k in made_of if n in beside}
    if not known:
        return False
    made = compute_formula(graph, formula, fault.node, known)
    return made is not None and is_near(made, fault.right)


def is_of_right_helper(table: Table, node: int) -> bool:
    """Whether the place that makes a value on the way back makes some on the way forward too.

    Then it is a helper, and does there what it should.
    """
    graph, view = table.graph, table.view
    site = graph.site[node] if node in view.moved and node not in view.forward else -1
    return site >= 0 and any(graph.site[n] == site for n in view.forward)
