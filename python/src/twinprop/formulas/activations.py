"""The twelve activations and their derivatives; twin of r/R/formulas_activations.R.

At a kink, z = 0, each derivative is the left-hand one; z <= 0 is asked, not z > 0, so that NaN
stays NaN. Checks (constraints.json) and the words below are added to the names that users call.

Parameters
----------
z : (n, m) float64
    Weighted input of a layer.
a : (n, m) float64
    The activation of z.
e : (n, m) float64
    Derivative of the loss with respect to a.
arithmetic : arithmetic
    How the formula is evaluated.
slope : float64
    Slope below 0.
lower : float64
    Least slope.
upper : float64
    Largest slope.
alpha : float64
    The negative of the limit for large negative z.
beta : float64
    How steep the sigmoid is.

Returns
-------
(n, m) float64
    One for each element of z.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from twinprop.arithmetic import Arithmetic, Array, native


def sigmoid(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Sigmoid, 1 / (1 + exp(-z)), from 0 to 1.

    >>> z = np.array([[0.0, 2.0]])
    >>> sigmoid(z).round(6).tolist()
    [[0.5, 0.880797]]
    >>> sigmoid_grad(z, sigmoid(z)).round(6).tolist()
    [[0.25, 0.104994]]
    """
    return arithmetic.sigmoid(z)


def sigmoid_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the sigmoid, a (1 - a)."""
    return a * (1.0 - a)


def identity_function(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Identity, z itself.

    >>> identity_function(np.array([[-1.0, 2.0]])).tolist()
    [[-1.0, 2.0]]
    """
    return z


def identity_function_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the identity, 1."""
    return np.ones_like(z)


def step_function(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Step, 1 where z is above 0, else 0.

    >>> step_function(np.array([[-1.0, 0.0, 2.0]])).tolist()
    [[0.0, 0.0, 1.0]]
    """
    return arithmetic.where(z > 0.0, 1.0, 0.0)


def step_function_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the step, 0, so nothing can be learned through a step."""
    return np.zeros_like(z)


def tanh_function(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Hyperbolic tangent, (exp(z) - exp(-z)) / (exp(z) + exp(-z)), which is 2 sigmoid(2 z) - 1.

    >>> z = np.array([[0.0, 2.0]])
    >>> tanh_function(z).round(6).tolist()
    [[0.0, 0.964028]]
    >>> tanh_function_grad(z, tanh_function(z)).round(6).tolist()
    [[1.0, 0.070651]]
    """
    return arithmetic.tanh(z)


def tanh_function_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the hyperbolic tangent, 1 - a^2."""
    return 1.0 - a * a


def relu(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Rectified linear unit, z where it is above 0, else 0.

    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> relu(z).tolist()
    [[0.0, 0.0, 2.0]]
    >>> relu_grad(z, relu(z)).tolist()
    [[0.0, 0.0, 1.0]]
    """
    return arithmetic.where(z <= 0.0, 0.0, z)


def relu_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the rectified linear unit, 1 where z is above 0, else 0."""
    return arithmetic.where(z <= 0.0, 0.0, 1.0)


def leaky_relu(z: Array, arithmetic: Arithmetic = native, slope: float = 0.01) -> Array:
    """Leaky rectified linear unit, z where it is above 0, else slope z.

    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> leaky_relu(z).tolist()
    [[-0.01, 0.0, 2.0]]
    >>> leaky_relu_grad(z, leaky_relu(z)).tolist()
    [[0.01, 0.01, 1.0]]
    """
    return arithmetic.where(z <= 0.0, slope * z, z)


def leaky_relu_grad(
    z: Array, a: Array, arithmetic: Arithmetic = native, slope: float = 0.01
) -> Array:
    """Derivative of the leaky rectified linear unit, 1 where z is above 0, else slope."""
    return arithmetic.where(z <= 0.0, slope, 1.0)


def prelu(z: Array, arithmetic: Arithmetic = native, alpha: Array | float = 0.25) -> Array:
    """Parametric rectified linear unit, z where it is above 0, else alpha z.

    >>> z, alpha = np.array([[-1.0, -1.0, 2.0]]), np.array([[0.5, 0.25, 0.25]])
    >>> prelu(z, alpha=alpha).tolist()
    [[-0.5, -0.25, 2.0]]
    >>> prelu_grad(z, prelu(z), alpha=alpha).tolist()
    [[0.5, 0.25, 1.0]]

    Parameters
    ----------
    alpha : (1, m) float64
        Slope of each unit below 0, learned like weights; one number stands for all units.
    """
    return arithmetic.where(z <= 0.0, alpha * z, z)


def prelu_grad(
    z: Array, a: Array, arithmetic: Arithmetic = native, alpha: Array | float = 0.25
) -> Array:
    """Derivative of the parametric rectified linear unit, 1 where z is above 0, else alpha."""
    return arithmetic.where(z <= 0.0, alpha * np.ones_like(z), 1.0)


def prelu_alpha_grad(z: Array, e: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the loss with respect to alpha, (1, m), the column sums of e min(z, 0)."""
    return arithmetic.column_sums(e * arithmetic.where(z <= 0.0, z, 0.0))


def rrelu(
    z: Array,
    arithmetic: Arithmetic = native,
    lower: float = 0.125,
    upper: float = 1.0 / 3.0,
    slope: Array | None = None,
) -> Array:
    """Randomized rectified linear unit, z where it is above 0, else slope z.

    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> rrelu(z, lower=0.25, upper=0.5).tolist()
    [[-0.375, 0.0, 2.0]]
    >>> rrelu_grad(z, rrelu(z), lower=0.25, upper=0.5).tolist()
    [[0.375, 0.375, 1.0]]

    Parameters
    ----------
    slope : (n, m) float64 or None
        Slopes below 0, drawn in training between lower and upper; None takes their mean.
    """
    below = 0.5 * (lower + upper) if slope is None else slope
    return arithmetic.where(z <= 0.0, below * z, z)


def rrelu_grad(
    z: Array,
    a: Array,
    arithmetic: Arithmetic = native,
    lower: float = 0.125,
    upper: float = 1.0 / 3.0,
    slope: Array | None = None,
) -> Array:
    """Derivative of the randomized rectified linear unit, 1 where z is above 0, else slope."""
    below = 0.5 * (lower + upper) if slope is None else slope
    return arithmetic.where(z <= 0.0, below * np.ones_like(z), 1.0)


def elu(z: Array, arithmetic: Arithmetic = native, alpha: float = 1.0) -> Array:
    """Exponential linear unit, z where it is above 0, else alpha (exp(z) - 1).

    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> elu(z).round(6).tolist()
    [[-0.632121, 0.0, 2.0]]
    >>> elu_grad(z, elu(z)).round(6).tolist()
    [[0.367879, 1.0, 1.0]]
    """
    below = arithmetic.where(z <= 0.0, z, 0.0)
    return arithmetic.where(z <= 0.0, alpha * (arithmetic.exp(below) - 1.0), z)


def elu_grad(z: Array, a: Array, arithmetic: Arithmetic = native, alpha: float = 1.0) -> Array:
    """Derivative of the exponential linear unit, 1 where z is above 0, else a + alpha."""
    return arithmetic.where(z <= 0.0, a + alpha, 1.0)


def swish(z: Array, arithmetic: Arithmetic = native, beta: float = 1.0) -> Array:
    """Swish, z sigmoid(beta z).

    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> swish(z).round(6).tolist()
    [[-0.268941, 0.0, 1.761594]]
    >>> swish_grad(z, swish(z)).round(6).tolist()
    [[0.072329, 0.5, 1.090784]]
    """
    return z * arithmetic.sigmoid(beta * z)


def swish_grad(z: Array, a: Array, arithmetic: Arithmetic = native, beta: float = 1.0) -> Array:
    """Derivative of swish, beta a + sigmoid(beta z) (1 - beta a)."""
    return beta * a + arithmetic.sigmoid(beta * z) * (1.0 - beta * a)


def softplus(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Softplus, log(1 + exp(z)), computed as max(z, 0) + log(1 + exp(-|z|)).

    >>> softplus(np.array([[-1.0, 0.0, 1000.0]])).round(6).tolist()
    [[0.313262, 0.693147, 1000.0]]
    """
    below = arithmetic.where(z <= 0.0, z, -z)
    return arithmetic.where(z <= 0.0, 0.0, z) + arithmetic.log1p(arithmetic.exp(below))


def softplus_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of softplus, the sigmoid of z."""
    return arithmetic.sigmoid(z)


def softmax(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Softmax of each row, exp(z_j) over the sum of exp(z_k), computed of z less the row's largest.

    >>> z = np.array([[0.0, 0.0], [1000.0, 0.0]])
    >>> softmax(z).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    >>> softmax_grad(z, softmax(z), np.array([[1.0, 3.0], [1.0, 3.0]])).tolist()
    [[-0.5, 0.5], [0.0, 0.0]]
    """
    powers = arithmetic.exp(z - arithmetic.row_max(z))
    return powers / arithmetic.row_sums(powers)


def softmax_grad(z: Array, a: Array, e: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the loss with respect to z, a (e - sum of e a over the row): no slope."""
    return a * (e - arithmetic.row_sums(e * a))


class Activation(NamedTuple):
    """A function, its derivative, its options; not elementwise is softmax, which takes e."""

    value: Callable[..., Array]
    grad: Callable[..., Array]
    options: tuple[str, ...] = ()
    elementwise: bool = True


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": Activation(sigmoid, sigmoid_grad),
    "identity": Activation(identity_function, identity_function_grad),
    "step": Activation(step_function, step_function_grad),
    "tanh": Activation(tanh_function, tanh_function_grad),
    "relu": Activation(relu, relu_grad),
    "leaky_relu": Activation(leaky_relu, leaky_relu_grad, ("slope",)),
    "prelu": Activation(prelu, prelu_grad, ("alpha",)),
    "rrelu": Activation(rrelu, rrelu_grad, ("lower", "upper")),
    "elu": Activation(elu, elu_grad, ("alpha",)),
    "swish": Activation(swish, swish_grad, ("beta",)),
    "softplus": Activation(softplus, softplus_grad),
    "softmax": Activation(softmax, softmax_grad, elementwise=False),
}
