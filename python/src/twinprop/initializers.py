"""Starting weights drawn from the shared generator, twin of r/R/initializers.R."""

from __future__ import annotations

from collections.abc import Callable

from twinprop.arithmetic import Array
from twinprop.random_numbers import Generator, random_normal, random_uniform


def uniform(
    generator: Generator, n_in: int, n_out: int, low: float = 0.0, high: float = 1.0
) -> tuple[Array, Array]:
    """Weights and biases of one layer, uniform between low and high.

    The weights are drawn first and filled row by row, then the biases.

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

    Returns
    -------
    weights (n_in, n_out) and bias (1, n_out) float64
        In this order.
    """
    return (
        random_uniform(generator, n_in * n_out, low, high).reshape(n_in, n_out),
        random_uniform(generator, n_out, low, high).reshape(1, n_out),
    )


def normal(
    generator: Generator, n_in: int, n_out: int, mean: float = 0.0, sd: float = 1.0
) -> tuple[Array, Array]:
    """Weights and biases of one layer, normal with a mean and a standard deviation.

    The weights are drawn first and filled row by row, then the biases.

    Parameters
    ----------
    generator : generator
        Where the numbers come from; it moves on.
    n_in : int
        Units of the layer before.
    n_out : int
        Units of the layer.
    mean : float64
        Mean.
    sd : float64
        Standard deviation.

    Returns
    -------
    weights (n_in, n_out) and bias (1, n_out) float64
        In this order.
    """
    return (
        random_normal(generator, n_in * n_out, mean, sd).reshape(n_in, n_out),
        random_normal(generator, n_out, mean, sd).reshape(1, n_out),
    )


INITIALIZERS: dict[str, Callable[..., tuple[Array, Array]]] = {
    "uniform": uniform,
    "normal": normal,
}
