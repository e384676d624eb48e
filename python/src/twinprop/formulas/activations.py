"""Activations by name, and their options; twin of r/R/formulas_activations.R."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Array
from twinprop.formulas import activations_piecewise as piecewise
from twinprop.formulas import activations_slopes as slopes
from twinprop.formulas import activations_smooth as smooth
from twinprop.ground.array_checks import as_numbers, unchecked
from twinprop.ground.case_checks import check_number
from twinprop.ground.errors import InputError, check_name, count_of


class Activation(NamedTuple):
    """A function of a layer's weighted input, its derivative, and the names of its options.

    The derivative is a slope for each element, but for softmax, whose outputs depend on the whole
    row: its derivative takes e and gives delta.
    """

    value: Callable[..., Array]
    grad: Callable[..., Array]
    options: tuple[str, ...] = ()
    elementwise: bool = True


def _new_activation(
    value: Callable[..., Array], grad: Callable[..., Array], *more: Any, **named: Any
) -> Activation:
    """An activation of functions without their checks, since training gives them what is right."""
    return Activation(unchecked(value), unchecked(grad), *more, **named)


ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": _new_activation(smooth.sigmoid, smooth.sigmoid_grad),
    "identity": _new_activation(piecewise.identity_function, piecewise.identity_function_grad),
    "step": _new_activation(piecewise.step_function, piecewise.step_function_grad),
    "tanh": _new_activation(smooth.tanh_function, smooth.tanh_function_grad),
    "relu": _new_activation(piecewise.relu, piecewise.relu_grad),
    "leaky_relu": _new_activation(slopes.leaky_relu, slopes.leaky_relu_grad, ("slope",)),
    "prelu": _new_activation(slopes.prelu, slopes.prelu_grad, ("alpha",)),
    "rrelu": _new_activation(slopes.rrelu, slopes.rrelu_grad, ("lower", "upper")),
    "elu": _new_activation(piecewise.elu, piecewise.elu_grad, ("alpha",)),
    "swish": _new_activation(smooth.swish, smooth.swish_grad, ("beta",)),
    "softplus": _new_activation(smooth.softplus, smooth.softplus_grad),
    "softmax": _new_activation(smooth.softmax, smooth.softmax_grad, elementwise=False),
}


def activation_options(
    activation: str | Mapping[str, Any], n_out: int
) -> tuple[str, dict[str, Any]]:
    """Name and options of a layer's activation; the alpha of prelu becomes one for each unit.

    Parameters
    ----------
    activation : str or dict
        A name such as "sigmoid", or the name with options, as name "leaky_relu" and slope 0.2.
    n_out : int
        Units of the layer.

    Returns
    -------
    name and options
        Options that are not given keep the activation's own values.

    Examples
    --------
    >>> activation_options({"name": "leaky_relu", "slope": 0.2}, 3)
    ('leaky_relu', {'slope': 0.2})
    """
    given: dict[str, Any] = (
        dict(activation) if isinstance(activation, Mapping) else {"name": activation}
    )
    name = check_name("activation", given.pop("name", None), list(ACTIVATIONS))
    for option, value in given.items():
        if option not in ACTIVATIONS[name].options:
            known = ", ".join(ACTIVATIONS[name].options) or "none"
            raise InputError(f"{name} has no option {option}; known are {known}")
        for number in as_numbers(value, f"{option} of {name}").flat:
            check_number(number, f"{option} of {name}")
    if name == "prelu":
        alpha = np.array(given.get("alpha", 0.25), dtype=np.float64).reshape(1, -1)
        if alpha.size not in (1, n_out):
            found = count_of(alpha.size, "number")
            raise InputError(f"alpha of prelu has {found}; wanted 1 or {n_out}")
        given["alpha"] = np.broadcast_to(alpha, (1, n_out)).copy()
    if name == "rrelu" and given.get("lower", 0.125) > given.get("upper", 1.0 / 3.0):
        raise InputError("lower of rrelu is above upper; wanted lower <= upper")
    return name, given


def bind_options(activation: str, options: dict[str, Any]) -> Activation:
    """The functions of an activation, with options in place."""
    plain = ACTIVATIONS[activation]
    if not options:
        return plain
    value, grad = (partial(f, **options) for f in (plain.value, plain.grad))
    return plain._replace(value=value, grad=grad)
