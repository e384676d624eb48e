"""How far a run is from the truth: the exact values of its case, correctly rounded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.case import Case, read_case
from twinprop.comparing.comparison import compare_traces
from twinprop.comparing.fixtures import count_products, is_of_case, read_expected
from twinprop.engines.exact_run import exact_trace
from twinprop.ground.errors import InputError
from twinprop.ground.names import name_element

# A case without recorded exact values is evaluated on the spot if that takes a few seconds.
MOST_PRODUCTS = 3e5
MOST_SECONDS = 2.0


@dataclass(frozen=True)
class Truth:
    """The exact values of quantities of a case, and where they are from.

    `source` is "recorded" or "computed", or says why there are none. `agreed` counts those of the
    quantities whose values are not proved.
    """

    values: Mapping[str, Array]
    agreed: int
    source: str


@dataclass(frozen=True)
class Distance:
    """The largest distance of a run from the truth, absolute and in ULP, and where."""

    compared: int
    max_abs: float
    max_abs_at: str | None
    max_ulp: float
    max_ulp_at: str | None


def find_truth(case_path: Path, case: Case | None = None) -> Truth:
    """The exact values of a case: those recorded beside it, or those of a short computation.

    Parameters
    ----------
    case_path : Path
        The case's file.
    case : Case or None
        The case, if it has been read already.

    Returns
    -------
    Truth
        Recorded values of another case of the same file name, or of a case that was changed since,
        are not used: the digest of what the case gives tells.
    """
    case = case or read_case(case_path)
    expected = read_expected(case_path)
    if expected is not None and is_of_case(expected, case, case_path):
        agreed = [name for name in expected.values if expected.evidence[name] == "agreed"]
        return Truth(expected.values, len(agreed), "recorded")
    if count_products(case) > MOST_PRODUCTS:
        return Truth({}, 0, "unknown: no exact values are recorded, and to compute them takes long")
    try:
        exact = exact_trace(case, max_seconds=MOST_SECONDS)
    except InputError as error:
        return Truth({}, 0, f"unknown: {str(error).removeprefix(f'{case.id}: ')}")
    return Truth(exact.values, len(exact.agreed_bits), "computed")


def distance_to_truth(trace: Mapping[str, Array], truth: Truth) -> Distance | None:
    """The largest distance of a trace from the exact values, over all quantities that have some.

    Parameters
    ----------
    trace : trace
        Of one language.
    truth : Truth
        Of find_truth.

    Returns
    -------
    Distance or None
        None where no exact value is known.
    """
    known = {name: trace[name] for name in truth.values if name in trace}
    compared = compare_traces(known, truth.values, lambda name, a, b: np.inf).quantities
    if not compared:
        return None
    by_abs = max(compared, key=lambda q: q.max_abs)
    by_ulp = max(compared, key=lambda q: q.max_ulp)
    return Distance(
        compared=sum(q.count for q in compared),
        max_abs=by_abs.max_abs,
        max_abs_at=_name(by_abs.name, by_abs.max_abs_at),
        max_ulp=by_ulp.max_ulp,
        max_ulp_at=_name(by_ulp.name, by_ulp.max_ulp_at),
    )


def _name(name: str, index: tuple[int, ...] | None) -> str | None:
    return None if index is None else name_element(name, index)
