"""Activations made of the exponential function, and their derivatives;
twin of r/R/formulas_activations_smooth.R.

However large z is, the results are right: where exp(-z) overflows, the sigmoid is 0.
"""

from __future__ import annotations

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.ground.array_checks import of_numbers


@of_numbers("z")
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
    >>> import numpy as np
    >>> sigmoid(np.array([[0.0, 2.0]])).round(6).tolist()
    [[0.5, 0.880797]]
    """
    return arithmetic.sigmoid(z)


@of_numbers("z", "a")
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
    >>> import numpy as np
    >>> z = np.array([[0.0, 2.0]])
    >>> sigmoid_grad(z, sigmoid(z)).round(6).tolist()
    [[0.25, 0.104994]]
    """
    return a * (1.0 - a)


@of_numbers("z")
def tanh_function(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Hyperbolic tangent, (exp(z) - exp(-z)) / (exp(z) + exp(-z)).

    The same as 2 sigmoid(2 z) - 1.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Between -1 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> tanh_function(np.array([[0.0, 2.0]])).round(6).tolist()
    [[0.0, 0.964028]]
    """
    return arithmetic.tanh(z)


@of_numbers("z", "a")
def tanh_function_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the hyperbolic tangent with respect to z, 1 - a^2.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Hyperbolic tangent of z.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> z = np.array([[0.0, 2.0]])
    >>> tanh_function_grad(z, tanh_function(z)).round(6).tolist()
    [[1.0, 0.070651]]
    """
    return 1.0 - a * a


@of_numbers("z")
def softmax(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Softmax of each row, exp(z_j) over the sum of exp(z_k).

    The largest z of a row is subtracted first: the quotient stays, and nothing overflows.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Each row sums to 1.

    Examples
    --------
    >>> import numpy as np
    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    powers = arithmetic.exp(z - arithmetic.row_max(z))
    return powers / arithmetic.row_sums(powers)


@of_numbers("z", "a", "e")
def softmax_grad(z: Array, a: Array, e: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of the loss with respect to z, a (e - sum of e a over the row).

    Each output of softmax depends on the whole row of z, so this is no slope but the product of e
    with the matrix of derivatives.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Softmax of z.
    e : (n, m) float64
        Derivative of the loss with respect to a.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        The derivative, delta.

    Examples
    --------
    >>> import numpy as np
    >>> z = np.array([[0.0, 0.0]])
    >>> softmax_grad(z, softmax(z), np.array([[1.0, 3.0]])).tolist()
    [[-0.5, 0.5]]
    """
    return a * (e - arithmetic.row_sums(e * a))


@of_numbers("z")
def swish(z: Array, arithmetic: Arithmetic = native, beta: float = 1.0) -> Array:
    """Swish, z sigmoid(beta z).

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.
    beta : float64
        How steep the sigmoid is.

    Returns
    -------
    (n, m) float64
        The activation.

    Examples
    --------
    >>> import numpy as np
    >>> swish(np.array([[-1.0, 0.0, 2.0]])).round(6).tolist()
    [[-0.268941, 0.0, 1.761594]]
    """
    return z * arithmetic.sigmoid(beta * z)


@of_numbers("z", "a")
def swish_grad(z: Array, a: Array, arithmetic: Arithmetic = native, beta: float = 1.0) -> Array:
    """Derivative of swish with respect to z, beta a + sigmoid(beta z) (1 - beta a).

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Swish of z.
    arithmetic : arithmetic
        How the formula is evaluated.
    beta : float64
        How steep the sigmoid is.

    Returns
    -------
    (n, m) float64
        The derivative.

    Examples
    --------
    >>> import numpy as np
    >>> z = np.array([[-1.0, 0.0, 2.0]])
    >>> swish_grad(z, swish(z)).round(6).tolist()
    [[0.072329, 0.5, 1.090784]]
    """
    return beta * a + arithmetic.sigmoid(beta * z) * (1.0 - beta * a)


@of_numbers("z")
def softplus(z: Array, arithmetic: Arithmetic = native) -> Array:
    """Softplus, log(1 + exp(z)), computed as max(z, 0) + log(1 + exp(-|z|)).

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Above 0.

    Examples
    --------
    >>> import numpy as np
    >>> softplus(np.array([[-1.0, 0.0, 1000.0]])).round(6).tolist()
    [[0.313262, 0.693147, 1000.0]]
    """
    below = arithmetic.where(z <= 0.0, z, -z)
    return arithmetic.where(z <= 0.0, 0.0, z) + arithmetic.log1p(arithmetic.exp(below))


@of_numbers("z", "a")
def softplus_grad(z: Array, a: Array, arithmetic: Arithmetic = native) -> Array:
    """Derivative of softplus with respect to z, the sigmoid of z.

    Parameters
    ----------
    z : (n, m) float64
        Weighted input of a layer.
    a : (n, m) float64
        Softplus of z.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    (n, m) float64
        Between 0 and 1.

    Examples
    --------
    >>> import numpy as np
    >>> z = np.array([[0.0, 2.0]])
    >>> softplus_grad(z, softplus(z)).round(6).tolist()
    [[0.5, 0.880797]]
    """
    return arithmetic.sigmoid(z)
