"""The case as the judge needs it: the right values of every step that is looked at."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.case import Case, run_case
from twinprop.check.aliases import is_parameter
from twinprop.formulas.optimizers import OPTIMIZER_OPTIONS, OPTIMIZERS
from twinprop.ground.errors import InputError
from twinprop.network.plan import Plan
from twinprop.network.training import batches

PLAIN_ACTIVATIONS = ["sigmoid", "identity", "tanh", "relu", "softplus"]
# With the last activation that a loss is paired with, its delta is a - y.
PAIRED = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}


class Step(NamedTuple):
    """Name, samples and targets of one step, and the step before it where that is known."""

    name: str
    x: Array
    y: Array
    previous: str | None


class Problem(NamedTuple):
    """A case, its steps and its reference trace; whether the case itself shuffles its samples."""

    case: Case
    depth: int
    record: list[int]
    steps: list[Step]
    trace: dict[str, Array]
    unshuffled: bool = False


def pose_problem(case: Case) -> Problem:
    """Run a case in native arithmetic, with the epochs that a check looks at.

    Those are the case's recorded ones and the first three; of each also the epoch before, which
    says with which weights it begins. A case that shuffles is run in the order of its samples:
    its own order is of the twins' generator, which no other program has.

    Parameters
    ----------
    case : Case
        With squared error and plain activations, or with a cross-entropy after the last activation
        that it is paired with.

    Returns
    -------
    Problem
        What the judge compares with.
    """
    plan = case.plan
    if plan.epochs == 0:
        raise InputError(f"case {case.id} has no training to check; choose another --case")
    _refuse_unknown(case)
    epochs = plan.epochs
    record = sorted({e for e in (*plan.record, 1, 2, 3) if e <= epochs})
    wanted = sorted({*record, *(e - 1 for e in record if e > 1)})
    unshuffled = plan.shuffle_seed is not None
    plan = plan._replace(shuffle_seed=None)
    case = case._replace(plan=plan)
    trace = run_case(case._replace(plan=plan._replace(record=wanted)))
    if case.plan.loss in PAIRED:
        trace.update(_errors_of_pair(trace, len(case.network)))
    steps = _list_steps(case, record)
    return Problem(case, len(case.network), record, steps, trace, unshuffled)


def _refuse_unknown(case: Case) -> None:
    """Refuse what the formulas of the catalogue do not hold for."""
    last = [PAIRED[case.plan.loss]] if case.plan.loss in PAIRED else []
    activations = [layer.activation for layer in case.network]
    plain = activations[: len(activations) - len(last)]
    for what, found, known in (
        ("losses", [case.plan.loss], ["squared_error", *PAIRED]),
        (f"last activations with {case.plan.loss}", activations[len(plain) :], last),
        ("activations", plain, PLAIN_ACTIVATIONS),
        ("penalties", [f"l2 {case.plan.l2:g}"] if case.plan.l2 else [], []),
        ("dropout", [f"{layer.dropout:g}" for layer in case.network if layer.dropout], []),
    ):
        other = [name for name in found if name not in known]
        if other:
            only = f"only {', '.join(known)}" if known else "none"
            raise InputError(
                f"case {case.id} has {other[0]}; of {what} check understands {only}; "
                f"choose another --case"
            )


def _errors_of_pair(trace: dict[str, Array], depth: int) -> dict[str, Array]:
    """The last error and slope, which such a trace has not: a - y, and a 1 that changes nothing."""
    found = {}
    for name in [name for name in trace if name.endswith(f"/delta{depth}")]:
        step = name.partition("/")[0]
        found[f"{step}/e{depth}"] = trace[name]
        found[f"{step}/slope{depth}"] = np.ones(trace[name].shape)
    return found


def _list_steps(case: Case, record: list[int]) -> list[Step]:
    plan = case.plan
    steps: list[Step] = []
    last = "0"
    for epoch in range(1, record[-1] + 1):
        for name, x, y in batches(case.data.x, case.data.y, epoch, plan.batch_size, None):
            if epoch in record:
                known = last if last == "0" or int(float(last)) >= epoch - 1 else None
                steps.append(Step(name, x, y, known))
            last = name
    return steps


def optimizer_numbers(plan: Plan) -> dict[str, float]:
    """The options of a plan's optimizer; the one of momentum and rmsprop may be called beta."""
    defaults = inspect.signature(OPTIMIZERS[plan.optimizer]).parameters
    numbers = {
        name: float(plan.options.get(name, defaults[name].default))
        for name in OPTIMIZER_OPTIONS[plan.optimizer]
    }
    share = numbers.get("momentum", numbers.get("decay"))
    return numbers if share is None else {**numbers, "beta": share}


def make_job(problem: Problem, source: str, file: str, given: dict[str, str]) -> dict[str, Any]:
    """What the process that runs a script has to know, as JSON has it."""
    case = problem.case
    values = {"x": case.data.x, "y": case.data.y}
    for i, (w, b) in enumerate(((w.weights, w.bias) for w in case.network), start=1):
        values[f"W{i}"], values[f"b{i}"] = w, b
    first = problem.steps[0]
    reference = {
        name.partition("/")[2]: value
        for name, value in problem.trace.items()
        if name.startswith(f"{first.name}/") and not is_parameter(name.partition("/")[2])
    }
    return {
        "source": source,
        "file": file,
        "values": {name: value.tolist() for name, value in values.items()},
        "reference": {
            **{name: value.tolist() for name, value in reference.items()},
            **{name: value.tolist() for name, value in values.items()},
        },
        "numbers": {
            "lr": case.plan.learning_rate,
            "epochs": case.plan.epochs,
            "batch_size": case.plan.batch_size or len(case.data.x),
            **optimizer_numbers(case.plan),
        },
        "record": problem.record,
        "depth": problem.depth,
        "given": given,
        "activations": [layer.activation for layer in case.network],
        "loss": case.plan.loss,
        "reduction": case.plan.reduction,
    }
