"""One step computed from what a script itself had before: rightly, or with a mistake in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Array
from twinprop.check.catalogue import read_catalogue, update_of
from twinprop.check.formulas import (
    FUNCTIONS,
    RIGHT,
    RIGHT_LOSSES,
    activation_slope,
    activation_value,
    evaluate,
)

Values = Mapping[str, Array]


class Inputs(NamedTuple):
    """What one step starts from."""

    x: Array
    y: Array
    before: Values
    activations: list[str]
    lr: float
    divisor: float
    earlier: Mapping[str, Array | None]
    optimizer: str = "gradient_descent"
    numbers: Mapping[str, float] = {}
    history: list[Mapping[str, Array | None]] | None = None
    epoch: int = 1
    loss: str = "squared_error"


class Mistake(NamedTuple):
    """Formulas that replace the right ones, in some layers; with a number k to fit, or none."""

    formulas: Mapping[str, str]
    layers: frozenset[int]
    fit: str | None = None


def predict_step(
    inputs: Inputs, seen: Values, mistake: Mistake | None = None
) -> tuple[dict[str, Array | None], dict[str, float]]:
    """Every quantity of a step, each computed from the values that the script had before it.

    Parameters
    ----------
    inputs : Inputs
        Samples, parameters before the step, learning rate.
    seen : dict
        The script's own values; what is missing is taken as predicted.
    mistake : Mistake or None
        None predicts with the right formulas.

    Returns
    -------
    tuple of dict
        Predictions by quantity, None where it can't be computed; and the fitted numbers k.
    """
    step = _Step(inputs, seen, mistake)
    depth = len(inputs.activations)
    for layer in range(1, depth + 1):
        step.forward(layer)
    step.put("loss", 0, step.formula("loss", depth))
    for layer in range(depth, 0, -1):
        step.backward(layer)
    return step.predicted, step.fitted


class _Step:
    def __init__(self, inputs: Inputs, seen: Values, mistake: Mistake | None):
        self.inputs, self.seen, self.mistake = inputs, seen, mistake
        self.predicted: dict[str, Array | None] = {}
        self.fitted: dict[str, float] = {}
        self.values: dict[str, Array | None] = {"a0": inputs.x}

    def put(self, kind: str, layer: int, value: Array | None) -> None:
        quantity = f"{kind}{layer}" if layer else kind
        self.predicted[quantity] = value
        self.values[quantity] = self.seen.get(quantity, value)

    def forward(self, layer: int) -> None:
        self.put("product", layer, self.formula("product", layer))
        self.put("z", layer, self.formula("z", layer))
        right = activation_value(self._activation(layer), self.values[f"z{layer}"])
        self.put("a", layer, self.formula("a", layer, lambda: right))

    def backward(self, layer: int) -> None:
        depth = len(self.inputs.activations)
        place = "e_last" if layer == depth else "e_hidden"
        e = self.formula(place, layer)
        self.put("e", layer, self.formula("e", layer, lambda: e, e_right=e))
        z, a = self.values.get(f"z{layer}"), self.values.get(f"a{layer}")
        if layer == depth and self.inputs.loss != "squared_error":
            slope = None if a is None else np.ones(a.shape)  # delta is a - y itself
        else:
            slope = activation_slope(self._activation(layer), z, a)
        self.put("slope", layer, self.formula("slope", layer, lambda: slope))
        self.put("delta", layer, self.formula("delta", layer))
        for kind, parameter in (("dW", "W"), ("db", "b")):
            right = evaluate(RIGHT[kind], self._names(layer))
            more = {f"{kind}_right": right}
            self.put(kind, layer, self.formula(kind, layer, None, **more))
            new = self._update(parameter, layer)
            self.predicted[f"{parameter}{layer}"] = new
            self.values[f"new {parameter}{layer}"] = self.seen.get(f"{parameter}{layer}", new)

    def _update(self, parameter: str, layer: int) -> Array | None:
        text = update_of(parameter, read_catalogue()["updates"][self.inputs.optimizer])
        right = evaluate(text, self._names(layer))
        return self.formula(parameter, layer, lambda: right, **{f"{parameter}_right": right})

    def formula(
        self,
        kind: str,
        layer: int,
        right: Callable[[], Array | None] | None = None,
        **more: Array | None,
    ) -> Array | None:
        """The right or the mistaken formula of a kind of quantity in a layer."""
        names = self._names(layer)
        names.update(more)
        mistaken = self.mistake is not None and layer in self.mistake.layers
        text = self.mistake.formulas.get(kind) if self.mistake and mistaken else None
        if text is None:
            rule = RIGHT_LOSSES[self.inputs.loss] if kind == "loss" else RIGHT.get(kind, "")
            return right() if right else evaluate(rule, names)
        if self.mistake and self.mistake.fit and "k" in self.mistake.fit:
            return self._fit(text, kind, layer, names)
        return evaluate(text, names)

    def _fit(self, text: str, kind: str, layer: int, names: _Names) -> Array | None:
        """The formula with the k that comes nearest to the script's value; linear in k."""
        theirs = self.seen.get(f"{kind}{layer}")
        names["k"] = 0.0
        base = evaluate(text, names)
        names["k"] = 1.0
        one = evaluate(text, names)
        if theirs is None or base is None or one is None or theirs.shape != base.shape:
            return None
        direction = one - base
        square = float((direction * direction).sum())
        if square == 0 or not np.isfinite(square):
            return None
        k = float(((theirs - base) * direction).sum()) / square
        self.fitted[f"{kind}{layer}"] = k
        return base + k * direction

    def _activation(self, layer: int) -> str:
        return self.inputs.activations[layer - 1]

    def _names(self, layer: int) -> _Names:
        return _Names(self.inputs, self.values, layer)


class _Names(dict[str, Any]):
    """What the names in a formula of a layer stand for, looked up when they are used."""

    def __init__(self, inputs: Inputs, values: Mapping[str, Array | None], layer: int):
        super().__init__()
        self.inputs, self.quantities, self.layer = inputs, values, layer

    def __missing__(self, name: str) -> Any:
        inputs, layer = self.inputs, self.layer
        if name in FUNCTIONS:
            raise KeyError(name)
        if name in ("x", "y", "lr", "divisor"):
            return getattr(inputs, name)
        if name in inputs.numbers:
            return inputs.numbers[name]
        if name == "epoch":
            return inputs.epoch
        if name == "t" or name.endswith("_all"):
            return self._steps_until_now(name)
        if name in ("n", "n_features"):
            return float(inputs.x.shape[name == "n_features"])
        if name in ("n_in", "n_out", "n_out_next"):
            weights = inputs.before.get(f"W{layer + (name == 'n_out_next')}")
            return None if weights is None else float(weights.shape[name != "n_in"])
        if name == "W_next_new":
            return self.quantities.get(f"new W{layer + 1}")
        kind, _, place = name.partition("_")
        if place == "previous":
            return inputs.earlier.get(f"{kind}{layer}")
        if place in ("", "prev", "next"):
            at = layer + {"": 0, "prev": -1, "next": 1}[place]
            values = inputs.before if kind in ("W", "b") else self.quantities
            return values.get(f"{kind}{at}")
        raise KeyError(name)

    def _steps_until_now(self, name: str) -> Any:
        """The number of steps until now, or all their gradients; None where some were not seen."""
        if self.inputs.history is None:
            return None
        if name == "t":
            return len(self.inputs.history) + 1
        quantity = f"{name.removesuffix('_all')}{self.layer}"
        found = [step.get(quantity) for step in (*self.inputs.history, self.quantities)]
        return None if any(value is None for value in found) else found
