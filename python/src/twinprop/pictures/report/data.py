"""What the report shows, taken from verified cases as plain numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from twinprop.arithmetic import Array
from twinprop.arithmetic.ulp import ulp_distance
from twinprop.cases.traces import Run, digest
from twinprop.comparing.comparison import ANY_FINITE, Quantity
from twinprop.ground.names import PARAMETERS, parse_name
from twinprop.studies.verify import Outcome

LANGUAGES = ("python", "r")
# Distances in ULP are counted in these classes; the last is open.
ULP_CLASSES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)

Course = list[tuple[int, float]]


@dataclass(frozen=True)
class CaseData:
    """The numbers of one case that the pictures and tables are made of."""

    outcome: Outcome
    largest: dict[str, Quantity | None]
    by_kind: dict[str, float]
    courses: dict[str, Course]
    losses: dict[str, Course]
    weights: dict[str, tuple[Array, Array]]
    digests: dict[str, str]

    @property
    def name(self) -> str:
        """The id of the case."""
        return self.outcome.case or self.outcome.path.stem

    @property
    def seconds(self) -> float:
        """The time of all four runs."""
        return sum(sum(pair.seconds.values()) for pair in self.outcome.pairs.values())


def case_data(outcome: Outcome) -> CaseData:
    """The numbers of a case that was run.

    Parameters
    ----------
    outcome : Outcome
        With pairs.

    Returns
    -------
    CaseData
        Everything of it in plain numbers.
    """
    native = outcome.pairs["native"]
    quantities = native.comparison.quantities
    python, r = native.runs["python"], native.runs["r"]
    return CaseData(
        outcome,
        {
            measure: max(quantities, key=attrgetter(measure), default=None)
            for measure in ("max_abs", "max_ulp")
        },
        largest_by_kind(quantities),
        {name: course for name, course in courses_of(outcome).items() if course},
        {run.language: losses_of(run) for run in (python, r)},
        {run.language: weights_of(run) for run in (python, r)},
        {language: digest_of_trace(run) for language, run in outcome.pairs["strict"].runs.items()},
    )


def courses_of(outcome: Outcome) -> dict[str, Course]:
    """How the weights drift apart over the epochs: the languages, each from the truth, the bound.

    Parameters
    ----------
    outcome : Outcome
        With pairs.

    Returns
    -------
    dict
        Largest distances by what they are between; a bound that allows any number is left out.
    """
    runs = outcome.pairs["native"].runs
    python, r = runs["python"].trace, runs["r"].trace
    courses = {"Python to R": largest_by_epoch(python, r)}
    if outcome.truth is not None:
        courses["Python to the truth"] = largest_by_epoch(python, outcome.truth.values)
        courses["R to the truth"] = largest_by_epoch(r, outcome.truth.values)
    # Equal runs were judged without a bound, and for them none is computed.
    if outcome.reference is not None and any(value for _, value in courses["Python to R"]):
        bound = outcome.reference.bound
        ask = bound if callable(bound) else lambda name, a, b: bound[name]
        allowed = {name: np.asarray(ask(name, a, r[name])) for name, a in _parameters(python)}
        nothing = {name: np.zeros_like(value) for name, value in allowed.items()}
        courses["what rounding explains"] = largest_by_epoch(allowed, nothing)
    return courses


def _parameters(trace: Mapping[str, Array]) -> Iterator[tuple[str, Array]]:
    for name, value in trace.items():
        parts = parse_name(name)
        if parts is not None and parts.kind in PARAMETERS:
            yield name, value


def largest_by_kind(quantities: Sequence[Quantity]) -> dict[str, float]:
    """The largest distance in ULP of each kind of quantity, such as z or dW."""
    found: dict[str, float] = {}
    for quantity in quantities:
        parts = parse_name(quantity.name)
        if parts is not None:
            found[parts.kind] = max(found.get(parts.kind, 0.0), quantity.max_ulp)
    return found


def largest_by_epoch(a: Mapping[str, Array], b: Mapping[str, Array]) -> Course:
    """The largest absolute difference of any weight or bias after each recorded epoch."""
    found: dict[int, float] = {}
    for name, value in _parameters(a):
        if name not in b or np.shape(b[name]) != np.shape(value):
            continue
        with np.errstate(invalid="ignore"):
            distance = np.abs(np.asarray(value) - np.asarray(b[name]))
        epoch = int(name.partition("/")[0].partition(".")[0])
        found[epoch] = max(found.get(epoch, 0.0), float(np.max(distance, initial=0.0)))
    return [(epoch, value) for epoch, value in sorted(found.items()) if value < ANY_FINITE]


def losses_of(run: Run) -> Course:
    """The recorded losses; of an epoch with batches the mean."""
    found: dict[int, list[float]] = {}
    for name, value in run.trace.items():
        parts = parse_name(name)
        if parts is not None and parts.kind == "loss":
            found.setdefault(int(parts.step.partition(".")[0]), []).append(float(value))
    return [(epoch, float(np.mean(values))) for epoch, values in sorted(found.items())]


def weights_of(run: Run) -> tuple[Array, Array]:
    """All weights and biases in one row, at the start and at the end."""
    first: dict[str, Array] = {}
    last: dict[str, Array] = {}
    for name, value in run.trace.items():
        step, _, quantity = name.partition("/")
        parts = parse_name(name)
        if parts is not None and parts.kind in PARAMETERS:
            if step == "0":
                first[quantity] = value
            last[quantity] = value
    return _in_a_row(first), _in_a_row(last)


def _in_a_row(arrays: Mapping[str, Array]) -> Array:
    return np.concatenate([np.ravel(value) for value in arrays.values()] or [np.empty(0)])


def digest_of_trace(run: Run) -> str:
    """One digest for all quantities of a run, their names included."""
    whole = hashlib.sha256()
    for name, value in run.trace.items():
        whole.update(f"{name} {digest(value)}\n".encode())
    return whole.hexdigest()


def ulp_counts(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Array]]:
    """How many numbers are how far apart, by arithmetic, in the classes of ULP_CLASSES."""
    for arithmetic in ("native", "strict"):
        counts = np.zeros(len(ULP_CLASSES))
        for outcome in outcomes:
            runs = outcome.pairs[arithmetic].runs
            for name, value in runs["python"].trace.items():
                other = runs["r"].trace.get(name)
                if other is None or np.shape(other) != np.shape(value):
                    continue
                places = np.searchsorted(ULP_CLASSES, ulp_distance(value, other), side="right") - 1
                counts += np.bincount(places.ravel(), minlength=len(ULP_CLASSES))
        yield arithmetic, counts
