"""The multilayer perceptron: forward pass, gradients, prediction; twin of r/R/network.R.

Rows are samples. Layer l has weights W_l (n_in, n_out) and a bias b_l (1, n_out):
z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l), with a_0 = x.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from twinprop.activations import ACTIVATIONS
from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.errors import InputError, check_name
from twinprop.initializers import INITIALIZERS
from twinprop.losses import LOSSES
from twinprop.random_numbers import new_generator


class Network(NamedTuple):
    """Weights, biases and activations, one of each per layer, the first hidden layer first."""

    weights: list[Array]
    biases: list[Array]
    activations: list[str]


class Cache(NamedTuple):
    """What the forward pass computed: z of each layer, and a of each layer with a_0 = x before."""

    z: list[Array]
    a: list[Array]


class Gradients(NamedTuple):
    """What the backward pass computed, one of each per layer, the first hidden layer first."""

    e: list[Array]
    slope: list[Array]
    delta: list[Array]
    weights: list[Array]
    biases: list[Array]


def new_network(
    weights: Sequence[ArrayLike], biases: Sequence[ArrayLike], activations: Sequence[str]
) -> Network:
    """Network of given weights, biases and activations.

    Parameters
    ----------
    weights : list of (n_in, n_out) float64
        One matrix per layer.
    biases : list of (1, n_out) float64
        One row per layer.
    activations : list of str
        One name per layer, such as "sigmoid".

    Returns
    -------
    network
        Its layers fit together: shapes that do not are refused with the layer's number.

    Examples
    --------
    >>> network = new_network([np.ones((2, 3))], [np.zeros((1, 3))], ["sigmoid"])
    >>> predict(network, np.array([[1.0, -1.0]])).tolist()
    [[0.5, 0.5, 0.5]]
    """
    if not len(weights) == len(biases) == len(activations) or not weights:
        raise InputError(
            f"a network needs as many weights as biases and activations, and at least one: "
            f"found {len(weights)}, {len(biases)} and {len(activations)}"
        )
    network = Network(
        [np.array(w, dtype=np.float64, ndmin=2) for w in weights],
        [np.array(b, dtype=np.float64, ndmin=2) for b in biases],
        list(activations),
    )
    n_in = network.weights[0].shape[0]
    for i, (w, b) in enumerate(zip(network.weights, network.biases, strict=True), start=1):
        check_name("activation", network.activations[i - 1], list(ACTIVATIONS))
        check_shape(f"W{i}", w.shape, (n_in, w.shape[1]))
        check_shape(f"b{i}", b.shape, (1, w.shape[1]))
        n_in = w.shape[1]
    return network


def draw_network(
    n_in: int,
    units: Sequence[int],
    activations: Sequence[str],
    distribution: str = "uniform",
    seed: int = 1,
    **options: float,
) -> Network:
    """Network whose starting weights are drawn from the shared generator.

    The numbers are drawn in the order W1 (filled row by row), b1, W2, b2 and so on.

    Parameters
    ----------
    n_in : int
        Columns of x.
    units : list of int
        Units of each layer.
    activations : list of str
        One name per layer, such as "sigmoid".
    distribution : str
        "uniform" or "normal".
    seed : int
        Seed of the generator, the same numbers in both languages.
    **options : float64
        Parameters of the distribution: low and high, or mean and sd.

    Returns
    -------
    network
        Ready to train.

    Examples
    --------
    >>> draw_network(2, [1], ["sigmoid"], seed=1).weights[0].round(4).tolist()
    [[0.2655], [0.3721]]
    """
    check_name("distribution", distribution, list(INITIALIZERS))
    generator = new_generator(seed)
    weights, biases = [], []
    for n_out in units:
        w, b = INITIALIZERS[distribution](generator, n_in, n_out, **options)
        weights.append(w)
        biases.append(b)
        n_in = n_out
    return new_network(weights, biases, activations)


def forward(network: Network, x: Array, arithmetic: Arithmetic = native) -> Cache:
    """Forward pass, z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l) for each layer.

    Parameters
    ----------
    network : network
        Of new_network or draw_network.
    x : (n, n_in) float64
        Samples in rows.
    arithmetic : arithmetic
        How the formulas are evaluated.

    Returns
    -------
    cache
        The lists z and a; a begins with x.

    Examples
    --------
    >>> network = new_network([np.ones((2, 1))], [np.zeros((1, 1))], ["identity"])
    >>> forward(network, np.array([[1.0, 2.0]])).z[0].tolist()
    [[3.0]]
    """
    z, a = [], [x]
    with np.errstate(over="ignore"):  # where exp(-z) overflows, 1 / (1 + exp(-z)) is rightly 0
        for weights, bias, activation in zip(*network, strict=True):
            z.append(arithmetic.add_bias(arithmetic.matmul(a[-1], weights), bias))
            a.append(ACTIVATIONS[activation].value(z[-1], arithmetic))
    return Cache(z, a)


def backward(
    network: Network,
    cache: Cache,
    y: Array,
    loss: str = "squared_error",
    reduction: str = "sum",
    arithmetic: Arithmetic = native,
) -> Gradients:
    """Gradients of the loss, from the last layer back to the first.

    e_L is the derivative of the loss with respect to a_L. For each layer delta_l = e_l f'_l(z_l),
    dW_l = a_{l-1}' delta_l, db_l = the column sums of delta_l, and e_{l-1} = delta_l W_l'.

    Parameters
    ----------
    network : network
        Of new_network or draw_network.
    cache : cache
        Of forward, with the same network.
    y : (n, n_out) float64
        Targets in rows.
    loss : str
        Name of the loss.
    reduction : str
        "sum" or "mean" over the samples.
    arithmetic : arithmetic
        How the formulas are evaluated.

    Returns
    -------
    gradients
        The lists e, slope, delta, weights and biases.

    Examples
    --------
    >>> network = new_network([np.ones((2, 1))], [np.zeros((1, 1))], ["identity"])
    >>> cache = forward(network, np.array([[1.0, 2.0]]))
    >>> backward(network, cache, np.array([[1.0]])).weights[0].tolist()
    [[2.0], [4.0]]
    """
    depth = len(network.weights)
    empty: list[Any] = [None] * depth  # filled from the last layer back
    gradients = Gradients(*(list(empty) for _ in Gradients._fields))
    e = LOSSES[loss].grad(cache.a[depth], y, reduction, arithmetic)
    for i in range(depth - 1, -1, -1):
        slope = ACTIVATIONS[network.activations[i]].grad(cache.z[i], cache.a[i + 1], arithmetic)
        delta = e * slope
        gradients.e[i], gradients.slope[i], gradients.delta[i] = e, slope, delta
        gradients.weights[i] = arithmetic.crossprod(cache.a[i], delta)
        gradients.biases[i] = arithmetic.column_sums(delta)
        if i > 0:
            e = arithmetic.tcrossprod(delta, network.weights[i])
    return gradients


def predict(network: Network, x: ArrayLike, arithmetic: Arithmetic = native) -> Array:
    """Output of the network, a_L.

    Parameters
    ----------
    network : network
        Of new_network, draw_network or train.
    x : (n, n_in) float64
        Samples in rows.
    arithmetic : arithmetic
        How the formulas are evaluated.

    Returns
    -------
    (n, n_out) float64
        One row per sample.
    """
    x = np.array(x, dtype=np.float64, ndmin=2)
    check_shape("x", x.shape, (x.shape[0], network.weights[0].shape[0]))
    return forward(network, x, arithmetic).a[-1]


def check_shape(name: str, found: tuple[int, ...], wanted: tuple[int, int]) -> None:
    """Refuse an array of another shape than wanted, by its name."""
    if tuple(found) != wanted:
        raise InputError(f"{name} has the shape {show_shape(found)}; wanted {show_shape(wanted)}")


def show_shape(shape: tuple[int, ...]) -> str:
    """A shape as in "3 x 4"."""
    return " x ".join(str(size) for size in shape)
