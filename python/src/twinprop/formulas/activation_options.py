"""The options of activations; twin of r/R/formulas_activation_options.R."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np

from twinprop.formulas.activations import ACTIVATIONS, Activation
from twinprop.ground.array_checks import as_numbers
from twinprop.ground.case_checks import check_number
from twinprop.ground.errors import InputError, check_name, count_of


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
