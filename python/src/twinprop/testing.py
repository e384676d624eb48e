"""For your own tests: sameness of values and of gradients, told so that the fault is found.

numpy.testing compares two arrays, too; here the failure begins with the first difference, names the
likely cause if it gives the numbers, and ends with a command that repeats the comparison. The
fixtures `r` and `r_twin` come with the package by themselves, as a plugin of pytest.
"""

from __future__ import annotations

import os
import shlex
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinprop.comparing.anything import Answer, compare_values
from twinprop.comparing.formats.documents import format_document
from twinprop.comparing.formats.values import ONLY, Values, plain_array, texts_of
from twinprop.comparing.matching import match_names
from twinprop.comparing.precision import Given
from twinprop.engines.r_functions import RFunctions
from twinprop.ground.files import write_whole

# Directions in which a gradient is tried; an error in one element is in all of them.
_DIRECTIONS = 3
# What a central difference may be off, beside its own estimate, relative to the slope.
_RELATIVE = 1e-6
_MOST_SEARCHED = 10_000


def assert_same(a: Any, b: Any, *, rtol: float | None = None, atol: float | None = None) -> None:
    """Fail unless two values are the same or differ by no more than rounding.

    Parameters
    ----------
    a, b : array_like, table or dict of them
        `b` is the reference. Texts are compared as they are.
    rtol, atol : float or None
        Tolerances as numpy.testing.assert_allclose has them, element by element; by default they
        are derived from what the numbers are.

    Raises
    ------
    AssertionError
        With the first difference, both values, the likely cause, and a command that repeats it.
    """
    __tracebackhide__ = True
    given = None if rtol is None and atol is None else Given(rtol or 0.0, atol or 0.0)
    first, second = _values_of(a, "a"), _values_of(b, "b")
    answer = compare_values(match_names(first, second), given)
    if answer.comparison.verdict == "different" or not answer.comparison.quantities:
        raise AssertionError(_failure(answer, first, second, rtol, atol))


class RTwin(RFunctions):
    """The functions of an R file, and their twins of Python compared with them."""

    def check(self, function: Callable[..., Any], *args: Any, **named: Any) -> None:
        """Fail unless a function of Python gives what R's of the same name gives.

        Parameters
        ----------
        function : function
            Of Python.
        *args, **named : object
            What both are called with.
        """
        __tracebackhide__ = True
        theirs = getattr(self, function.__name__)(*args, **named)
        assert_same(function(*args, **named), theirs)


def check_gradients(
    f: Callable[[NDArray[np.float64]], float],
    df: Callable[[NDArray[np.float64]], ArrayLike],
    x: ArrayLike,
    seed: int = 1,
) -> None:
    """Fail unless df is the gradient of f at x.

    In a few random directions the slope of f, by central differences of two widths, is compared
    with the projection of the gradient.

    Parameters
    ----------
    f : function of an array
        Gives a number.
    df : function of an array
        Gives the derivatives, in the shape of x.
    x : array_like
        Where; not at a kink.
    seed : int
        Of the directions.

    Raises
    ------
    AssertionError
        With the names of both functions, the element that is off most, the likely cause, and a
        command that repeats the comparison.
    """
    __tracebackhide__ = True
    x = np.asarray(x, dtype=np.float64)
    gradient = np.asarray(df(x.copy()), dtype=np.float64)
    names = getattr(df, "__name__", "df"), getattr(f, "__name__", "f")
    if gradient.shape != x.shape:
        raise AssertionError(
            f"{names[0]} gives the shape {gradient.shape}; wanted that of x, {x.shape}"
        )
    draw = np.random.default_rng(seed)
    for _ in range(_DIRECTIONS):
        direction = draw.normal(size=x.shape)
        slope, doubt = _slope(f, x, direction)
        found = float((gradient * direction).sum())
        if not abs(found - slope) <= doubt + _RELATIVE * _size(gradient * direction):
            raise AssertionError(
                f"{names[0]} is not the gradient of {names[1]}: along a random direction it has "
                f"{found!r}, central differences {slope!r} (off by at most {doubt:.1e})"
                f"{_worst_element(f, x, gradient)}"
            )


def _slope(f: Callable[[Any], Any], x: Any, direction: Any) -> tuple[float, float]:
    """The slope along a direction, by two widths, and how far it may be off."""
    width = 1e-4 * max(1.0, float(np.abs(x).max(initial=0.0)))
    slopes = []
    largest = 0.0
    for step in (width, width / 2):
        ahead, behind = float(f(x + step * direction)), float(f(x - step * direction))
        largest = max(largest, abs(ahead), abs(behind))
        slopes.append((ahead - behind) / (2 * step))
    better = (4 * slopes[1] - slopes[0]) / 3
    return better, abs(better - slopes[1]) + 8 * np.finfo(np.float64).eps * largest / width


def _size(products: NDArray[np.float64]) -> float:
    return float(np.sqrt((products**2).sum()))


def _worst_element(f: Callable[[Any], Any], x: Any, gradient: Any) -> str:
    """Where the gradient is off most, why, and what repeats it."""
    if x.size > _MOST_SEARCHED:
        return ""
    slopes = np.empty_like(gradient)
    for place in np.ndindex(x.shape):
        direction = np.zeros_like(x)
        direction[place] = 1.0
        slopes[place] = _slope(f, x, direction)[0]
    worst = np.unravel_index(int(np.argmax(np.abs(slopes - gradient))), x.shape)
    index = [int(i) for i in worst]
    # Central differences know no more digits than float32 has, so they are compared as such.
    a, b = (_plain_values({ONLY: each.astype(np.float32)}, "", ()) for each in (gradient, slopes))
    cause = compare_values(match_names(a, b)).causes.get(ONLY)
    said = f"; most at {index}: {float(gradient[worst])!r} against {float(slopes[worst])!r}"
    likely = f". Likely cause: {cause}" if cause else ""
    return "\n".join([said + likely, *_commands(a, b)])


def _values_of(value: Any, side: str) -> Values:
    """Named arrays of a value: a dict or table has names, anything else is one array."""
    if hasattr(value, "columns") and hasattr(value, "to_dict"):  # of pandas
        columns = {str(name): value[name].to_numpy() for name in value.columns}
        return _plain_values(columns, side, (tuple(columns),))
    if isinstance(value, dict):
        return _plain_values(value, side, ())
    return _plain_values({ONLY: value}, side, ())


def _plain_values(named: dict[Any, Any], side: str, tables: tuple[tuple[str, ...], ...]) -> Values:
    arrays: dict[str, NDArray[Any]] = {}
    notes = []
    for name, value in named.items():
        array = np.asarray(value.to_numpy() if hasattr(value, "to_numpy") else value)
        if array.dtype.kind == "O" or array.dtype.kind == "T":
            array = texts_of((_text(one, name) for one in array.ravel()), array.shape)
            arrays[str(name)] = array
            continue
        more, note = plain_array(array, str(name), side)
        arrays.update(more)
        notes += [note] if note else []
    return Values(arrays, tuple(notes), tables=tables, knows_na=False)


def _text(one: Any, name: Any) -> str | None:
    if isinstance(one, str):
        return one
    if one is None or one != one:  # NaN, and pandas' missing values
        return None
    raise TypeError(f"{name} holds {one!r}; wanted numbers or texts")


def _failure(answer: Answer, a: Values, b: Values, rtol: float | None, atol: float | None) -> str:
    options = "".join(
        f" {name} {value!r}" for name, value in (("--rtol", rtol), ("--atol", atol)) if value
    )
    lines = [answer.sentence, *answer.notes]
    lines += [f"{n}: {cause}" for n, cause in answer.causes.items() if cause not in lines[0]]
    return "\n".join([*lines, *_commands(a, b, options)])


def _commands(a: Values, b: Values, options: str = "") -> list[str]:
    """What repeats the comparison, and the test."""
    folder = Path(tempfile.mkdtemp(prefix="twinprop-"))
    for side, values in (("a", a), ("b", b)):
        write_whole(folder / f"{side}.json", format_document(values.arrays))
    again = [f"again: twinprop compare {folder}/a.json {folder}/b.json{options}"]
    test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
    return again + ([f"again: pytest {shlex.quote(test)}"] if test else [])
