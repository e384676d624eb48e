"""Pictures of a network and of its training, twin of r/R/network_plot.R."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from twinprop.ground.errors import InputError
from twinprop.network.layers import Network
from twinprop.network.training import Training

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POSITIVE, NEGATIVE, UNIT = "#1c5c97", "#b3541e", "#fcfbf8"
MOST_UNITS = 16
WIDEST = 6.0


def plot_network(network: Network, axes: Axes | None = None) -> Axes:
    """Draw a network: a column of units for each layer, weights as lines between them.

    The wider a line, the larger the weight, in proportion to the largest one of all; positive
    weights are blue, negative ones orange and dashed. The bias of a unit is written below it. Of a
    layer with many units the first are drawn, and of the weights those that are finite.

    Parameters
    ----------
    network : network
        Of new_network, draw_network or train.
    axes : axes or None
        Where to draw; None makes a new figure.

    Returns
    -------
    axes
        With the picture.

    Examples
    --------
    >>> from twinprop.network.layers import draw_network
    >>> axes = plot_network(draw_network(2, [3, 1], ["sigmoid", "sigmoid"]))
    >>> axes.get_title()
    'Network 2-3-1'
    """
    axes = axes if axes is not None else _new_axes(5.5, 4.0)
    sizes = layer_sizes(network)
    largest = largest_finite(np.concatenate([layer.weights.ravel() for layer in network]))
    for layer, weights in enumerate([each.weights for each in network]):
        for i in range(min(sizes[layer], MOST_UNITS)):
            for j in range(min(sizes[layer + 1], MOST_UNITS)):
                heights = [unit_height(i, sizes[layer]), unit_height(j, sizes[layer + 1])]
                _draw_weight(axes, layer, heights, float(weights[i, j]), largest)
    for layer, size in enumerate(sizes):
        heights = [unit_height(i, size) for i in range(min(size, MOST_UNITS))]
        axes.plot([layer] * len(heights), heights, "o", ms=16, mfc=UNIT, mec="black", zorder=3)
        for i, height in enumerate(heights):
            label = f"x{i + 1}" if layer == 0 else f"{network[layer - 1].bias[0, i]:.2f}"
            below = 0 if layer == 0 else -0.075
            axes.text(layer, height + below, label, ha="center", va="center", fontsize=8, zorder=4)
        if size > MOST_UNITS:
            axes.text(layer, -0.06, f"first {MOST_UNITS} of {size}", ha="center", fontsize=8)
    axes.set(xlim=(-0.4, len(sizes) - 0.6), ylim=(-0.1, 1.05))
    axes.set_axis_off()
    axes.set_title("Network " + "-".join(str(size) for size in sizes))
    return axes


def plot_training(training: Training, axes: Axes | None = None) -> Axes:
    """Draw the recorded losses of a training over its epochs, on a logarithmic axis of epochs.

    With mini-batches the mean of an epoch's losses is drawn. A label names the first loss that is
    not finite.

    Parameters
    ----------
    training : training
        Of train, with some recorded epochs.
    axes : axes or None
        Where to draw; None makes a new figure.

    Returns
    -------
    axes
        With the picture.
    """
    epochs, losses = recorded_losses(training)
    axes = axes if axes is not None else _new_axes(5.5, 4.0)
    axes.plot(epochs, losses, "o-", color=POSITIVE, ms=4)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.spines[["top", "right"]].set_visible(False)
    label = epoch_label(epochs, losses)
    axes.set(xlabel=label, ylabel="loss", ylim=(0, 1.05 * largest_finite(losses)))
    axes.set_title("Training " + "-".join(str(size) for size in layer_sizes(training.network)))
    return axes


def layer_sizes(network: Network) -> list[int]:
    """How many units each layer has, the inputs first."""
    return [network[0].weights.shape[0], *(layer.weights.shape[1] for layer in network)]


def unit_height(i: int, size: int) -> float:
    """Where a unit stands in its column, from 0 at the bottom to 1; the first is on top."""
    shown = min(size, MOST_UNITS)
    return 1 - (i + 0.5) / shown


def largest_finite(values: ArrayLike) -> float:
    """The largest absolute value of those that are finite; 1 if there is none above 0."""
    sizes = np.abs(values)
    return float(np.max(sizes[np.isfinite(sizes)], initial=0.0)) or 1.0


def epoch_label(epochs: list[int], losses: list[float]) -> str:
    """The name of the axis of epochs, with the first recorded epoch whose loss is not finite."""
    lost = [epoch for epoch, loss in zip(epochs, losses, strict=True) if not math.isfinite(loss)]
    return f"epoch (loss not finite at {lost[0]})" if lost else "epoch"


def recorded_losses(training: Training) -> tuple[list[int], list[float]]:
    """The recorded epochs and their losses; of an epoch with batches the mean."""
    found: dict[int, list[float]] = {}
    for name, value in training.trace.items():
        step, _, quantity = name.partition("/")
        if quantity == "loss":
            found.setdefault(int(step.partition(".")[0]), []).append(float(value))
    if not found:
        raise InputError("the training has no recorded loss; name epochs in record")
    return list(found), [float(np.mean(values)) for values in found.values()]


def _draw_weight(
    axes: Axes, layer: int, heights: list[float], weight: float, largest: float
) -> None:
    width = WIDEST * abs(weight) / largest if math.isfinite(weight) else 0.0
    colour, style = (POSITIVE, "-") if weight >= 0 else (NEGATIVE, "--")
    axes.plot([layer, layer + 1], heights, style, color=colour, lw=width, alpha=0.75, zorder=1)


def _new_axes(width: float, height: float) -> Any:
    from matplotlib import pyplot as plt

    return plt.subplots(figsize=(width, height))[1]
