"""The pictures of the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.pictures.figures import (
    GOOD,
    INK,
    LINE,
    MUTED,
    NOISE,
    PYTHON,
    Picture,
    R,
    drawing,
    named,
)
from twinprop.pictures.report.data import ULP_CLASSES, CaseData
from twinprop.pictures.terminal.tables import format_count

KINDS = (
    "z",
    "a",
    "dropped",
    "loss",
    "e",
    "slope",
    "delta",
    "dW",
    "db",
    "dalpha",
    "W",
    "b",
    "alpha",
)
_LOOKS = {
    "Python to R": (INK, "-"),
    "Python to the truth": (PYTHON, "--"),
    "R to the truth": (R, ":"),
    "what rounding explains": (NOISE, "-."),
}
_PANEL = (4.0, 2.7)
_PLOT = (0.18, 0.17, 0.79, 0.72)  # the axes in a panel
_NEAR = 3  # so many classes of ULP are called near
_SMALLEST = 1e-18  # no difference at all stands here on a logarithmic axis


def draw_heat_map(cases: Sequence[CaseData]) -> Picture:
    """Cases against quantities: the largest distance in ULP, native."""
    kinds = [kind for kind in KINDS if any(kind in case.by_kind for case in cases)]
    height = 0.8 + 0.28 * len(cases)
    with drawing("heat", 8.6, height) as (figure, finished):
        axes = figure.add_axes((0.24, 0.02, 0.75, 1 - 0.55 / height))
        axes.set(xlim=(0, len(kinds)), ylim=(len(cases), 0))
        axes.set_xticks(np.arange(len(kinds)) + 0.5, kinds)
        axes.set_yticks(np.arange(len(cases)) + 0.5, [case.name for case in cases])
        axes.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
        axes.spines[:].set_visible(False)
        for row, case in enumerate(cases):
            for column, kind in enumerate(kinds):
                _heat_cell(axes, row, column, case.by_kind.get(kind))
    worst = max(cases, key=lambda case: max(case.by_kind.values(), default=0))
    kind = max(worst.by_kind, key=lambda name: worst.by_kind[name], default="z")
    text = (
        f"Largest distance between Python and R in ULP, native arithmetic, for {len(cases)} cases "
        f"and {len(kinds)} kinds of quantity. The largest of all is "
        f"{format_count(worst.by_kind.get(kind, 0))} ULP, in {kind} of {worst.name}."
    )
    caption = (
        "Many ULP are not alarming in themselves: next to zero, where numbers cancel, a small "
        "absolute difference spans many representable numbers. The verdict looks at both. The "
        "deeper the colour, the more ULP; an empty place stands for what a case does not have."
    )
    return Picture(named(finished[0], text), f"{text} {caption}")


def _heat_cell(axes: Any, row: int, column: int, ulp: float | None) -> None:
    if ulp is None:
        return
    from matplotlib.patches import Rectangle

    # Full colour from a million ULP on: 20 doublings.
    depth = 0.0 if ulp == 0 else min(0.12 + 0.8 * np.log2(ulp + 1) / 20, 0.92)
    place = (column + 0.03, row + 0.05)
    axes.add_patch(Rectangle(place, 0.94, 0.9, facecolor=GOOD, alpha=depth, linewidth=0))
    label = format_count(ulp) if ulp else "0"
    axes.text(
        column + 0.5,
        row + 0.52,
        label,
        ha="center",
        va="center",
        fontsize=8,
        color=INK if ulp else MUTED,
    )


def draw_courses(case: CaseData) -> Picture:
    """How far the weights drift apart over the epochs."""
    with drawing(f"course-{case.name}", *_PANEL) as (figure, finished):
        axes = figure.add_axes(_PLOT)
        values = [y for course in case.courses.values() for _, y in course if y > 0]
        high = max(values, default=1e-15)
        for name, course in case.courses.items():
            colour, style = _LOOKS[name]
            epochs, heights = zip(*course, strict=True)
            shown = np.maximum(heights, _SMALLEST)
            axes.plot(epochs, shown, style, color=colour, marker="o", ms=3, label=name)
        _difference_axis(axes, high)
        axes.set_ylabel("difference")
        _epoch_axis(axes, [e for course in case.courses.values() for e, _ in course])
        axes.set_title(case.name)
    end = "; ".join(f"{name} {course[-1][1]:.1e}" for name, course in case.courses.items())
    text = f"{case.name}: largest difference of a weight or bias after the last epoch: {end}."
    return Picture(named(finished[0], text), text)


def draw_losses(case: CaseData) -> Picture:
    """The loss curves of both languages on top of each other."""
    with drawing(f"loss-{case.name}", *_PANEL) as (figure, finished):
        axes = figure.add_axes(_PLOT)
        looks = {"python": (PYTHON, "-", 4.5, 0.45), "r": (R, "--", 1.6, 1.0)}
        for language, (colour, style, width, alpha) in looks.items():
            epochs, losses = zip(*case.losses[language], strict=True)
            label = {"python": "Python", "r": "R"}[language]
            axes.plot(epochs, losses, style, color=colour, lw=width, alpha=alpha, label=label)
        axes.set(ylabel="loss", ylim=(0, None))
        axes.yaxis.set_major_locator(_few_ticks())
        _epoch_axis(axes, [epoch for epoch, _ in case.losses["python"]])
        axes.set_title(case.name)
        axes.legend(loc="lower left", handlelength=2.6)
    first, last = case.losses["python"][0], case.losses["python"][-1]
    text = (
        f"{case.name}: loss of Python and of R, from {first[1]:.4g} in epoch {first[0]} to "
        f"{last[1]:.4g} in epoch {last[0]}; the curves cover each other."
    )
    return Picture(named(finished[0], text), text)


def draw_weights(case: CaseData) -> Picture:
    """Each weight before and after: a line in Python's colour, R's values as rings on its ends."""
    start, end = case.weights["python"]
    with drawing(f"weights-{case.name}", *_PANEL) as (figure, finished):
        axes = figure.add_axes(_PLOT)
        faint = 0.7 if start.size <= 40 else 0.25
        axes.plot(*_broken_lines(start, end), color=PYTHON, lw=1, alpha=faint, label="Python")
        r_start, r_end = case.weights["r"]
        places = np.repeat([0.0, 1.0], [r_start.size, r_end.size])
        axes.plot(
            places,
            np.concatenate([r_start, r_end]),
            "o",
            mfc="none",
            mec=R,
            ms=4,
            mew=0.8,
            alpha=max(faint, 0.4),
            label="R",
        )
        axes.set(xlim=(-0.25, 1.25), ylabel="weight or bias")
        axes.set_xticks([0, 1], ["before", "after"])
        axes.yaxis.set_major_locator(_few_ticks())
        axes.axhline(0, color=LINE, lw=0.8, zorder=0)
        axes.set_title(case.name)
        axes.legend(loc="upper left", handlelength=1.2)
    text = (
        f"{case.name}: {start.size} weights and biases from {np.min(start):.3g} to "
        f"{np.max(start):.3g} before training, from {np.min(end):.3g} to {np.max(end):.3g} after."
    )
    return Picture(named(finished[0], text), text)


def _broken_lines(start: Array, end: Array) -> tuple[Array, Array]:
    """Many lines as one, with gaps."""
    gap = np.full(start.size, np.nan)
    x = np.tile([0.0, 1.0, np.nan], start.size)
    return x, np.column_stack([start, end, gap]).ravel()


def draw_histogram(counts: Mapping[str, Array]) -> Picture:
    """How many numbers are how many ULP apart."""
    labels = ["0", "1", "2–3", *(f"{n}–{2 * n - 1}" for n in ULP_CLASSES[3:-1]), "more"]
    native = counts["native"]
    share = 100 * native / max(native.sum(), 1)
    with drawing("ulp", 8.6, 2.9) as (figure, finished):
        axes = figure.add_axes((0.07, 0.2, 0.92, 0.7))
        places = np.arange(len(labels))
        axes.bar(places, share, color=PYTHON, width=0.75)
        for place, part, count in zip(places, share, native, strict=True):
            if count:
                label = f"{part:.1f} %" if part >= 0.05 else f"{int(count)}"
                axes.text(place, part + 1, label, ha="center", fontsize=8)
        axes.set_xticks(places, labels)
        axes.yaxis.set_major_locator(_few_ticks())
        axes.set(xlabel="ULP between Python and R, native arithmetic", ylim=(0, share.max() * 1.12))
        axes.set_ylabel("percent of all numbers")
        axes.tick_params(axis="x", length=0, labelsize=8)
    far = counts["strict"][1:].sum()
    strict = "none is apart" if far == 0 else f"{int(far)} are apart"
    text = (
        f"Of {int(native.sum()):,} numbers in native arithmetic {share[0]:.1f} % are the same bits "
        f"in Python and R, {share[:_NEAR].sum():.1f} % are at most {ULP_CLASSES[_NEAR] - 1} ULP "
        f"apart. In strict arithmetic {strict}."
    )
    return Picture(named(finished[0], text), text)


def _few_ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=4)


def _epoch_axis(axes: Any, epochs: Sequence[int]) -> None:
    """Epochs on a logarithmic axis; the start, epoch 0, stands one step before the first."""
    from matplotlib.ticker import FixedLocator, NullLocator

    last = max(epochs, default=1)
    ticks = [e for e in (0, 1, 10, 100, 1000, 10_000, 100_000) if min(epochs) <= e <= last]
    axes.set_xscale("symlog", linthresh=1, linscale=0.4)
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(lambda value, position: f"{value:g}")
    first = min(epochs, default=0)
    axes.set_xlim(first - 0.12 if first == 0 else first * 0.9, last * 1.15)
    axes.set_xlabel("epoch")


def _difference_axis(axes: Any, highest: float) -> None:
    """A logarithmic axis with few powers of ten; its foot stands for no difference at all.

    The powers are written without matplotlib's formulas, which take longer than all the rest.
    """
    from matplotlib.ticker import FixedLocator, NullLocator

    bottom, top = round(np.log10(_SMALLEST)), int(np.ceil(np.log10(highest)))
    every = max((top - bottom) // 4, 1)
    axes.set_yscale("log")
    axes.set_ylim(_SMALLEST * 0.6, highest * 10 ** (every * 0.9))
    powers = range(bottom + every, top + 1, every)
    axes.yaxis.set_major_locator(FixedLocator([_SMALLEST, *(10.0**power for power in powers)]))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(lambda value, position: _power(value))


def _power(value: float) -> str:
    if value <= _SMALLEST * 1.01:
        return "0"
    return "10" + str(round(np.log10(value))).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
