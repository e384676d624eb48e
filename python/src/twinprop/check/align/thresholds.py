"""Outputs that jump at a threshold, as a perceptron's.

They have no derivative: the perceptron's rule passes the error on to what is compared, as if that
were the output (Rosenblatt 1958).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View

RISING = (">", ">=", "greater", "sign", "heaviside")
FALLING = ("<", "<=", "less")
CHOOSING = ("where", "ifelse", "choice")
CARRIED = ("where", "mul", "add", "sub", "neg", "move", "pos")
DEEPEST_JUMP = 8
MOST_CARRIED = 40


def find_jump(graph: Graph, view: View, a: int) -> list[tuple[int, float]] | None:
    """The values whose difference decides what an output is, each with its sign.

    Parameters
    ----------
    graph : Graph
        A recording.
    view : View
        A step of it.
    a : int
        An output.

    Returns
    -------
    list or None
        Of `z > t` it is z with 1 and t with -1, as far as they are moved; None where the output is
        no jump.
    """
    return view.once(("jump", a), lambda: _search_jump(graph, view, a))


def _search_jump(graph: Graph, view: View, a: int) -> list[tuple[int, float]] | None:
    asked = _find_question(graph, view, a)
    if asked is None:
        return None
    turn = _turn(graph, asked) * (-1.0 if _last_name(graph, asked) in FALLING else 1.0)
    signs = (turn, -turn)
    pairs = zip(graph.args[asked], signs, strict=False)
    return [(z, s) for z, s in pairs if isinstance(z, int) and z in view.moved]


def seed_jump(
    graph: Graph, a: int, jump: list[tuple[int, float]], error: Any
) -> dict[int, Any] | None:
    """The error of an output, passed on to what is compared."""
    seeds: dict[int, Any] = {a: error}
    for z, sign in jump:
        if count(graph.shape[z]) != np.size(error):
            return None
        whole = sign * np.reshape(error, graph.shape[z])
        seeds[z] = whole if graph.shape[z] else float(whole)
    return seeds


def is_chosen(graph: Graph, n: int) -> bool:
    """Whether a value is one of several, by a comparison."""
    return _last_name(graph, n) in CHOOSING


def _last_name(graph: Graph, n: int) -> str:
    return graph.spelled[n].rsplit(".", 1)[-1]


def _find_question(graph: Graph, view: View, a: int) -> int | None:
    """The one comparison of which an output is made, and of no other value that is moved."""
    if a not in view.moved:
        return None
    found: set[int] = set()
    level = [a]
    for _ in range(DEEPEST_JUMP):
        following: list[int] = []
        for n in level:
            if _last_name(graph, n) in RISING + FALLING:
                found.add(n)
            elif n in view.cut or not (graph.op[n] in CARRIED or graph.spelled[n] == "choice"):
                return None
            else:
                following += [p for p in graph.parents[n] if p in view.moved]
        level = list(dict.fromkeys(following))
        if len(level) > MOST_CARRIED:
            return None
    return found.pop() if len(found) == 1 and not level else None


def _turn(graph: Graph, asked: int) -> float:
    """1 where an output is the higher one if its comparison is true, -1 if it is the lower one.

    By all that was chosen at its place; where only one answer was ever given it is the higher one
    if it is above 0.
    """
    chosen: dict[bool, list[float]] = {True: [], False: []}
    users = graph.users()
    for n in (n for n in range(graph.size) if graph.site[n] == graph.site[asked] >= 0):
        for u in (u for u in users[n] if is_chosen(graph, u)):
            answers, outputs = np.ravel(graph.value(n)), np.ravel(graph.value(u))
            if len(answers) == len(outputs):
                for answer in (True, False):
                    chosen[answer] += outputs[answers.astype(bool) == answer].tolist()
    if not chosen[True] or not chosen[False]:
        only = chosen[True] or chosen[False]
        return 1.0 if not only or (np.mean(only) > 0) == bool(chosen[True]) else -1.0
    return 1.0 if np.mean(chosen[True]) >= np.mean(chosen[False]) else -1.0
