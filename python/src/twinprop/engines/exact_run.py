"""A case evaluated in exact arithmetic, at as many bits as its values need.

The precision is doubled until every value of the trace is correctly rounded, which is proved where
both ends of its ball round to the same float64 number. Balls can grow much faster than the error of
their midpoints, by several bits in each epoch of a wide network. So where the budget ends first,
the trace is computed with points, without radius, at two precisions, and a value is agreed where
they have many more bits in common than float64 has, and all that was proved comes out the same.
That is good evidence, but no proof.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from twinprop.arithmetic import Array
from twinprop.arithmetic.exact import Exact, ExactArray, exact
from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.case import Case, run_case
from twinprop.engines.choices import EXACT_SECONDS
from twinprop.ground.errors import InputError
from twinprop.ground.memory import numbers_of_step, present_memory

Computation = Callable[[Exact, float], Mapping[str, Any]]
OnEpoch = Callable[[int, int, int], object]

FIRST_BITS = 64
FIRST_POINT_BITS = 128
AGREED_BITS = 80  # float64 has 53: by chance one value in 2^27 would still be rounded wrongly
MEMORY_SHARE = 0.5  # of what there is, for balls
SLOWER = 3.0  # twice the bits were never seen to take more than this many times the seconds


@dataclass(frozen=True)
class ExactTrace:
    """The correctly rounded values of a trace, and how sure each quantity is.

    `evidence` has "proved" or "agreed" for each quantity, `bits` the precision of the last run
    with balls, `agreed_bits` the leading bits that two runs have in common, for those only agreed.
    """

    values: dict[str, Array]
    evidence: dict[str, str]
    bits: int
    agreed_bits: dict[str, int]


class OutOfTimeError(InputError):
    """A run was ended before its last epoch."""


@dataclass(frozen=True)
class _Attempt:
    bits: int
    balls: dict[str, NDArray[Any]]
    values: dict[str, Array]
    unproved: list[str]
    seconds: float


def exact_trace(
    case: Case,
    max_bits: int = 4096,
    max_seconds: float = EXACT_SECONDS,
    on_epoch: OnEpoch | None = None,
) -> ExactTrace:
    """Run a case in exact arithmetic until all values of its trace are known.

    Parameters
    ----------
    case : Case
        What to run.
    max_bits : int
        The highest precision to try.
    max_seconds : float
        For the proof, and as many again for agreement: no run is begun that is expected to end
        later, but for the first one with balls and the first two with points, and each is ended
        at the first epoch that is over later.
    on_epoch : callable or None
        Called after each epoch with its number, the number of all, and the bits of the run.

    Returns
    -------
    ExactTrace
        Each value correctly rounded, proved or agreed.

    Raises
    ------
    InputError
        With what was reached, where some value is neither, or where the balls would take more than
        half of the memory that there is.
    """
    epochs = case.plan.epochs or 1

    def compute(arithmetic: Exact, deadline: float) -> Mapping[str, Any]:
        def watch(epoch: int) -> None:
            if on_epoch:
                on_epoch(epoch, epochs, arithmetic.precision_bits)
            if epoch < epochs and time.perf_counter() > deadline:
                reached = "neither proved nor agreed" if arithmetic.points else "not proved"
                raise OutOfTimeError(
                    f"its exact values are {reached} after {max_seconds:g} seconds: at "
                    f"{arithmetic.precision_bits} bits epoch {epoch} of {epochs} was reached; "
                    "allow more seconds, or train fewer epochs"
                )

        return run_case(case, arithmetic, watch)

    try:
        check_exact_memory(case)
        return exact_values(compute, max_bits, max_seconds)
    except InputError as error:
        raise InputError(f"{case.id}: {error}") from error


def exact_values(
    compute: Computation, max_bits: int = 4096, max_seconds: float = EXACT_SECONDS
) -> ExactTrace:
    """Evaluate named quantities at a rising precision until all their values are known.

    Parameters
    ----------
    compute : function of an arithmetic and a deadline
        Computes the quantities, the same ones each time; it may raise OutOfTimeError where
        time.perf_counter is beyond the deadline.
    max_bits : int
        The highest precision to try.
    max_seconds : float
        As in exact_trace.

    Returns
    -------
    ExactTrace
        Each value correctly rounded, proved or agreed.

    Raises
    ------
    InputError
        With what was reached, where some value is neither.

    Examples
    --------
    >>> trace = exact_values(lambda arithmetic, _: {"third": 1.0 / arithmetic.lift([[3.0]])})
    >>> trace.values["third"].tolist(), trace.evidence["third"]
    ([[0.3333333333333333]], 'proved')
    """
    deadline = time.perf_counter() + max_seconds
    balls = _attempt(compute, FIRST_BITS, deadline)
    with suppress(OutOfTimeError):
        while balls.unproved and _can_double(balls, max_bits, deadline):
            balls = _attempt(compute, 2 * balls.bits, deadline)
    values = dict(balls.values)
    evidence = dict.fromkeys(values, "proved")
    agreed: dict[str, int] = {}
    if balls.unproved:
        points, agreed = _agreement(compute, balls, max_bits, max_seconds)
        for name in agreed:
            values[name], evidence[name] = points.values[name], "agreed"
    return ExactTrace(values, evidence, balls.bits, agreed)


def _agreement(
    compute: Computation, balls: _Attempt, max_bits: int, max_seconds: float
) -> tuple[_Attempt, dict[str, int]]:
    """A run with points that agrees with one at half the precision, and to how many bits.

    What the balls proved has to come out of the points, too.
    """
    deadline = time.perf_counter() + max_seconds
    before = _attempt(compute, FIRST_POINT_BITS, deadline, points=True)
    while True:
        points = _attempt(compute, 2 * before.bits, deadline, points=True)
        agreed = {name: _common_bits(name, before, points) for name in balls.unproved}
        known = agreed | dict.fromkeys(_contradicted(balls, points), 0)
        worst = min(known, key=lambda name: known[name])
        if known[worst] >= AGREED_BITS:
            return points, agreed
        if not _can_double(points, max_bits, deadline):
            raise InputError(
                f"the exact value of {worst} is not known: at {before.bits} and {points.bits} "
                f"bits it has {known[worst]} bits in common, wanted {AGREED_BITS}, within "
                f"{max_bits} bits, {max_seconds:g} seconds and {_show_budget()}; allow more, or "
                "record fewer epochs"
            )
        before = points


def _contradicted(balls: _Attempt, points: _Attempt) -> list[str]:
    """What the balls proved to be another value than the points have."""
    proved = [name for name in balls.values if name not in balls.unproved]
    return [name for name in proved if not same_bits(balls.values[name], points.values[name]).all()]


def _can_double(attempt: _Attempt, max_bits: int, deadline: float) -> bool:
    expected_end = time.perf_counter() + SLOWER * attempt.seconds
    numbers = sum(values.size for values in attempt.values.values())
    return (
        2 * attempt.bits <= max_bits
        and expected_end <= deadline
        and _bytes_needed(numbers, 2 * attempt.bits) <= _memory_budget()
    )


def _bytes_needed(numbers: float, bits: int) -> float:
    """Two runs are held at a time, each with its balls: an object, a midpoint, a radius."""
    return 2 * numbers * (100 + bits / 8)


def _memory_budget() -> float:
    return MEMORY_SHARE * present_memory()


def _show_budget() -> str:
    return f"{_memory_budget() / 2**30:.1f} GiB of memory, half of what there is"


def check_exact_memory(case: Case) -> None:
    """Refuse a case whose balls take more memory than half of what there is.

    Parameters
    ----------
    case : Case
        Read from its file.

    Raises
    ------
    InputError
        With the memory that they need and the budget.
    """
    steps, samples = 1, case.data.x.shape[0]
    if case.plan.epochs:
        batch = case.plan.batch_size or samples
        steps += len(case.plan.record) * math.ceil(samples / batch)
    units = [layer.weights.shape[1] for layer in case.network]
    needed = _bytes_needed(steps * numbers_of_step(case.data.x.shape, units), FIRST_BITS)
    if needed > _memory_budget():
        raise InputError(
            f"its exact values need about {needed / 2**30:.1f} GiB at {FIRST_BITS} bits; the "
            f"budget is {_show_budget()}, so nothing was computed; use fewer units, samples or "
            "recorded epochs"
        )


def _attempt(compute: Computation, bits: int, deadline: float, points: bool = False) -> _Attempt:
    started = time.perf_counter()
    values, unproved = {}, []
    with exact(bits, points) as arithmetic:
        computed = compute(arithmetic, deadline)
        balls = {name: arithmetic.lift(quantity) for name, quantity in computed.items()}
        for name, quantity in balls.items():
            values[name], proved = arithmetic.round(quantity)
            # A plain number, such as the accuracy, was counted from comparisons.
            is_count = not isinstance(computed[name], ExactArray) and not name.startswith("0/")
            if not proved.all() or (is_count and arithmetic.undecided > 0):
                unproved.append(name)
    plain = {name: np.asarray(quantity) for name, quantity in balls.items()}
    return _Attempt(bits, plain, values, unproved, time.perf_counter() - started)


def _common_bits(name: str, before: _Attempt, after: _Attempt) -> int:
    pairs = zip(before.balls[name].flat, after.balls[name].flat, strict=True)
    return min(common_bits(first, second, before.bits) for first, second in pairs)


def common_bits(first: arb, second: arb, most: int) -> int:
    """How many leading bits two points have in common, at most so many.

    0 where one is infinite, or where only one is 0. Two zeros agree, though a number too small
    to be seen beside 1 would look the same; and so do two that are both rounded to 0, as those of a
    sum are whose terms cancel but for what the precision leaves.
    """
    if not first.is_finite() or not second.is_finite():
        return 0
    if float(first) == 0.0 == float(second):
        return most
    with exact(2 * most):
        difference = abs(first - second)
        if difference.is_zero():
            return most
        if second.is_zero():
            return 0
        mantissa, exponent = (difference / abs(second)).mid().man_exp()
    return max(0, min(most, -int(exponent) - int(mantissa).bit_length()))
