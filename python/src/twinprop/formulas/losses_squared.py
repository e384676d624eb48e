"""Losses of a number, squared errors, and their derivatives.

Twin of r/R/formulas_losses_squared.R.
"""

from __future__ import annotations

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.ground.array_checks import check_loss, checked_by

REDUCTIONS = ["sum", "mean"]


@checked_by(check_loss, REDUCTIONS)
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


@checked_by(check_loss, REDUCTIONS)
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


@checked_by(check_loss, ["sum"])
def sum_squared_error(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> float:
    """Sum of squared errors, over samples and outputs of (a - y)^2.

    Twice the squared error, which has 1/2 before the sum.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target.
    reduction : str
        "sum", the only one.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    scalar float64
        The loss.

    Examples
    --------
    >>> import numpy as np
    >>> float(sum_squared_error(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])))
    5.0
    """
    difference = a - y
    return arithmetic.total(difference * difference)


@checked_by(check_loss, ["sum"])
def sum_squared_error_grad(
    a: Array, y: Array, reduction: str = "sum", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the sum of squared errors with respect to the output, 2 (a - y).

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target.
    reduction : str
        "sum", the only one.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The derivative.

    Examples
    --------
    >>> import numpy as np
    >>> sum_squared_error_grad(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])).tolist()
    [[2.0, 4.0]]
    """
    return 2.0 * (a - y)


@checked_by(check_loss, ["mean"])
def mean_squared_error(
    a: Array, y: Array, reduction: str = "mean", arithmetic: Arithmetic = native
) -> float:
    """Mean squared error, the mean over samples and outputs of (a - y)^2.

    It divides by samples times outputs, as Keras, PyTorch and scikit-learn's metric do.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target.
    reduction : str
        "mean", the only one.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    scalar float64
        The loss.

    Examples
    --------
    >>> import numpy as np
    >>> float(mean_squared_error(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])))
    2.5
    """
    difference = a - y
    return arithmetic.total(difference * difference) / float(a.shape[0] * a.shape[1])


@checked_by(check_loss, ["mean"])
def mean_squared_error_grad(
    a: Array, y: Array, reduction: str = "mean", arithmetic: Arithmetic = native
) -> Array:
    """Derivative of the mean squared error with respect to the output, 2 (a - y) / (n m).

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target.
    reduction : str
        "mean", the only one.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The derivative.

    Examples
    --------
    >>> import numpy as np
    >>> mean_squared_error_grad(np.array([[1.0, 3.0]]), np.array([[0.0, 1.0]])).tolist()
    [[1.0, 2.0]]
    """
    return 2.0 * (a - y) / float(a.shape[0] * a.shape[1])
