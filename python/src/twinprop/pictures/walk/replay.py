"""What a trace does not hold: the state of an optimizer in a step, and the largest of each row.

An optimizer's state follows from the gradients of all steps by additions and products alone, which
round alike in both languages. So it is computed here from a language's own gradients, and it is
that language's own: the parameters that follow from it must be those which the trace has.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import Any

import numpy as np

from twinprop.arithmetic import Array, get_arithmetic
from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.case import Case
from twinprop.formulas.optimizers import OPTIMIZERS
from twinprop.ground.errors import EngineError
from twinprop.pictures.walk.cells import AFTER
from twinprop.pictures.walk.states import RULES

Quantities = dict[str, Array]


def has_state(case: Case) -> bool:
    """Whether the optimizer of a case remembers something from step to step."""
    return case.plan.epochs > 0 and bool(RULES[case.plan.optimizer].states)


def row_maxima(case: Case, found: Quantities) -> Quantities:
    """The largest weighted input of each row, for layers of softmax."""
    names = enumerate([layer.activation for layer in case.network], start=1)
    layers = [layer for layer, name in names if name == "softmax"]
    return {f"largest{n}": np.max(found[f"z{n}"], axis=1, keepdims=True) for n in layers}


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
    plan = case.plan
    rule = partial(
        OPTIMIZERS[plan.optimizer],
        learning_rate=plan.learning_rate,
        arithmetic=get_arithmetic(arithmetic),
        **plan.options,
    )
    names = [name.partition("/")[2] for name in trace if name.startswith("0/")]
    parameters = [trace[f"0/{name}"] for name in names]
    state = None
    found = {}
    for step in dict.fromkeys(name.partition("/")[0] for name in trace):
        if step == "0" or f"{step}/loss" not in trace:
            continue
        gradients = [trace[f"{step}/d{name}"] for name in names]
        if state is None:
            state = _first_state(case, gradients)
        before = _named(case, names, state)
        parameters, state = rule(parameters, gradients, state)
        if step in wanted:
            _check_parameters(case, step, names, parameters, trace)
            after = {name + AFTER: value for name, value in _named(case, names, state).items()}
            found[step] = {**before, **after}
    return found


def _first_state(case: Case, gradients: list[Array]) -> dict[str, Any]:
    rule = RULES[case.plan.optimizer]
    zeros = [np.zeros(dp.shape) for dp in gradients]
    powers = {f"power_{number}": 1.0 for number in rule.powers}
    return {**{kept.key: zeros for kept in rule.states}, **powers}


def _named(case: Case, names: list[str], state: dict[str, Any]) -> Quantities:
    rule = RULES[case.plan.optimizer]
    kept = {
        f"{one.sign}({name})": value
        for one in rule.states
        for name, value in zip(names, state[one.key], strict=True)
    }
    powers = {f"power_{n}": np.array([[state[f"power_{n}"]]]) for n in rule.powers}
    return {**kept, **powers}


def _check_parameters(
    case: Case, step: str, names: list[str], parameters: list[Array], trace: Mapping[str, Array]
) -> None:
    for name, value in zip(names, parameters, strict=True):
        if not same_bits(value, trace[f"{step}/{name}"]).all():
            raise EngineError(
                f"{case.id}: {name} of step {step} does not follow from the gradients before it"
            )
