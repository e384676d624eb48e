"""The pictures of the lesson: activations, and gradient descent on a surface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.engines import running
from twinprop.engines.choices import LANGUAGES
from twinprop.engines.document import Document
from twinprop.formulas.losses import LOSSES
from twinprop.network.layers import new_network
from twinprop.network.passes import forward
from twinprop.pictures.activation_plot import HIGH, LOW, POINTS
from twinprop.pictures.figures import (
    GOOD,
    INK,
    LINE,
    MUTED,
    PAPER,
    PYTHON,
    Picture,
    R,
    drawing,
    named,
)


def draw_activation(name: str, curves: Mapping[str, tuple[Array, Array]]) -> Picture:
    """An activation and its derivative, from both languages' values of activation_values."""
    z = np.linspace(LOW, HIGH, POINTS)
    with drawing(f"activation-{name}", 4.0, 2.7) as (figure, finished):
        axes = figure.add_axes((0.1, 0.17, 0.88, 0.72))
        axes.axhline(0, color=LINE, lw=0.8)
        axes.axvline(0, color=LINE, lw=0.8)
        pairs = list(zip(curves["python"], curves["r"], strict=True))
        for (python, r), kind, style in zip(pairs, ("value", "derivative"), "-:", strict=True):
            axes.plot(z, python, "-", color=PYTHON, lw=4.5, alpha=0.35)
            axes.plot(z, r, style, color=R, lw=1.5, label=kind)
        axes.set_title(name)
        axes.set_xlabel("z")
        axes.yaxis.set_major_locator(_ticks())
        axes.legend(loc="upper left")
    a = curves["python"][0]
    apart = max(float(np.max(np.abs(python - r))) for python, r in pairs)
    text = (
        f"{name} from {LOW:g} to {HIGH:g}: values from {a.min():.3g} to {a.max():.3g}. "
        f"Python and R {f'are at most {apart:.1e} apart' if apart else 'have the same bits'}."
    ).replace("-", "−")
    return Picture(named(finished[0], text), text)


def draw_descent(learning_rate: float, epochs: int) -> Picture:
    """Gradient descent on the loss of a network with one weight and one bias.

    Parameters
    ----------
    learning_rate : float
        Length of the steps.
    epochs : int
        Their number.

    Returns
    -------
    Picture
        Lines of equal loss, Python's way as a line, R's as rings.
    """
    case = _small_case(learning_rate, epochs)
    ways, losses = _run_both(case)
    w, b, surface = _surface(case, ways["python"])
    with drawing(f"descent-{learning_rate:g}", 4.4, 3.4) as (figure, finished):
        axes = figure.add_axes((0.13, 0.15, 0.84, 0.75))
        levels = np.quantile(surface, np.linspace(0.02, 0.98, 14))
        axes.contour(w, b, surface, levels=levels, colors=MUTED, linewidths=0.6, alpha=0.8)
        low = np.min(surface)
        axes.contourf(w, b, surface, levels=[low, *levels[:3]], colors=[GOOD], alpha=0.15)
        axes.plot(*ways["python"].T, "-", color=PYTHON, lw=1.6, label="Python")
        axes.plot(*ways["r"].T, "o", mfc="none", mec=R, ms=4, mew=0.9, label="R")
        axes.plot(*ways["python"][0], "s", color=INK, ms=5)
        axes.set(xlabel="weight", ylabel="bias")
        axes.set_title(f"learning rate {learning_rate:g}")
        axes.legend(loc="best", frameon=True, facecolor=PAPER, edgecolor="none", framealpha=0.85)
    text = (
        f"Learning rate {learning_rate:g}, {epochs} epochs: the loss goes from {losses[0]:.4g} to "
        f"{losses[-1]:.4g}. The square is the start."
    )
    return Picture(named(finished[0], text), text)


def _small_case(learning_rate: float, epochs: int) -> dict[str, Any]:
    return {
        "format": 1,
        "id": "one-weight",
        "title": "One weight and one bias",
        "source": "the lesson",
        "layers": [{"units": 1, "activation": "sigmoid"}],
        "loss": {"name": "squared_error", "reduction": "sum"},
        "data": {"x": [[-2], [-1], [1], [2]], "y": [[0], [0.2], [0.7], [1]]},
        "initial": {"W1": [[-1.5]], "b1": [1.5]},
        "training": {
            "optimizer": {"name": "gradient_descent", "learning_rate": learning_rate},
            "epochs": epochs,
            "record": list(range(1, epochs + 1)),
        },
    }


def _run_both(case: dict[str, Any]) -> tuple[dict[str, Array], list[float]]:
    """The weight and bias after each epoch, in both languages, and the losses."""
    ways: dict[str, Array] = {}
    document = Document("one-weight.json", case)
    for language in LANGUAGES:
        trace = running.run(document, language, "native").trace
        steps = range(case["training"]["epochs"] + 1)
        ways[language] = np.array(
            [[trace[f"{e}/W1"].item(), trace[f"{e}/b1"].item()] for e in steps]
        )
    return ways, [float(value) for name, value in trace.items() if name.endswith("/loss")]


def _surface(case: dict[str, Any], way: Array) -> tuple[Array, Array, Array]:
    """The loss on a grid around the way."""
    x, y = (np.array(case["data"][key], dtype=np.float64) for key in "xy")
    low, high = way.min(axis=0) - 1.0, way.max(axis=0) + 1.0
    w, b = (np.linspace(low[k], high[k], 41) for k in (0, 1))
    loss = LOSSES["squared_error"].value

    def height(weight: float, bias: float) -> float:
        network = new_network([[[weight]]], [[[bias]]], ["sigmoid"])
        return float(loss(forward(network, x).a[-1], y))

    return w, b, np.array([[height(weight, bias) for weight in w] for bias in b])


def _ticks() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(nbins=4)
