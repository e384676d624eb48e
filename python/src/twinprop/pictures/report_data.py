"""What the report shows, taken from verified cases as plain numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np

from twinprop.harness.comparison import Quantity
from twinprop.harness.fixtures import Expected, read_expected
from twinprop.harness.names import PARAMETERS, parse_name
from twinprop.harness.traces import Array, Run, digest
from twinprop.harness.ulp import ulp_distance
from twinprop.harness.verify import Outcome

LANGUAGES = ("python", "r")
# Distances in ULP are counted in these classes; the last is open.
ULP_CLASSES = (0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)

Course = list[tuple[int, float]]


@dataclass(frozen=True)
class Extra:
    """What other parts of the harness may add to a report.

    `columns` are further columns of the table of cases: heading, then text by case. `noise` is the
    bound that rounding explains, over the epochs, by case.
    """

    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    noise: Mapping[str, Course] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseData:
    """The numbers of one case that the pictures and tables are made of."""

    outcome: Outcome
    expected: Expected | None
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


def case_data(outcome: Outcome, extra: Extra) -> CaseData:
    """The numbers of a case that was run.

    Parameters
    ----------
    outcome : Outcome
        With pairs.
    extra : Extra
        May have a noise bound for the case.

    Returns
    -------
    CaseData
        Everything of it in plain numbers.
    """
    expected = read_expected(outcome.path)
    native = outcome.pairs["native"]
    quantities = native.comparison.quantities
    python, r = native.runs["python"], native.runs["r"]
    courses = {"Python to R": largest_by_epoch(python.trace, r.trace)}
    if expected is not None:
        courses["Python to the truth"] = largest_by_epoch(python.trace, expected.values)
        courses["R to the truth"] = largest_by_epoch(r.trace, expected.values)
    noise = extra.noise.get(outcome.case or "")
    if noise is not None:
        courses["what rounding explains"] = list(noise)
    return CaseData(
        outcome,
        expected,
        {
            measure: max(quantities, key=attrgetter(measure), default=None)
            for measure in ("max_abs", "max_ulp")
        },
        largest_by_kind(quantities),
        {name: course for name, course in courses.items() if course},
        {run.language: losses_of(run) for run in (python, r)},
        {run.language: weights_of(run) for run in (python, r)},
        {language: digest_of_trace(run) for language, run in outcome.pairs["strict"].runs.items()},
    )


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
    for name, value in a.items():
        parts = parse_name(name)
        if parts is None or parts.kind not in PARAMETERS or name not in b:
            continue
        if np.shape(b[name]) != np.shape(value):
            continue
        distance = np.abs(np.asarray(value) - np.asarray(b[name]))
        epoch = int(parts.step.partition(".")[0])
        largest = float(np.max(distance, initial=0.0))
        found[epoch] = max(found.get(epoch, 0.0), largest if np.isfinite(largest) else 0.0)
    return sorted(found.items())


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


def as_recorded(case: CaseData, language: str) -> str:
    """Whether the strict results have the digests that are recorded with the case."""
    if case.expected is None:
        return "none recorded"
    trace = case.outcome.pairs["strict"].runs[language].trace
    wrong = [n for n, d in case.expected.strict.items() if n not in trace or digest(trace[n]) != d]
    return f"differs in {wrong[0]}" if wrong else "as recorded"


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
