"""What the runs of a case are judged by: rounding's bound, the truth, the recorded strict bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.case import Case, read_case
from twinprop.cases.traces import describe_shape
from twinprop.comparing.comparison import Bound
from twinprop.comparing.distances import Truth, find_truth
from twinprop.comparing.fixtures import read_expected
from twinprop.comparing.rounding import RoundingBound, rounding_bound
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.engines.document import Document
from twinprop.engines.processes import start_processes
from twinprop.ground.errors import InputError

ROUNDING_EXPLAINS = "rounding explains here"


@dataclass(frozen=True)
class Reference:
    """The bound of a native comparison, the exact values, and the digests of strict results.

    `strict` is empty where nothing was recorded for the case, which is `case`.
    """

    bound: Bound
    truth: Truth
    strict: Mapping[str, str]
    case: Case | None = None


def read_reference(
    document: Document, compute: Callable[[], RoundingBound] | None = None
) -> Reference:
    """What the runs of a case are judged by.

    Parameters
    ----------
    document : Document
        The case; its expected values are looked for beside its file.
    compute : callable or None
        As for bound_of_case.

    Returns
    -------
    Reference
        Its bound is computed when it is first asked for: equal runs need none.
    """
    case, case_path = document.case, Path(document.path)
    truth = find_truth(case_path, case)
    expected = read_expected(case_path) if truth.source == "recorded" else None
    recorded = expected.strict if expected else {}
    return Reference(bound_of_case(case, compute), truth, recorded, case)


@contextmanager
def references_ahead(paths: Sequence[Path]) -> Iterator[Callable[[Document], Reference]]:
    """Read references, with the bounds computed meanwhile by another process.

    Parameters
    ----------
    paths : list of Path
        The cases, in the order in which they will be asked for.

    Yields
    ------
    callable
        As read_reference.
    """
    with start_processes(1) as executor:
        ahead = {path: executor.submit(rounding_of_file, path) for path in paths}

        def reader(document: Document) -> Reference:
            rounding = ahead.get(Path(document.path))
            return read_reference(document, rounding.result if rounding else None)

        yield reader


def rounding_of_file(path: Path) -> RoundingBound:
    """The bounds of the case in a file."""
    return rounding_bound(read_case(path))


def bound_of_case(case: Case, compute: Callable[[], RoundingBound] | None = None) -> Bound:
    """The bound from rounding for each quantity of a case, as compare_traces wants it.

    Parameters
    ----------
    case : Case
        What both runs ran.
    compute : callable or None
        Gives the bounds of the case, if they come from elsewhere.

    Returns
    -------
    callable
        For a quantity that the case does not compute it is the table of tolerances.
    """

    @cache
    def rounding() -> RoundingBound:
        return compute() if compute else rounding_bound(case)

    def bound(name: str, a: Array, b: Array) -> Array:
        allowed = rounding().bounds.get(name)
        if allowed is None:
            return tolerance_bound(name, a, b)
        if allowed.shape != np.shape(a):
            found, wanted = describe_shape(np.shape(a)), describe_shape(allowed.shape)
            raise InputError(f"{name} is {found}; in the case {case.id} it is {wanted}")
        return allowed

    return bound
