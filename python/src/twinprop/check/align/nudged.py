"""Derivatives by nudging: differences of a loss that is computed twice, with a weight moved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View, ancestors, look_at_step
from twinprop.check.align.trained import Parameters, Step


def find_nudged(
    graph: Graph, found: Parameters, touched: list[bool], steps: list[Step]
) -> list[View] | None:
    """The steps that end at the losses whose differences they go by; None where one has none.

    Near enough to one another, all of them have one derivative, and so has their mean.
    """
    views = [_end_at_losses(graph, look_at_step(graph, found, touched, step)) for step in steps]
    known = [view for view in views if view is not None]
    return known if known and len(known) == len(views) else None


def _end_at_losses(graph: Graph, view: View) -> View | None:
    losses: dict[int, None] = {}
    meets = set()
    for n in sorted(view.cone & view.moved):
        args = graph.args[n]
        moved = [a for a in args if isinstance(a, int) and a in view.moved]
        if graph.op[n] != "sub" or len(args) != 2 or len(moved) != 2:
            continue
        same = graph.op[args[0]] == graph.op[args[1]] and graph.site[args[0]] == graph.site[args[1]]
        if same and graph.site[args[0]] >= 0 and count(graph.shape[n]) == 1:
            meets.add(n)
            losses |= dict.fromkeys(args)
    if not losses:
        return None
    forward = ancestors(graph, list(losses), view) & view.moved
    after = {n for n in view.cone & view.moved if n not in forward | view.cut}
    pairs = [(n, [0.0]) for n in losses]
    share = 1 / len(losses)
    given = {n: np.full(graph.shape[n], share) if graph.shape[n] else share for n in losses}
    return replace(view, pairs=pairs, meets=meets, forward=forward, after=after, given=given)
