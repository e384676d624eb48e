"""Activations and their derivatives, twin of r/R/activations.R."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from twinprop.arithmetic import Arithmetic, Array, native


def sigmoid(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Sigmoid, 1 / (1 + exp(-z)).

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Between 0 and 1, both included where float64 has nothing nearer.

    Examples
    --------
    >>> sigmoid(np.array([[0.0, 2.0]])).round(6).tolist()
    [[0.5, 0.880797]]
    """
    return arithmetic.sigmoid(z)


def sigmoid_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the sigmoid with respect to z, a (1 - a).

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Sigmoid of z.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Between 0 and 1/4.

    Examples
    --------
    >>> z = np.array([[0.0, 2.0]])
    >>> sigmoid_grad(z, sigmoid(z)).round(6).tolist()
    [[0.25, 0.104994]]
    """
    return a * (1.0 - a)


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


class Activation(NamedTuple):
    """A function of a layer's weighted input, and its derivative."""

    value: Callable[..., Array]
    grad: Callable[..., Array]


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(sigmoid, sigmoid_grad),
    "identity": Activation(identity_function, identity_function_grad),
}
