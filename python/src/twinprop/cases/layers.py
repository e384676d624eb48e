"""The layers of a case and their starting weights, twin of r/R/cases_layers.R."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Array
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.formulas.initializers import INITIALIZERS
from twinprop.ground.array_checks import show_shape
from twinprop.ground.case_checks import (
    LARGEST_INTEGER,
    check_choice,
    check_integer,
    check_list,
    check_matrix,
    check_not_negative,
    check_number,
    check_object,
    check_range,
    check_row,
    check_share,
)
from twinprop.ground.errors import refuse
from twinprop.network.layers import Network, draw_network, new_network

OPTIONS = {
    "uniform": ["low", "high"],
    "normal": ["mean", "sd"],
    "glorot": [],
    "he": [],
    "zeros": [],
}


class Layers(NamedTuple):
    """Units, activation (with its options) and dropout, one of each per layer."""

    units: list[int]
    activations: list[dict[str, Any]]
    dropout: list[float]


def read_layers(value: Any, where: str) -> Layers:
    """Units, activations and dropout of all layers."""
    layers = Layers([], [], [])
    for i, layer in enumerate(check_list(value, where)):
        here = f"{where}[{i}]"
        check_object(layer, here, ["units", "activation"], ["dropout"])
        layers.units.append(check_integer(layer["units"], f"{here}.units", 1))
        activation = read_activation(layer["activation"], f"{here}.activation")
        check_alpha(activation, f"{here}.activation.alpha", layers.units[-1])
        layers.activations.append(activation)
        rate = check_share(layer.get("dropout", 0.0), f"{here}.dropout")
        if rate > 0.0 and i + 1 == len(value):
            refuse(f"{here}.dropout", f"{rate:.15g} in the last layer", "0, its outputs are needed")
        layers.dropout.append(rate)
    return layers


def read_activation(value: Any, where: str) -> dict[str, Any]:
    """An activation: its name alone, or an object with the name and options."""
    known = list(ACTIVATIONS)
    if not isinstance(value, dict):
        return {"name": check_choice(value, where, known)}
    if "name" not in value:
        check_object(value, where, ["name"], [])
    name = check_choice(value["name"], f"{where}.name", known)
    options = ACTIVATIONS[name].options
    check_object(value, where, ["name"], list(options))
    read: dict[str, Any] = {}
    for key in options:
        if key in value:
            # The slopes of prelu may be a list, one for each unit.
            several = name == "prelu" and isinstance(value[key], list)
            read[key] = (check_row if several else check_number)(value[key], f"{where}.{key}")
    if name == "rrelu" and read.get("lower", 0.125) > read.get("upper", 1.0 / 3.0):
        refuse(f"{where}.lower", "above upper", "lower <= upper")
    return {"name": name, **read}


def check_alpha(activation: dict[str, Any], where: str, units: int) -> None:
    """Refuse slopes of prelu that are neither one nor as many as units."""
    found = np.size(activation.get("alpha", 0.0))
    if found not in (1, units):
        refuse(where, f"a list of {found}", f"one number, or {units}, as many as units")


def read_initial(value: Any, where: str, n_in: int, layers: Layers, seed: int | None) -> Network:
    """The starting network: drawn from the shared generator, or of given weights and biases."""
    units, activations, dropout = layers
    if isinstance(value, dict) and "distribution" in value:
        known = list(INITIALIZERS)
        name = check_choice(value["distribution"], f"{where}.distribution", known)
        check_object(value, where, ["distribution", "seed"], OPTIONS[name])
        drawn = check_integer(value["seed"], f"{where}.seed", -LARGEST_INTEGER)
        options = {
            key: check_number(value[key], f"{where}.{key}") for key in OPTIONS[name] if key in value
        }
        check_distribution(options, where)
        drawn = drawn if seed is None else seed
        return draw_network(n_in, units, activations, name, drawn, dropout, **options)
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
    return new_network(weights, biases, activations, dropout)


def check_distribution(options: dict[str, float], where: str) -> None:
    """Refuse a lower end above the upper, and a negative standard deviation."""
    low, high = options.get("low", 0.0), options.get("high", 1.0)
    check_range(low, high, f"{where}.low", f"{where}.high")
    check_not_negative(options.get("sd", 1.0), f"{where}.sd")


def check_array(value: Array, where: str, wanted: tuple[int, int]) -> None:
    """Refuse a matrix of another shape than the layers need."""
    if value.shape != wanted:
        refuse(where, f"of the shape {show_shape(value.shape)}", show_shape(wanted))
