"""Strict products and sums: the same bits on every machine, because the order is written down.

Every sum is a halving tree over its index: s[i] + s[h + i] for i < h = floor(k / 2), an odd last
element is carried to the end, and so on until one is left. Its error grows with log2(k).
"""

import numpy as np

from twinprop.arithmetic.common import as_doubles
from twinprop.ground.array import Array
from twinprop.ground.array_checks import check_shape, show_shape
from twinprop.ground.errors import refuse

BLOCK = 131072  # elements of one block of products, so that it stays in the cache
SHORT = 32  # a loop of fewer elements costs more to begin than to run


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

    Examples
    --------
    >>> matmul(np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]]))
    array([[11.]])
    """
    a, b = as_doubles(a, "a"), as_doubles(b, "b")
    if a.shape[1] != b.shape[0]:
        check_shape("b", b.shape, (a.shape[1], b.shape[1]))
    return sum_of_products(a.T, b)


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

    Examples
    --------
    >>> crossprod(np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]]))
    array([[11.]])
    """
    a, b = as_doubles(a, "a"), as_doubles(b, "b")
    if a.shape[0] != b.shape[0]:
        check_shape("b", b.shape, (a.shape[0], b.shape[1]))
    return sum_of_products(a, b)


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

    Examples
    --------
    >>> tcrossprod(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]))
    array([[11.]])
    """
    a, b = as_doubles(a, "a"), as_doubles(b, "b")
    if a.shape[1] != b.shape[1]:
        check_shape("b", b.shape, (b.shape[0], a.shape[1]))
    return sum_of_products(a.T, b.T)


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

    Examples
    --------
    >>> column_sums(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[4., 6.]])
    """
    with np.errstate(all="ignore"):
        return halving_tree(np.array(as_doubles(a, "a"))).reshape(1, -1)


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

    Examples
    --------
    >>> row_sums(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[3.],
           [7.]])
    """
    with np.errstate(all="ignore"):
        return halving_tree(np.array(as_doubles(a, "a").T, order="C")).reshape(-1, 1)


def total(a: Array) -> float:
    """Sum of all elements, taken row by row.

    Parameters
    ----------
    a : (n, m) float64
        The summands.

    Returns
    -------
    float64
        The sum.

    Examples
    --------
    >>> total(np.array([[1.0, 2.0], [3.0, 4.0]]))
    10.0
    """
    with np.errstate(all="ignore"):
        return float(halving_tree(np.array(as_doubles(a, "a"), order="C").reshape(-1, 1))[0])


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

    Examples
    --------
    >>> row_max(np.array([[1.0, 2.0], [4.0, 3.0]]))
    array([[2.],
           [4.]])
    """
    a = as_doubles(a, "a")
    if a.shape[1] == 0:
        refuse("a", f"of the shape {show_shape(a.shape)}", "at least one column")
    largest = a[:, :1]
    for j in range(1, a.shape[1]):
        column = a[:, j : j + 1]
        largest = np.where((column > largest) | (column != column), column, largest)
    return largest.copy()


def sum_of_products(a: Array, b: Array) -> Array:
    """Tree over k of a[k, i] b[k, j] for each i and j, in blocks of rows i and columns j.

    The products of a block inherit the order of their factors in memory, and their innermost loop
    is over j: so the factors are made contiguous, and exchanged where j is short. Neither changes
    a bit, since a b = b a.
    """
    if b.shape[1] < min(a.shape[1], SHORT):
        return sum_of_products(b, a).T
    (k, n), m = a.shape, b.shape[1]
    if k == 0:
        return np.zeros((n, m))
    a = np.ascontiguousarray(a)[:, :, None]
    b = np.ascontiguousarray(b)[:, None, :]
    with np.errstate(all="ignore"):
        if k * n * m <= BLOCK:
            return halving_tree(np.multiply(a, b))
        out = np.empty((n, m))
        columns = min(m, max(SHORT, BLOCK // k))
        rows = max(1, BLOCK // (k * columns))
        for j in range(0, m, columns):
            right = b[:, :, j : j + columns]
            for i in range(0, n, rows):
                products = a[:, i : i + rows] * right
                out[i : i + rows, j : j + columns] = halving_tree(products)
        return out


def halving_tree(s: Array) -> Array:
    """Tree over the first index, in the place of s."""
    n = s.shape[0]
    while n > 2:
        half = n // 2
        np.add(s[:half], s[half : 2 * half], s[:half])
        if n % 2:
            s[half] = s[n - 1]
        n = half + n % 2
    if n == 2:
        return s[0] + s[1]
    return s[0] if n else np.zeros(s.shape[1:])
