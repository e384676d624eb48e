"""Errors that people see: one sentence, no traceback on the command line."""

import math
import re
from numbers import Real
from typing import Any, NoReturn

import numpy as np


class InputError(ValueError):
    """Something given from outside is wrong: a file, a key, an array, a name."""


class MissingPart(RuntimeError):  # noqa: N818 - the part is missing, nothing went wrong
    """R, rpy2 or a package that the work needs is not there."""


class EngineError(RuntimeError):
    """A language stopped in the middle of a case, and not because of what it was given."""


def refuse(where: str, found: str, wanted: str) -> NoReturn:
    """Stop with the sentence that names what was found and what was wanted."""
    raise InputError(f"{where} is {found}; wanted {wanted}")


def nearest_name(name: str, known: list[str]) -> str:
    """The known name with the smallest edit distance to a given name, the first of equals.

    Parameters
    ----------
    name : str
        What was given.
    known : list of str
        What could have been given; at least one.

    Returns
    -------
    str
        One of the known names.

    Examples
    --------
    >>> nearest_name("sigmod", ["identity", "sigmoid"])
    'sigmoid'
    """
    return min(known, key=lambda candidate: edit_distance(name, candidate))


def suggest_name(name: str, known: list[str]) -> str:
    """The end of a clause that offers the nearest known name, if at least half of it is alike."""
    nearest = nearest_name(name, known)
    is_near = 2 * edit_distance(name, nearest) <= max(len(name), len(nearest))
    return f'; did you mean "{nearest}"?' if is_near else ";"


def edit_distance(first: str, second: str) -> int:
    """Smallest number of insertions, deletions and substitutions between two words."""
    row = list(range(len(second) + 1))
    for i, left in enumerate(first, start=1):
        diagonal, row[0] = row[0], i
        for j, right in enumerate(second, start=1):
            change = diagonal + (left != right)
            diagonal, row[j] = row[j], min(change, row[j] + 1, row[j - 1] + 1)
    return row[-1]


def check_name(what: str, name: object, known: list[str]) -> str:
    """Return a name that is known, or say which are known.

    Parameters
    ----------
    what : str
        What is named, such as "activation".
    name : str
        What was given.
    known : list of str
        What could have been given.

    Returns
    -------
    str
        The name.
    """
    if isinstance(name, str) and name in known:
        return name
    hint = suggest_name(name, known) if isinstance(name, str) else ";"
    raise InputError(f"unknown {what} {quote_value(name)}{hint} known are {', '.join(known)}")


def quote_value(value: object) -> str:
    """A value as a short piece of a sentence: text in quotation marks, the rest as JSON has it.

    Parameters
    ----------
    value : object
        Any value of a JSON document.

    Returns
    -------
    str
        At most 60 characters.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{shorten_text(value)}"'
    if callable(value):
        return "a function"
    if isinstance(value, Real):
        return quote_number(value)
    if not isinstance(value, (list, tuple, np.ndarray)) or hasattr(value, "_fields"):
        return "an object"
    return "a list" if np.size(value) else "an empty list"


def quote_number(value: Any) -> str:
    """A number with at most 15 digits, beyond the range of float64 as Infinity."""
    try:
        value = float(value)
    except OverflowError:
        value = math.inf if value > 0 else -math.inf
    if math.isfinite(value):
        return f"{value:.15g}"
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def count_of(count: int, what: str) -> str:
    """A count with its noun, as in "1 row" and "2 rows"."""
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def shorten_text(text: str) -> str:
    """At most 58 characters of a text, on one line and harmless to a terminal."""
    text = text if len(text) <= 58 else f"{text[:55]}..."
    return re.sub("[\x00-\x1f\x7f-\x9f]", "?", text)
