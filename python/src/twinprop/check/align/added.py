"""Targets that are added to the output, where they are to be taken away."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.align.steps import (
    Meeting,
    View,
    has_other_sign,
    list_choices,
    look_at_step,
    use_meetings,
)
from twinprop.check.align.trained import Parameters, Step


def find_added(
    graph: Graph, found: Parameters, touched: list[bool], steps: list[Step], choice: int
) -> list[View] | None:
    """The steps cut where a target is added to the output, as if it were one of the other sign.

    Parameters
    ----------
    graph : Graph
        A recording in which no output meets a target otherwise.
    found : Parameters
        What is trained.
    touched : list of bool
        For each value whether it depends on a parameter.
    steps : list of Step
        Those that are looked at.
    choice : int
        Whether they are cut at the first sum (0) or at the last one (1).

    Returns
    -------
    list of View or None
        None where there is a step without one.
    """
    views = []
    for step in steps:
        view = look_at_step(graph, found, touched, step)
        meets = [m for n in sorted(view.cone & view.moved) for m in _read_added(graph, view, n)]
        choices = list_choices(graph, view, meets) if meets else []
        if choice >= len(choices):
            return None
        use_meetings(graph, view, choices[choice])
        views.append(view)
    return views if all(view.pairs for view in views) else None


def _read_added(graph: Graph, view: View, n: int) -> list[Meeting]:
    """a + y of an output and data that are nowhere below 0, or labels -1 and 1."""
    args = graph.args[n]
    if graph.op[n] != "add" or len(args) != 2 or not all(isinstance(a, int) for a in args):
        return []
    moved = [a in view.moved for a in args]
    if moved[0] == moved[1] or n in view.cut:
        return []
    a, y = (args[0], args[1]) if moved[0] else (args[1], args[0])
    target = graph.value(y)
    if a in view.cut or view.touched[y] or target is None or graph.value(a) is None:
        return []
    begins = graph.op[y] == "constant" and not np.any(target)  # a sum with 0
    if begins or np.size(target) != np.size(graph.value(a)):
        return []
    below = np.any(np.asarray(target) < 0)
    if below and np.any(np.abs(target) != 1):
        return []
    return [(n, a, [np.negative(target)])]


def find_added_target(graph: Graph, views: list[View]) -> tuple[int, int] | None:
    """Where a target is added in the first step, and that target; None where none is."""
    n = min(views[0].meets, default=0)
    data = [a for a in graph.parents[n] if a not in views[0].moved]
    is_sum = n in views[0].meets and graph.op[n] == "add" and len(data) == 1
    is_added = is_sum and not has_other_sign(graph, data[0])
    return (n, data[0]) if is_added else None
