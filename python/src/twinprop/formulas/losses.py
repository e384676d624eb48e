"""Losses by name, with their derivatives, and the L2 penalty; twin of r/R/formulas_losses.R."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas import losses_entropy as entropy
from twinprop.formulas import losses_squared as squared
from twinprop.ground.array_checks import as_numbers, check_arithmetic, unchecked
from twinprop.ground.case_checks import check_not_negative
from twinprop.ground.errors import InputError, check_name

REDUCTIONS = squared.REDUCTIONS


class Loss(NamedTuple):
    """A function of output and target, its derivative with respect to the output, its reductions.

    Paired with an activation of the last layer, value_of_z takes z in place of the output, and
    delta is the derivative with respect to z, without a detour over e and slope; both are None, and
    paired_with is empty, where there is no such activation.
    """

    value: Callable[..., float]
    grad: Callable[..., Array]
    reductions: list[str]
    paired_with: str
    value_of_z: Any
    delta: Any


def new_loss(
    value: Callable[..., float],
    grad: Callable[..., Array],
    reductions: list[str] = REDUCTIONS,
    paired_with: str = "",
    value_of_z: Callable[..., float] | None = None,
    delta: Callable[..., Array] | None = None,
) -> Loss:
    """A loss of functions without their checks, since what training gives them was checked."""
    value_of_z = None if value_of_z is None else unchecked(value_of_z)
    delta = None if delta is None else unchecked(delta)
    return Loss(unchecked(value), unchecked(grad), reductions, paired_with, value_of_z, delta)


LOSSES: dict[str, Loss] = {
    "squared_error": new_loss(squared.squared_error, squared.squared_error_grad),
    "sum_squared_error": new_loss(
        squared.sum_squared_error, squared.sum_squared_error_grad, reductions=["sum"]
    ),
    "mean_squared_error": new_loss(
        squared.mean_squared_error, squared.mean_squared_error_grad, reductions=["mean"]
    ),
    "binary_cross_entropy": new_loss(
        entropy.binary_cross_entropy,
        entropy.binary_cross_entropy_grad,
        paired_with="sigmoid",
        value_of_z=entropy.binary_cross_entropy_of_z,
        delta=entropy.binary_cross_entropy_delta,
    ),
    "cross_entropy": new_loss(
        entropy.cross_entropy,
        entropy.cross_entropy_grad,
        paired_with="softmax",
        value_of_z=entropy.cross_entropy_of_z,
        delta=entropy.cross_entropy_delta,
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


def l2_penalty(weights: Sequence[Array], l2: float, arithmetic: Arithmetic = native) -> float:
    """L2 penalty, l2 / 2 times the sum of all squared weights.

    It is added to the loss; its derivative l2 W is added to the derivative of each W. Biases have
    no part in it, and neither has the number of samples: the alpha of scikit-learn is l2 times n.

    Parameters
    ----------
    weights : list of (n_in, n_out) float64
        One matrix per layer.
    l2 : float64
        Strength of the penalty.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    scalar float64
        The penalty.

    Examples
    --------
    >>> import numpy as np
    >>> l2_penalty([np.array([[1.0, 2.0]]), np.array([[3.0]])], 0.5)
    3.5
    """
    check_not_negative(l2, "l2")
    check_arithmetic(arithmetic)
    penalty = 0.0
    for i, weight in enumerate(weights, start=1):
        w = as_numbers(weight, f"W{i}")
        penalty = penalty + 0.5 * l2 * arithmetic.total(w * w)
    return penalty
