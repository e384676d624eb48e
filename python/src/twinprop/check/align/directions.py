"""The rules with a past, the steps that each of them makes, and which may be a program's own."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from twinprop.check.align.rules import CLOSE, Row, step_of

SMALL = 0.011
FEW_NUMBERS = 8
FIRST_AND_SECOND = ("adam", "adam_folded", "adam_uncorrected", "amsgrad", "nadam", "adamax")
Choice = tuple[str, dict[str, float]]


def directions(name: str, gradients: list[Any], numbers: dict[str, float]) -> list[Any]:
    """The step of each rule for rate 1, from the gradients of all steps."""
    m: Any = 0.0
    s: Any = 0.0
    most: Any = 0.0
    walked: Any = 0.0  # the mean square of the steps themselves
    b1, b2, eps = numbers.get("beta_1", 0.0), numbers["decay"], numbers["epsilon"]
    made = []
    for t, g in enumerate(gradients, start=1):
        m = b1 * m + (1 - b1) * g
        s = s + g * g if name == "adagrad" else b2 * s + (1 - b2) * g * g
        first, second = m, s
        if name in ("adam", "nadam"):
            first, second = m / (1 - b1**t), s / (1 - b2**t)
        if name == "amsgrad":
            most = np.maximum(most, s)
            second = most
        root = np.sqrt(second + eps) if numbers.get("inside") else np.sqrt(second) + eps
        if numbers.get("no_root"):
            root = second + eps
        if name == "adamax":
            most = np.maximum(b2 * most, np.abs(g))
            root, first = most + eps, m / (1 - b1**t)
        elif name == "nadam":
            first = (b1 * m + (1 - b1) * g) / (1 - b1**t)
        elif name == "adadelta":
            first = np.sqrt(walked + eps) * g
            walked = b2 * walked + (1 - b2) * (first / root) ** 2
        # The correction may be in the rate: then epsilon is added to the root that is without it.
        rate = np.sqrt(1 - b2**t) / (1 - b1**t) if name == "adam_folded" else 1.0
        made.append(rate * first / root)
    return made


def list_choices(numbers: list[float], form: dict[str, float]) -> list[Choice]:
    """The rules with every number that they may be made with, where epsilon has this place."""
    between = [x for x in numbers if 0.3 < x < 1]
    small = [x for x in numbers if 0 < x < SMALL] + [0.0]
    mean = ("rmsprop", "adadelta") if form["inside"] else ("rmsprop",)
    return [
        *(
            (name, {"decay": b, "epsilon": eps, **form})
            for eps, b, name in product(small, between, mean)
        ),
        *(("adagrad", {"decay": 1.0, "epsilon": eps, **form}) for eps in small),
        *(
            (name, {"beta_1": b1, "decay": b2, "epsilon": eps, **form})
            for eps, b2, b1, name in product(small, between, between, FIRST_AND_SECOND)
        ),
    ]


def possible_choices(
    choices: list[Choice], form: dict[str, float], few: list[tuple[Any, Row]]
) -> list[Choice]:
    """Those whose steps are, for a few numbers of a parameter, in proportion to its own.

    All the numbers of a rule are tried at once; what is left is looked at one by one.
    """
    steps = [np.ravel(step_of(row)) for _, row in few]
    gradients = [np.ravel(g) for g, _ in few]
    if {v.size for v in (*steps, *gradients)} != {steps[0].size} or not steps[0].size:
        return choices
    largest = [int(np.argmax(np.abs(step))) for step in steps]
    some = [*largest, *np.linspace(0, steps[0].size - 1, FEW_NUMBERS).astype(np.int64)]
    kept: list[int] = []
    for name in dict.fromkeys(name for name, _ in choices):
        places = np.array([i for i, choice in enumerate(choices) if choice[0] == name])
        numbers: dict[str, Any] = {
            key: np.array([[choices[i][1].get(key, 0.0)] for i in places])
            for key in ("beta_1", "decay", "epsilon")
        }
        made = directions(name, [g[some] for g in gradients], {**numbers, **form})
        fits = np.ones(len(places), dtype=bool)
        for t, (d, step, (_, row)) in enumerate(zip(made, steps, few, strict=True)):
            fits &= row.is_noise | _in_proportion(d, step[some], t, row)
        kept += places[fits].tolist()
    return [choices[i] for i in sorted(kept)]


def _in_proportion(made: Any, step: Any, t: int, row: Row) -> Any:
    """Of which rules the numbers are to the t-th of them as those of a step are, but for rounding.

    Where one rate makes each the other within that bound, both products differ by no more.
    """
    bound = 2 * (CLOSE * abs(step[t]) + row.lost + 1e-300)
    one = made[:, t : t + 1]
    near = np.abs(step * one - step[t] * made) <= bound * (np.abs(made) + np.abs(one))
    return near.all(axis=1)
