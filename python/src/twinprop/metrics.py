"""How good predictions are, twin of r/R/metrics.R."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Array


def predicted_class(a: Array) -> NDArray[np.intp]:
    """Class of each sample, the column of its largest output (0 or 1 for a single output).

    Ties go to the first column. A single output is class 1 from 1/2 on. A row with NaN is of class
    -1, which no target is.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.

    Returns
    -------
    (n) int
        Classes, counted from 0 in both languages, as labels in files are.

    Examples
    --------
    >>> predicted_class(np.array([[0.2, 0.7, 0.7], [0.9, 0.0, 0.1]])).tolist()
    [1, 0]
    """
    single = a.shape[1] == 1
    classes = (a[:, 0] >= 0.5).astype(np.intp) if single else np.argmax(a, axis=1)
    classes[(a != a).any(axis=1)] = -1  # not isnan, which balls of exact arithmetic do not have
    return classes


def accuracy(a: Array, y: Array) -> float:
    """Accuracy, the share of samples whose predicted class is the target's.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Targets: one-hot rows, or one column of 0 and 1.

    Returns
    -------
    scalar float64
        Between 0 and 1.

    Examples
    --------
    >>> accuracy(np.array([[0.2], [0.7]]), np.array([[0.0], [0.0]]))
    0.5
    """
    correct = int(np.count_nonzero(predicted_class(a) == predicted_class(y)))
    return correct / a.shape[0]
