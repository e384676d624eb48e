"""A rule with a past that is kept wrongly: what its means are of, and how they are corrected."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import numpy as np

from twinprop.check.align.adaptive import numbers_of, rule_nodes
from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row, ratio, step_of
from twinprop.check.align.steps import View
from twinprop.check.align.trained import Update
from twinprop.check.explain.adadelta import find_adadelta_fault
from twinprop.check.explain.kept import find_kept_fault, find_lost_squares
from twinprop.check.explain.mean_shares import share_left_out, share_of_other, share_of_past
from twinprop.check.explain.moments import (
    SAME,
    Mean,
    divided_by,
    find_means,
    own_updates,
    root_of_mean,
)
from twinprop.check.explain.odd_rule import find_odd_rule
from twinprop.check.explain.table import Fault, is_near
from twinprop.check.explain.unkept import find_past_of_nothing

FEWEST_STEPS = 3
SHARES = (share_of_past, share_left_out, share_of_other)
Look = Callable[[Graph, View, list[Row], int], Fault | None]


def find_rule_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """Where a rule that is not known is one that is known but for one mistake.

    Asked only where the gradients of all parameters are right. The mistake is one of the program's
    text, so it has to be there in every step after the first, which may have no past.
    """
    if len(best.rows) < FEWEST_STEPS:
        return None
    found = find_lost_squares(graph, alignment, best)
    found = found or find_adadelta_fault(graph, alignment, best)
    if found is not None:
        return found
    of_weights = partial(_of_weights, best.factors)
    corrections = (_corrected_wrongly, _counted_wrongly, _both_corrected_wrongly)
    for look in (*SHARES, of_weights, _of_another, *corrections):
        found = _in_every_step(graph, alignment, best, look)
        if found is not None:
            return found
    return (
        find_kept_fault(graph, alignment, best)
        or _other_momentum(graph, alignment, best)
        or find_odd_rule(graph, alignment, best)
    )


def find_hidden_rule_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """What a rule that is known does not show: a count of steps that stays 1, another share."""
    looks = (_counted_wrongly, share_left_out, share_of_other)
    found = (_in_every_step(graph, alignment, best, look) for look in looks)
    fault = next((fault for fault in found if fault is not None), None)
    if fault is not None and fault.kind == "steps_not_counted":
        return find_past_of_nothing(graph, alignment) or fault  # all is lost, and not the count
    return fault


def _in_every_step(graph: Graph, alignment: Alignment, best: Reading, look: Look) -> Fault | None:
    """A mistake that is there in every step after the first."""
    if len(best.rows) < FEWEST_STEPS:
        return None
    steps = range(1, len(best.rows))
    found = [look(graph, alignment.views[s], best.rows[s], s + 1) for s in steps]
    first = found[0]
    if first is None or any(f is None or f.kind != first.kind for f in found):
        return None
    first.step = 1
    return first


def _of_weights(
    factors: list[float], graph: Graph, view: View, rows: list[Row], t: int
) -> Fault | None:
    """A mean of the squares of the weights, where those of their gradient belong."""
    for row in rows:
        own = [c for c in view.step.updates if c.k == row.k]
        for mean in find_means(graph, view, own[0]) if len(own) == 1 else ():
            if mean.is_square and mean.of == view.step.first[row.k] and np.any(row.gradient):
                of, gradient = graph.value(mean.of), factors[t - 1] * row.gradient
                part = graph.value(mean.part)
                right = graph.value(mean.node) + ratio(part, of * of) * gradient**2 - part
                kind = "second_moment_of_weights"
                return Fault(mean.node, right, [(mean.node, right)], own[0], None, kind)
    return None


def _of_another(graph: Graph, view: View, rows: list[Row], _: int) -> Fault | None:
    """A mean of squares that is not of the gradient's, or a mean of them in place of the first."""
    for update, row in own_updates(view, rows):
        cone = rule_nodes(graph, view, update.u, update.p)
        means = list(find_means(graph, view, update))
        rooted = [root_of_mean(graph, view, cone, m.node) is not None for m in means]
        gradient = row.change  # what enters the rule
        for mean, has_root in zip(means, rooted, strict=True):
            of = graph.value(mean.of)
            if of is None:
                continue
            kind, wanted = "", gradient * gradient
            is_own = is_near(of, gradient)
            if mean.is_square and mean.of in {m.node for m in means if m.node != mean.node}:
                kind = "second_moment_of_mean" if mean.share < 1 and not is_own else ""
            elif mean.is_square and is_own and not has_root and len(means) == 2 and any(rooted):
                kind, wanted = "first_moment_squared", gradient
            elif not mean.is_square and (has_root if is_own else graph.op[mean.of] == "abs"):
                kind = "second_moment_without_square"
            if kind:
                number = ratio(graph.value(mean.part), of * of if mean.is_square else of)
                right = graph.value(mean.node) + number * wanted - graph.value(mean.part)
                return Fault(mean.node, right, [(mean.node, right)], update, None, kind)
    return None


def _corrected_wrongly(graph: Graph, view: View, rows: list[Row], t: int) -> Fault | None:
    """A mean divided by what corrects the other mean, or one of the two not corrected at all."""
    for update, row in own_updates(view, rows):
        cone = rule_nodes(graph, view, update.u, update.p)
        means = _both_means(graph, view, update)
        if not means:
            continue
        wanted = [1 - m.share**t for m in means]
        numbers = [
            divided_by(graph, view, cone, m.node, w) for m, w in zip(means, wanted, strict=True)
        ]
        right = [abs(c - w) <= SAME for (_, c), w in zip(numbers, wanted, strict=True)]
        if sum(right) != 1:
            continue
        i = right.index(False)
        node, number = numbers[i]
        if node >= 0 and abs(number - 1 + (1 - means[i].share) ** t) <= SAME:
            return _shares_swapped(graph, update, means[i])
        if node >= 0:
            value = graph.value(node) * number / wanted[i]
            other = abs(number - wanted[1 - i]) <= SAME
            kind = "correction_of_other" if other else "correction_wrong"
            return Fault(node, value, [(node, value)], update, None, kind)
        used = numbers_of(graph, view)
        if all(abs(x - w) > SAME for x in used for w in (wanted[i], np.sqrt(wanted[i]))):
            return _left_out(graph, view, update, row, means[i].node, wanted[i])
    return None


def _both_means(graph: Graph, view: View, update: Update) -> list[Mean]:
    """The mean of the gradient and that of its square; none where it is not these two."""
    means = [m for m in find_means(graph, view, update) if m.share < 1]
    is_both = len(means) == 2 and {m.is_square for m in means} == {True, False}
    return means if is_both else []


def _both_corrected_wrongly(graph: Graph, view: View, rows: list[Row], t: int) -> Fault | None:
    """Two means that are divided by what corrects neither, of which none is as of another step."""
    for update, _ in own_updates(view, rows):
        cone = rule_nodes(graph, view, update.u, update.p)
        means = _both_means(graph, view, update)
        found = [divided_by(graph, view, cone, m.node) for m in means]
        pairs = list(zip(means, found, strict=True))
        if not means or any(n < 0 or _counted(x, m.share) is not None for m, (n, x) in pairs):
            continue
        wanted = [1 - m.share**t for m in means]
        other = all(abs(x - w) <= SAME for (_, x), w in zip(found, wanted[::-1], strict=True))
        node, number = found[0]
        value = graph.value(node) * number / wanted[0]
        kind = "correction_of_other" if other else "correction_wrong"
        return Fault(node, value, [(node, value)], update, None, kind)
    return None


def _counted(number: float, share: float) -> int | None:
    """The number of steps that a mean is corrected for; None where it is no such number."""
    if not 0 < number < 1 or share == 1:
        return None
    steps = float(np.log1p(-number) / np.log(share))
    return round(steps) if abs(steps - round(steps)) <= 1e-4 else None


def _left_out(
    graph: Graph, view: View, update: Update, row: Row, node: int, wanted: float
) -> Fault:
    """A mean that is not corrected: told at the update where the corrected one is there unused."""
    made = range(view.step.begin + 1, view.step.end + 1)
    value = graph.value(node) / wanted
    is_alone = divided_by(graph, view, made, node)[0] < 0
    if not is_alone:
        node, value = update.u, graph.value(update.u) - step_of(row) * (1 / wanted - 1)
    kind = "correction_left_out"
    return Fault(node, value, [(node, value)], update, None, kind, alone=is_alone)


def _shares_swapped(graph: Graph, update: Update, mean: Mean) -> Fault:
    """The past has the share that belongs to this step, as the correction of the start shows."""
    new = graph.value(mean.part)
    past = graph.value(mean.node) - new
    times = (1 - mean.share) / mean.share
    right = past * times + new / times
    return Fault(mean.node, right, [(mean.node, right)], update, None, "shares_swapped")


def _counted_wrongly(graph: Graph, view: View, rows: list[Row], t: int) -> Fault | None:
    """Means corrected as of another step: the count goes on with each parameter, or not at all."""
    counts: list[int] = []
    found: list[tuple[Update, int, float]] = []
    for update, _ in own_updates(view, rows):
        cone = rule_nodes(graph, view, update.u, update.p)
        for mean in find_means(graph, view, update):
            node, number = divided_by(graph, view, cone, mean.node)
            steps = _counted(number, mean.share) if node >= 0 else None
            if steps is None:
                return None
            counts.append(steps)
            found.append((update, node, (1 - mean.share**t) / number))
    kinds = list(dict.fromkeys(counts))
    twice = len(rows) > 1 and kinds == list(range((t - 1) * len(rows) + 1, t * len(rows) + 1))
    if not twice and kinds != [1]:
        return None
    kind = "steps_counted_twice" if twice else "steps_not_counted"
    update, node, off = found[0]
    right = graph.value(node) / off
    at = _exponent_of(graph, node)
    if at < 0 or not graph.line(at):
        fault = Fault(node, right, [(node, right)], update, None, kind)
        fault.counted = graph.name(at) if at >= 0 else ""
        return fault
    return Fault(at, float(t), [(at, float(t))], update, None, kind)


def _exponent_of(graph: Graph, node: int) -> int:
    """The count of steps in 1 - b ** t, where it was made by a sum."""
    stack = [a for a in graph.args[node][1:] if isinstance(a, int)]
    for n in stack:
        if graph.op[n] == "pow":
            t = graph.args[n][1]
            return t if isinstance(t, int) else -1
        stack += graph.parents[n]
    return -1


def _other_momentum(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """Velocities that take their gradient with another number than those of the others."""
    fits = {r.k: _fit_velocity(best, r.k) for r in best.rows[0]}
    known = {k: f for k, f in fits.items() if f is not None}
    if len(known) < len(fits):
        return None
    pairs = list(known.values())
    usual = max(pairs, key=lambda f: (sum(_is_like(f, g) for g in pairs), f[0] > 0))
    odd = [k for k, f in known.items() if not _is_like(f, usual)]
    rate, share = usual
    if not 0 < len(odd) <= len(known) / 2 or rate <= 0:
        return None
    if any(abs(known[k][1] - share) > 1e-6 for k in odd):
        return None
    for number, kind in ((share, "velocity_brackets"), (-1.0, "wrong_sign")):
        if all(abs(known[k][0] / rate - number) <= 1e-6 for k in odd):
            return _velocity_at(graph, alignment, best, odd, (number - 1) * rate, kind)
    return None


def _velocity_at(
    graph: Graph, alignment: Alignment, best: Reading, odd: list[int], off: float, kind: str
) -> Fault | None:
    """The first odd velocity, and what it would be with the number that the others have."""
    for s in range(1, len(best.rows)):
        for update, row in own_updates(alignment.views[s], best.rows[s]):
            if row.k in odd and row.parts is not None and row.parts.past:
                way = row.parts.past[0].way
                named = [(m, f) for m, f in way if m in graph.names] or list(way[:1])
                path = [(m, graph.value(m) + off * row.change / f) for m, f in named]
                if kind == "wrong_sign" and _is_turned(graph, alignment.views[s], update, odd):
                    path = path[:1]  # the velocity is as those of the others, which are added
                return Fault(path[-1][0], path[-1][1], path, update, None, kind, step=s)
    return None


def _is_turned(graph: Graph, view: View, update: Update, odd: list[int]) -> bool:
    """Whether an update takes away what all updates add that are not odd, or the other way."""
    others = {graph.op[c.u] for c in view.step.updates if c.k not in odd}
    return len(others) == 1 and graph.op[update.u] not in others


def _is_like(f: tuple[float, float], g: tuple[float, float]) -> bool:
    return all(abs(x - y) <= 1e-6 * abs(y) for x, y in zip(f, g, strict=True))


def _fit_velocity(best: Reading, k: int) -> tuple[float, float] | None:
    """The rate and the share of its last step with which a parameter moves in every step."""
    rows = [next(r for r in rows if r.k == k) for rows in best.rows]
    x = [np.stack([np.ravel(r.change), np.ravel(b.whole)], 1) for b, r in pairwise(rows)]
    y = [np.ravel(r.whole) for r in rows[1:]]
    design, target = np.concatenate(x), np.concatenate(y)
    if design.shape[0] < 4 or not np.isfinite(design).all():
        return None
    scale = np.max(np.abs(design), axis=0)
    if np.any(scale == 0):
        return None
    found = np.linalg.lstsq(design / scale, target, rcond=None)[0] / scale
    if np.max(np.abs(design @ found - target)) > 1e-7 * np.max(np.abs(target)):
        return None
    rate, share = float(found[0]), float(found[1])
    return (rate, share) if 0 < share < 1 else None
