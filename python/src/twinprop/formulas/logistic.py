"""Logistic regression in four forms, and one sigmoid unit; twin of r/R/formulas_logistic.R.

The forms compute the same: written for one sample, with two loops, with one, and with none. They
show what a product of matrices stands for, and the time that vectorising saves. Checks
(constraints.json) and the words below are added to the names that users call.

Parameters
----------
x : (n, m) float64
    Samples in rows.
y : (n, 1) float64
    Targets, 0 or 1.
w : (m, 1) float64
    Weights.
b : (1, 1) float64
    Bias.
learning_rate : float64
    Length of the step.
arithmetic : arithmetic
    How the formulas are evaluated.

Returns
-------
gradient
    Loss (binary cross-entropy), weights (m, 1) and bias (1, 1); over several samples their means.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas.losses import binary_cross_entropy_of_z


class LogisticGradient(NamedTuple):
    """Loss, and its derivatives with respect to weights (m, 1) and bias (1, 1)."""

    loss: float
    weights: Array
    bias: Array


def logistic_one_sample(
    x: Array, y: Array, w: Array, b: Array, arithmetic: Arithmetic = native
) -> LogisticGradient:
    """Logistic regression for one sample: z = x w + b, a = sigmoid(z), dz = a - y, dw = x dz.

    >>> x, y, w, b = (np.array(v) for v in ([[1.0, 2.0]], [[1.0]], [[0.0], [0.0]], [[0.0]]))
    >>> logistic_one_sample(x, y, w, b).weights.tolist()
    [[-0.5], [-1.0]]

    Parameters
    ----------
    x : (1, m) float64
        The sample.
    y : (1, 1) float64
        Its target, 0 or 1.
    """
    z = b[0, 0]
    for j in range(x.shape[1]):
        z = z + w[j, 0] * x[0, j]
    z = np.array([[z]])
    dz = arithmetic.sigmoid(z)[0, 0] - y[0, 0]
    dw = np.zeros((x.shape[1], 1))
    for j in range(x.shape[1]):
        dw[j, 0] = x[0, j] * dz
    return LogisticGradient(
        binary_cross_entropy_of_z(z, y, arithmetic=arithmetic), dw, np.array([[dz]])
    )


def logistic_two_loops(
    x: Array, y: Array, w: Array, b: Array, arithmetic: Arithmetic = native
) -> LogisticGradient:
    """Logistic regression with a loop over the samples and one over the features.

    >>> x, y, w, b = (np.array(v) for v in ([[1.0], [3.0]], [[1.0], [0.0]], [[0.0]], [[0.0]]))
    >>> logistic_two_loops(x, y, w, b).weights.tolist()
    [[0.5]]
    """
    n, m = x.shape
    loss, dw, db = 0.0, np.zeros((m, 1)), 0.0
    for i in range(n):
        z = b[0, 0]
        for j in range(m):
            z = z + w[j, 0] * x[i, j]
        z = np.array([[z]])
        dz = arithmetic.sigmoid(z)[0, 0] - y[i, 0]
        loss = loss + binary_cross_entropy_of_z(z, y[i : i + 1], arithmetic=arithmetic)
        for j in range(m):
            dw[j, 0] = dw[j, 0] + x[i, j] * dz
        db = db + dz
    return LogisticGradient(loss / n, dw / n, np.array([[db / n]]))


def logistic_one_loop(
    x: Array, y: Array, w: Array, b: Array, arithmetic: Arithmetic = native
) -> LogisticGradient:
    """Logistic regression with a loop over the samples; the features are vectors.

    >>> x, y, w, b = (np.array(v) for v in ([[1.0], [3.0]], [[1.0], [0.0]], [[0.0]], [[0.0]]))
    >>> logistic_one_loop(x, y, w, b).weights.tolist()
    [[0.5]]
    """
    n, m = x.shape
    loss, dw, db = 0.0, np.zeros((m, 1)), np.zeros((1, 1))
    for i in range(n):
        row = x[i : i + 1]
        z = arithmetic.add_bias(arithmetic.matmul(row, w), b)
        dz = arithmetic.sigmoid(z) - y[i, 0]
        loss = loss + binary_cross_entropy_of_z(z, y[i : i + 1], arithmetic=arithmetic)
        dw = dw + row.T * dz
        db = db + dz
    return LogisticGradient(loss / n, dw / n, db / n)


def logistic_vectorised(
    x: Array, y: Array, w: Array, b: Array, arithmetic: Arithmetic = native
) -> LogisticGradient:
    """Logistic regression without a loop, by products of whole matrices.

    With Z = X w + b and its sigmoid A the derivatives are the products of X' and of ones with
    A - Y, divided by the samples.

    >>> x, y, w, b = (np.array(v) for v in ([[1.0], [3.0]], [[1.0], [0.0]], [[0.0]], [[0.0]]))
    >>> logistic_vectorised(x, y, w, b).weights.tolist()
    [[0.5]]
    """
    n = x.shape[0]
    z = arithmetic.add_bias(arithmetic.matmul(x, w), b)
    dz = arithmetic.sigmoid(z) - y
    loss = binary_cross_entropy_of_z(z, y, "mean", arithmetic)
    return LogisticGradient(loss, arithmetic.crossprod(x, dz) / n, arithmetic.column_sums(dz) / n)


def unit_change(x: Array, y: Array, w: Array, arithmetic: Arithmetic = native) -> Array:
    """Change of one sigmoid unit's weights for one record, (y - a) a (1 - a) x, without a bias.

    It is minus the derivative of the squared error 1/2 (y - a)^2; a step adds learning_rate times
    it to the weights.

    >>> unit_change(np.array([[1.0, 2.0]]), np.array([[1.0]]), np.zeros((2, 1))).tolist()
    [[0.125], [0.25]]

    Parameters
    ----------
    x : (1, m) float64
        The record.
    y : (1, 1) float64
        Its target.

    Returns
    -------
    (m, 1) float64
        The change.
    """
    a = arithmetic.sigmoid(arithmetic.matmul(x, w))
    return (y - a) * (a * (1.0 - a)) * x.T


def unit_epoch(
    x: Array, y: Array, w: Array, learning_rate: float = 0.5, arithmetic: Arithmetic = native
) -> Array:
    """Weights of one sigmoid unit after an epoch: the changes of all records, then one step.

    The sum of the changes is divided by the number of records (not by that of the features).

    >>> x, y = np.array([[1.0, 2.0], [1.0, 0.0]]), np.array([[1.0], [0.0]])
    >>> unit_epoch(x, y, np.zeros((2, 1))).tolist()
    [[0.0], [0.0625]]

    Returns
    -------
    (m, 1) float64
        The weights after the step.
    """
    change = np.zeros(w.shape)
    for i in range(x.shape[0]):
        change = change + unit_change(x[i : i + 1], y[i : i + 1], w, arithmetic)
    return w + learning_rate * change / x.shape[0]
