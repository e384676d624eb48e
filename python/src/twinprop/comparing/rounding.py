"""How far two right native runs of a case may differ: a bound that comes from rounding itself.

The case is run several times in noisy arithmetic, and the bound of an element is a multiple of how
far the runs are spread there. It is deterministic: the errors are drawn from a fixed seed.

The multiple follows from the number of runs and from one rate, ALPHA: that with which a number of a
right pair may leave its bound, were its difference as large as the noise and both normal. It is
Student's, since the spread is known from so many runs alone. The noise is larger than the rounding
of two right orders, by a factor of 1.4 or more (noisy.py), so the rate is lower still: calibrate
measures it on right pairs.

Runs may lie close together in an element by chance. So an element has the spread of the most
spread one in its row or in its column, whichever is less: rows are samples or units, columns are
units, and those may differ in size by powers of ten. What is left to chance are quantities of one
element, of which the rate speaks. Those of small networks are run more often, as that costs hardly
more. Last there is a floor, since a number rounded once may be rounded alike in all runs.

Where rounding is amplified so much that the bound of a layer's weights and biases is no longer
small beside them, nothing can be said of native results any more: from that step on the case is
chaotic. Even there no rounding makes a number infinite or NaN, unless the runs themselves come near
to an overflow. How large a finite number may be the few runs do not tell: other runs go other ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from twinprop.arithmetic import Array
from twinprop.arithmetic.noisy import noisy
from twinprop.cases.case import Case, held_out_score, run_case
from twinprop.comparing.comparison import ANY_FINITE
from twinprop.comparing.student import student_quantile
from twinprop.ground.names import parse_name
from twinprop.network.layers import Network
from twinprop.network.passes import forward
from twinprop.network.training import recorded_network

# At 13 runs a bound is 5.7 spreads then, at 32 runs 4.5: as narrow as bounds were (6.1 and 6.3, and
# 11 of large networks) when they were 8 mean deviations, or 16 of 4 runs, which left it in 1.6e-3.
ALPHA = 1e-4
# A vector has no other row to learn from: an element has at least this share of the largest spread.
VECTOR_SHARE = 0.25
# One step more or less in the last place, where rounding shows in no run.
FLOOR_RELATIVE = 2.0**-52
# Products of subnormal numbers have absolute errors, which the noise has not.
FLOOR_ABSOLUTE = 2.0**-1060
# Above this share of the largest weight or bias of a layer nothing can be said of native results.
CHAOTIC_SHARE = 1e-3
# Training that diverges goes from here to an overflow in a step or two, in some runs before others.
NEAR_OVERFLOW = 2.0**256

SEED = 1
RUNS, MOST_RUNS = 13, 32
_CHEAP = 2**14  # numbers in all runs of a step: up to there many runs cost like one


@dataclass(frozen=True)
class RoundingBound:
    """The bounds of a case's quantities: none for finite numbers from a chaotic step on."""

    bounds: Mapping[str, Array]
    chaotic_from: str | None


def rounding_bound(case: Case) -> RoundingBound:
    """The largest difference between two right native runs, for each element of a case.

    Parameters
    ----------
    case : Case
        Read from its file.

    Returns
    -------
    RoundingBound
        Zero for the starting weights, which every run has been given alike.
    """
    trace = noisy_runs(case, choose_runs(case))
    with np.errstate(over="ignore", invalid="ignore"):
        bounds = {name: bound_of_runs(name, values) for name, values in trace.items()}
    start = _first_chaotic(trace, bounds)
    if start is None:
        return RoundingBound(bounds, None)
    is_finite = all(np.abs(values).max(initial=0) < NEAR_OVERFLOW for values in trace.values())
    none = ANY_FINITE if is_finite else np.inf
    reached = False
    for name, bound in bounds.items():
        reached = reached or name.partition("/")[0] == start
        if reached:
            bounds[name] = np.full(bound.shape, none)
    return RoundingBound(bounds, start)


def choose_runs(case: Case) -> int:
    """How many noisy runs: many of a small network, fewer of a large one.

    Parameters
    ----------
    case : Case
        Its size decides.

    Returns
    -------
    int
        From 13, below which Student's multiple of a single number grows fast, to 32.
    """
    return min(max(_CHEAP // count_elements(case), RUNS), MOST_RUNS)


def count_elements(case: Case) -> int:
    """Roughly how many numbers a step of a case has: one of each unit and sample, and weights."""
    units = sum(layer.weights.shape[1] for layer in case.network)
    return case.data.x.shape[0] * units + sum(layer.weights.size for layer in case.network)


def noisy_runs(case: Case, runs: int) -> dict[str, Array]:
    """The traces of several noisy runs of a case, all at once.

    Parameters
    ----------
    case : Case
        What to run.
    runs : int
        How many runs.

    Returns
    -------
    dict of float64 arrays
        By name; the run is the last axis.
    """
    arithmetic = noisy(SEED, runs)
    plain = case._replace(data=case.data._replace(held_out_x=None, held_out_y=None))
    if case.plan.epochs:
        record = sorted({*case.plan.record, case.plan.epochs})
        plain = plain._replace(plan=case.plan._replace(record=record))
    noisy_trace = run_case(plain, arithmetic)
    trace = {name: _with_runs(np.asarray(a), name, runs) for name, a in noisy_trace.items()}
    held_out_x, held_out_y = case.data.held_out_x, case.data.held_out_y
    if held_out_x is not None and held_out_y is not None:
        network = _final_network(case, noisy_trace)
        with np.errstate(over="ignore", under="ignore"):
            output = forward(network, held_out_x, arithmetic).a[-1]
        name = f"held_out/a{len(network)}"
        trace[name] = _with_runs(np.asarray(output), name, runs)
        # A score asks for classes, which have no axis of runs: one run after the other.
        outputs = np.moveaxis(trace[name], -1, 0)
        scores = [
            held_out_score(each, held_out_y, noisy(SEED + run))
            for run, each in enumerate(outputs, start=1)
        ]
        trace[f"held_out/{scores[0][0]}"] = np.array([float(score) for _, score in scores])
    if case.plan.epochs:
        recorded = {str(epoch) for epoch in case.plan.record}
        # The last epoch was recorded for its weights; the case may not ask for it.
        kept = {"0", "held_out", *recorded}
        trace = {name: a for name, a in trace.items() if _epoch(name) in kept}
    return trace


def bound_of_runs(name: str, values: Array) -> Array:
    """The bound of each element of a quantity, from its values in all runs.

    Parameters
    ----------
    name : str
        Of the quantity: the starting weights, which come first, have no rounding.
    values : (..., runs) float64
        As noisy_runs has them.

    Returns
    -------
    float64 array
        Infinite where a run has no number.
    """
    if name.startswith("0/"):
        return np.zeros(values.shape[:-1])
    from_first = values - values[..., :1]  # of equal numbers 0, which their mean need not be
    centred = from_first - from_first.mean(axis=-1, keepdims=True)
    runs = values.shape[-1]
    # In units of a power of 2, which changes no digit: squares of 1e-170 would all be 0.
    exponent = np.frexp(np.abs(centred).max(axis=-1, keepdims=True))[1]
    squares = np.square(np.ldexp(centred, -exponent)).sum(axis=-1)
    spread = np.ldexp(np.sqrt(squares / (runs - 1)), exponent[..., 0])
    alike = (values == values[..., :1]) | np.isnan(values) & np.isnan(values[..., :1])
    spread = np.where(alike.all(axis=-1), 0.0, np.where(np.isnan(spread), np.inf, spread))
    size = np.abs(values).max(axis=-1)
    size = np.where(np.isfinite(size), size, 0.0)
    multiple = student_quantile(ALPHA, runs - 1)
    return multiple * _share_spread(spread) + FLOOR_RELATIVE * size + FLOOR_ABSOLUTE


def _with_runs(array: Array, name: str, runs: int) -> Array:
    """An array with the axis of runs, which those without any noise have not."""
    parts = parse_name(name)
    is_scalar = parts is not None and parts.layer is None
    if array.ndim == (0 if is_scalar else 2):
        array = array[..., np.newaxis]
    return np.broadcast_to(array, (*array.shape[:-1], runs))


def _final_network(case: Case, trace: Mapping[str, Array]) -> Network:
    """The network at the end of training, of all runs, or that of the start."""
    step = list(trace)[-1].partition("/")[0] if case.plan.epochs else "0"
    return recorded_network(case.network, trace, step)


def _epoch(name: str) -> str:
    return name.partition("/")[0].partition(".")[0]


def _share_spread(spread: Array) -> Array:
    """For each element of a matrix the largest in its row or in its column, whichever is less."""
    if spread.ndim != 2:
        return spread
    if 1 in spread.shape:
        return np.maximum(spread, VECTOR_SHARE * spread.max())
    rows = spread.max(axis=1, keepdims=True)
    columns = spread.max(axis=0, keepdims=True)
    return np.minimum(rows, columns)


def _first_chaotic(trace: Mapping[str, Array], bounds: Mapping[str, Array]) -> str | None:
    """The first step after which the bound of a layer's parameters is no longer small."""
    for name, bound in bounds.items():
        parts = parse_name(name)
        if parts is None or parts.kind != "W":
            continue
        pair = (name, f"{parts.step}/b{parts.layer}")
        with np.errstate(invalid="ignore"):
            size = max(float(np.abs(trace[each]).max()) for each in pair)
        largest = max(float(bound.max()), float(bounds[pair[1]].max()))
        if largest > FLOOR_ABSOLUTE + CHAOTIC_SHARE * size or np.isnan(size):
            return parts.step
    return None
