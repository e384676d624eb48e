"""Data made ready: split, scaled, encoded, cut into folds; twin of r/R/formulas_data.R."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinprop.arithmetic import Array, strict
from twinprop.formulas.random_numbers import new_generator, random_permutation
from twinprop.ground.array_checks import check_shape, checked_labels, checked_matrix
from twinprop.ground.case_checks import check_integer, check_number
from twinprop.ground.errors import InputError, check_name

SCALINGS = ["min_max", "standard"]


class Scaling(NamedTuple):
    """What is subtracted from each column, and what the rest is divided by."""

    shift: Array
    scale: Array


def split_rows(
    n: int, held_out: float = 0.3, seed: int = 42
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows to learn from and rows held out, drawn by the shared generator.

    The rows are put in a random order; the first n held_out of them, rounded, are held out.

    Parameters
    ----------
    n : int
        Number of rows.
    held_out : float64
        Share that is held out, above 0 and below 1.
    seed : int
        Seed of the generator, the same rows in both languages.

    Returns
    -------
    two vectors of row numbers
        Those to learn from and those held out, as indices of the language (Python counts from 0, R
        from 1).

    Examples
    --------
    >>> [rows.tolist() for rows in split_rows(5, 0.4, 1)]
    [[2, 4, 1], [0, 3]]
    """
    n = check_integer(n, "n", 0)
    first = math.floor(n * check_number(held_out, "held_out") + 0.5)
    if not 0 < first < n:
        raise InputError(
            f"held_out of {n} rows is {held_out:.15g}; "
            "wanted a share that leaves rows on both sides"
        )
    order = random_permutation(new_generator(seed), n)
    return order[first:], order[:first]


def k_folds(n: int, folds: int = 5, seed: int = 1) -> list[NDArray[np.intp]]:
    """Rows in a random order, cut into folds of the same size; the first are one row longer.

    Parameters
    ----------
    n : int
        Number of rows.
    folds : int
        Number of folds, from 2 to n.
    seed : int
        Seed of the generator, the same folds in both languages.

    Returns
    -------
    list of vectors of row numbers
        One for each fold, as indices of the language (Python counts from 0, R from 1).

    Examples
    --------
    >>> [rows.tolist() for rows in k_folds(5, 2, 1)]
    [[0, 3, 2], [4, 1]]
    """
    n = check_integer(n, "n", 2)
    folds = check_integer(folds, "folds", 2, n)
    order = random_permutation(new_generator(seed), n)
    longer = n % folds
    ends = np.cumsum([n // folds + (i < longer) for i in range(folds)])
    return np.split(order, ends[:-1])


def fit_scaling(x: ArrayLike, method: str = "min_max") -> Scaling:
    """Shift and scale of each column, learned from the rows to learn from and no others.

    min_max brings each column to 0 to 1: shift is its smallest value, scale the distance to its
    largest. standard gives it mean 0 and standard deviation 1 (dividing by the number of rows). A
    constant column gets the scale 1, so it becomes 0. Sums are strict: both languages scale alike.

    Parameters
    ----------
    x : (n, m) float64
        Rows to learn from.
    method : str
        "min_max" or "standard".

    Returns
    -------
    scaling
        Shift and scale, (1, m) each.

    Examples
    --------
    >>> scaling = fit_scaling([[1.0, 5.0], [3.0, 5.0]])
    >>> apply_scaling(scaling, [[2.0, 6.0]]).tolist()
    [[0.5, 1.0]]
    """
    x = checked_matrix(x, "x")
    check_name("scaling", method, SCALINGS)
    if method == "min_max":
        shift = x.min(axis=0, keepdims=True)
        scale = x.max(axis=0, keepdims=True) - shift
    else:
        n = float(x.shape[0])
        shift = strict.column_sums(x) / n
        scale = strict.sqrt(strict.column_sums((x - shift) * (x - shift)) / n)
        # The mean of equal values may be rounded, which would leave a tiny deviation.
        scale = strict.where(x.min(axis=0, keepdims=True) == x.max(axis=0), 0.0, scale)
    return Scaling(shift, strict.where(scale == 0.0, 1.0, scale))


def apply_scaling(scaling: Scaling, x: ArrayLike) -> Array:
    """Columns shifted and scaled, (x - shift) / scale.

    Parameters
    ----------
    scaling : scaling
        Of fit_scaling.
    x : (n, m) float64
        Any rows; those that were held out may fall outside the range.

    Returns
    -------
    (n, m) float64
        The scaled rows.

    Examples
    --------
    >>> apply_scaling(fit_scaling([[0.0], [4.0]]), [[1.0], [8.0]]).tolist()
    [[0.25], [2.0]]
    """
    x = checked_matrix(x, "x")
    check_shape("x", x.shape, (x.shape[0], scaling.shift.shape[1]))
    return (x - scaling.shift) / scaling.scale


def one_hot(labels: ArrayLike, classes: int, what: str = "labels") -> Array:
    """Labels 0, 1, ... as rows with a 1 in the column of the label and 0 elsewhere.

    The number of classes is given, not found, so that a class which some part of the data has not
    still has its column; a label outside is refused.

    Parameters
    ----------
    labels : (n) float64
        Whole numbers from 0 to classes - 1.
    classes : int
        Number of classes.
    what : str
        What an error calls them.

    Returns
    -------
    (n, classes) float64
        Zeros and ones.

    Examples
    --------
    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    codes = checked_labels(labels, classes, what)
    y = np.zeros((codes.size, int(classes)))
    y[np.arange(codes.size), codes.astype(np.intp)] = 1.0
    return y
