"""Cases: problems read from JSON files, and run; twin of r/R/cases.R.

The format is described in shared_fixtures/README.md.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from twinprop.activations import ACTIVATIONS
from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.case_checks import (
    check_choice,
    check_integer,
    check_list,
    check_matrix,
    check_number,
    check_object,
    check_row,
    check_text,
    key_of,
)
from twinprop.case_data import Data, read_data
from twinprop.case_files import read_json, refuse
from twinprop.errors import InputError, quote_value
from twinprop.initializers import INITIALIZERS
from twinprop.losses import LOSSES, REDUCTIONS
from twinprop.metrics import accuracy
from twinprop.network import Network, backward, draw_network, forward, new_network, show_shape
from twinprop.optimizers import OPTIMIZERS
from twinprop.training import Trace, record_parameters, record_step, train

FORMAT = 1
LARGEST_SEED = 2147483647
NETWORK_KEYS = ["format", "id", "title", "source", "layers", "loss", "data", "initial"]
OPTIONS = {"uniform": ["low", "high"], "normal": ["mean", "sd"]}


class Plan(NamedTuple):
    """How a case trains: the arguments of train."""

    optimizer: str
    learning_rate: float
    epochs: int
    batch_size: int | None
    shuffle_seed: int | None
    record: list[int]


class Case(NamedTuple):
    """One problem: network with its starting weights, data, training plan (or None)."""

    id: str
    title: str
    source: str
    network: Network
    loss: str
    reduction: str
    data: Data
    training: Plan | None


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
    where = f"{Path(path).name}:"
    document = read_json(Path(path), where)
    check_object(document, where, NETWORK_KEYS, ["training"])
    check_integer(document["format"], f"{where} format", FORMAT, FORMAT)
    units, activations = read_layers(document["layers"], f"{where} layers")
    loss = check_object(document["loss"], f"{where} loss", ["name"], ["reduction"])
    data = read_data(document["data"], f"{where} data", Path(path))
    if data.y.shape[1] != units[-1]:
        found = f"of {units[-1]} units in the last layer"
        refuse(f"{where} layers", found, f"{data.y.shape[1]}, the columns of y")
    check_memory(data.x.shape, units, where)
    return Case(
        id=check_id(document["id"], f"{where} id"),
        title=check_text(document["title"], f"{where} title"),
        source=check_text(document["source"], f"{where} source"),
        network=read_initial(
            document["initial"], f"{where} initial", data.x.shape[1], units, activations, seed
        ),
        loss=check_choice(loss["name"], f"{where} loss.name", list(LOSSES)),
        reduction=check_choice(loss.get("reduction", "sum"), f"{where} loss.reduction", REDUCTIONS),
        data=data,
        training=read_training(document, f"{where} training"),
    )


def run_case(case: Case, arithmetic: Arithmetic = native) -> Trace:
    """Run a case: train its network, or compute the gradients of one step.

    Parameters
    ----------
    case : case
        Of read_case.
    arithmetic : arithmetic
        How the formulas are evaluated.

    Returns
    -------
    trace
        Every named quantity of the recorded epochs, in the order of computation.
    """
    trace: Trace = {}
    record_parameters(trace, "0", case.network)
    x, y = case.data.x, case.data.y
    network = case.network
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        if case.training is None:
            cache = forward(network, x, arithmetic)
            gradients = backward(network, cache, y, case.loss, case.reduction, arithmetic)
            value = LOSSES[case.loss].value(cache.a[-1], y, case.reduction, arithmetic)
            record_step(trace, "1", cache, value, gradients)
        else:
            training = train(
                network, x, y, case.loss, case.reduction, *case.training, arithmetic=arithmetic
            )
            network = training.network
            trace.update(training.trace)
        if case.data.held_out_x is not None and case.data.held_out_y is not None:
            output = forward(network, case.data.held_out_x, arithmetic).a[-1]
            trace[f"held_out/a{len(network.weights)}"] = output
            trace["held_out/accuracy"] = np.asarray(accuracy(output, case.data.held_out_y))
    return trace


def check_id(value: Any, where: str) -> str:
    """A name that is also a good file name."""
    if not isinstance(value, str) or not re.fullmatch("[a-z0-9][a-z0-9-]{0,99}", value):
        refuse(where, quote_value(value), "lower-case letters, digits and hyphens, as in xor-2-2-1")
    return value


def read_layers(value: Any, where: str) -> tuple[list[int], list[str]]:
    """Units and activations of all layers."""
    units, activations = [], []
    for i, layer in enumerate(check_list(value, where)):
        here = f"{where}[{i}]"
        check_object(layer, here, ["units", "activation"], [])
        units.append(check_integer(layer["units"], f"{here}.units", 1))
        known = list(ACTIVATIONS)
        activations.append(check_choice(layer["activation"], f"{here}.activation", known))
    return units, activations


def read_initial(
    value: Any, where: str, n_in: int, units: list[int], activations: list[str], seed: int | None
) -> Network:
    """The starting network: drawn from the shared generator, or of given weights and biases."""
    if isinstance(value, dict) and "distribution" in value:
        known = list(INITIALIZERS)
        name = check_choice(value["distribution"], f"{where}.distribution", known)
        check_object(value, where, ["distribution", "seed"], OPTIONS[name])
        drawn = check_integer(value["seed"], f"{where}.seed", -LARGEST_SEED)
        options = {
            key: check_number(value[key], f"{where}.{key}") for key in OPTIONS[name] if key in value
        }
        return draw_network(
            n_in, units, activations, name, drawn if seed is None else seed, **options
        )
    if seed is not None:
        refuse(where, "of given weights", "a distribution, since a seed is given")
    names = [f"{kind}{i}" for i in range(1, len(units) + 1) for kind in "Wb"]
    check_object(value, where, names, [])
    weights, biases = [], []
    for i, n_out in enumerate(units, start=1):
        weights.append(check_matrix(value[f"W{i}"], f"{where}.W{i}"))
        biases.append(check_row(value[f"b{i}"], f"{where}.b{i}"))
        check_array(weights[-1], f"{where}.W{i}", (n_in, n_out))
        check_array(biases[-1], f"{where}.b{i}", (1, n_out))
        n_in = n_out
    return new_network(weights, biases, activations)


def check_array(value: Array, where: str, wanted: tuple[int, int]) -> None:
    """Refuse a matrix of another shape than the layers need."""
    if value.shape != wanted:
        refuse(where, f"of the shape {show_shape(value.shape)}", show_shape(wanted))


def read_training(document: Any, where: str) -> Plan | None:
    """The training plan, or None where a case has none."""
    if "training" not in document:
        return None
    value = document["training"]
    optional = ["batch_size", "shuffle_seed", "record"]
    check_object(value, where, ["optimizer", "epochs"], optional)
    optimizer = check_object(
        value["optimizer"], f"{where}.optimizer", ["name", "learning_rate"], []
    )
    epochs = check_integer(value["epochs"], f"{where}.epochs", 1)
    record = [epochs]
    if "record" in value:
        key = f"{where}.record"
        record = [
            check_integer(epoch, f"{key}[{i}]", 1, epochs)
            for i, epoch in enumerate(check_list(value["record"], key))
        ]
    return Plan(
        check_choice(optimizer["name"], f"{where}.optimizer.name", list(OPTIMIZERS)),
        check_number(optimizer["learning_rate"], f"{where}.optimizer.learning_rate"),
        epochs,
        optional_integer(value, "batch_size", where, 1),
        optional_integer(value, "shuffle_seed", where, -LARGEST_SEED),
        record,
    )


def optional_integer(value: dict[str, Any], key: str, where: str, low: int) -> int | None:
    """A whole number where the key is there, else None."""
    return check_integer(value[key], key_of(where, key), low) if key in value else None


def check_memory(shape: tuple[int, ...], units: list[int], where: str) -> None:
    """Refuse layers for which this machine has not enough memory.

    A step holds each layer's weights three times (before, gradient, after) and six matrices of
    its size for all samples (z, a, e, slope, delta and one in the making).
    """
    numbers, n_in = 0.0, float(shape[1])
    for n_out in units:
        numbers += 3 * (n_in + 1) * n_out + 6.0 * shape[0] * n_out
        n_in = float(n_out)
    needed, present = 8 * numbers / 2**30, machine_memory() / 2**30
    if needed > present:
        raise InputError(
            f"{where} layers need {needed:.1f} GiB of memory; this machine has {present:.1f} GiB; "
            f"use fewer units"
        )


def machine_memory() -> float:
    """Bytes of memory of this machine; infinite where the system does not tell."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return float("inf")
