"""The loss of a network and its gradients; twin of r/R/network_backward.R."""

from __future__ import annotations

from typing import Any, NamedTuple

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas.activations import prelu_alpha_grad
from twinprop.formulas.losses import LOSSES, l2_penalty, loss_reduction
from twinprop.ground.array_checks import (
    check_arithmetic,
    checked_by,
    checked_targets,
)
from twinprop.ground.case_checks import check_not_negative
from twinprop.network.layers import Cache, Network, apply_mask, check_network, with_slope


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


def check_backward(
    network: Network,
    cache: Cache,
    y: Array,
    loss: str = "squared_error",
    reduction: str | None = None,
    arithmetic: Arithmetic = native,
    l2: float = 0.0,
) -> dict[str, Any]:
    """Targets that fit the output, and the reduction of the loss, whose name has to be known."""
    check_network(network)
    check_arithmetic(arithmetic)
    y = checked_targets(y, "y", cache.a[-1])
    reduction = loss_reduction(loss, reduction)
    check_not_negative(l2, "l2")
    return {"y": y, "reduction": reduction}


@checked_by(check_backward)
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
    reduction : str or None
        "sum" or "mean" over the samples; None takes the loss's own, "sum" where it has both.
    arithmetic : arithmetic
        How the formulas are evaluated.
    l2 : float64
        Strength of the L2 penalty on the weights.

    Returns
    -------
    gradients
        The lists e, slope, delta, weights, biases and alpha.

    Examples
    --------
    >>> import numpy as np
    >>> from twinprop.network.layers import forward, new_network
    >>> network = new_network([np.ones((2, 1))], [np.zeros((1, 1))], ["identity"])
    >>> cache = forward(network, np.array([[1.0, 2.0]]))
    >>> backward(network, cache, np.array([[1.0]])).weights[0].tolist()
    [[2.0], [4.0]]
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


@checked_by(check_backward)
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
    reduction : str or None
        "sum" or "mean" over the samples; None takes the loss's own, "sum" where it has both.
    arithmetic : arithmetic
        How the formulas are evaluated.
    l2 : float64
        Strength of the L2 penalty on the weights.

    Returns
    -------
    scalar float64
        The loss.

    Examples
    --------
    >>> import numpy as np
    >>> from twinprop.network.layers import forward, new_network
    >>> network = new_network([np.ones((2, 1))], [np.zeros((1, 1))], ["identity"])
    >>> float(loss_value(network, forward(network, np.array([[1.0, 2.0]])), np.array([[1.0]])))
    2.0
    """
    rule = LOSSES[loss]
    if rule.paired_with == network[-1].activation:
        value = rule.value_of_z(cache.z[-1], y, reduction, arithmetic)  # loss, paired
    else:
        value = rule.value(cache.a[-1], y, reduction, arithmetic)  # loss
    if l2 != 0.0:
        return value + l2_penalty([layer.weights for layer in network], l2, arithmetic)
    return value
