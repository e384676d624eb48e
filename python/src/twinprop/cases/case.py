"""Cases: problems read from JSON files, and run; twin of r/R/cases_case.R.

The format is described in shared_fixtures/README.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.cases.data import Data, read_data
from twinprop.cases.layers import read_initial, read_layers
from twinprop.formulas.losses import LOSSES, REDUCTIONS
from twinprop.formulas.metrics import accuracy, r_squared
from twinprop.formulas.optimizers import OPTIMIZER_OPTIONS, OPTIMIZERS
from twinprop.ground.array_checks import check_arithmetic
from twinprop.ground.case_checks import (
    LARGEST_INTEGER,
    check_choice,
    check_epochs,
    check_id,
    check_integer,
    check_list,
    check_not_negative,
    check_object,
    check_share,
    check_text,
    key_of,
)
from twinprop.ground.errors import InputError, count_of, quote_value, refuse
from twinprop.ground.files import check_path, read_json
from twinprop.ground.memory import check_memory
from twinprop.network.dropout import draws_numbers
from twinprop.network.layers import Network
from twinprop.network.passes import backward, forward, loss_value
from twinprop.network.plan import Plan, new_plan
from twinprop.network.training import Trace, Training, record_parameters, record_step, train

FORMAT = 1
NETWORK_KEYS = ["format", "id", "title", "source", "layers", "loss", "data", "initial"]
OTHER_KEYS = ["training", "notes"]


class Case(NamedTuple):
    """One problem: network with its starting weights, data, training plan, notes."""

    id: str
    title: str
    source: str
    network: Network
    data: Data
    plan: Plan
    notes: list[str]


def read_case(path: str | os.PathLike[str], seed: int | None = None) -> Case:
    """Read a case from its JSON file, and check every key of it.

    Parameters
    ----------
    path : str
        The file.
    seed : int or None
        Seed of the starting weights instead of the file's; None keeps the file's.

    Returns
    -------
    case
        Argument of run_case.
    """
    check_path(path)
    where = f"{Path(path).name}:"
    return parse_case(read_json(path, where), where, Path(path), seed)


def parse_case(document: Any, where: str, path: Path, seed: int | None = None) -> Case:
    """The case of a JSON document, as if it stood in a file."""
    check_document(document, where)
    data = read_data(document["data"], f"{where} data", path)
    return case_of_document(document, where, data, seed)


def check_document(document: Any, where: str) -> None:
    """Refuse what is no case of this format, before its data are read."""
    check_object(document, where, NETWORK_KEYS, OTHER_KEYS)
    check_integer(document["format"], f"{where} format", FORMAT, FORMAT)


def case_of_document(document: Any, where: str, data: Data, seed: int | None = None) -> Case:
    """The case of a JSON document that was checked and whose data were read."""
    layers = read_layers(document["layers"], f"{where} layers")
    loss = read_loss(document["loss"], f"{where} loss")
    if data.y.shape[1] != layers.units[-1]:
        found = count_of(layers.units[-1], "unit")
        wanted = f"{data.y.shape[1]}, the columns of y"
        raise InputError(f"{where} layers end with {found}; wanted {wanted}")
    check_memory(data.x.shape, layers.units, where)
    n_in = data.x.shape[1]
    network = read_initial(document["initial"], f"{where} initial", n_in, layers, seed)
    return Case(
        id=check_id(document["id"], f"{where} id"),
        title=check_text(document["title"], f"{where} title"),
        source=check_text(document["source"], f"{where} source"),
        network=network,
        data=data,
        plan=read_plan(document, f"{where} training", network, *loss),
        notes=read_notes(document, f"{where} notes"),
    )


def train_case(
    case: Case,
    arithmetic: Arithmetic = native,
    record: list[int] | None = None,
    on_epoch: Callable[[int], object] | None = None,
) -> Training:
    """Train the network of a case by its plan; record replaces the plan's epochs to trace."""
    plan = case.plan
    if plan.epochs == 0:
        raise InputError(f"{case.id} has no training; add it")
    if record is not None:
        plan = plan._replace(record=record)
    return train(case.network, case.data.x, case.data.y, plan, arithmetic, on_epoch)


def run_case(
    case: Case, arithmetic: Arithmetic = native, on_epoch: Callable[[int], object] | None = None
) -> Trace:
    """Run a case: train its network, or compute the gradients of one step.

    Parameters
    ----------
    case : case
        Of read_case.
    arithmetic : arithmetic
        How the formulas are evaluated.
    on_epoch : function or None
        Called with the number of epochs that are done.

    Returns
    -------
    trace
        Every named quantity of the recorded epochs, in the order of computation.
    """
    if not isinstance(case, Case):
        refuse("case", quote_value(case), "one of read_case")
    check_arithmetic(arithmetic)
    trace: Trace = {}
    record_parameters(trace, "0", case.network)
    x, y = case.data.x, case.data.y
    network, plan = case.network, case.plan
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        if plan.epochs == 0:
            cache = forward(network, x, arithmetic)
            rest = (network, cache, y, plan.loss, plan.reduction, arithmetic, plan.l2)
            gradients, value = backward(*rest), loss_value(*rest)
            record_step(trace, "1", cache, value, gradients)
        else:
            training = train_case(case, arithmetic, None, on_epoch)
            network = training.network
            trace.update(training.trace)
        if case.data.held_out_x is not None and case.data.held_out_y is not None:
            output = forward(network, case.data.held_out_x, arithmetic).a[-1]
            trace[f"held_out/a{len(network)}"] = output
            name, score = held_out_score(output, case.data.held_out_y, arithmetic)
            trace[f"held_out/{name}"] = np.asarray(score)
    return trace


def held_out_score(a: Array, y: Array, arithmetic: Arithmetic) -> tuple[str, float]:
    """How good outputs are: accuracy where all targets are 0 or 1, else R2."""
    if np.all((y == 0.0) | (y == 1.0)):
        return "accuracy", accuracy(a, y)
    return "rsquared", r_squared(a, y, arithmetic)


def read_loss(value: Any, where: str) -> tuple[str, str, float]:
    """Name, reduction and L2 penalty of the loss."""
    check_object(value, where, ["name"], ["reduction", "l2"])
    name = check_choice(value["name"], f"{where}.name", list(LOSSES))
    known = list(LOSSES[name].reductions)
    reduction = check_choice(value.get("reduction", known[0]), f"{where}.reduction", REDUCTIONS)
    if reduction not in known:
        refuse(f"{where}.reduction", quote_value(reduction), f'"{known[0]}", as {name} says')
    return name, reduction, check_not_negative(value.get("l2", 0.0), f"{where}.l2")


def read_plan(
    document: Any, where: str, network: Network, loss: str, reduction: str, l2: float
) -> Plan:
    """The training plan; one of 0 epochs where a case does not train."""
    if "training" not in document:
        plan = new_plan(loss, reduction, l2=l2)
        return plan._replace(epochs=0, record=[])
    value = document["training"]
    optional = ["batch_size", "shuffle_seed", "draw_seed", "record"]
    check_object(value, where, ["optimizer", "epochs"], optional)
    name, learning_rate, options = read_optimizer(value["optimizer"], f"{where}.optimizer")
    if draws_numbers(network) and "draw_seed" not in value:
        raise InputError(
            f"{where}.draw_seed is missing; add it, training with dropout or rrelu draws numbers"
        )
    epochs = check_integer(value["epochs"], f"{where}.epochs", 1)
    return new_plan(
        loss,
        reduction,
        name,
        learning_rate,
        epochs,
        optional_integer(value, "batch_size", where, 1),
        optional_integer(value, "shuffle_seed", where, -LARGEST_INTEGER),
        check_epochs(value.get("record", [epochs]), f"{where}.record", epochs),
        l2,
        optional_integer(value, "draw_seed", where, -LARGEST_INTEGER),
        **options,
    )


def read_notes(document: Any, where: str) -> list[str]:
    """The notes for people, none where a case has none."""
    if "notes" not in document:
        return []
    notes = check_list(document["notes"], where)
    return [check_text(note, f"{where}[{i}]") for i, note in enumerate(notes)]


def read_optimizer(value: Any, where: str) -> tuple[str, float, dict[str, float]]:
    """Name, learning rate and options of the optimizer."""
    known = list(OPTIMIZERS)
    if not isinstance(value, dict) or "name" not in value:
        check_object(value, where, ["name", "learning_rate"], [])
    name = check_choice(value["name"], f"{where}.name", known)
    options = OPTIMIZER_OPTIONS[name]
    check_object(value, where, ["name", "learning_rate"], list(options))
    return (
        name,
        check_not_negative(value["learning_rate"], f"{where}.learning_rate"),
        {key: check_share(value[key], f"{where}.{key}") for key in options if key in value},
    )


def optional_integer(value: dict[str, Any], key: str, where: str, low: int) -> int | None:
    """A whole number where the key is there, else None."""
    return check_integer(value[key], key_of(where, key), low) if key in value else None
