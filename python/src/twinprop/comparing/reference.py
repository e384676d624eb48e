"""What the runs of a case are judged by: rounding's bound, the truth, the recorded strict bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.case import Case
from twinprop.cases.traces import describe_shape
from twinprop.comparing.comparison import Bound
from twinprop.comparing.distances import Truth, find_truth
from twinprop.comparing.fixtures import read_expected
from twinprop.comparing.rounding import RoundingBound, rounding_bound
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.engines.document import Document
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


def read_reference(document: Document) -> Reference:
    """What the runs of a case are judged by.

    Parameters
    ----------
    document : Document
        The case; its expected values are looked for beside its file.

    Returns
    -------
    Reference
        Its bound is computed when it is first asked for: equal runs need none.
    """
    case, case_path = document.case, Path(document.path)
    truth = find_truth(case_path, case)
    expected = read_expected(case_path) if truth.source == "recorded" else None
    recorded = expected.strict if expected else {}
    return Reference(bound_of_case(case), truth, recorded, case)


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
    return _CaseBound(case, compute or partial(rounding_bound, case))


@dataclass(frozen=True)
class _CaseBound:
    """A bound that another process can send, computed when it is first asked for."""

    case: Case
    compute: Callable[[], RoundingBound]

    @cached_property
    def rounding(self) -> RoundingBound:
        return self.compute()

    def __call__(self, name: str, a: Array, b: Array) -> Array:
        allowed = self.rounding.bounds.get(name)
        if allowed is None:
            return tolerance_bound(name, a, b)
        if allowed.shape != np.shape(a):
            found, wanted = describe_shape(np.shape(a)), describe_shape(allowed.shape)
            raise InputError(f"{name} is {found}; in the case {self.case.id} it is {wanted}")
        return allowed
