"""Checks of the values in a case's JSON, twin of r/R/ground_case_checks.R.

``where`` names file and key, as in ``cases/xor.json: layers[0].units``; each check returns the
value or refuses it in one sentence that begins with it.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from twinprop.ground.array import Array
from twinprop.ground.errors import (
    InputError,
    count_of,
    quote_value,
    refuse,
    shorten_text,
    suggest_name,
)

LARGEST_INTEGER = 2147483647
ID = re.compile("[a-z0-9][a-z0-9-]{0,99}")


def key_of(where: str, key: str) -> str:
    """The name of a key inside an object."""
    return f"{where} {key}" if where.endswith(":") else f"{where}.{key}"


def check_object(value: Any, where: str, required: list[str], optional: list[str]) -> Any:
    """An object with all the required keys, and no key that is not known."""
    known = required + optional
    if not isinstance(value, dict):
        refuse(where.removesuffix(":"), quote_value(value), f"an object with {', '.join(known)}")
    for key in value:
        if key not in known:
            raise InputError(
                f"{key_of(where, shorten_text(key))} is not a known key{suggest_name(key, known)} "
                f"known are {', '.join(known)}"
            )
    for key in required:
        if key not in value:
            raise InputError(f"{key_of(where, key)} is missing; add it")
    return value


def check_text(value: Any, where: str) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or value == "":
        refuse(where, quote_value(value), "a text")
    return value


def check_id(value: Any, where: str) -> str:
    """A name that is also a good file name."""
    if not isinstance(value, str) or not ID.fullmatch(value):
        refuse(where, quote_value(value), "lower-case letters, digits and hyphens, as in xor-2-2-1")
    return value


def check_choice(value: Any, where: str, known: list[str]) -> str:
    """One of the known names."""
    if isinstance(value, str) and value not in known:
        hint = f"{suggest_name(value, known)} known are {', '.join(known)}"
        raise InputError(f"{where} is {quote_value(value)}, which is not known{hint}")
    if not isinstance(value, str):
        refuse(where, quote_value(value), f"one of {', '.join(known)}")
    return value


def check_number(value: Any, where: str) -> float:
    """A finite number."""
    if not is_number(value):
        refuse(where, quote_value(value), "a finite number")
    return float(value)


def check_not_negative(value: Any, where: str) -> float:
    """A finite number of at least 0."""
    if check_number(value, where) < 0.0:
        refuse(where, quote_value(value), "a number of at least 0")
    return float(value)


def check_range(low: Any, high: Any, where_low: str, where_high: str) -> float:
    """The lower end of a range, of finite numbers, that is not above the upper."""
    if check_number(low, where_low) > check_number(high, where_high):
        wanted = f"a number of at most {quote_value(high)}, as {where_tail(where_high)} is"
        refuse(where_low, quote_value(low), wanted)
    return float(low)


def check_share(value: Any, where: str) -> float:
    """A number of at least 0 and less than 1."""
    if not 0.0 <= check_number(value, where) < 1.0:
        refuse(where, quote_value(value), "a number of at least 0 and less than 1")
    return float(value)


def check_integer(value: Any, where: str, low: int, high: int = LARGEST_INTEGER) -> int:
    """A whole number from low to high."""
    if not is_number(value) or value != math.floor(value) or not low <= value <= high:
        wanted = str(low) if low == high else f"a whole number from {low} to {high}"
        refuse(where, quote_value(value), wanted)
    return int(value)


def check_epochs(value: Any, where: str, last: int) -> list[int]:
    """Epochs up to the last one, in their order, each once."""
    before = 0
    for i, epoch in enumerate(check_list(value, where)):
        if check_integer(epoch, f"{where}[{i}]", 1, last) <= before:
            refuse(f"{where}[{i}]", f"{epoch:.0f}, after {before}", "rising epochs, each once")
        before = int(epoch)
    return [int(epoch) for epoch in value]


def check_list(value: Any, where: str) -> list[Any]:
    """A list with at least one element."""
    if not isinstance(value, list) or not value:
        refuse(where, quote_value(value), "a list with at least one element")
    return value


def check_row(value: Any, where: str) -> Array:
    """A list of finite numbers, as a matrix of one row."""
    for i, element in enumerate(check_list(value, where)):
        if not is_number(element):
            check_number(element, f"{where}[{i}]")
    return np.array([value], dtype=np.float64)


def check_matrix(value: Any, where: str) -> Array:
    """A list of rows of finite numbers, all of one length."""
    rows = [check_row(row, f"{where}[{i}]") for i, row in enumerate(check_list(value, where))]
    columns = rows[0].shape[1]
    for i, row in enumerate(rows):
        if row.shape[1] != columns:
            wanted = f"{columns}, as in {where_tail(where)}[0]"
            found = count_of(row.shape[1], "number")
            raise InputError(f"{where}[{i}] has {found}; wanted {wanted}")
    return np.concatenate(rows)


def where_tail(where: str) -> str:
    """The key without the file."""
    return where.rsplit(": ", 1)[-1]


def is_number(value: Any) -> bool:
    """Whether a JSON value is a number that float64 holds as a finite one."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False
