"""Checks of what is given straight to functions, once on entry; twin of r/R/ground_array_checks.R.

Each returns the value or refuses it in one sentence that begins with its name. Rows and columns are
counted from 0 in both languages, as in files.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

import numpy as np

from twinprop.ground.array import Array
from twinprop.ground.case_checks import check_integer
from twinprop.ground.errors import InputError, quote_number, quote_value, refuse

Given = ParamSpec("Given")
Found = TypeVar("Found")

MATRIX = "a matrix of finite numbers"


def checked_matrix(values: Any, name: str) -> Array:
    """A matrix of finite numbers, with at least one row and one column."""
    matrix = as_numbers(values, name)
    if matrix.ndim != 2:
        count = {0: "a number", 1: "a vector"}
        refuse(name, count.get(matrix.ndim, f"of {matrix.ndim} dimensions"), MATRIX)
    if matrix.size == 0:
        refuse(name, f"of the shape {show_shape(matrix.shape)}", "at least one row and one column")
    if not _is_lifted(matrix):
        check_finite(matrix, name)
    return matrix


def as_numbers(values: Any, name: str) -> Array:
    """Values as an array of float64, whatever their shape; text and the like are refused."""
    if _is_lifted(values):
        return values
    if values is None or isinstance(values, (str, dict)):
        refuse(name, quote_value(values), "finite numbers")
    try:
        array = np.asanyarray(values)
    except ValueError:
        refuse(name, "made of rows of different lengths", MATRIX)
    try:
        if array.dtype.kind in "USMmc":
            raise TypeError
        return np.ma.filled(array.astype(np.float64, order="C"), np.nan)
    except (TypeError, ValueError):
        refuse(name, "not made of numbers", "finite numbers")


def check_finite(matrix: Array, name: str) -> None:
    """Refuse NaN and infinities, and say where the first of them is."""
    finite = np.isfinite(matrix)
    if not finite.all():
        row, column = np.argwhere(~finite)[0]
        found = f"{quote_number(matrix[row, column])} in row {row}, column {column}"
        refuse(name, f"{found}, counted from 0", "finite numbers")


def checked_outputs(values: Any, name: str) -> Array:
    """A matrix of numbers, which may be infinite or NaN, as outputs of a network are."""
    shape = getattr(values, "shape", ())
    if len(shape) != 2:
        refuse(name, "no matrix", "a matrix, one row per sample")
    if 0 in shape:
        refuse(name, f"of the shape {show_shape(shape)}", "at least one row and one column")
    return as_numbers(values, name)


def checked_like(values: Any, name: str, outputs: Array) -> Array:
    """A matrix of the shape of the outputs that it is compared with."""
    if len(getattr(values, "shape", ())) != 2:
        refuse(name, "no matrix", "a matrix, one row per sample")
    check_shape(name, values.shape, outputs.shape)
    return as_numbers(values, name)


def checked_targets(values: Any, name: str, outputs: Array) -> Array:
    """Finite targets of a loss, of the shape of the outputs."""
    return checked_matrix(checked_like(values, name, outputs), name)


def checked_column(values: Any, name: str, samples: Array) -> Array:
    """A column of finite numbers, one for each row of samples."""
    column = checked_matrix(values, name)
    check_shape(name, column.shape, (samples.shape[0], 1))
    return column


def checked_labels(labels: Any, classes: int, what: str) -> Array:
    """Whole numbers from 0 to classes - 1, as a vector."""
    check_integer(classes, "classes", 1)
    codes = as_numbers(labels, what).ravel()
    if codes.size == 0:
        refuse(what, "empty", "at least one label")
    for row in np.flatnonzero(~((codes == np.floor(codes)) & (codes >= 0) & (codes < classes))):
        found = f"{quote_number(codes[row])} in row {row}"
        refuse(what, found, f"a whole number from 0 to {classes - 1}")
    return codes


def check_arithmetic(arithmetic: Any) -> Any:
    """Refuse what is no arithmetic, such as the name of one."""
    if not hasattr(arithmetic, "matmul"):
        refuse("arithmetic", quote_value(arithmetic), "native or strict, not its name")
    return arithmetic


def check_shape(name: str, found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    """Refuse an array of another shape than wanted, by its name."""
    if tuple(found) != tuple(wanted):
        raise InputError(f"{name} has the shape {show_shape(found)}; wanted {show_shape(wanted)}")


def show_shape(shape: tuple[int, ...]) -> str:
    """A shape as in "3 x 4"."""
    return " x ".join(str(size) for size in shape)


def checked_by(
    check: Callable[..., dict[str, Any] | None], f: Callable[Given, Found]
) -> Callable[Given, Found]:
    """Let a check see the arguments before the function does.

    What the check returns, by name, takes the place of arguments.
    """
    arguments = signature(f)

    @wraps(f)
    def checked(*args: Given.args, **named: Given.kwargs) -> Found:
        given = arguments.bind(*args, **named)
        given.apply_defaults()
        given.arguments.update(check(*given.args) or {})
        with np.errstate(over="ignore", divide="ignore"):  # infinite is right where it is found
            return f(*given.args, **given.kwargs)

    return checked


def _is_lifted(values: Any) -> bool:
    """Whether an array is one of exact or noisy arithmetic, which is left as it is."""
    return isinstance(values, np.ndarray) and hasattr(values, "arithmetic")
