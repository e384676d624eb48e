"""The derivative of a function of the program's own, wrong where the program computes it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.explain.table import Fault, Table, is_near, matches_some


def at_own_function(graph: Graph, table: Table, fault: Fault) -> Fault:
    """A product of a right derivative and a slope, told where the slope is computed.

    The slope is a function of the way forward alone, made on another line, and what it should be is
    the quotient of the two derivatives.
    """
    n, view = fault.node, table.view
    args = graph.args[n]
    if graph.op[n] != "mul" or fault.kind or len(args) != 2:
        return fault
    slopes = [
        a for a in args
        if isinstance(a, int) and a in view.moved and a not in view.after | view.forward
    ]  # fmt: skip
    backs = [a for a in args if isinstance(a, int) and a in view.after]
    if len(slopes) != 1 or len(backs) != 1 or graph.line(slopes[0]) == graph.line(n):
        return fault
    slope, back = slopes[0], graph.value(backs[0])
    shapes = {graph.shape[slope], graph.shape[n], np.shape(back), np.shape(fault.right)}
    if len(shapes) != 1 or not matches_some(table, backs[0]):
        return fault
    known = np.not_equal(back, 0)
    theirs = np.asarray(graph.value(slope), dtype=np.float64)
    right = np.divide(fault.right, back, out=theirs.copy(), where=known)
    if is_near(theirs, right):
        return fault
    return replace(fault, node=slope, right=right, path=[(slope, right)], wanted=None)
