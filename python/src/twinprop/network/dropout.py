"""What training draws in each step: dropout masks and slopes of rrelu.

Twin of r/R/network_dropout.R.
"""

from __future__ import annotations

import numpy as np

from twinprop.arithmetic import Array
from twinprop.formulas.random_numbers import Generator, draw_uniform, new_generator
from twinprop.ground.errors import InputError
from twinprop.network.layers import Network
from twinprop.network.passes import Step


def dropout_mask(generator: Generator, n: int, m: int, rate: float = 0.5) -> Array:
    """Mask of inverted dropout, 0 for a dropped output and 1 / (1 - rate) for a kept one.

    One uniform number is drawn for each output, row by row; where it is less than rate the output
    is dropped. What is kept is enlarged so that the sum stays the same on average, and prediction
    needs no mask.

    Parameters
    ----------
    generator : generator
        Where the numbers come from; it moves on.
    n : int
        Samples.
    m : int
        Units of the layer.
    rate : float64
        Share that is dropped, at least 0 and less than 1.

    Returns
    -------
    (n, m) float64
        The mask.

    Examples
    --------
    >>> dropout_mask(new_generator(1), 2, 3).tolist()
    [[0.0, 0.0, 2.0], [2.0, 0.0, 2.0]]
    """
    kept = draw_uniform(generator, n * m).reshape(n, m) >= rate
    return np.where(kept, 1.0 / (1.0 - rate), 0.0)


def rrelu_slopes(
    generator: Generator, n: int, m: int, lower: float = 0.125, upper: float = 1.0 / 3.0
) -> Array:
    """Slopes of rrelu for one step, uniform between lower and upper, drawn row by row.

    Parameters
    ----------
    generator : generator
        Where the numbers come from; it moves on.
    n : int
        Samples.
    m : int
        Units of the layer.
    lower : float64
        Least slope.
    upper : float64
        Largest slope.

    Returns
    -------
    (n, m) float64
        The slopes.

    Examples
    --------
    >>> rrelu_slopes(new_generator(1), 1, 2).round(6).tolist()
    [[0.180314, 0.202526]]
    """
    return draw_uniform(generator, n * m, lower, upper).reshape(n, m)


def draw_step(network: Network, n: int, generator: Generator) -> Step:
    """What one training step draws: the slopes of its rrelu layers and its dropout masks.

    They are drawn layer by layer, the first layer first, in a layer the slopes before the mask.

    Parameters
    ----------
    network : network
        Of new_network or draw_network.
    n : int
        Samples of the step.
    generator : generator
        Where the numbers come from; it moves on.

    Returns
    -------
    step
        For forward, whose cache hands it on to backward.

    Examples
    --------
    >>> from twinprop.network.layers import draw_network
    >>> network = draw_network(2, [3, 1], ["relu", "sigmoid"], dropout=[0.5, 0.0])
    >>> draw_step(network, 2, new_generator(1)).masks[0].tolist()
    [[0.0, 0.0, 2.0], [2.0, 0.0, 2.0]]
    """
    step = Step([], [])
    for layer in network:
        slope, mask, m = None, None, layer.bias.shape[1]
        if layer.activation == "rrelu":
            slope = rrelu_slopes(generator, n, m, **layer.options)
        if layer.dropout > 0.0:
            mask = dropout_mask(generator, n, m, layer.dropout)
        step.slopes.append(slope)
        step.masks.append(mask)
    return step


def step_generator(network: Network, draw_seed: int | None) -> Generator | None:
    """The generator that a network's training draws from, or None where it draws nothing."""
    if not draws_numbers(network):
        return None
    if draw_seed is None:
        raise InputError("draw_seed is missing; training with dropout or rrelu draws numbers")
    return new_generator(draw_seed)


def draws_numbers(network: Network) -> bool:
    """Whether training the network draws numbers in each step."""
    return any(layer.dropout > 0.0 or layer.activation == "rrelu" for layer in network)
