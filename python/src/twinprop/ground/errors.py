"""Errors that people see: one sentence, no traceback on the command line."""

import math
import re
import sys
from numbers import Real
from typing import Any, NoReturn

# What looks like something else, or like nothing: blanks, hyphens and signs that are not those of
# the keyboard, accents that stand alone, marks of direction and of byte order.
UNSEEN = re.compile(
    "[\u00a0\u00ad\u0300-\u036f\u061c\u1680\u180e\u2000-\u2015\u2028-\u202f\u205f-\u206f\u2212"
    "\u3000\ufe00-\ufe0f\ufeff\uff01-\uff5e\ufff9-\ufffb]"
)
READ = 60  # characters of a name that are compared, so that a name of megabytes costs no minute


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
    return _nearest(name, known)[0]


def _nearest(name: str, known: list[str]) -> tuple[str, int]:
    """The nearest known name and its edit distance, both of the beginnings that a person reads."""
    nearest, smallest = known[0], READ + 1
    for candidate in known:
        # The distance is never smaller than the difference in length.
        if abs(len(name[:READ]) - len(candidate[:READ])) < smallest:
            distance = edit_distance(name[:READ], candidate[:READ])
            if distance < smallest:
                nearest, smallest = candidate, distance
    return nearest, smallest


def suggest_name(name: str, known: list[str]) -> str:
    """The end of a clause that offers the nearest known name, if at least half of it is alike."""
    nearest, distance = _nearest(name, known)
    is_near = 2 * distance <= max(len(name[:READ]), len(nearest[:READ]))
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
    numpy = sys.modules.get("numpy")  # it need not be loaded for this, nor for a page of help
    if numpy and isinstance(value, numpy.ndarray):
        value = value.tolist()
    elif not isinstance(value, (list, tuple)) or hasattr(value, "_fields"):
        return "an object"
    return "an empty list" if _is_empty(value) else "a list"


def _is_empty(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(map(_is_empty, value))


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
    """At most 58 characters of a text, on one line, harmless to a terminal, and all to be seen.

    What the eye would miss is written as its code, as in <U+00A0>, and the byte of a name that is
    not in UTF-8 as in <ff>; both only where the text is short enough.
    """
    text = text if len(text) <= 58 else f"{text[:55]}..."
    text = re.sub("[\x00-\x1f\x7f-\x9f]", "?", visible_bytes(text))
    return UNSEEN.sub(lambda found: f"<U+{ord(found[0]):04X}>", text)


def visible_bytes(text: str) -> str:
    """A text in which the bytes of a name that is not in UTF-8 are written as <ff>."""
    text = re.sub("[\udc80-\udcff]", lambda found: f"<{ord(found[0]) - 0xDC00:02x}>", text)
    return re.sub("[\ud800-\udfff]", "?", text)
