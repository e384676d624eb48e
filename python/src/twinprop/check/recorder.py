"""What runs beside somebody's Python script: it hands out the case's values and takes notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from twinprop.check.aliases import (
    PARAMETERS,
    SETTINGS,
    Names,
    is_parameter,
    list_kind,
    name_quantity,
)
from twinprop.check.forms import is_transposed, like_theirs
from twinprop.check.values import Kept, copy_array, flatten

LARGEST = 2_000_000  # numbers noted in one step; more is not kept
Note = tuple[str, int, str, Any]


class Halt(BaseException):
    """Ends the first look at a script; not an Exception, so that the script does not catch it."""


class Recorder:
    """The methods that a rewritten script calls. All take a name, a line and a scope first.

    A first look runs the script up to its training loop to see in which form it keeps its values.
    """

    def __init__(self, job: Mapping[str, Any], names: Names, looking: Recorder | None = None):
        self.values = {q: np.array(v, dtype=np.float64) for q, v in job["values"].items()}
        self.numbers = job["numbers"]
        self.recorded = frozenset(job["record"])
        self.names = names
        self.looks = looking is None
        self.own: dict[str, Any] = {}
        self.others: dict[str, Any] = {}
        self.replaced: dict[str, dict[str, Any]] = {}
        self.steps: list[dict[str, Any]] = []
        self.epoch = self.batch = self.turns_done = self.room = 0
        self.state = "start"
        self.notes: list[Note] | None = []
        self.start_notes = self.notes
        self.variables: Mapping[str, Any] = {}
        self.transposed = looking.orientation() if looking else {"weights": False, "samples": False}
        self.quantities: dict[str, str | None] = {}
        self.globals: dict[str, Any] = {}

    def known(self, name: str) -> str | None:
        """The quantity of a name."""
        if name not in self.quantities:
            self.quantities[name] = name_quantity(name, self.names)
        return self.quantities[name]

    def assign(self, name: str, line: int, scope: str, value: Any) -> Any:
        """`name = value`: what the variable is to hold."""
        if self.state == "start":
            value = self._replace(name, line, value)
        elif self.notes is None:
            return value
        self._note(name, line, scope, value)
        return value

    def assign_all(self, names: list[str], line: int, scope: str, value: Any) -> Any:
        """`a, b = value`."""
        items = list(value) if isinstance(value, (tuple, list)) else value
        if not isinstance(items, list) or len(items) != len(names):
            return value
        pairs = zip(names, items, strict=True)
        return tuple(self.assign(n, line, scope, v) if n else v for n, v in pairs)

    def setting(self, name: str, line: int, scope: str, value: Any) -> Any:
        """A function's argument such as lr, at its beginning."""
        return self._replace(name, line, value) if self.state == "start" else value

    def show(self, name: str, line: int, scope: str, value: Any) -> None:
        """A variable of which a part was changed."""
        if self.state == "start":
            quantity = self.known(name)
            if isinstance(value, dict):
                self._replace(name, line, value)
            elif (is_parameter(quantity) or quantity in ("x", "y")) and isinstance(
                value, np.ndarray
            ):
                right = self._replace(name, line, value)
                if np.shape(right) == value.shape and np.can_cast(right, value.dtype, "same_kind"):
                    value[...] = right
        if self.notes is not None:
            if self.notes and self.notes[-1][0] == name and self.notes[-1][3] is value:
                self.notes.pop()
            self._settle()
            self.notes.append((name, line, scope, value))

    def turns(self, _: str, line: int, scope: str, iterable: Any) -> Any:
        """The literal range of the training loop, made as long as the case's epochs."""
        epochs = self.numbers["epochs"]
        if not isinstance(iterable, range) or abs(len(iterable) - epochs) <= 1:
            return iterable
        self._tell("range", line, "epochs")
        return range(iterable.start, iterable.start + epochs * iterable.step, iterable.step)

    def epoch_turn(self, _: str, line: int, scope: str, variables: Mapping[str, Any]) -> None:
        """The beginning of an epoch."""
        if self.state == "done":
            return
        if self.looks:
            raise Halt
        self._close(variables)
        self.state, self.variables = "training", variables
        self.epoch, self.batch = self.epoch + 1, 0
        if self.epoch in self.recorded:
            self._open(str(self.epoch))

    def batch_turn(self, _: str, line: int, scope: str, variables: Mapping[str, Any]) -> None:
        """The beginning of a mini-batch."""
        if self.state != "training" or self.epoch not in self.recorded:
            return
        if self.batch == 0 and self.steps:
            self.steps.pop()  # what comes before the first batch is no step of its own
            self.notes = None
        self._close(variables)
        self.batch += 1
        self._open(f"{self.epoch}.{self.batch}")

    def finish(self, _: str, line: int, scope: str, variables: Mapping[str, Any]) -> None:
        """The end of the training loop, or of the script."""
        if self.state == "training":
            self._close(variables)
            self.state = "done"
        else:
            self._settle()

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
            if (
                is_parameter(quantity)
                and quantity[0] == "b"
                and np.ndim(copy_array(own)) == 2
                and np.size(own) > 1
            ):
                votes["weights"] += [] if votes["weights"] else [np.shape(own)[1] == 1]
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

    def _replace(self, name: str, line: int, value: Any) -> Any:
        quantity = self.known(name)
        if isinstance(value, dict):
            for key in value:
                if isinstance(key, str):
                    value[key] = self._replace(key, line, value[key])
            return value
        kind = list_kind(name)
        if quantity is None and kind in PARAMETERS and isinstance(value, (list, tuple)):
            items = [self._replace_one(f"{kind}{i}", name, line, v) for i, v in enumerate(value, 1)]
            return type(value)(items)
        if quantity is None:
            if isinstance(value, (np.ndarray, list)) and np.ndim(copy_array(value)) == 2:
                self.others[name] = value
            return value
        return self._replace_one(quantity, name, line, value)

    def _replace_one(self, quantity: str, name: str, line: int, value: Any) -> Any:
        known = quantity in self.values or self.numbers.get(quantity) is not None
        if not known or not (is_parameter(quantity) or quantity in SETTINGS):
            return value
        if value is None or callable(value) or isinstance(value, (str, bytes)):
            return value
        if self.replaced.get(quantity, {}).get("name", name) != name and (
            quantity in self.numbers or np.isin(value, self.values[quantity]).all()
        ):
            return value  # made from a variable that already has the case's value
        self.own[quantity] = value
        self._tell(name, line, quantity)
        if quantity in self.numbers:
            return self.numbers[quantity]
        kind = "weights" if quantity[0] == "W" else "samples"
        transposed = self.transposed[kind] and quantity[0] != "b"
        if quantity[0] == "b":
            transposed = is_transposed(value, self.values[quantity].shape) or False
        return like_theirs(self.values[quantity], value, transposed)

    def _tell(self, name: str, line: int, quantity: str) -> None:
        self.replaced.setdefault(quantity, {"name": name, "line": line, "quantity": quantity})

    def _note(self, name: str, line: int, scope: str, value: Any) -> None:
        if self.notes is None:
            return
        quantity = self.known(name)
        if self.state == "start" and quantity and self._begins(quantity):
            self.state = "training"
            self.epoch = 1
            self._open("1")
        self._settle()
        for part, item in flatten(name, value, self.values["x"]):
            array = copy_array(item)
            if array is not None and (array.size > 1 or self.known(part)):
                self.room -= array.size
                if self.room >= 0 or self.state == "start":
                    self.notes.append((part, line, scope, array))

    def _begins(self, quantity: str) -> bool:
        """Whether a script without a training loop begins its only step here."""
        return not self.has_loop and quantity.rstrip("0123456789") in ("product", "z", "a")

    has_loop = True
    loop_names: frozenset[str] = frozenset()

    def _settle(self) -> None:
        """Copy the variable that was shown last: until now it may have changed further."""
        if self.notes and not isinstance(self.notes[-1][3], Kept):
            name, line, scope, value = self.notes.pop()
            for part, item in flatten(name, value, self.values["x"]):
                array = copy_array(item)
                if array is not None:
                    self.room -= array.size
                    if self.room >= 0 or self.state == "start":
                        self.notes.append((part, line, scope, array))

    def _open(self, step: str) -> None:
        self.notes, self.room = [], LARGEST
        self.steps.append(
            {"step": step, "before": self.parameters(), "notes": self.notes, "after": {}}
        )

    def _close(self, variables: Mapping[str, Any]) -> None:
        self.variables = variables
        self.turns_done = self.epoch
        if self.state == "training" and self.notes is not None and self.steps:
            self._settle()
            self.steps[-1]["after"] = self.parameters()
        if self.state == "start":
            self._settle()
        self.notes = None

    def parameters(self) -> dict[str, Any]:
        """Weights and biases that the script's variables hold now."""
        found: dict[str, Any] = {}
        firm = set()
        for name, value in [*self.globals.items(), *self.variables.items()]:
            for part, item in flatten(name, value, self.values["x"]):
                quantity = self.known(part)
                array = copy_array(item) if is_parameter(quantity) else None
                # Of two names for one quantity, such as bias_in and bh, the updated one counts.
                updated = part in self.loop_names
                if quantity and array is not None and (updated or quantity not in firm):
                    found[quantity] = array
                    firm |= {quantity} if updated else set()
        return found
