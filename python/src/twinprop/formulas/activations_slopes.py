"""Rectified linear units with a slope below 0: fixed, learned or drawn; twin of
r/R/formulas_activations_slopes.R.

At the kink, z = 0, each derivative is the left-hand one.
"""

from __future__ import annotations

import numpy as np

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.ground.array_checks import of_numbers


@of_numbers("z")
def leaky_relu(z: Array, arithmetic: Arithmetic = native, slope: float = 0.01) -> Array:
    """Leaky rectified linear unit, z where it is above 0, else slope z.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.
    slope : float64
        Slope below 0.

    Returns
    -------
    (n, m) float64
        The activation.

    Examples
    --------
    >>> leaky_relu(np.array([[-1.0, 0.0, 2.0]])).tolist()
    [[-0.01, 0.0, 2.0]]
    """
    return arithmetic.where(z <= 0.0, slope * z, z)


@of_numbers("z", "a")
def leaky_relu_grad(
    z: Array, a: Array, arithmetic: Arithmetic = native, slope: float = 0.01
) -> Array:
    """Derivative of the leaky rectified linear unit with respect to z, 1 above 0, else slope.

    At 0 it is the left-hand derivative, slope.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Leaky rectified linear unit of z.
    arithmetic : arithmetic
        How the formula is evaluated.
    slope : float64
        Slope below 0.

    Returns
    -------
    (n, m) float64
        Ones and slopes.

    Examples
    --------
    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> leaky_relu_grad(z, leaky_relu(z)).tolist()
    [[0.01, 0.01, 1.0]]
    """
    return arithmetic.where(z <= 0.0, slope, 1.0)


@of_numbers("z")
def prelu(z: Array, arithmetic: Arithmetic = native, alpha: Array | float = 0.25) -> Array:
    """Parametric rectified linear unit, z where it is above 0, else alpha z.

    A leaky rectified linear unit whose slopes are learned like weights, one for each unit.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.
    alpha : (1, m) float64
        Slope of each unit below 0, learned; one number stands for all units.

    Returns
    -------
    (n, m) float64
        The activation.

    Examples
    --------
    >>> prelu(np.array([[-1.0, -1.0, 2.0]]), alpha=np.array([[0.5, 0.25, 0.25]])).tolist()
    [[-0.5, -0.25, 2.0]]
    """
    return arithmetic.where(z <= 0.0, alpha * z, z)


@of_numbers("z", "a")
def prelu_grad(
    z: Array, a: Array, arithmetic: Arithmetic = native, alpha: Array | float = 0.25
) -> Array:
    """Derivative of the parametric rectified linear unit with respect to z, 1 above 0, else alpha.

    At 0 it is the left-hand derivative, alpha.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Parametric rectified linear unit of z.
    arithmetic : arithmetic
        How the formula is evaluated.
    alpha : (1, m) float64
        Slope of each unit below 0, learned; one number stands for all units.

    Returns
    -------
    (n, m) float64
        Ones and slopes.

    Examples
    --------
    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> prelu_grad(z, prelu(z)).tolist()
    [[0.25, 0.25, 1.0]]
    """
    return arithmetic.where(z <= 0.0, alpha * np.ones_like(z), 1.0)


@of_numbers("z", "e")
def prelu_alpha_grad(z: Array, e: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the loss with respect to alpha, the column sums of e min(z, 0).

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    e : (n, m) float64
        Derivative of the loss with respect to the layer's activation.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (1, m) float64
        One derivative for each unit.

    Examples
    --------
    >>> z, e = np.array([[-1.0, 2.0], [-3.0, 4.0]]), np.array([[1.0, 1.0], [2.0, 2.0]])
    >>> prelu_alpha_grad(z, e).tolist()
    [[-7.0, 0.0]]
    """
    return arithmetic.column_sums(e * arithmetic.where(z <= 0.0, z, 0.0))


@of_numbers("z")
def rrelu(
    z: Array,
    arithmetic: Arithmetic = native,
    lower: float = 0.125,
    upper: float = 1.0 / 3.0,
    slope: Array | None = None,
) -> Array:
    """Randomized rectified linear unit, z where it is above 0, else slope z.

    In training the slopes are drawn, one for each sample and unit, uniform between lower and upper;
    in prediction the mean of lower and upper takes their place.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.
    lower : float64
        Least slope.
    upper : float64
        Largest slope.
    slope : (n, m) float64 or None
        Slopes below 0 that were drawn; None takes the mean of lower and upper.

    Returns
    -------
    (n, m) float64
        The activation.

    Examples
    --------
    >>> rrelu(np.array([[-1.0, 0.0, 2.0]]), lower=0.25, upper=0.5).tolist()
    [[-0.375, 0.0, 2.0]]
    """
    below = 0.5 * (lower + upper) if slope is None else slope
    return arithmetic.where(z <= 0.0, below * z, z)


@of_numbers("z", "a")
def rrelu_grad(
    z: Array,
    a: Array,
    arithmetic: Arithmetic = native,
    lower: float = 0.125,
    upper: float = 1.0 / 3.0,
    slope: Array | None = None,
) -> Array:
    """Derivative of the randomized rectified linear unit with respect to z, 1 above 0, else slope.

    At 0 it is the left-hand derivative, slope.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Randomized rectified linear unit of z.
    arithmetic : arithmetic
        How the formula is evaluated.
    lower : float64
        Least slope.
    upper : float64
        Largest slope.
    slope : (n, m) float64 or None
        Slopes below 0 that were drawn; None takes the mean of lower and upper.

    Returns
    -------
    (n, m) float64
        Ones and slopes.

    Examples
    --------
    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> rrelu_grad(z, rrelu(z), lower=0.25, upper=0.5).tolist()
    [[0.375, 0.375, 1.0]]
    """
    below = 0.5 * (lower + upper) if slope is None else slope
    return arithmetic.where(z <= 0.0, below * np.ones_like(z), 1.0)
