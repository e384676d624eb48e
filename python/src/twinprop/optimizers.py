"""Rules that move the parameters against their gradients, twin of r/R/optimizers.R."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twinprop.arithmetic import Arithmetic, Array, native


def gradient_descent(
    parameters: list[Array],
    gradients: list[Array],
    state: Any,
    learning_rate: float = 0.1,
    arithmetic: Arithmetic = native,
) -> tuple[list[Array], Any]:
    """Gradient descent, p - learning_rate dp.

    Parameters
    ----------
    parameters : list of (n_in, n_out) float64
        Weights and biases.
    gradients : list of (n_in, n_out) float64
        Derivatives of the loss with respect to them, in the same order.
    state : None
        What the rule remembers between steps: nothing.
    learning_rate : float64
        Length of the step.
    arithmetic : arithmetic
        How the formula is evaluated.

    Returns
    -------
    parameters and state
        After the step.

    Examples
    --------
    >>> import numpy as np
    >>> gradient_descent([np.array([[1.0]])], [np.array([[2.0]])], None, 0.25)[0]
    [array([[0.5]])]
    """
    return [p - learning_rate * dp for p, dp in zip(parameters, gradients, strict=True)], state


OPTIMIZERS: dict[str, Callable[..., tuple[list[Array], Any]]] = {
    "gradient_descent": gradient_descent,
}
