"""Two traces from files, whoever wrote them."""

from __future__ import annotations

import os

from twinprop.cases import Case, read_case
from twinprop.errors import InputError
from twinprop.harness.case_paths import default_cases, find_case
from twinprop.harness.comparison import Bound, Comparison, compare_traces
from twinprop.harness.names import parse_name
from twinprop.harness.reference import ROUNDING_EXPLAINS, bound_of_case
from twinprop.harness.sentences import describe_comparison
from twinprop.harness.tolerances import no_difference, tolerance_bound
from twinprop.harness.traces import Run, read_run

UNKNOWN = "the tolerances allow, the case being unknown (--case names it)"
NOT_FOUND = (
    "the tolerances allow, which are looser than rounding: shared_fixtures/cases is not found from "
    "here (--case names the case)"
)


def compare_files(
    path_a: str | os.PathLike[str],
    path_b: str | os.PathLike[str],
    case_path: str | os.PathLike[str] | None = None,
) -> tuple[Comparison, str]:
    """Compare two traces of one case.

    Two strict traces must have the same bits. Otherwise rounding decides, as far as it can carry
    the case from the starting weights of the second trace.

    Parameters
    ----------
    path_a, path_b : path
        JSON files of traces; the second is the reference.
    case_path : path or None
        The case, or the id of one of ours; by default that of the traces' id among the project's
        own, and if there is none a table of tolerances decides.

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
    if a.arithmetic == b.arithmetic == "strict":
        return _judge(a, b, no_difference, ROUNDING_EXPLAINS)
    case, what_allows = _find_case(b, case_path)
    bound = bound_of_case(_as_traced(case, b)) if case else tolerance_bound
    return _judge(a, b, bound, what_allows)


def _judge(a: Run, b: Run, bound: Bound, what_allows: str) -> tuple[Comparison, str]:
    comparison = compare_traces(a.trace, b.trace, bound)
    return comparison, describe_comparison(comparison, _name_sides(a, b), what_allows)


def _find_case(run: Run, case_path: str | os.PathLike[str] | None) -> tuple[Case | None, str]:
    """The case of a run, or None where it is not known, and what then allows a difference."""
    if case_path is not None:
        case = read_case(find_case(case_path, "--case FILE"))
        if case.id != run.case:
            raise InputError(f"{case_path} is the case {case.id}, the traces are of {run.case}")
        return case, ROUNDING_EXPLAINS
    try:
        path = default_cases() / f"{run.case}.json"
    except InputError:
        return None, NOT_FOUND
    return (read_case(path), ROUNDING_EXPLAINS) if path.is_file() else (None, UNKNOWN)


def _as_traced(case: Case, run: Run) -> Case:
    """The case from the starting weights of a run (its seed may be another), with its epochs."""
    layers = range(1, len(case.network.weights) + 1)
    given = [[run.trace.get(f"0/{kind}{i}") for i in layers] for kind in "Wb"]
    present = [list(case.network.weights), list(case.network.biases)]
    for arrays, wanted in zip(given, present, strict=True):
        for i, (array, other) in enumerate(zip(arrays, wanted, strict=True)):
            if array is not None and array.shape == other.shape:
                wanted[i] = array
    network = case.network._replace(weights=present[0], biases=present[1])
    if case.training is None:
        return case._replace(network=network)
    steps = {parts.step for name in run.trace if (parts := parse_name(name)) is not None}
    epochs = {int(step.partition(".")[0]) for step in steps if step != "held_out"}
    record = sorted(epoch for epoch in epochs if 1 <= epoch <= case.training.epochs)
    return case._replace(network=network, training=case.training._replace(record=record))


def _name_sides(a: Run, b: Run) -> tuple[str, str]:
    """What sets the two runs apart, in a word or two each."""
    if a.language != b.language:
        return a.language, b.language
    if a.arithmetic != b.arithmetic:
        return a.arithmetic, b.arithmetic
    return "the first", "the second"
