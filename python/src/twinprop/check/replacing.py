"""The case's values handed to a script, in place of the values that it begins with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from twinprop.check.aliases import (
    NUMBERS,
    SETTINGS,
    is_parameter,
    list_kind,
    split_quantity,
)
from twinprop.check.forms import is_transposed, like_theirs
from twinprop.check.names import KnownNames
from twinprop.check.values import copy_array, fields_of, is_own_object, layers_in
from twinprop.ground.names import PARAMETERS


class Replacer:
    """What a script begins with, and what it was given instead.

    Attributes
    ----------
    own : dict
        Quantity to the script's own value.
    others : dict
        Matrices of other names: one of them may be a starting weight.
    replaced : dict
        Quantity to name and line where it was given.
    """

    def __init__(self, job: Mapping[str, Any], names: KnownNames, transposed: Mapping[str, bool]):
        self.values = {q: np.array(v, dtype=np.float64) for q, v in job["values"].items()}
        self.numbers = {q: v for q, v in job["numbers"].items() if v is not None}
        self.names = names
        self.transposed = transposed
        self.own: dict[str, Any] = {}
        self.others: dict[str, Any] = {}
        self.replaced: dict[str, dict[str, Any]] = {}
        self._shapes: dict[str, set[Any]] = {}

    def replace(self, name: str, line: int, value: Any) -> Any:
        """What a variable is to hold before the training loop."""
        quantity = self.names.known(name)
        if isinstance(value, dict):
            for key in value:
                if isinstance(key, str):
                    value[key] = self.replace(key, line, value[key])
            return value
        if is_own_object(value):
            return self._replace_fields(line, value)
        kind = list_kind(name)
        if isinstance(value, (list, tuple)) and quantity is None:
            if kind in PARAMETERS:
                return self._replace_list(kind, name, line, value)
            for layer, part in layers_in(value):
                self._replace_layer(layer, line, part)
            if layers_in(value):
                return value
        if quantity is None:
            if isinstance(value, (np.ndarray, list)) and np.ndim(copy_array(value)) == 2:
                self._keep_other(name, value)
            return value
        return self.replace_one(quantity, name, line, value)

    def _keep_other(self, name: str, value: Any) -> None:
        """A matrix that may be a starting weight, unless its name stands for several of them."""
        self._shapes.setdefault(name, set()).add(np.shape(value))
        self.others[name] = value
        if len(self._shapes[name]) > 1:
            del self.others[name]

    def _replace_fields(self, line: int, value: Any) -> Any:
        """Fields of an object of the script's own that were not given when it was made."""
        fields = fields_of(value)
        new = {
            key: self.replace(key, line, item)
            for key, item in fields.items()
            if isinstance(item, np.ndarray) and self.names.known(key) not in self.replaced
        }
        changed = {key: item for key, item in new.items() if item is not fields[key]}
        if isinstance(value, tuple):
            return value._replace(**changed)  # type: ignore[attr-defined]
        for key, item in changed.items():
            object.__setattr__(value, key, item)
        return value

    def _replace_list(self, kind: str, name: str, line: int, value: Any) -> Any:
        items = [
            v if v is None else self.replace_one(f"{kind}{i}", name, line, v)
            for i, v in enumerate(value, 1)
        ]
        if isinstance(value, tuple):
            return tuple(items)
        value[:] = items
        return value

    def _replace_layer(self, layer: int, line: int, part: Any) -> None:
        """Weights and biases of one layer, a dictionary or an object, in place."""
        for key, item in fields_of(part).items():
            kind = list_kind(key)
            if kind not in PARAMETERS:
                continue
            new = self.replace_one(f"{kind}{layer}", key, line, item)
            if isinstance(part, dict):
                part[key] = new
            else:
                object.__setattr__(part, key, new)

    def replace_one(self, quantity: str, name: str, line: int, value: Any) -> Any:
        """The case's value of a quantity, in the form of the script's own."""
        known = quantity in self.values or quantity in self.numbers
        if not known or not (is_parameter(quantity) or quantity in SETTINGS):
            return value
        if value is None or callable(value) or isinstance(value, (str, bytes)):
            return value
        if quantity in NUMBERS and np.size(value) != 1:
            return value
        if self.replaced.get(quantity, {}).get("name", name) != name and (
            quantity in self.numbers or np.isin(value, self.values[quantity]).all()
        ):
            return value  # made from a variable that already has the case's value
        self.own[quantity] = value
        self.tell(name, line, quantity)
        if quantity in self.numbers:
            return self.numbers[quantity]
        kind = split_quantity(quantity)[0]
        transposed = self.transposed["weights" if kind == "W" else "samples"]
        if kind == "b":
            transposed = is_transposed(value, self.values[quantity].shape) or False
        return like_theirs(self.values[quantity], value, transposed)

    def replace_argument(self, name: str, line: int, value: Any, starting: bool) -> Any:
        """An argument such as lr: before the loop; in it the one that was passed first."""
        quantity = self.names.known(name)
        if starting:
            return self.replace(name, line, value)
        if quantity not in NUMBERS or np.size(value) != 1:
            return value
        if quantity not in self.replaced or self.own.get(quantity) == value:
            return self.replace(name, line, value)
        return value

    def tell(self, name: str, line: int, quantity: str) -> None:
        """Remember where a quantity was given."""
        self.replaced.setdefault(quantity, {"name": name, "line": line, "quantity": quantity})

    def orientation(self) -> dict[str, bool]:
        """Which matrices a script keeps transposed, from those whose shape tells."""
        votes: dict[str, list[bool]] = {"weights": [], "samples": []}
        for quantity, own in self.own.items():
            if quantity in self.values and (quantity in ("x", "y") or quantity.startswith("W")):
                kind = "weights" if quantity.startswith("W") else "samples"
                vote = is_transposed(own, self.values[quantity].shape)
                votes[kind] += [] if vote is None else [vote]
        for quantity, own in self.own.items():
            # A bias that is a column tells of samples in columns, where all else is square.
            is_matrix = np.ndim(copy_array(own)) == 2 and np.size(own) > 1
            if split_quantity(quantity)[0] == "b" and is_matrix and not votes["weights"]:
                votes["weights"].append(np.shape(own)[1] == 1)
        chosen = {k: sum(v) * 2 > len(v) for k, v in votes.items() if v}
        # Samples in columns go with transposed weights: W X where others have X W.
        any_vote = next(iter(chosen.values()), False)
        return {kind: chosen.get(kind, any_vote) for kind in votes}

    def guesses(self) -> dict[str, str]:
        """Starting weights that no name tells, by their shape: name to quantity."""
        found: dict[str, str] = {}
        for quantity, value in self.values.items():
            if is_parameter(quantity) and quantity not in self.own:
                alike = [
                    name
                    for name, own in self.others.items()
                    if name not in found and np.shape(own) == value.shape and value.size > 1
                ]
                if len(alike) == 1:
                    found[alike[0]] = quantity
        return found

    def misfits(self) -> list[dict[str, Any]]:
        """Weights of another shape than the case's: where their program ends, that may be why."""
        found = []
        for quantity, own in self.own.items():
            if split_quantity(quantity)[0] != "W":
                continue
            shape, right = np.shape(own), self.values[quantity].shape
            if len(shape) == 2 and sorted(shape) != sorted(right):
                found.append({**self.replaced[quantity], "shape": list(shape)})
        return found
