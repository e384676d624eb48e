"""Two traces from files, whoever wrote them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.case import Case, read_case
from twinprop.cases.paths import default_cases, find_case
from twinprop.cases.traces import Run, describe_shape, read_run
from twinprop.comparing.comparison import Bound, Comparison, compare_traces
from twinprop.comparing.explained import explain_verdict
from twinprop.comparing.reference import ROUNDING_EXPLAINS, bound_of_case
from twinprop.comparing.rounding import RoundingBound, rounding_bound
from twinprop.comparing.sentences import describe_comparison
from twinprop.comparing.tolerances import no_difference, tolerance_bound
from twinprop.ground.errors import InputError
from twinprop.ground.names import parse_name
from twinprop.network.layers import Network

UNKNOWN = "the tolerances allow, the case being unknown (--case names it)"
NOT_OF_THE_CASE = "the tolerances allow, the case having no such quantity"


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
    if case is None:
        return _judge(a, b, tolerance_bound, what_allows)
    traced = _as_traced(case, a, b)
    rounding = cache(partial(rounding_bound, traced))
    return _judge(a, b, bound_of_case(case, rounding), what_allows, rounding, traced)


def _judge(
    a: Run,
    b: Run,
    bound: Bound,
    what_allows: str,
    rounding: Callable[[], RoundingBound] | None = None,
    traced: Case | None = None,
) -> tuple[Comparison, str]:
    comparison = compare_traces(a.trace, b.trace, bound)
    nearest = comparison.nearest_bound
    spoken_of = comparison.first or (nearest if nearest and nearest.share else None)
    if rounding and spoken_of and spoken_of.name not in rounding().bounds:
        what_allows, traced = NOT_OF_THE_CASE, None
    explained = explain_verdict(comparison, traced, (a, b)) if traced else ""
    return comparison, describe_comparison(comparison, _name_sides(a, b), what_allows, explained)


def _find_case(run: Run, case_path: str | os.PathLike[str] | None) -> tuple[Case | None, str]:
    """The case of a run, or None where it is not known, and what then allows a difference."""
    if case_path is not None:
        case = read_case(find_case(case_path, "--case FILE"))
        if case.id != run.case:
            raise InputError(f"{case_path} is the case {case.id}, the traces are of {run.case}")
        return case, ROUNDING_EXPLAINS
    try:
        path = default_cases() / f"{run.case}.json"
    except InputError:  # a package from which they were left out
        return None, UNKNOWN
    return (read_case(path), ROUNDING_EXPLAINS) if path.is_file() else (None, UNKNOWN)


def _as_traced(case: Case, a: Run, run: Run) -> Case:
    """The case from the starting weights of a run (its seed may be another), with its epochs."""
    network = Network(
        replace(
            layer,
            weights=_start(case, f"0/W{i}", layer.weights, a, run),
            bias=_start(case, f"0/b{i}", layer.bias, a, run),
        )
        for i, layer in enumerate(case.network, start=1)
    )
    if case.plan.epochs == 0:
        return case._replace(network=network)
    steps = {parts.step for name in run.trace if (parts := parse_name(name)) is not None}
    epochs = {int(step.partition(".")[0]) for step in steps if step != "held_out"}
    record = sorted(epoch for epoch in epochs if 1 <= epoch <= case.plan.epochs)
    return case._replace(network=network, plan=case.plan._replace(record=record))


def _start(case: Case, name: str, wanted: Array, a: Run, run: Run) -> Array:
    """Where the run starts, or the case's own start where no case can have such a one."""
    array = run.trace.get(name)
    if array is None:
        return wanted
    if array.shape == wanted.shape and np.isfinite(array).all():
        return array
    # Where the two differ in it the comparison says so.
    if np.array_equal(a.trace.get(name, wanted), array, equal_nan=True):
        found, shape = describe_shape(array.shape), describe_shape(wanted.shape)
        if found == shape:
            raise InputError(f"{name} is not finite in both traces; no case starts so")
        raise InputError(f"{name} is {found} in both traces; in the case {case.id} it is {shape}")
    return wanted


def _name_sides(a: Run, b: Run) -> tuple[str, str]:
    """What sets the two runs apart, in a word or two each."""
    if a.language != b.language:
        return a.language, b.language
    if a.arithmetic != b.arithmetic:
        return a.arithmetic, b.arithmetic
    return "the first", "the second"
