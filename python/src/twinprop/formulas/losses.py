"""The losses and their derivatives, and the L2 penalty; twin of r/R/formulas_losses.R.

Cross-entropies are infinite where a probability of 0 was given to what happened: nothing is
clipped. Each has a second form that begins with z, for the activation it is paired with: without
overflow or a logarithm of a rounded probability, and with the simple derivative a - y. Checks
(constraints.json) and the words below are added to the names that users call.

Parameters
----------
a : (n, m) float64
    Output of the network.
y : (n, m) float64
    Target; for cross-entropies probabilities, as one-hot rows are.
z : (n, m) float64
    Weighted input of the last layer.
reduction : str
    "sum", or "mean" to divide by the number of samples.
arithmetic : arithmetic
    How the formula is evaluated.

Returns
-------
float64
    The loss, one number; its derivative is (n, m).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np  # noqa: F401 - for the examples

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.ground.errors import InputError, check_name

REDUCTIONS = ["sum", "mean"]


def squared_error(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Squared error, 1/2 sum over samples and outputs of (a - y)^2.

    >>> a, y = np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])
    >>> squared_error(a, y)
    2.5
    >>> squared_error_grad(a, y).tolist()
    [[1.0, 2.0]]
    """
    difference = a - y
    return reduce_samples(0.5 * arithmetic.total(difference * difference), a, reduction)


def squared_error_grad(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the squared error, a - y; the article's E = y - output has the other sign."""
    return reduce_samples(a - y, a, reduction)


def sum_squared_error(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Sum of squared errors, over samples and outputs of (a - y)^2; "sum" is its only reduction.

    >>> a, y = np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])
    >>> sum_squared_error(a, y)
    5.0
    >>> sum_squared_error_grad(a, y).tolist()
    [[2.0, 4.0]]
    """
    difference = a - y
    return arithmetic.total(difference * difference)


def sum_squared_error_grad(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the sum of squared errors, 2 (a - y)."""
    return 2.0 * (a - y)


def mean_squared_error(
    a: Array, y: Array, reduction: str = "mean", arithmetic: Arithmetic = native
) -> float:
    """Mean squared error, the mean over samples and outputs of (a - y)^2; only with "mean".

    It divides by samples times outputs, as Keras, PyTorch and scikit-learn's metric do.

    >>> a, y = np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])
    >>> mean_squared_error(a, y)
    2.5
    >>> mean_squared_error_grad(a, y).tolist()
    [[1.0, 2.0]]
    """
    difference = a - y
    return arithmetic.total(difference * difference) / float(a.shape[0] * a.shape[1])


def mean_squared_error_grad(
    a: Array, y: Array, reduction: str = "mean", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the mean squared error, 2 (a - y) / (n m)."""
    return 2.0 * (a - y) / float(a.shape[0] * a.shape[1])


def binary_cross_entropy(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Binary cross-entropy, sum over samples and outputs of -y log(a) - (1 - y) log(1 - a).

    >>> a, y = np.array([[0.5, 0.8]]), np.array([[0.0, 1.0]])
    >>> round(binary_cross_entropy(a, y), 6)
    0.916291
    >>> binary_cross_entropy_grad(a, y).tolist()
    [[2.0, -1.25]]
    >>> binary_cross_entropy_delta(a, y).round(6).tolist()
    [[0.5, -0.2]]
    """
    hit = y * arithmetic.log(arithmetic.where(y == 0.0, 1.0, a))
    miss = (1.0 - y) * arithmetic.log(arithmetic.where(y == 1.0, 1.0, 1.0 - a))
    return reduce_samples(-arithmetic.total(hit + miss), a, reduction)


def binary_cross_entropy_grad(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the binary cross-entropy, (1 - y) / (1 - a) - y / a."""
    hit = y / arithmetic.where(y == 0.0, 1.0, a)
    miss = (1.0 - y) / arithmetic.where(y == 1.0, 1.0, 1.0 - a)
    return reduce_samples(miss - hit, a, reduction)


def binary_cross_entropy_of_z(
    z: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Binary cross-entropy of a sigmoid, sum of max(z, 0) - z y + log(1 + exp(-|z|)).

    >>> binary_cross_entropy_of_z(np.array([[1e4, -1e4]]), np.array([[1.0, 1.0]]))
    10000.0
    """
    below = arithmetic.where(z <= 0.0, z, -z)
    above = arithmetic.where(z <= 0.0, 0.0, z)
    loss = above - z * y + arithmetic.log1p(arithmetic.exp(below))
    return reduce_samples(arithmetic.total(loss), z, reduction)


def binary_cross_entropy_delta(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the binary cross-entropy of a sigmoid with respect to z, a - y."""
    return reduce_samples(a - y, a, reduction)


def cross_entropy(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Cross-entropy, sum over samples and outputs of -y log(a).

    >>> a, y = np.array([[0.5, 0.8]]), np.array([[0.0, 1.0]])
    >>> round(cross_entropy(a, y), 6)
    0.223144
    >>> cross_entropy_grad(a, y).tolist()
    [[0.0, -1.25]]
    >>> cross_entropy_delta(a, y).round(6).tolist()
    [[0.5, -0.2]]
    """
    hit = y * arithmetic.log(arithmetic.where(y == 0.0, 1.0, a))
    return reduce_samples(-arithmetic.total(hit), a, reduction)


def cross_entropy_grad(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the cross-entropy, -y / a."""
    hit = y / arithmetic.where(y == 0.0, 1.0, a)
    return reduce_samples(0.0 - hit, a, reduction)


def cross_entropy_of_z(
    z: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Cross-entropy of a softmax, sum of y (log of the row's sum of exp(z_k) - z).

    >>> cross_entropy_of_z(np.array([[1e4, -1e4]]), np.array([[0.0, 1.0]]))
    20000.0
    """
    shifted = z - arithmetic.row_max(z)  # so that nothing overflows, no log(0) is taken
    log_sum = arithmetic.log(arithmetic.row_sums(arithmetic.exp(shifted)))
    loss = arithmetic.total(y * (log_sum - shifted))
    return reduce_samples(loss, z, reduction)


def cross_entropy_delta(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the cross-entropy of a softmax with respect to z, a (row's sum of y) - y."""
    return reduce_samples(a * arithmetic.row_sums(y) - y, a, reduction)


def l2_penalty(weights: Sequence[Array], l2: float, arithmetic: Arithmetic = native) -> float:
    """L2 penalty, l2 / 2 times the sum of all squared weights.

    It is added to the loss; its derivative l2 W is added to the derivative of each W. Biases have
    no part in it, and neither has the number of samples: the alpha of scikit-learn is l2 times n.

    >>> l2_penalty([np.array([[1.0, 2.0]]), np.array([[3.0]])], 0.5)
    3.5

    Parameters
    ----------
    weights : list of (n_in, n_out) float64
        One matrix per layer.
    l2 : float64
        Strength of the penalty.

    Returns
    -------
    float64
        The penalty.
    """
    penalty = 0.0
    for w in weights:
        penalty = penalty + 0.5 * l2 * arithmetic.total(w * w)
    return penalty


def reduce_samples(value: Any, samples: Array, reduction: str) -> Any:
    """A sum over samples as it is ("sum") or divided by the number of samples ("mean")."""
    return value / float(samples.shape[0]) if reduction == "mean" else value


class Loss(NamedTuple):
    """A function of output and target, its derivative with respect to the output, its reductions.

    Paired with an activation of the last layer, value_of_z takes z in place of the output, and
    delta is the derivative with respect to z, without a detour over e and slope; both are None, and
    paired_with is empty, where there is no such activation.
    """

    value: Callable[..., float]
    grad: Callable[..., Array]
    reductions: Sequence[str] = tuple(REDUCTIONS)
    paired_with: str = ""
    value_of_z: Any = None
    delta: Any = None


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(squared_error, squared_error_grad),
    "sum_squared_error": Loss(sum_squared_error, sum_squared_error_grad, ["sum"]),
    "mean_squared_error": Loss(mean_squared_error, mean_squared_error_grad, ["mean"]),
    "binary_cross_entropy": Loss(
        binary_cross_entropy,
        binary_cross_entropy_grad,
        paired_with="sigmoid",
        value_of_z=binary_cross_entropy_of_z,
        delta=binary_cross_entropy_delta,
    ),
    "cross_entropy": Loss(
        cross_entropy,
        cross_entropy_grad,
        paired_with="softmax",
        value_of_z=cross_entropy_of_z,
        delta=cross_entropy_delta,
    ),
}


def loss_reduction(loss: str, reduction: str | None = None) -> str:
    """The reduction of a loss, the given one or its own.

    Parameters
    ----------
    loss : str
        Name of the loss.
    reduction : str or None
        "sum" or "mean" over the samples; None takes the loss's own, "sum" where it has both.

    Returns
    -------
    str
        "sum" or "mean".

    Examples
    --------
    >>> loss_reduction("mean_squared_error")
    'mean'
    """
    known = LOSSES[check_name("loss", loss, list(LOSSES))].reductions
    if reduction is None:
        return known[0]
    check_name("reduction", reduction, REDUCTIONS)
    if reduction not in known:
        raise InputError(f'reduction of {loss} is "{reduction}"; wanted "{known[0]}"')
    return reduction
