"""To which family of random networks a case belongs: those that right pairs were drawn from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from twinprop.cases.case import Case
from twinprop.cases.random_cases import EPOCHS, FAMILIES, MOST_SAMPLES

# Both kinds draw inputs and weights from normal distributions; so far out there was hardly one.
LARGEST_INPUT = 6.0
LARGEST_WEIGHT = 7.5
RECORDED = 2  # epochs that a random network records


def family_of_case(case: Case) -> tuple[str, str] | str:
    """The kind and the family of random networks that a case is like.

    Parameters
    ----------
    case : Case
        Any.

    Returns
    -------
    tuple of str, or str
        Kind and family; or, where it is like none, in what it is not.
    """
    unlike = next(_outside(case), None)
    if unlike is not None:
        return unlike
    depth, width = len(case.network), _widest(case)
    fitting = (
        name
        for name, (fewest, most, widest) in FAMILIES.items()
        if fewest <= depth <= most and width <= widest
    )
    return ("sigmoid" if _is_plain(case) else "everything"), next(fitting)


def _outside(case: Case) -> Iterator[str]:
    """What no random network has, as it is said of the case."""
    deepest = max(most for _, most, _ in FAMILIES.values())
    widest = max(most for _, _, most in FAMILIES.values())
    x, plan = case.data.x, case.plan
    weights = max(float(np.abs(layer.weights).max()) for layer in case.network)
    if len(case.network) > deepest:
        yield f"of {len(case.network)} layers, where up to {deepest} were measured"
    if _widest(case) > widest:
        yield f"of {_widest(case)} units in a layer, where up to {widest} were measured"
    if not 2 <= x.shape[0] <= MOST_SAMPLES:
        yield f"of {x.shape[0]} samples, where 2 to {MOST_SAMPLES} were measured"
    if not 1 <= plan.epochs <= EPOCHS:
        yield f"of {plan.epochs} epochs, where 1 to {EPOCHS} were measured"
    if len(plan.record) > RECORDED:
        yield f"of {len(plan.record)} recorded epochs, where up to {RECORDED} were measured"
    if case.data.held_out_x is not None:
        yield "with rows held out, which were not measured"
    if float(np.abs(x).max()) > LARGEST_INPUT:
        yield f"with inputs beyond {LARGEST_INPUT:g}, which were not measured"
    if weights > LARGEST_WEIGHT:
        yield f"with starting weights beyond {LARGEST_WEIGHT:g}, which were not measured"


def _widest(case: Case) -> int:
    return max(case.data.x.shape[1], *(layer.weights.shape[1] for layer in case.network))


def _is_plain(case: Case) -> bool:
    """Like the article's: sigmoids, at the end perhaps identity, squared error, plain descent."""
    *hidden, output = (layer.activation for layer in case.network)
    return (
        set(hidden) <= {"sigmoid"}
        and output in ("sigmoid", "identity")
        and case.plan.loss == "squared_error"
        and case.plan.l2 == 0.0
        and case.plan.optimizer == "gradient_descent"
        and not any(layer.dropout for layer in case.network)
    )
