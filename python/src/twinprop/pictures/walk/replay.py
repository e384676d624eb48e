"""What a trace does not hold: how a step is made, the optimizer's state, the largest of each row.

How a step is made comes from taking it once more in written arithmetic. An optimizer's state
follows from the gradients of all steps by additions and products alone, which round alike in both
languages. So it is computed here from a language's own gradients, and it is that language's own:
the parameters that follow from it must be those which the trace has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import numpy as np

from twinprop.arithmetic import Array, get_arithmetic, written
from twinprop.arithmetic.ulp import same_bits
from twinprop.arithmetic.written import Written, given, made_within, name_all
from twinprop.cases.case import Case
from twinprop.formulas.optimizers import OPTIMIZERS
from twinprop.ground.errors import EngineError
from twinprop.network.dropout import draws_numbers
from twinprop.network.layers import Network
from twinprop.network.passes import Step, backward, forward, loss_value
from twinprop.network.training import record_step, recorded_network
from twinprop.pictures.quantities import AFTER
from twinprop.pictures.walk.steps import STATES

Quantities = dict[str, Array]
_GIVEN = ("x", "y", "W", "b", "alpha", "mask", "drawn", "power_")


def has_state(case: Case) -> bool:
    """Whether the optimizer of a case remembers something from step to step."""
    return case.plan.epochs > 0 and OPTIMIZERS[case.plan.optimizer]([], [], None)[1] is not None


def row_maxima(case: Case, found: Quantities) -> Quantities:
    """The largest weighted input of each row, for layers of softmax."""
    layers = [n for n, layer in enumerate(case.network, 1) if layer.activation == "softmax"]
    return {f"largest{n}": np.max(found[f"z{n}"], axis=1, keepdims=True) for n in layers}


def written_step(case: Case, found: Quantities) -> dict[str, Written]:
    """A step in written arithmetic, from the quantities with which it begins.

    Parameters
    ----------
    case : case
        Of read_case.
    found : dict of arrays
        All quantities of the step, what was drawn and remembered included.

    Returns
    -------
    dict of Written
        Each quantity by its name, as it was made.
    """
    made = {name: given(value, name) for name, value in found.items() if _is_given(name)}
    network = recorded_network(case.network, {f"0/{name}": m for name, m in made.items()}, "0")
    trace: dict[str, Any] = {}
    more = (case.plan.loss, case.plan.reduction, written, case.plan.l2)
    with np.errstate(all="ignore"):
        cache = forward(network, made["x"], written, _written_draws(network, made))
        gradients = backward(network, cache, made["y"], *more)
        loss = loss_value(network, cache, made["y"], *more)
    record_step(trace, "1", cache, loss, gradients)
    made |= name_all({n[2:]: m for n, m in trace.items() if n[2:] not in made})
    for matrix in list(made.values()):
        for inner in made_within(matrix):
            if inner.operation == "row_max" and not inner.name:
                inner.name = inner.operands[0].name.replace("z", "largest")
                made.setdefault(inner.name, inner)
    if case.plan.epochs:
        made |= name_all(_written_update(case, made))
    return made


def _is_given(name: str) -> bool:
    return (
        name.startswith(tuple(f"{s}(" for s, *_ in STATES.values()))
        or name.rstrip("0123456789") in _GIVEN
    )


def _written_draws(network: Network, made: dict[str, Written]) -> Step | None:
    """What was drawn for the step, as it was given; None where it draws nothing."""
    if not draws_numbers(network):
        return None
    layers = range(1, len(network) + 1)
    slopes, masks = ([made.get(f"{kind}{n}") for n in layers] for kind in ("drawn", "mask"))
    return Step(slopes, masks)


def _written_update(case: Case, made: dict[str, Written]) -> dict[str, Written]:
    """The parameters after the step, and what the optimizer then remembers."""
    names = [name[1:] for name in made if name[0] == "d" and name[1:] in made]
    state: dict[str, Any] = {
        key: [made[f"{sign}({name})"] for name in names]
        for key, (sign, *_) in STATES.items()
        if f"{sign}({names[0]})" in made
    }
    state |= {name: matrix for name, matrix in made.items() if name.startswith("power_")}
    parameters, gradients = [made[n] for n in names], [made[f"d{n}"] for n in names]
    moved, after = _optimizer(case, written)(parameters, gradients, state or None)
    found = {**dict(zip(names, moved, strict=True)), **_named(names, after or {})}
    return {name + AFTER: value for name, value in found.items()}


def replay_states(
    case: Case, trace: Mapping[str, Array], arithmetic: str, wanted: Collection[str]
) -> dict[str, Quantities]:
    """The state of the optimizer before and after some steps.

    Parameters
    ----------
    case : case
        With a training plan.
    trace : dict of arrays
        Of one language, with all steps from the first on.
    arithmetic : str
        "native" or "strict".
    wanted : collection of str
        Steps such as "3" or "3.2".

    Returns
    -------
    dict of dict
        By step, quantities such as "v(W1)", and "v(W1) after" after the step.
    """
    move = _optimizer(case, get_arithmetic(arithmetic))
    names = [name.partition("/")[2] for name in trace if name.startswith("0/")]
    parameters, state = [trace[f"0/{name}"] for name in names], None
    found = {}
    for step in dict.fromkeys(name.partition("/")[0] for name in trace):
        if step == "0" or f"{step}/loss" not in trace:
            continue
        parameters, after = move(parameters, [trace[f"{step}/d{name}"] for name in names], state)
        if step in wanted:
            _check_parameters(case, step, names, parameters, trace)
            before = _named(names, state or _first_state(after))
            later = {name + AFTER: value for name, value in _named(names, after).items()}
            found[step] = {**before, **later}
        state = after
    return found


def _optimizer(case: Case, arithmetic: Any) -> Callable[..., tuple[list[Any], Any]]:
    plan = case.plan
    rule = OPTIMIZERS[plan.optimizer]
    return partial(rule, learning_rate=plan.learning_rate, arithmetic=arithmetic, **plan.options)


def _first_state(after: dict[str, Any]) -> dict[str, Any]:
    """What stands for the state before the first step: nought of each parameter, powers of 1."""
    return {
        key: [np.zeros_like(one) for one in value] if isinstance(value, list) else 1.0
        for key, value in after.items()
    }


def _named(names: list[str], state: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in state.items():
        if isinstance(value, list):
            sign = STATES[key][0]
            found |= {f"{sign}({name})": one for name, one in zip(names, value, strict=True)}
        else:
            found[key] = np.atleast_2d(value)
    return found


def _check_parameters(
    case: Case, step: str, names: list[str], parameters: list[Array], trace: Mapping[str, Array]
) -> None:
    for name, value in zip(names, parameters, strict=True):
        if not same_bits(value, trace[f"{step}/{name}"]).all():
            raise EngineError(
                f"{case.id}: {name} of step {step} does not follow from the gradients before it"
            )
