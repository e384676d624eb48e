"""AdaDelta with one mistake: in one of its two means, or in the roots that are taken of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.adaptive import history_of, numbers_of
from twinprop.check.align.align import Alignment
from twinprop.check.align.directions import SMALL
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import Reading, Row, ratio, row_fits, step_of
from twinprop.check.explain.table import Fault, is_near

FEWEST_STEPS = 3
FEW_NUMBERS = 8
History = list[tuple[Any, Row]]
Pairs = dict[str, tuple[Any, Any]]


class Edit(NamedTuple):
    """A mistake: its cause, the quantity that it makes wrong, and what is other than it should be.

    Quantities are the mean square of the gradients (s) and that of the steps (w), both with
    epsilon (bottom, top), and the step (d).
    """

    kind: str
    at: str
    change: dict[str, str]


RULE = {"keep_s": "rho", "take_s": "rest", "keep_w": "rho", "take_w": "rest"}
EDITS = (
    Edit("steps_of_gradients", "w", {"of": "gradient"}),
    *(Edit("share_left_out", at, {f"take_{at}": "one"}) for at in "sw"),
    *(Edit("past_kept_whole", at, {f"keep_{at}": "one"}) for at in "sw"),
    *(Edit("mean_not_kept", at, {f"keep_{at}": "zero"}) for at in "sw"),
    *(Edit("share_of_past", at, {f"keep_{at}": "rest", f"take_{at}": "rho"}) for at in "sw"),
    Edit("roots_exchanged", "d", {"order": "exchanged"}),
    Edit("roots_left_out", "top", {"top": "bare"}),
    Edit("roots_left_out", "bottom", {"bottom": "bare"}),
    Edit("roots_left_out", "d", {"top": "bare", "bottom": "bare"}),
)


def find_adadelta_fault(graph: Graph, alignment: Alignment, best: Reading) -> Fault | None:
    """The one mistake with which AdaDelta makes the steps of all parameters."""
    if len(best.rows) < FEWEST_STEPS:
        return None
    written = numbers_of(graph, alignment.views[1])
    shares = [x for x in written if 0.5 <= x < 1]
    small = [x for x in written if 0 < x < SMALL]
    sample = max(best.rows[0], key=lambda r: np.size(r.old))
    some = history_of(best, sample.k)
    with np.errstate(all="ignore"):
        for edit, rho, eps in product(EDITS, shares, small):
            if not _may_fit(some, edit, rho, eps):
                continue
            histories = {r.k: history_of(best, r.k) for r in best.rows[0]}
            made = {
                k: list(_follow([g for g, _ in h], edit, rho, eps)) for k, h in histories.items()
            }
            rate = _rate_of(some, made[sample.k])
            if rate > 0 and all(_fits(h, made[k], rate) for k, h in histories.items()):
                return _fault_at(graph, alignment, best, edit, made)
    return None


def _follow(gradients: list[Any], edit: Edit, rho: float, eps: float) -> Iterator[Pairs]:
    """What AdaDelta with a mistake makes in each step: each quantity, and the right one there."""
    numbers = {"rho": rho, "rest": 1 - rho, "one": 1.0, "zero": 0.0}
    form = {**RULE, **edit.change}
    share = {name: numbers[form[name]] for name in RULE}
    s = w = 0.0 * gradients[0]
    for g in gradients:
        right_s, top = rho * s + (1 - rho) * g * g, w + eps
        s = share["keep_s"] * s + share["take_s"] * g * g
        bottom = s + eps
        right_d = np.sqrt(top) / np.sqrt(bottom) * g
        over = top if form.get("top") == "bare" else np.sqrt(top)
        under = bottom if form.get("bottom") == "bare" else np.sqrt(bottom)
        d = (under / over if form.get("order") == "exchanged" else over / under) * g
        right_w = rho * w + (1 - rho) * d * d
        w = share["keep_w"] * w + share["take_w"] * (g * g if form.get("of") else d * d)
        yield {
            "s": (s, right_s),
            "w": (w, right_w),
            "top": (top, np.sqrt(top)),
            "bottom": (bottom, np.sqrt(bottom)),
            "d": (d, right_d),
        }


def _may_fit(history: History, edit: Edit, rho: float, eps: float) -> bool:
    """Whether a few numbers of a parameter move in proportion to what a mistaken rule makes."""
    size = np.size(history[0][0])
    if any(np.size(g) != size for g, _ in history):
        return False
    some = np.linspace(0, size - 1, FEW_NUMBERS).astype(np.int64)
    steps = np.stack([np.ravel(step_of(row))[some] for _, row in history])
    made = _follow([np.ravel(g)[some] for g, _ in history], edit, rho, eps)
    moved = np.stack([pairs["d"][0] for pairs in made])
    rate = ratio(steps, moved)
    lost = 10 * max(row.lost for _, row in history)
    return bool(np.all(np.abs(steps - rate * moved) <= 1e-5 * np.max(np.abs(steps)) + lost))


def _rate_of(history: History, made: list[Pairs]) -> float:
    """By what the steps of a rule are multiplied."""
    return ratio(step_of(history[0][1]), made[0]["d"][0])


def _fits(history: History, made: list[Pairs], rate: float) -> bool:
    return all(
        row.is_noise or row_fits(row, rate * pairs["d"][0], step_of(row))
        for (_, row), pairs in zip(history, made, strict=True)
    )


def _fault_at(
    graph: Graph, alignment: Alignment, best: Reading, edit: Edit, made: dict[int, list[Pairs]]
) -> Fault | None:
    """The last value of a step that is what the mistake makes, and not the right one.

    In the first step there is no past, and what is wrong with it may not be seen.
    """
    ends = [view.step.end for view in alignment.views[2:]] + [graph.size - 1]
    for s, end in enumerate(ends, start=1):
        view = alignment.views[s]
        made_now = range(end, view.step.begin, -1)
        for n in (n for n in made_now if graph.op[n] != "move" and view.touched[n]):
            value = graph.value(n)
            for c in view.step.updates:
                theirs, right = made[c.k][s][edit.at]
                sign = -1.0 if edit.at == "d" and is_near(value, -theirs) else 1.0
                if is_near(value, sign * theirs) and not is_near(theirs, right):
                    right = sign * right
                    return Fault(n, right, [(n, right)], c, None, edit.kind, step=s)
    return None
