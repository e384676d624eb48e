"""Native arithmetic: BLAS and the platform's functions, what people use."""

import numpy as np

from twinprop.arithmetic.common import add_bias, sqrt, where
from twinprop.ground.array import Array


def matmul(a: Array, b: Array) -> Array:
    """Matrix product a b.

    Parameters
    ----------
    a : (n, k) float64
        Left factor.
    b : (k, m) float64
        Right factor.

    Returns
    -------
    (n, m) float64
        The product.
    """
    return a.dot(b)  # quicker than a @ b on small matrices


def crossprod(a: Array, b: Array) -> Array:
    """Matrix product a' b, where a' is a transposed.

    Parameters
    ----------
    a : (k, n) float64
        Left factor, before it is transposed.
    b : (k, m) float64
        Right factor.

    Returns
    -------
    (n, m) float64
        The product.
    """
    return a.T.dot(b)


def tcrossprod(a: Array, b: Array) -> Array:
    """Matrix product a b', where b' is b transposed.

    Parameters
    ----------
    a : (n, k) float64
        Left factor.
    b : (m, k) float64
        Right factor, before it is transposed.

    Returns
    -------
    (n, m) float64
        The product.
    """
    return a.dot(b.T)


def column_sums(a: Array) -> Array:
    """Sum of each column.

    Parameters
    ----------
    a : (n, m) float64
        The summands.

    Returns
    -------
    (1, m) float64
        The sums.
    """
    return np.add.reduce(a, axis=0, keepdims=True)


def row_sums(a: Array) -> Array:
    """Sum of each row.

    Parameters
    ----------
    a : (n, m) float64
        The summands.

    Returns
    -------
    (n, 1) float64
        The sums.
    """
    return np.add.reduce(a, axis=1, keepdims=True)


def total(a: Array) -> float:
    """Sum of all elements.

    Parameters
    ----------
    a : (n, m) float64
        The summands.

    Returns
    -------
    float64
        The sum.
    """
    return float(np.sum(a))


def row_max(a: Array) -> Array:
    """Largest element of each row; NaN where the row has one.

    Parameters
    ----------
    a : (n, m) float64
        At least one column.

    Returns
    -------
    (n, 1) float64
        The largest elements.
    """
    return np.maximum.reduce(a, axis=1, keepdims=True)


def exp(x: Array) -> Array:
    """Exponential of x.

    Parameters
    ----------
    x : (n, m) float64
        Any values.

    Returns
    -------
    (n, m) float64
        The exponentials.
    """
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(x))


def log(x: Array) -> Array:
    """Natural logarithm of x.

    Parameters
    ----------
    x : (n, m) float64
        Any values; NaN where negative.

    Returns
    -------
    (n, m) float64
        The logarithms.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(x))


def log1p(x: Array) -> Array:
    """Natural logarithm of 1 + x.

    Parameters
    ----------
    x : (n, m) float64
        Any values; NaN where less than -1.

    Returns
    -------
    (n, m) float64
        The logarithms.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log1p(x))


def tanh(x: Array) -> Array:
    """Hyperbolic tangent of x.

    Parameters
    ----------
    x : (n, m) float64
        Any values.

    Returns
    -------
    (n, m) float64
        From -1 to 1.
    """
    return np.asarray(np.tanh(x))


def sigmoid(x: Array) -> Array:
    """Logistic function 1 / (1 + exp(-x)).

    Where exp(-x) overflows the result is rightly 0.

    Parameters
    ----------
    x : (n, m) float64
        Any values.

    Returns
    -------
    (n, m) float64
        From 0 to 1.
    """
    # Who calls silences numpy's warning once; here that would cost as much as a small layer.
    e = np.asarray(np.exp(-x))
    e += 1.0  # in place, since memory for large arrays is slow to come by
    return np.divide(1.0, e, e)


__all__ = [
    "add_bias",
    "column_sums",
    "crossprod",
    "exp",
    "log",
    "log1p",
    "matmul",
    "row_max",
    "row_sums",
    "sigmoid",
    "sqrt",
    "tanh",
    "tcrossprod",
    "total",
    "where",
]
