"""Losses of a probability, cross-entropies, and their derivatives; twin of
r/R/formulas_losses_entropy.R.

Each has a second form that begins with z, for the activation it is paired with: without a
logarithm of a rounded probability, and with the simple derivative a - y.
"""

from __future__ import annotations

from typing import Any

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas.losses_squared import REDUCTIONS
from twinprop.ground.array_checks import check_loss, checked_by


def reduce_samples(value: Any, n: int, reduction: str) -> Any:
    """A sum over samples as it is ("sum") or divided by the number of samples ("mean").

    Parameters
    ----------
    value : float64
        A sum over samples, or its derivative.
    n : int
        Number of samples.
    reduction : str
        "sum" or "mean".

    Returns
    -------
    float64
        The reduced value, of the same shape.
    """
    return value / float(n) if reduction == "mean" else value


@checked_by(check_loss, REDUCTIONS)
def binary_cross_entropy(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Binary cross-entropy, sum over samples and outputs of -y log(a) - (1 - y) log(1 - a).

    Infinite where a probability of 0 was given to what happened; nothing is clipped.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target, from 0 to 1.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    scalar float64
        The loss.

    Examples
    --------
    >>> import numpy as np
    >>> round(binary_cross_entropy(np.array([[0.5, 0.8]]), np.array([[0.0, 1.0]])), 6)
    0.916291
    """
    hit = y * arithmetic.log(arithmetic.where(y == 0.0, 1.0, a))
    miss = (1.0 - y) * arithmetic.log(arithmetic.where(y == 1.0, 1.0, 1.0 - a))
    return reduce_samples(-arithmetic.total(hit + miss), a.shape[0], reduction)


@checked_by(check_loss, REDUCTIONS)
def binary_cross_entropy_grad(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the binary cross-entropy with respect to the output, (1 - y) / (1 - a) - y / a.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target, from 0 to 1.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The derivative, infinite where the loss is.

    Examples
    --------
    >>> import numpy as np
    >>> binary_cross_entropy_grad(np.array([[0.5, 0.8]]), np.array([[0.0, 1.0]])).tolist()
    [[2.0, -1.25]]
    """
    hit = y / arithmetic.where(y == 0.0, 1.0, a)
    miss = (1.0 - y) / arithmetic.where(y == 1.0, 1.0, 1.0 - a)
    return reduce_samples(miss - hit, a.shape[0], reduction)


@checked_by(check_loss, REDUCTIONS, "z")
def binary_cross_entropy_of_z(
    z: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Binary cross-entropy of a sigmoid, sum of max(z, 0) - z y + log(1 + exp(-|z|)).

    The same value as from a = sigmoid(z), without overflow and without log(0).

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of the last layer.
    y : (n, m) float64
        Target, from 0 to 1.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    scalar float64
        The loss.

    Examples
    --------
    >>> import numpy as np
    >>> binary_cross_entropy_of_z(np.array([[1e4, -1e4]]), np.array([[1.0, 1.0]]))
    10000.0
    """
    below = arithmetic.where(z <= 0.0, z, -z)
    above = arithmetic.where(z <= 0.0, 0.0, z)
    loss = above - z * y + arithmetic.log1p(arithmetic.exp(below))
    return reduce_samples(arithmetic.total(loss), z.shape[0], reduction)


@checked_by(check_loss, REDUCTIONS)
def binary_cross_entropy_delta(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the binary cross-entropy of a sigmoid with respect to z, a - y.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target, from 0 to 1.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The derivative, delta.

    Examples
    --------
    >>> import numpy as np
    >>> binary_cross_entropy_delta(np.array([[0.5, 0.8]]), np.array([[0.0, 1.0]])).round(6).tolist()
    [[0.5, -0.2]]
    """
    return reduce_samples(a - y, a.shape[0], reduction)


@checked_by(check_loss, REDUCTIONS)
def cross_entropy(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Cross-entropy, sum over samples and outputs of -y log(a).

    Infinite where a probability of 0 was given to what happened; nothing is clipped.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target: one-hot rows, or rows of probabilities.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    scalar float64
        The loss.

    Examples
    --------
    >>> import numpy as np
    >>> round(cross_entropy(np.array([[0.5, 0.8]]), np.array([[0.0, 1.0]])), 6)
    0.223144
    """
    hit = y * arithmetic.log(arithmetic.where(y == 0.0, 1.0, a))
    return reduce_samples(-arithmetic.total(hit), a.shape[0], reduction)


@checked_by(check_loss, REDUCTIONS)
def cross_entropy_grad(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the cross-entropy with respect to the output, -y / a.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target: one-hot rows, or rows of probabilities.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The derivative, infinite where the loss is.

    Examples
    --------
    >>> import numpy as np
    >>> cross_entropy_grad(np.array([[0.5, 0.8]]), np.array([[0.0, 1.0]])).tolist()
    [[0.0, -1.25]]
    """
    hit = y / arithmetic.where(y == 0.0, 1.0, a)
    return reduce_samples(0.0 - hit, a.shape[0], reduction)


@checked_by(check_loss, REDUCTIONS, "z")
def cross_entropy_of_z(
    z: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Cross-entropy of a softmax, sum of y (log of the row's sum of exp(z_k) - z).

    The same value as from a = softmax(z); the largest z of a row is subtracted first, so that
    nothing overflows and no log(0) is taken.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of the last layer.
    y : (n, m) float64
        Target: one-hot rows, or rows of probabilities.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    scalar float64
        The loss.

    Examples
    --------
    >>> import numpy as np
    >>> cross_entropy_of_z(np.array([[1e4, -1e4]]), np.array([[0.0, 1.0]]))
    20000.0
    """
    shifted = z - arithmetic.row_max(z)
    log_sum = arithmetic.log(arithmetic.row_sums(arithmetic.exp(shifted)))
    loss = arithmetic.total(y * (log_sum - shifted))
    return reduce_samples(loss, z.shape[0], reduction)


@checked_by(check_loss, REDUCTIONS)
def cross_entropy_delta(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the cross-entropy of a softmax with respect to z, a (sum of y) - y.

    The sum is that of the row, 1 where y are probabilities; then the derivative is a - y.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target: one-hot rows, or rows of probabilities.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The derivative, delta.

    Examples
    --------
    >>> import numpy as np
    >>> cross_entropy_delta(np.array([[0.5, 0.8]]), np.array([[0.0, 1.0]])).round(6).tolist()
    [[0.5, -0.2]]
    """
    return reduce_samples(a * arithmetic.row_sums(y) - y, a.shape[0], reduction)
