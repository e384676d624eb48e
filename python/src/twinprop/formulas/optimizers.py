"""Rules that move the parameters against their gradients, twin of r/R/formulas_optimizers.R.

Checks (constraints.json) and the words below are added to the names that users call.

Parameters
----------
parameters : list of (n_in, n_out) float64
    Weights and biases.
gradients : list of (n_in, n_out) float64
    Derivatives of the loss with respect to them, in the same order.
state : dict or None
    What the rule remembers between steps; None before the first.
learning_rate : float64
    Length of the step.
arithmetic : arithmetic
    How the formula is evaluated.
momentum : float64
    Share of v that stays, at least 0 and less than 1.
decay : float64
    Share of s that stays, at least 0 and less than 1.
beta_1 : float64
    Share of m that stays, at least 0 and less than 1.
beta_2 : float64
    Share of s that stays, at least 0 and less than 1.
epsilon : float64
    Keeps the quotient finite where s is 0.

Returns
-------
parameters and state
    After the step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.ground.case_checks import check_share
from twinprop.ground.errors import InputError


def gradient_descent(
    parameters: list[Array],
    gradients: list[Array],
    state: Any,
    learning_rate: float = 0.1,
    arithmetic: Arithmetic = native,
) -> tuple[list[Array], Any]:
    """Gradient descent, p - learning_rate dp.

    >>> gradient_descent([np.array([[1.0]])], [np.array([[2.0]])], None, 0.25)[0]
    [array([[0.5]])]
    """
    moved = [p - learning_rate * dp for p, dp in zip(parameters, gradients, strict=True)]  # p
    return moved, state


def momentum(
    parameters: list[Array],
    gradients: list[Array],
    state: Any,
    learning_rate: float = 0.01,
    arithmetic: Arithmetic = native,
    momentum: float = 0.9,
) -> tuple[list[Array], Any]:
    """Gradient descent with momentum, v = momentum v + dp, p - learning_rate v.

    As in PyTorch's SGD. Keras keeps -learning_rate v instead of v: the same steps, as long as the
    learning rate stays.

    >>> momentum([np.array([[1.0]])], [np.array([[2.0]])], None, 0.25)[0]
    [array([[0.5]])]
    """
    before = state["velocity"] if state else [np.zeros(dp.shape) for dp in gradients]
    velocity = [momentum * v + dp for v, dp in zip(before, gradients, strict=True)]  # v
    moved = [p - learning_rate * v for p, v in zip(parameters, velocity, strict=True)]  # p
    return moved, {"velocity": velocity}


def rmsprop(
    parameters: list[Array],
    gradients: list[Array],
    state: Any,
    learning_rate: float = 0.001,
    arithmetic: Arithmetic = native,
    decay: float = 0.9,
    epsilon: float = 1e-8,
) -> tuple[list[Array], Any]:
    """RMSprop, s = decay s + (1 - decay) dp^2, p - learning_rate dp / (sqrt(s) + epsilon).

    Epsilon stands outside the root and is 1e-8, as in PyTorch (whose decay, alpha, is 0.99). Keras
    has it inside, sqrt(s + epsilon), with 1e-7; its decay, rho, is 0.9 as here and in Hinton's
    lecture.

    >>> rmsprop([np.array([[1.0]])], [np.array([[2.0]])], None, 0.25)[0][0].round(6).tolist()
    [[0.209431]]
    """
    before = state["mean_square"] if state else [np.zeros(dp.shape) for dp in gradients]
    mean_square = [  # s
        decay * s + (1.0 - decay) * (dp * dp) for s, dp in zip(before, gradients, strict=True)
    ]
    moved = [  # p
        p - learning_rate * dp / (arithmetic.sqrt(s) + epsilon)
        for p, dp, s in zip(parameters, gradients, mean_square, strict=True)
    ]
    return moved, {"mean_square": mean_square}


def adam(
    parameters: list[Array],
    gradients: list[Array],
    state: Any,
    learning_rate: float = 0.001,
    arithmetic: Arithmetic = native,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-8,
) -> tuple[list[Array], Any]:
    """Adam, p - learning_rate m / (1 - beta_1^t) / (sqrt(s / (1 - beta_2^t)) + epsilon).

    Before that, in step t, m = beta_1 m + (1 - beta_1) dp and s = beta_2 s + (1 - beta_2) dp^2.
    Epsilon is 1e-8 and is added after the correction, as in the paper (Kingma and Ba, 2015,
    algorithm 1) and in PyTorch. Keras (1e-7) and scikit-learn (1e-8) add it before the correction
    of s, which is an epsilon 1 / sqrt(1 - beta_2^t) times as large. Powers of beta are running
    products.

    >>> adam([np.array([[1.0]])], [np.array([[2.0]])], None, 0.25)[0][0].round(6).tolist()
    [[0.75]]
    """
    if state is None:
        zeros = [np.zeros(dp.shape) for dp in gradients]
        state = {"mean": zeros, "mean_square": zeros, "power_1": 1.0, "power_2": 1.0}
    power_1 = state["power_1"] * beta_1  # power_1
    power_2 = state["power_2"] * beta_2  # power_2
    mean = [  # m
        beta_1 * m + (1.0 - beta_1) * dp for m, dp in zip(state["mean"], gradients, strict=True)
    ]
    mean_square = [  # s
        beta_2 * s + (1.0 - beta_2) * (dp * dp)
        for s, dp in zip(state["mean_square"], gradients, strict=True)
    ]
    moved = [  # p
        p - learning_rate * (m / (1.0 - power_1)) / (arithmetic.sqrt(s / (1.0 - power_2)) + epsilon)
        for p, m, s in zip(parameters, mean, mean_square, strict=True)
    ]
    state = {"mean": mean, "mean_square": mean_square, "power_1": power_1, "power_2": power_2}
    return moved, state


OPTIMIZERS: dict[str, Callable[..., tuple[list[Array], Any]]] = {
    "gradient_descent": gradient_descent,
    "momentum": momentum,
    "rmsprop": rmsprop,
    "adam": adam,
}

OPTIMIZER_OPTIONS: dict[str, tuple[str, ...]] = {
    "gradient_descent": (),
    "momentum": ("momentum",),
    "rmsprop": ("decay", "epsilon"),
    "adam": ("beta_1", "beta_2", "epsilon"),
}

LEARNING_RATES = {"gradient_descent": 0.1, "momentum": 0.01, "rmsprop": 0.001, "adam": 0.001}


def check_optimizer_options(optimizer: str, options: dict[str, float]) -> None:
    """Refuse options that an optimizer has not, and numbers outside their range.

    Parameters
    ----------
    optimizer : str
        Name of a known optimizer.
    options : dict
        Its options by name, without the learning rate.
    """
    known = OPTIMIZER_OPTIONS[optimizer]
    for option, value in options.items():
        if option not in known:
            names = ", ".join(known) or "none"
            raise InputError(f"{optimizer} has no option {option}; known are {names}")
        check_share(value, f"{option} of {optimizer}")
