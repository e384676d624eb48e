"""The pictures of a sweep's report."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from twinprop.comparing.rounding import ALPHA, MOST_RUNS, RUNS
from twinprop.comparing.student import student_quantile, student_tail
from twinprop.ground.names import parse_name
from twinprop.pictures.figures import GOOD, INK, MUTED, NOISE, PYTHON, Picture, R, drawing, named
from twinprop.studies.sweep import Swept, epoch_of

# Bounds as they were before they had a rate: runs, and multiples of the mean deviation.
_BEFORE = ((4, 16.0), (12, 8.0), (32, 8.0))
# What two right orders of a sum differ by, over the noise of the runs: see arithmetic/noisy.py.
_REAL = math.sqrt(0.5)
_AXES = ((0.08, 0.2, 0.25, 0.68), (0.41, 0.2, 0.25, 0.68), (0.74, 0.2, 0.25, 0.68))
_WIDTHS = (1, 2, 4, 8, 16, 32, 64)

Groups = Mapping[int, Sequence[float]]


def draw_shares(swept: Sequence[Swept]) -> Picture:
    """The largest share of each network over depth, width and epoch."""
    groups = (
        _group((one.depth, one.share) for one in swept),
        _group((_class_of(one.width), one.share) for one in swept),
        _group(pair for one in swept for pair in one.shares_by_epoch.items()),
    )
    largest = max(one.share for one in swept)
    text = (
        f"The share of its bound that the largest difference of a network uses up, over depth, "
        f"width and epoch, for {len(swept)} networks: the largest is {largest:.2f}."
    )
    caption = "Points are half of the networks, bars reach from the smallest to the largest."
    with drawing("shares", 8.6, 2.9) as (figure, finished):
        for axes, values in _panels(figure, groups):
            _draw_ranges(axes, values, PYTHON)
            axes.set_ylim(0, max(1.05, largest * 1.1))
            axes.axhline(1.0, color=NOISE, linestyle="--", linewidth=1)
        figure.axes[0].set_ylabel("share of the bound")
    return Picture(named(finished[0], text), f"{text} {caption}")


def draw_power(swept: Sequence[Swept]) -> Picture:
    """The smallest error that is found in each gradient over depth, width and epoch."""
    planted = [
        (one, epoch_of(parts), error.of_largest)
        for one in swept
        for name, error in one.planted.items()
        if (parts := parse_name(name)) is not None
    ]
    groups = (
        _group((one.depth, error) for one, _, error in planted),
        _group((_class_of(one.width), error) for one, _, error in planted),
        _group((epoch, error) for _, epoch, error in planted),
    )
    most = f"; all of up to {max(error for _, _, error in planted):.1e}" if planted else ""
    text = (
        f"The smallest error in one element that is found for certain, over the largest of its "
        f"gradient, for {len(planted)} gradients{most}."
    )
    caption = "Points are half of the gradients, bars reach from the smallest to the largest."
    with drawing("power", 8.6, 2.9) as (figure, finished):
        for axes, values in _panels(figure, groups):
            axes.set_yscale("log" if values else "linear")
            _draw_ranges(axes, values, R)
        figure.axes[0].set_ylabel("smallest error found")
    return Picture(named(finished[0], text), f"{text} {caption}")


def draw_rates() -> Picture:
    """The rate of false alarms and the error that is found, over the number of noisy runs."""
    runs = range(4, 41)
    multiples = [student_quantile(ALPHA, n - 1) for n in runs]
    before = [(n, multiple * _mean_deviation(n)) for n, multiple in _BEFORE]
    text = (
        f"How far a single number has to be off to be found, in spreads of the noisy runs, and how "
        f"often one of a right pair is: by one rate, {ALPHA:g}, and as it was before."
    )
    caption = (
        f"Cases are run {RUNS} to {MOST_RUNS} times. Lines: the present multiples; crosses: those "
        "before, 16 mean deviations of 4 runs and 8 of 12 to 32. Right: the rate where a "
        "difference is as large as the noise, and at the size that two orders of a sum have."
    )
    with drawing("rates", 8.6, 2.9) as (figure, finished):
        found, rate = (
            figure.add_axes((0.08, 0.2, 0.4, 0.68)),
            figure.add_axes((0.58, 0.2, 0.4, 0.68)),
        )
        found.plot(runs, multiples, color=INK)
        found.plot(*zip(*before, strict=True), "x", color=NOISE)
        found.set(title="Power", xlabel="noisy runs", ylabel="spreads", yscale="log")
        for size, colour, words in ((1.0, INK, "as large as the noise"), (_REAL, GOOD, "real")):
            tails = [student_tail(m / size, n - 1) for n, m in zip(runs, multiples, strict=True)]
            rate.plot(runs, tails, color=colour, label=words)
            was = [(n, student_tail(m / size, n - 1)) for n, m in before]
            rate.plot(*zip(*was, strict=True), "x", color=colour)
        rate.set(title="False alarms", xlabel="noisy runs", ylabel="rate of a number", yscale="log")
        rate.legend()
        for axes in (found, rate):
            axes.axvspan(RUNS, MOST_RUNS, color=MUTED, alpha=0.12, linewidth=0)
    return Picture(named(finished[0], text), f"{text} {caption}")


def _mean_deviation(runs: int) -> float:
    """Of so many normal numbers, over their spread."""
    return math.sqrt(2 / math.pi * (runs - 1) / runs)


def _class_of(width: int) -> int:
    """The smallest of a few widths that is not less."""
    return next(known for known in _WIDTHS if width <= known)


def _group(pairs: Iterable[tuple[int, float]]) -> Groups:
    groups: dict[int, list[float]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return dict(sorted(groups.items()))


def _panels(figure: Any, groups: Sequence[Groups]) -> Iterable[tuple[Any, Groups]]:
    titles = ("Layers", "Units of the widest layer, up to", "Epoch")
    for place, title, values in zip(_AXES, titles, groups, strict=True):
        axes = figure.add_axes(place)
        axes.set_xlabel(title)
        yield axes, values


def _draw_ranges(axes: Any, groups: Groups, colour: str) -> None:
    """For each group its smallest, its median and its largest value."""
    measure: tuple[Callable[[Any], Any], ...] = (np.min, np.median, np.max)
    rows = [[float(each(values)) for each in measure] for values in groups.values()]
    if not rows:
        return
    places = range(len(rows))
    axes.vlines(places, [row[0] for row in rows], [row[2] for row in rows], color=colour)
    axes.plot(places, [row[1] for row in rows], "o", color=colour, markersize=4)
    axes.set_xticks(places, [str(key) for key in groups])
    axes.set_xlim(-0.5, len(rows) - 0.5)
