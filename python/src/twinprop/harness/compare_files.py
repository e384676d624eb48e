"""Two traces from files, whoever wrote them."""

from __future__ import annotations

import os

from twinprop.errors import InputError
from twinprop.harness.comparison import Comparison, compare_traces
from twinprop.harness.sentences import describe_comparison
from twinprop.harness.tolerances import no_difference, tolerance_bound
from twinprop.harness.traces import Run, read_run


def compare_files(
    path_a: str | os.PathLike[str], path_b: str | os.PathLike[str]
) -> tuple[Comparison, str]:
    """Compare two traces of one case.

    Two strict traces must have the same bits; otherwise the tolerances decide.

    Parameters
    ----------
    path_a, path_b : path
        JSON files of traces; the second is the reference.

    Returns
    -------
    tuple of Comparison and str
        And the outcome in a sentence.
    """
    a, b = read_run(path_a), read_run(path_b)
    if a.case != b.case:
        raise InputError(
            f"{path_a} is a trace of {a.case}, {path_b} of {b.case}: not the same case"
        )
    are_strict = a.arithmetic == b.arithmetic == "strict"
    comparison = compare_traces(a.trace, b.trace, no_difference if are_strict else tolerance_bound)
    return comparison, describe_comparison(comparison, _name_sides(a, b))


def _name_sides(a: Run, b: Run) -> tuple[str, str]:
    """What sets the two runs apart, in a word or two each."""
    if a.language != b.language:
        return a.language, b.language
    if a.arithmetic != b.arithmetic:
        return a.arithmetic, b.arithmetic
    return "the first", "the second"
