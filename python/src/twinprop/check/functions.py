"""A file that defines sigmoid, forward, backward or train: each is called with right arguments.

The results become notes of a recording, as if a script had assigned them.
"""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from twinprop.check.aliases import is_parameter
from twinprop.check.values import plain_array
from twinprop.ground.names import PARAMETERS
from twinprop.network.layers import new_network
from twinprop.network.plan import new_plan

FUNCTIONS = ("sigmoid", "sigmoid_grad", "forward", "backward", "train")
Notes = list[tuple[str, int, str, Any]]


class Fields(dict[str, Any]):
    """Named values, reached as fields, as keys and by unpacking, like the twins' tuples."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None

    def __iter__(self) -> Any:
        return iter(self.values())


def call_functions(module: Mapping[str, Any], job: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Call those of the functions that a file defines, and note what they return.

    Parameters
    ----------
    module : dict
        The names that the file defines.
    job : dict
        Key reference: the right values of the first step, by quantity.

    Returns
    -------
    list of dict
        Steps of a recording; empty where the file defines none of the functions.
    """
    right = {q: np.array(v, dtype=np.float64) for q, v in job["reference"].items()}
    present = {n: module[n] for n in FUNCTIONS if inspect.isfunction(module.get(n))}
    if not present:
        return []
    depth = job["depth"]
    notes: Notes = []
    build = module.get("new_network", new_network)
    for name in ("sigmoid", "sigmoid_grad"):
        for i in range(1, depth + 1) if name in present else ():
            if job["activations"][i - 1] == "sigmoid":
                value = _call(present[name], _arguments(job, right, i, build))
                notes.append(
                    (f"{'a' if name == 'sigmoid' else 'slope'}{i}", *_at(present[name]), value)
                )
    for name in ("forward", "backward"):
        if name in present:
            value = _call(present[name], _arguments(job, right, 1, build))
            kinds = _FIELDS[name]
            notes += [(q, *_at(present[name]), v) for q, v in name_parts(value, kinds, depth)]
    before = {q: right[q] for q in right if is_parameter(q)}
    steps = [{"step": "1", "before": before, "after": {}, "notes": notes}]
    if "train" in present:
        steps = _call_train(present["train"], job, _arguments(job, right, 1, build), steps)
    return [_plain(step) for step in steps]


_FIELDS = {
    "forward": {"z": "z", "a": "a"},
    "backward": {
        "e": "e",
        "slope": "slope",
        "delta": "delta",
        "weights": "dW",
        "biases": "db",
        "dW": "dW",
        "db": "db",
    },
    "train": {"weights": "W", "biases": "b", "W": "W", "b": "b"},
}


def _call_train(
    train: Callable[..., Any],
    job: Mapping[str, Any],
    arguments: Mapping[str, Any],
    steps: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    before = steps[0]["before"]
    for epoch in sorted(job["record"]):
        value = _call(train, {**copy.deepcopy(arguments), **_until(epoch, job)})
        value = _by_field(_field(value, "network", value))
        parts = list(name_parts(value, _FIELDS["train"], job["depth"]))
        if epoch == 1:
            step = steps[0]
        else:
            step = {"step": str(epoch), "before": {}, "after": {}, "notes": []}
            steps.append(step)
        step["after"] = dict(parts)
        step["notes"] += [(q, *_at(train), v) for q, v in parts]
    steps[0]["before"] = before
    return steps


def _until(epoch: int, job: Mapping[str, Any]) -> dict[str, Any]:
    """What tells a train to end with an epoch: a number, or a plan."""
    rate = job["numbers"]["lr"]
    plan = new_plan(job["loss"], job["reduction"], learning_rate=rate, epochs=epoch)
    return {"epochs": epoch, "plan": plan}


def name_parts(value: Any, fields: Mapping[str, str], depth: int) -> list[tuple[str, Any]]:
    """What a function returned, part by part, each with its quantity."""
    found = []
    for field, kind in fields.items():
        items = _field(value, field, None)
        if isinstance(items, (list, tuple)):
            shift = len(items) - depth  # the list of activations begins with x
            found += [(f"{kind}{i - shift + 1}", v) for i, v in enumerate(items) if i >= shift]
    kinds = list(dict.fromkeys(fields.values()))
    if not found and isinstance(value, dict):
        found = [(k, v) for k, v in value.items() if isinstance(k, str)]
    if not found and isinstance(value, (list, tuple)) and len(value) == 2 * depth:
        pair = kinds[-2:]
        order = [f"{kind}{i}" for i in range(1, depth + 1) for kind in pair]
        found = list(zip(order, value, strict=True))
    if not found and isinstance(value, (list, tuple)) and len(value) == 2:
        pairs = zip(kinds[-2:], value, strict=True)
        found = [(f"{k}{i}", v) for k, items in pairs for i, v in enumerate(items[-depth:], 1)]
    if not found and isinstance(value, np.ndarray):
        found = [(f"{kinds[-1]}{depth}", value)]
    return [(q, v) for q, v in found if isinstance(v, (np.ndarray, list, float))]


def _by_field(value: Any) -> Any:
    """The weights and biases of a network that is a list of layers."""
    if isinstance(value, (list, tuple)) and all(hasattr(layer, "bias") for layer in value):
        return {"weights": [w.weights for w in value], "biases": [b.bias for b in value]}
    return value


def _field(value: Any, name: str, default: Any) -> Any:
    if isinstance(value, Mapping):
        return value.get(name, default)
    return default if isinstance(value, np.ndarray) else getattr(value, name, default)


def _arguments(
    job: Mapping[str, Any], right: Any, layer: int, build: Callable[..., Any]
) -> dict[str, Any]:
    """Everything that a function may ask for, by the names that the twins use.

    A file that has a new_network of its own gets networks of its own kind.
    """
    depth = job["depth"]
    layers = range(1, depth + 1)
    copies = {q: v.copy() for q, v in right.items()}
    weights, biases = ([copies[f"{p}{i}"] for i in layers] for p in PARAMETERS)
    network = build(weights, biases, job["activations"])
    a = [copies["x"], *(copies[f"a{i}"] for i in layers)]
    cache = Fields(z=[copies[f"z{i}"] for i in layers], a=a, fed=a, step=None)
    return {
        **copies,
        "network": network,
        "cache": cache,
        "X": copies["x"],
        "Y": copies["y"],
        "z": copies[f"z{layer}"],
        "a": copies[f"a{layer}"],
        "loss": job["loss"],
        "reduction": job["reduction"],
        "optimizer": "gradient_descent",
        "learning_rate": job["numbers"]["lr"],
        "lr": job["numbers"]["lr"],
        "epochs": job["numbers"]["epochs"],
        "weights": weights,
        "biases": biases,
    }


def _call(function: Callable[..., Any], pool: Mapping[str, Any]) -> Any:
    """Call a function with what it asks for; a lone unknown argument of one is z or x."""
    parameters = inspect.signature(function).parameters.values()
    names = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = [p.name for p in parameters if p.default is p.empty and p.name in names]
    if len(needed) == 1 and "sigmoid" in function.__name__:
        return function(pool["a" if needed[0] == "a" else "z"])
    unknown = [name for name in needed if name not in pool]
    if unknown:
        raise TypeError(
            f"{function.__name__} asks for {unknown[0]}, which is no argument of the twin's"
        )
    return function(**{name: pool[name] for name in names if name in pool})


def _at(function: Callable[..., Any]) -> tuple[int, str]:
    return function.__code__.co_firstlineno, function.__name__


def _plain(step: dict[str, Any]) -> dict[str, Any]:
    return {
        "step": step["step"],
        "before": {q: plain_array(v) for q, v in step["before"].items()},
        "after": {q: plain_array(v) for q, v in step["after"].items()},
        "notes": [
            {"name": q, "line": line, "scope": scope, "value": plain_array(v)}
            for q, line, scope, v in step["notes"]
        ],
    }
