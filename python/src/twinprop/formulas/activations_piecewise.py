"""Activations with a kink, and their derivatives; twin of r/R/formulas_activations_piecewise.R.

At the kink, z = 0, each derivative is the left-hand one. They ask for z <= 0, not z > 0, so that
a NaN in z stays NaN.
"""

from __future__ import annotations

import numpy as np

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.ground.array_checks import of_numbers


@of_numbers("z")
def identity_function(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Identity, z itself.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The same values.

    Examples
    --------
    >>> identity_function(np.array([[-1.0, 2.0]])).tolist()
    [[-1.0, 2.0]]
    """
    return z


@of_numbers("z", "a")
def identity_function_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the identity with respect to z, 1.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Identity of z.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Ones.

    Examples
    --------
    >>> z = np.array([[-1.0, 2.0]])
    >>> identity_function_grad(z, z).tolist()
    [[1.0, 1.0]]
    """
    return np.ones_like(z)


@of_numbers("z")
def step_function(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Step, 1 where z is above 0, else 0.

    At the jump, z = 0, it is 0.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Zeros and ones.

    Examples
    --------
    >>> step_function(np.array([[-1.0, 0.0, 2.0]])).tolist()
    [[0.0, 0.0, 1.0]]
    """
    return arithmetic.where(z > 0.0, 1.0, 0.0)


@of_numbers("z", "a")
def step_function_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the step with respect to z, 0.

    It is taken as 0 at the jump too, so nothing can be learned through a step.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Step of z.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Zeros.

    Examples
    --------
    >>> z = np.array([[-1.0, 2.0]])
    >>> step_function_grad(z, step_function(z)).tolist()
    [[0.0, 0.0]]
    """
    return np.zeros_like(z)


@of_numbers("z")
def relu(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Rectified linear unit, z where it is above 0, else 0.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Not below 0.

    Examples
    --------
    >>> relu(np.array([[-1.0, 0.0, 2.0]])).tolist()
    [[0.0, 0.0, 2.0]]
    """
    return arithmetic.where(z <= 0.0, 0.0, z)


@of_numbers("z", "a")
def relu_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the rectified linear unit with respect to z, 1 where z is above 0, else 0.

    At 0 it is the left-hand derivative, 0.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Rectified linear unit of z.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Zeros and ones.

    Examples
    --------
    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> relu_grad(z, relu(z)).tolist()
    [[0.0, 0.0, 1.0]]
    """
    return arithmetic.where(z <= 0.0, 0.0, 1.0)


@of_numbers("z")
def elu(z: Array, arithmetic: Arithmetic = native, alpha: float = 1.0) -> Array:
    """Exponential linear unit, z where it is above 0, else alpha (exp(z) - 1).

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.
    alpha : float64
        The negative of the limit for large negative z.

    Returns
    -------
    (n, m) float64
        Above -alpha.

    Examples
    --------
    >>> elu(np.array([[-1.0, 0.0, 2.0]])).round(6).tolist()
    [[-0.632121, 0.0, 2.0]]
    """
    return arithmetic.where(
        z <= 0.0, alpha * (arithmetic.exp(arithmetic.where(z <= 0.0, z, 0.0)) - 1.0), z
    )


@of_numbers("z", "a")
def elu_grad(z: Array, a: Array, arithmetic: Arithmetic = native, alpha: float = 1.0) -> Array:
    """Derivative of the exponential linear unit with respect to z, 1 above 0, else a + alpha.

    At 0 it is the left-hand derivative, alpha.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Exponential linear unit of z.
    arithmetic : arithmetic
        How the formula is evaluated.
    alpha : float64
        The negative of the limit for large negative z.

    Returns
    -------
    (n, m) float64
        Ones, and alpha exp(z).

    Examples
    --------
    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> elu_grad(z, elu(z)).round(6).tolist()
    [[0.367879, 1.0, 1.0]]
    """
    return arithmetic.where(z <= 0.0, a + alpha, 1.0)
