"""An update taken apart: how much of the old value, of the step before, and of what else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update

MOST_TERMS = 200
FEW_PARTS = 8
BOUNDING = ("clip", "maximum", "minimum", "where")


class Term(NamedTuple):
    """A part of an update: its factor, its node, and the sums and products on the way to it."""

    factor: float
    node: int
    way: tuple[tuple[int, float], ...]


@dataclass
class Parts:
    """U = P - decay P + the terms of the past + other terms, each with its factor."""

    decay: float = 0.0
    own: list[Term] = field(default_factory=list)
    past: list[Term] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)


def touched_by(graph: Graph, owner: dict[int, int]) -> list[bool]:
    """For each node whether it depends on a parameter, at any time."""
    touched = [False] * graph.size
    for n in range(graph.size):
        touched[n] = n in owner or any(touched[p] for p in graph.parents[n])
    return touched


def take_apart(
    graph: Graph,
    view: View,
    owner: dict[int, int],
    update: Update,
    keep_sums: bool = False,
) -> Parts:
    """The linear parts of an update; sums over samples are kept whole if asked.

    Returns
    -------
    Parts
        `decay` is what of the old value is taken away besides the step.
    """
    key = ("parts", update.u, update.p, update.k, keep_sums)
    return view.once(key, lambda: _split_update(graph, view, owner, update, keep_sums))


def _split_update(
    graph: Graph, view: View, owner: dict[int, int], update: Update, keep_sums: bool
) -> Parts:
    parts, ahead = Parts(), 0.0
    stack: list[Term] = [Term(1.0, update.u, ())]
    while stack:
        term = stack.pop()
        n = term.node
        if n != update.u and _is_own(graph, view, owner, update, n):
            parts.own.append(term)
        elif n <= view.step.begin and view.touched[n]:
            parts.past.append(term)
        elif term.factor < 0 and _is_ahead(graph, view, owner, update.k, n):
            ahead -= term.factor
        elif term.factor < 0 and _is_sign(graph, view, owner, update.k, n):
            continue  # L1, which is no part of the loss's derivative
        else:
            ends = n in view.forward or n in view.meets or len(parts.terms) >= MOST_TERMS
            inner = None if ends else split_linear(graph, view, n)
            if inner is not None and keep_sums and len(inner) > 1 and n != update.u:
                made_now = [m for _, m in inner if m in view.after and m > view.step.begin]
                inner = None if len(made_now) == len(inner) else inner
            if inner is None:
                parts.terms.append(term)
            else:
                way = (*term.way, (n, term.factor))
                stack.extend(Term(term.factor * f, m, way) for f, m in inner)
    _keep_difference(graph, parts, owner, update)
    decay = 1.0 - sum(t.factor for t in parts.own) + ahead
    parts.decay = 0.0 if abs(decay) < 1e-14 else decay
    return parts


def _is_own(graph: Graph, view: View, owner: dict[int, int], update: Update, n: int) -> bool:
    """Whether a value is the old one; of a multiple of it the rest is what decays."""
    if n == update.p and n not in owner and n not in graph.bases:
        inner = split_linear(graph, view, n)
        return inner is None or len(inner) != 1 or owner.get(inner[0][1]) != update.k
    return n == update.p or owner.get(n) == update.k


def _is_ahead(graph: Graph, view: View, owner: dict[int, int], k: int, n: int) -> bool:
    """Whether a value is where the derivative is taken: a parameter and a share of the past.

    Where L2 is taken there, too, it is one penalty with the gradient, and no part of the past.
    """
    if n not in view.forward or graph.op[n] not in ("add", "sub"):
        return False
    own, past, stack = 0, 0, [n]
    while stack and own + past < FEW_PARTS:
        m = stack.pop()
        if owner.get(m) == k:
            own += 1
        elif m <= view.step.begin or not np.any(graph.value(m)):  # the first step has no past
            past += 1
        else:
            inner = split_linear(graph, view, m)
            if inner is None:
                return False
            stack += [p for _, p in inner]
    return own == 1 and past > 0


def _is_sign(graph: Graph, view: View, owner: dict[int, int], k: int, n: int) -> bool:
    """Whether a value holds the signs of a parameter, as L1 takes them away."""
    parents = graph.parents[n]
    if graph.op[n] != "flat" or len(parents) != 1 or n in view.after:
        return False
    held = owner.get(parents[0]) == k and graph.shape[n] == graph.shape[parents[0]]
    return held and bool(np.all(np.sign(graph.value(parents[0])) == graph.value(n)))


def _keep_difference(graph: Graph, parts: Parts, owner: dict[int, int], update: Update) -> None:
    """Take P - (P of the step before) as what is left of the past, where momentum is written so."""
    older = -sum(t.factor for t in parts.past if owner.get(origin(graph, t.node)) == update.k)
    grown = [t for t in parts.own if abs(t.factor - older) <= 1e-12 * abs(older)]
    if older and grown:
        parts.own.remove(grown[0])
        parts.past.append(grown[0])


def origin(graph: Graph, n: int) -> int:
    """What a copy is a copy of."""
    while graph.op[n] == "move" and len(graph.parents[n]) == 1 and graph.keeps_order(n):
        n = graph.parents[n][0]
    return n


def filled_with(graph: Graph, n: int) -> int:
    """What an array was filled with, as by m[...] = x; the array itself where it was not."""
    parents = graph.parents[n]
    if graph.op[n] != "move" or len(parents) != 2 or graph.shape[parents[1]] != graph.shape[n]:
        return n
    index, before = graph.movement(n), count(graph.shape[parents[0]])
    whole = index is not None and np.array_equal(index, before + np.arange(len(index)))
    return parents[1] if whole else n


def split_linear(graph: Graph, view: View, n: int) -> list[tuple[float, int]] | None:
    """The operands of a sum, or of a product with a plain number, with their factors."""
    op, args = graph.op[n], graph.args[n]
    nodes = [a for a in args if isinstance(a, int)]
    if op in ("add", "sub") and len(args) == 2:
        signs = (1.0, -1.0 if op == "sub" else 1.0)
        both = list(zip(signs, args, strict=True))
        return [(s, a) for s, a in both if isinstance(a, int)]
    if op == "neg" and nodes:
        return [(-1.0, nodes[0])]
    if op in ("mul", "div") and len(args) == 2:
        for i in (1, 0) if op == "mul" else (1,):
            number = plain_number(graph, view, args[i])
            other = args[1 - i]
            if number and isinstance(other, int) and plain_number(graph, view, other) is None:
                return [(number if op == "mul" else 1 / number, other)]
    if op in BOUNDING and (kept := unbounded(graph, view, n)) is not None:
        return [(1.0, kept)]
    if op == "move" and nodes and len(args) == 1 and graph.shape[nodes[0]] == graph.shape[n]:
        return [(1.0, nodes[0])] if graph.keeps_order(n) else None
    return None


def unbounded(graph: Graph, view: View, n: int) -> int | None:
    """What goes back and is not cut off by bounds that it does not reach; None where it is."""
    inner = (p for p in graph.parents[n] if p in view.after and graph.shape[p] == graph.shape[n])
    return next((p for p in inner if np.array_equal(graph.value(p), graph.value(n))), None)


def plain_number(graph: Graph, view: View, argument: object) -> float | None:
    """The number that an operand is, if it is one that depends on no parameter."""
    if isinstance(argument, int) and (argument in view.moved or view.touched[argument]):
        return None
    value = graph.operand(argument)
    if value is None or np.size(value) != 1:
        return None
    number = float(np.ravel(value)[0])
    return number if np.isfinite(number) and number != 0 else None


def written_factors(graph: Graph, view: View, update: Update) -> list[float]:
    """The products of the plain numbers between an update and where output and target meet."""
    found: list[float] = []
    stack = [(-float(s), t) for t, s in update.terms if s]
    seen: set[int] = set()
    while stack and len(seen) < 400:
        factor, n = stack.pop()
        if n in seen or n not in view.after:
            continue
        seen.add(n)
        if n in view.meets:
            turned = graph.op[n] == "div" or (
                graph.op[n] == "sub" and graph.args[n][1] in [a for a, _ in view.pairs]
            )
            found.append(-factor if turned else factor)
            continue
        inner = split_linear(graph, view, n)
        if inner is None:
            length = 1.0
            if graph.op[n] == "mean":
                whole = np.prod(graph.shape[graph.parents[n][0]])
                length = float(np.prod(graph.shape[n]) / whole) if whole else 1.0
            inner = [(length, p) for p in graph.parents[n]]
        stack.extend((factor * f, m) for f, m in inner)
    return found
