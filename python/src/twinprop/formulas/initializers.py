"""Starting weights drawn from the shared generator, twin of r/R/formulas_initializers.R.

Checks (constraints.json) and the words below are added to the names that users call.

Parameters
----------
generator : generator
    Where the numbers come from; it moves on.
n_in : int
    Units of the layer before.
n_out : int
    Units of the layer.
low : float64
    Lower end.
high : float64
    Upper end.
mean : float64
    Mean.
sd : float64
    Standard deviation.

Returns
-------
weights (n_in, n_out) and bias (1, n_out) float64
    In this order: the weights are drawn first, row by row.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from twinprop.arithmetic import Array
from twinprop.formulas.random_numbers import (
    Generator,
    new_generator,  # noqa: F401 - for the examples
    random_normal,
    random_uniform,
)


def uniform(
    generator: Generator, n_in: int, n_out: int, low: float = 0.0, high: float = 1.0
) -> tuple[Array, Array]:
    """Weights and biases of one layer, uniform between low and high.

    >>> uniform(new_generator(1), 2, 1)[0].round(4).tolist()
    [[0.2655], [0.3721]]
    """
    return (
        random_uniform(generator, n_in * n_out, low, high).reshape(n_in, n_out),
        random_uniform(generator, n_out, low, high).reshape(1, n_out),
    )


def normal(
    generator: Generator, n_in: int, n_out: int, mean: float = 0.0, sd: float = 1.0
) -> tuple[Array, Array]:
    """Weights and biases of one layer, normal with a mean and a standard deviation.

    >>> normal(new_generator(1), 2, 1)[0].round(4).tolist()
    [[-0.6265], [0.1836]]
    """
    return (
        random_normal(generator, n_in * n_out, mean, sd).reshape(n_in, n_out),
        random_normal(generator, n_out, mean, sd).reshape(1, n_out),
    )


def glorot(generator: Generator, n_in: int, n_out: int) -> tuple[Array, Array]:
    """Glorot's start, weights uniform between -r and r with r = sqrt(6 / (n_in + n_out)), biases 0.

    It keeps the size of activations and of gradients about the same from layer to layer where the
    activation is steep at 0, as tanh is (Glorot and Bengio, 2010).

    >>> glorot(new_generator(1), 2, 1)[0].round(4).tolist()
    [[-0.6632], [-0.3617]]
    """
    end = math.sqrt(6.0 / (n_in + n_out))
    weights = random_uniform(generator, n_in * n_out, -end, end).reshape(n_in, n_out)
    return weights, np.zeros((1, n_out))


def he(generator: Generator, n_in: int, n_out: int) -> tuple[Array, Array]:
    """He's start, weights normal with standard deviation sqrt(2 / n_in), biases 0.

    It keeps the size of activations about the same from layer to layer where half of them are 0,
    as with relu (He and others, 2015).

    >>> he(new_generator(1), 2, 1)[0].round(4).tolist()
    [[-0.6265], [0.1836]]
    """
    weights = random_normal(generator, n_in * n_out, 0.0, math.sqrt(2.0 / n_in))
    return weights.reshape(n_in, n_out), np.zeros((1, n_out))


def zeros(generator: Generator, n_in: int, n_out: int) -> tuple[Array, Array]:
    """Weights and biases of one layer, all 0; nothing is drawn.

    It suits one layer, as in logistic regression. Hidden units that start alike stay alike.

    >>> zeros(new_generator(1), 2, 1)[0].tolist()
    [[0.0], [0.0]]
    """
    return np.zeros((n_in, n_out)), np.zeros((1, n_out))


INITIALIZERS: dict[str, Callable[..., tuple[Array, Array]]] = {
    "uniform": uniform,
    "normal": normal,
    "glorot": glorot,
    "he": he,
    "zeros": zeros,
}
