"""The loss that a program computes itself: where no known loss fits, its derivative is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.entropy import LOGARITHMS, is_of_exp
from twinprop.check.align.gated import is_question
from twinprop.check.align.losses import differentiate
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View, ancestors, look_at_step, with_given
from twinprop.check.align.trained import Parameters, Step

MOST_OBJECTIVES = 4
ROUNDED = ("round", "around", "signif")


def find_objectives(
    graph: Graph, found: Parameters, touched: list[bool], steps: list[Step]
) -> list[list[View]]:
    """For each loss that the program computes the steps that end at it.

    A loss is a single number that all parameters of a step make, and of which nothing is made
    but updates. It may be computed in some of the steps alone, as where it is printed.

    Returns
    -------
    list of list
        For each loss the views of the steps in which it is computed.
    """
    looked = [look_at_step(graph, found, touched, step) for step in steps]
    seen = [(view, _find_ends(graph, view, found.owner)) for view in looked]
    first = next((ends for _, ends in seen if ends), [])  # after the update it is of the next step
    sites = list(dict.fromkeys(graph.site[n] for n, _ in first[::-1]))
    options = []
    # What goes back and is lost there ends after the loss, which is the first then.
    for site in dict.fromkeys([*sites[:MOST_OBJECTIVES], *sites[-1:]]):
        views = []
        for view, ends in seen:
            own = [(n, made) for n, made in ends if graph.site[n] == site]
            if own:
                views.append(_end_at(graph, view, *own[-1]))
        options.append(views)
    return options


def _find_ends(graph: Graph, view: View, owner: dict[int, int]) -> list[tuple[int, set[int]]]:
    """The single numbers, and no parameters, that all make and that nothing else is made of."""
    masks = {first: 1 << i for i, first in enumerate(view.step.first.values())}
    # A unit that is 0 for all samples is in no loss, and its weights stay as they are.
    whole = sum(masks[first] for k, first in view.step.first.items() if _moves(graph, view, k))
    for n in range(view.step.begin + 1, view.step.end + 1):
        if n not in masks and n not in view.cut:
            mask = 0
            for p in graph.parents[n]:
                mask |= masks.get(p, 0)
            if mask:
                masks[n] = mask
    users, made = graph.users(), set(masks)
    on = _that_go_on(graph, view, made)
    return [
        (n, made)
        for n, mask in masks.items()
        if whole
        and mask & whole == whole
        and count(graph.shape[n]) == 1
        and n not in view.cone
        and n not in owner
        and not is_question(graph, n)
        and not _is_rounded(graph, n)
        and on.isdisjoint(users[n])
    ]


def _that_go_on(graph: Graph, view: View, made: set[int]) -> set[int]:
    """The values that are no update, no question that only decides, and not kept in a table.

    Nor the difference of two losses, by which it is only asked whether it goes on, nor what is
    rounded to be shown.
    """
    users = graph.users()
    on: set[int] = set()
    for n in sorted(made - view.cone, reverse=True):
        decides = is_question(graph, n) and not users[n]
        ends = graph.op[n] == "move" or _is_change_of_loss(graph, n) or _is_rounded(graph, n)
        if not decides and not (ends and on.isdisjoint(users[n])):
            on.add(n)
    return on


def _is_change_of_loss(graph: Graph, n: int) -> bool:
    """Whether a number is the difference of two that are made at one place, or its size."""
    parents = graph.parents[n]
    if graph.op[n] == "sub":
        alone = len(parents) == 2 and all(count(graph.shape[p]) == 1 for p in parents)
        return alone and graph.site[parents[0]] == graph.site[parents[1]] >= 0
    return graph.op[n] in ("abs", "neg", "div") and _is_change_of_loss(graph, parents[0])


def _is_rounded(graph: Graph, n: int) -> bool:
    """Whether a single number is another one with fewer digits, as it is shown."""
    return count(graph.shape[n]) == 1 and graph.spelled[n].rsplit(".", 1)[-1] in ROUNDED


def _moves(graph: Graph, view: View, k: int) -> bool:
    """Whether a step changes a parameter."""
    step = view.step
    return not np.array_equal(graph.value(step.first[k]), graph.value(step.last[k]))


def _end_at(graph: Graph, view: View, n: int, made: set[int]) -> View:
    """A step whose way forward ends at a loss."""
    view = replace(view, moved=view.moved | made, pairs=[(n, [0.0])])
    view.forward = ancestors(graph, [n], view) & view.moved
    view.after = {m for m in view.cone & view.moved if m not in view.forward | view.cut}
    return view


def turn_likelihood(graph: Graph, view: View) -> View:
    """A step that ends at a log-likelihood, with that of the other sign: it is to be climbed.

    Such a number is below 0, and falls with every log(p) of a probability and with every
    log(1 + exp(z)) that it is made of.
    """
    n = view.pairs[0][0]
    if not float(np.ravel(graph.value(n))[0]) < 0:
        return view
    adjoint, _ = differentiate(graph, view, {n: np.ones(graph.shape[n])})
    logs = [m for m in view.forward if graph.op[m] in LOGARITHMS and m in adjoint]
    falls = [graph.value(m) is not None and _falls_with(graph, m, adjoint[m]) for m in logs]
    return with_given(view, {n: np.full(graph.shape[n], -1.0)}) if falls and all(falls) else view


def _falls_with(graph: Graph, m: int, slope: Any) -> bool:
    value = graph.value(m)
    if bool(np.all(value <= 0)):
        return bool(np.all(slope >= 0))
    return bool(np.all(value >= 0) and np.all(slope <= 0)) and is_of_exp(graph, m)
