"""A picture of every activation with its derivative, from both languages' values."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.arithmetic import Array, native
from twinprop.engines.r_session import call_r
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.ground.files import fill_whole

LOW, HIGH, POINTS = -5.0, 5.0, 201
COLUMNS = 4


def activation_values() -> dict[str, dict[str, tuple[Array, Array]]]:
    """Value and derivative of each activation on a grid, by language and name.

    Softmax is taken of the row (z, 0), and its derivative is that of the first output.

    Returns
    -------
    dict of dict of two arrays
        For each activation the languages, each with value and derivative.
    """
    z = np.linspace(LOW, HIGH, POINTS).reshape(-1, 1)
    curves = {}
    for name in ACTIVATIONS:
        theirs = call_r("activation_curve", name, z)
        curves[name] = {
            "python": _curve(name, z),
            "r": (theirs["value"], theirs["grad"]),
        }
    return curves


def _curve(name: str, z: Array) -> tuple[Array, Array]:
    activation: Any = ACTIVATIONS[name]
    if activation.elementwise:
        a = activation.value(z, native)
        return a, activation.grad(z, a, native)
    z = np.column_stack([z, np.zeros(len(z))])
    a = activation.value(z, native)
    e = np.column_stack([np.ones(len(z)), np.zeros(len(z))])
    return a[:, :1], activation.grad(z, a, e, native)[:, :1]


def draw_activations(path: str | os.PathLike[str]) -> float:
    """Draw all activations and their derivatives, those of R over those of Python, as PNG.

    Parameters
    ----------
    path : path
        The picture.

    Returns
    -------
    float
        The largest difference between the two languages.
    """
    from matplotlib.figure import Figure

    curves = activation_values()
    rows = -(-len(curves) // COLUMNS)
    figure = Figure(figsize=(3.0 * COLUMNS, 2.4 * rows), layout="constrained")
    z = np.linspace(LOW, HIGH, POINTS)
    largest = 0.0
    for number, (name, curve) in enumerate(curves.items(), start=1):
        axes = figure.add_subplot(rows, COLUMNS, number)
        axes.axhline(0, color="0.8", linewidth=0.8)
        axes.axvline(0, color="0.8", linewidth=0.8)
        for part, color in enumerate(["tab:blue", "tab:orange"]):
            ours, theirs = curve["python"][part], curve["r"][part]
            label = ["value", "derivative"][part]
            axes.plot(z, ours, color=color, linewidth=3, alpha=0.4, label=f"{label}, Python")
            axes.plot(z, theirs, color=color, linewidth=1, linestyle="--", label=f"{label}, R")
            largest = max(largest, float(np.abs(ours - theirs).max()))
        axes.set_title(name, fontsize=10)
        axes.set_ylim(-2.2, 5.2)
    axes.legend(fontsize=6, loc="upper left")
    figure.supxlabel("z, the weighted input", fontsize=10)
    # By way of memory: PNG is written forwards and backwards, which a pipe does not let one do.
    picture = io.BytesIO()
    figure.savefig(picture, dpi=120, format="png")
    fill_whole(path, lambda file: Path(file).write_bytes(picture.getvalue()))
    return largest
