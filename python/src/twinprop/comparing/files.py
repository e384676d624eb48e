"""Two files or folders compared, whoever wrote them."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from twinprop.comparing.anything import Answer, compare_values
from twinprop.comparing.compare_files import compare_files
from twinprop.comparing.formats import read_values
from twinprop.comparing.matching import match_names
from twinprop.comparing.precision import Given
from twinprop.ground.errors import InputError
from twinprop.ground.files import read_json

Place = str | os.PathLike[str]


def compare_places(
    a: Place,
    b: Place,
    case: Place | None = None,
    pairs: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    given: Given | None = None,
) -> Answer:
    """Compare two files or two folders.

    Parameters
    ----------
    a, b : path
        The second is the reference. Two traces of one case are judged by rounding in that case.
    case : path or None
        The case of two traces.
    pairs : dict of str or None
        Names of the first with those that the same arrays have in the second.
    order : list of str
        Names that come first.
    given : Given or None
        Tolerances, by default derived from what the numbers are.

    Returns
    -------
    Answer
        Verdict, first difference, causes.
    """
    for one, other in ((a, b), (b, a)):
        if Path(one).is_dir() and Path(other).is_file():
            raise InputError(f"{one} is a folder, {other} a file; name two files or two folders")
    if case is not None or (_is_trace(a) and _is_trace(b) and not (pairs or order or given)):
        return Answer(*compare_files(a, b, case))
    with _uncollected():
        return compare_values(match_names(read_values(a), read_values(b), pairs, order), given)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without a search for circles, a third of the time where there are a million objects."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_trace(path: Place) -> bool:
    """Whether a file is a trace of a case; others are not read whole for that."""
    if Path(path).suffix.lower() != ".json" or not Path(path).is_file():
        return False
    with open(path, "rb") as file:
        raw = file.read()
    if not (b'"trace"' in raw and b'"arithmetic"' in raw):
        return False
    document = read_json(path, str(path))
    return isinstance(document, dict) and {"case", "trace", "arithmetic"} <= set(document)
