"""How good predictions are, twin of r/R/formulas_metrics.R."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Arithmetic, Array, native, strict
from twinprop.ground.array_checks import check_shape, checked_labels
from twinprop.ground.errors import refuse


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


def confusion_matrix(
    predicted: NDArray[np.intp], target: NDArray[np.intp], classes: int
) -> NDArray[np.intp]:
    """Confusion matrix: how often a class (row) was predicted as which (column).

    A class that is none of these, as -1 of an output with NaN, is refused with its row.

    Parameters
    ----------
    predicted : (n) int
        Predicted classes, counted from 0.
    target : (n) int
        True classes, counted from 0.
    classes : int
        Number of classes.

    Returns
    -------
    (classes, classes) int
        Counts; the diagonal holds what is right.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 1, 1]), np.array([0, 1, 0]), 2).tolist()
    [[1, 1], [0, 1]]
    """
    columns = checked_labels(predicted, classes, "predicted")
    rows = checked_labels(target, classes, "target")
    check_shape("target", rows.shape, columns.shape)
    cells = rows * classes + columns
    return np.bincount(cells.astype(np.intp), minlength=classes * classes).reshape(classes, classes)


def classification_report(
    predicted: NDArray[np.intp], target: NDArray[np.intp], classes: int
) -> dict[str, Any]:
    """Precision, recall, F1 and support of each class, and their averages.

    Precision is the share of right ones among those predicted as a class, recall among those that
    are of the class, F1 = 2 right / (predicted + support). A quotient 0 / 0 counts as 0. Macro is
    the plain mean over the classes, weighted the mean weighted by support. Sums are strict, so both
    languages have the same figures.

    Parameters
    ----------
    predicted : (n) int
        Predicted classes, counted from 0.
    target : (n) int
        True classes, counted from 0.
    classes : int
        Number of classes.

    Returns
    -------
    report
        Precision, recall, f1 and support (one number per class), accuracy, macro and weighted
        (three numbers each) and total, the number of samples.

    Examples
    --------
    >>> report = classification_report(np.array([0, 1, 1]), np.array([0, 1, 0]), 2)
    >>> report["precision"], report["recall"]
    ([1.0, 0.5], [0.5, 1.0])
    """
    counts = confusion_matrix(predicted, target, classes).astype(np.float64)
    right, support, found = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    total = support.sum()
    scores = {
        "precision": quotients(right, found),
        "recall": quotients(right, support),
        "f1": quotients(2.0 * right, found + support),
    }
    return {
        **{name: score.tolist() for name, score in scores.items()},
        "support": support.astype(np.intp).tolist(),
        "accuracy": float(right.sum() / total),
        "macro": [float(strict.total(s[None, :]) / classes) for s in scores.values()],
        "weighted": [float(strict.total((s * support)[None, :]) / total) for s in scores.values()],
        "total": int(total),
    }


def format_report(report: dict[str, Any], names: Sequence[str] | None = None) -> str:
    """A classification report as text, laid out as scikit-learn does.

    Parameters
    ----------
    report : report
        Of classification_report.
    names : list of str or None
        One name per class; None numbers them from 0.

    Returns
    -------
    str
        Lines of text, each with a line end.

    Examples
    --------
    >>> report = classification_report(np.array([0, 1, 1]), np.array([0, 1, 0]), 2)
    >>> print(format_report(report).splitlines()[2])
               0       1.00      0.50      0.67         2
    """
    labels = [str(i) for i in range(len(report["support"]))] if names is None else list(names)
    if len(labels) != len(report["support"]):
        refuse("names", f"of {len(labels)} names", f"{len(report['support'])}, one per class")
    width = max(len(label) for label in [*labels, "weighted avg"])
    titles = ["precision", "recall", "f1-score", "support"]
    head = " " * (width + 1) + "".join(f" {title:>9}" for title in titles)
    columns = zip(report["precision"], report["recall"], report["f1"], strict=True)
    rows = [
        score_line(label, width, scores, support)
        for label, scores, support in zip(labels, columns, report["support"], strict=True)
    ]
    total = report["total"]
    accuracy = f"{'accuracy':>{width}} {'':>20} {report['accuracy']:9.2f} {total:>9}"
    averages = [
        score_line("macro avg", width, report["macro"], total),
        score_line("weighted avg", width, report["weighted"], total),
    ]
    return "\n".join([head, "", *rows, "", accuracy, *averages]) + "\n"


def r_squared(a: Array, y: Array, arithmetic: Arithmetic = native) -> float:
    """Coefficient of determination R2, 1 - sum (y - a)^2 / sum (y - mean of y)^2.

    With several outputs it is the mean over them. For a target that is constant it is 1 where all
    is right and else 0.

    Parameters
    ----------
    a : (n, m) float64
        Output of the network.
    y : (n, m) float64
        Target.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    scalar float64
        At most 1.

    Examples
    --------
    >>> r_squared(np.array([[1.0], [2.0], [3.0]]), np.array([[1.0], [2.0], [4.0]]))
    0.7857142857142857
    """
    n, m = y.shape
    error, centred = y - a, arithmetic.add_bias(y, -(arithmetic.column_sums(y) / float(n)))
    left = arithmetic.column_sums(error * error)
    whole = arithmetic.column_sums(centred * centred)
    constant = arithmetic.where(left == 0.0, 1.0, 0.0)
    share = left / arithmetic.where(whole == 0.0, 1.0, whole)
    return arithmetic.total(arithmetic.where(whole == 0.0, constant, 1.0 - share)) / float(m)


def quotients(numerators: Array, denominators: Array) -> Array:
    """Quotients in which 0 / 0 is 0."""
    return numerators / native.where(denominators == 0.0, 1.0, denominators)


def score_line(label: str, width: int, scores: Sequence[float], support: int) -> str:
    """One line of a report: label, three scores, support."""
    return f"{label:>{width}} " + "".join(f" {score:9.2f}" for score in scores) + f" {support:>9}"
