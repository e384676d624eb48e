"""What a network may be made of; twin of r/R/network_checks.R."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic import Array
from twinprop.formulas.initializers import INITIALIZERS
from twinprop.ground.array_checks import as_numbers, checked_matrix
from twinprop.ground.case_checks import check_integer, check_number, check_share
from twinprop.ground.errors import InputError, count_of, quote_value, refuse


def checked_row(values: ArrayLike, name: str) -> Array:
    """A matrix of one row of finite numbers; a plain vector becomes that row."""
    row = as_numbers(values, name)
    row = row.reshape(1, -1) if row.ndim < 2 else row
    return checked_matrix(row, name)


def check_draw(n_in: int, units: Any, distribution: str, options: Mapping[str, float]) -> None:
    """Refuse sizes and parameters with which no weights can be drawn."""
    check_integer(n_in, "n_in", 1)
    if isinstance(units, str) or not np.iterable(units):
        refuse("units", quote_value(units), "a list of whole numbers, one per layer")
    for i, n_out in enumerate(units):
        check_integer(n_out, f"units[{i}]", 1)
    known = list(inspect.signature(INITIALIZERS[distribution]).parameters)[3:]
    for option, value in options.items():
        if option not in known:
            names = ", ".join(known) or "none"
            raise InputError(f"{distribution} has no option {option}; known are {names}")
        check_number(value, f"{option} of {distribution}")


def checked_dropout(dropout: Sequence[float] | None, depth: int) -> list[float]:
    """One share of dropped outputs per layer: 0 or more, less than 1, none in the last layer."""
    rates: Any = [0.0] * depth if dropout is None else dropout
    rates = rates if np.iterable(rates) and not isinstance(rates, str) else [rates]
    if len(rates) != depth:
        found = count_of(len(rates), "number")
        raise InputError(f"dropout has {found}; wanted {depth}, one per layer")
    rates = [check_share(rate, f"dropout of layer {i}") for i, rate in enumerate(rates, start=1)]
    if rates[-1] > 0.0:
        raise InputError("dropout of the last layer is above 0; wanted 0, its outputs are needed")
    return rates
