"""Losses and their derivatives, twin of r/R/losses.R."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from twinprop.arithmetic import Arithmetic, Array, native

REDUCTIONS = ["sum", "mean"]


def squared_error(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Squared error, 1/2 sum over samples and outputs of (a - y)^2.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target.
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
    >>> float(squared_error(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])))
    2.5
    """
    difference = a - y
    loss = 0.5 * arithmetic.total(difference * difference)
    return loss / float(a.shape[0]) if reduction == "mean" else loss


def squared_error_grad(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the squared error with respect to the output, a - y.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target.
    reduction : str
        "sum", or "mean" to divide by the number of samples.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The derivative; its sign is opposite to the article's E = y - output.

    Examples
    --------
    >>> import numpy as np
    >>> squared_error_grad(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])).tolist()
    [[1.0, 2.0]]
    """
    return (a - y) / float(a.shape[0]) if reduction == "mean" else a - y


class Loss(NamedTuple):
    """A function of output and target, and its derivative with respect to the output."""

    value: Callable[..., float]
    grad: Callable[..., Array]


LOSSES = {"squared_error": Loss(squared_error, squared_error_grad)}
