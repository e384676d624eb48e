"""Trained networks as JSON files that either language reads; twin of r/R/cases_models.R."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.layers import check_array, read_layers
from twinprop.ground.case_checks import check_integer, check_matrix, check_object, check_row
from twinprop.ground.files import check_path, read_json, write_whole
from twinprop.network.checks import check_network
from twinprop.network.layers import Network, new_network

MODEL_FORMAT = 1


def write_model(network: Network, path: str | os.PathLike[str]) -> None:
    """Write a network as a JSON file: its layers as a case has them, then W1, b1, W2, b2 and so on.

    Numbers are written so that they are read back as the same bits.

    Parameters
    ----------
    network : network
        Of new_network, draw_network or train.
    path : str
        The file.

    Returns
    -------
    None
        Nothing.
    """
    check_network(network)
    layers = []
    for layer in network:
        given = {k: np.ravel(v).tolist() for k, v in layer.options.items()}
        options = {k: v[0] if len(v) == 1 else v for k, v in given.items()}
        activation = {"name": layer.activation, **options}
        units = layer.bias.shape[1]
        layers.append({"units": units, "activation": activation, "dropout": layer.dropout})
    lines = [f'"format": {MODEL_FORMAT}', f'"inputs": {network[0].weights.shape[0]}']
    lines.append(f'"layers": {json.dumps(layers)}')
    for i, layer in enumerate(network, start=1):
        lines.append(f'"W{i}": {json.dumps(layer.weights.tolist())}')
        lines.append(f'"b{i}": {json.dumps(layer.bias[0].tolist())}')
    write_whole(path, "{\n" + ",\n".join(lines) + "\n}\n")


def read_model(path: str | os.PathLike[str]) -> Network:
    """Read a network from a JSON file of write_model, and check every key of it.

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    network
        Ready to predict or to train on.
    """
    check_path(path)
    where = f"{Path(path).name}:"
    document = read_json(path, where)
    required = ["format", "inputs", "layers"]
    if not isinstance(document, dict) or "layers" not in document:
        check_object(document, where, required, [])
    layers = read_layers(document["layers"], f"{where} layers")
    names = [f"{kind}{i}" for i in range(1, len(layers.units) + 1) for kind in "Wb"]
    check_object(document, where, required + names, [])
    check_integer(document["format"], f"{where} format", MODEL_FORMAT, MODEL_FORMAT)
    n_in = check_integer(document["inputs"], f"{where} inputs", 1)
    weights, biases = [], []
    for i, n_out in enumerate(layers.units, start=1):
        weights.append(model_array(check_matrix, document, where, f"W{i}", (n_in, n_out)))
        biases.append(model_array(check_row, document, where, f"b{i}", (1, n_out)))
        n_in = n_out
    return new_network(weights, biases, layers.activations, layers.dropout)


def model_array(
    check: Any, document: dict[str, Any], where: str, key: str, shape: tuple[int, int]
) -> Array:
    """An array of a model, of the shape that its layers need."""
    array = check(document[key], f"{where} {key}")
    check_array(array, f"{where} {key}", shape)
    return array
