"""The forward pass, the loss and the backward pass; twin of r/R/network_passes.R.

Rows are samples. Layer l has weights W_l (n_in, n_out) and a bias b_l (1, n_out). Checks
(network/checks.py) and the words below are added to the names that users call; train
(network/training.py) repeats these passes and moves the parameters against the gradients.

Parameters
----------
network : network
    Of new_network or draw_network.
x : (n, n_in) float64
    Samples in rows.
y : (n, n_out) float64
    Targets in rows.
cache : cache
    Of forward, with the same network.
loss : str
    Name of the loss.
reduction : str or None
    "sum" or "mean" over the samples; None takes the loss's own, "sum" where it has both.
batch_size : int
    Samples at a time.
arithmetic : arithmetic
    How the formulas are evaluated.
l2 : float64
    Strength of the L2 penalty on the weights.
step : step or None
    Of draw_step, to train with dropout or rrelu; None draws nothing.

Returns
-------
(n, n_out) float64
    One row per sample.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas.activation_options import bind_options
from twinprop.formulas.activations import Activation, prelu_alpha_grad
from twinprop.formulas.losses import LOSSES, l2_penalty
from twinprop.network.layers import Layer, Network


class Step(NamedTuple):
    """What one step of training draws: the slopes of rrelu and the masks of dropout, by layer.

    None stands for what is not drawn.
    """

    slopes: list[Any]
    masks: list[Any]


class Cache(NamedTuple):
    """What the forward pass computed: z of each layer, and a of each layer with a_0 = x before.

    Fed is what each layer was given: a of the layer before, after dropout where it has that. Step
    is what was drawn for it, or None.
    """

    z: list[Array]
    a: list[Array]
    fed: list[Array]
    step: Step | None


class Gradients(NamedTuple):
    """What the backward pass computed, one of each per layer, the first hidden layer first.

    None stands for what a layer has not: e and slope where delta is computed directly, slope of
    softmax, alpha where none is learned.
    """

    e: list[Any]
    slope: list[Any]
    delta: list[Array]
    weights: list[Array]
    biases: list[Array]
    alpha: list[Any]


def forward(
    network: Network, x: Array, arithmetic: Arithmetic = native, step: Step | None = None
) -> Cache:
    """Forward pass, z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l) for each layer.

    >>> from twinprop import forward, new_network
    >>> network = new_network([np.ones((2, 1))], [np.zeros((1, 1))], ["identity"])
    >>> forward(network, np.array([[1.0, 2.0]])).z[0].tolist()
    [[3.0]]

    Returns
    -------
    cache
        The lists z, a and fed; a begins with x, and fed is a after dropout.
    """
    z, a = [], [x]
    fed = a if step is None else [x]
    for i, layer in enumerate(network):
        f = layer.f if step is None else with_slope(layer, step.slopes[i])
        z_i = arithmetic.add_bias(arithmetic.matmul(fed[i], layer.weights), layer.bias)  # z
        a_i = f.value(z_i, arithmetic)  # a
        z.append(z_i)
        a.append(a_i)
        if step is not None:
            fed.append(apply_mask(a_i, step.masks[i]))  # dropped
    return Cache(z, a, fed, step)


def loss_value(
    network: Network,
    cache: Cache,
    y: Array,
    loss: str = "squared_error",
    reduction: str | None = None,
    arithmetic: Arithmetic = native,
    l2: float = 0.0,
) -> float:
    """Loss of a forward pass, with the L2 penalty.

    Where the last activation is paired with the loss, it is computed from z_L.

    >>> from twinprop import forward, loss_value, new_network
    >>> network = new_network([np.ones((2, 1))], [np.zeros((1, 1))], ["identity"])
    >>> cache = forward(network, np.array([[1.0, 2.0]]))
    >>> float(loss_value(network, cache, np.array([[1.0]])))
    2.0

    Returns
    -------
    scalar float64
        The loss.
    """
    rule = LOSSES[loss]
    if rule.paired_with == network[-1].activation:
        value = rule.value_of_z(cache.z[-1], y, reduction, arithmetic)  # loss, paired
    else:
        value = rule.value(cache.a[-1], y, reduction, arithmetic)  # loss
    if l2 != 0.0:
        return value + l2_penalty([layer.weights for layer in network], l2, arithmetic)
    return value


def backward(
    network: Network,
    cache: Cache,
    y: Array,
    loss: str = "squared_error",
    reduction: str | None = None,
    arithmetic: Arithmetic = native,
    l2: float = 0.0,
) -> Gradients:
    """Gradients of the loss, from the last layer back to the first.

    e_L is the derivative of the loss with respect to a_L. For each layer delta_l = e_l f'_l(z_l),
    dW_l = a_{l-1}' delta_l, db_l = the column sums of delta_l, and e_{l-1} = delta_l W_l'. Where
    the last activation is paired with the loss (softmax with cross_entropy, sigmoid with
    binary_cross_entropy) delta_L is computed directly. Dropout multiplies a_{l-1} and e_{l-1} by
    its mask. The L2 penalty adds l2 W_l to dW_l.

    >>> from twinprop import backward, forward, new_network
    >>> network = new_network([np.ones((2, 1))], [np.zeros((1, 1))], ["identity"])
    >>> cache = forward(network, np.array([[1.0, 2.0]]))
    >>> backward(network, cache, np.array([[1.0]])).weights[0].tolist()
    [[2.0], [4.0]]

    Returns
    -------
    gradients
        The lists e, slope, delta, weights, biases and alpha.
    """
    z, a, fed, step = cache.z, cache.a, cache.fed, cache.step
    depth = len(network)
    e: list[Any] = [None] * depth  # these lists are filled from the last layer back
    slope, delta, alpha = e.copy(), e.copy(), e.copy()
    weights, biases = e.copy(), e.copy()
    rule = LOSSES[loss]
    paired = rule.paired_with == network[-1].activation
    if paired:
        delta_i = rule.delta(a[depth], y, reduction, arithmetic)  # delta, paired
    else:
        e_i = rule.grad(a[depth], y, reduction, arithmetic)  # e, last
    for i in range(depth - 1, -1, -1):
        layer = network[i]
        if not paired or i < depth - 1:
            f = layer.f if step is None else with_slope(layer, step.slopes[i])
            e[i] = e_i
            if f.elementwise:
                slope[i] = slope_i = f.grad(z[i], a[i + 1], arithmetic)  # slope
                delta_i = e_i * slope_i  # delta
            else:
                delta_i = f.grad(z[i], a[i + 1], e_i, arithmetic)  # delta, rows
        delta[i] = delta_i
        weights[i] = arithmetic.crossprod(fed[i], delta_i)  # dW
        biases[i] = arithmetic.column_sums(delta_i)  # db
        if layer.activation == "prelu":
            alpha[i] = prelu_alpha_grad(z[i], e_i, arithmetic)  # dalpha
        if i > 0:
            e_i = arithmetic.tcrossprod(delta_i, layer.weights)  # e
            if step is not None:
                e_i = apply_mask(e_i, step.masks[i - 1])  # e, dropped
    if l2 != 0.0:
        weights = [  # dW, penalty
            dw + l2 * layer.weights for dw, layer in zip(weights, network, strict=True)
        ]
    return Gradients(e, slope, delta, weights, biases, alpha)


def with_slope(layer: Layer, slope: Array | None) -> Activation:
    """The activation of a layer, with the slopes that a step drew for it, if any."""
    if slope is None:
        return layer.f
    return bind_options(layer.activation, {**layer.options, "slope": slope})


def apply_mask(values: Array, mask: Array | None) -> Array:
    """A matrix times a mask of dropout, if there is one."""
    return values if mask is None else values * mask


def predict(network: Network, x: Array, arithmetic: Arithmetic = native) -> Array:
    """Output of the network, a_L.

    Parameters
    ----------
    network : network
        Of new_network, draw_network or train.
    """
    return forward(network, x, arithmetic).a[-1]


def predict_batches(
    network: Network, x: Array, batch_size: int = 100, arithmetic: Arithmetic = native
) -> Array:
    """Output of the network, computed for some samples at a time, which needs less memory.

    Parameters
    ----------
    network : network
        Of new_network or draw_network.
    """
    starts = range(0, x.shape[0], batch_size)
    return np.concatenate([predict(network, x[i : i + batch_size], arithmetic) for i in starts])
