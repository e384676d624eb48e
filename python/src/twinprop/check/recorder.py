"""What runs beside somebody's Python script: it hands out the case's values and takes notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from twinprop.check.aliases import Names, is_parameter
from twinprop.check.names import KnownNames
from twinprop.check.replacing import Replacer
from twinprop.check.values import Kept, copy_array, flatten

LARGEST = 2_000_000  # numbers noted in one step; more is not kept
Note = tuple[str, int, str, Any]


class Halt(BaseException):
    """Ends the first look at a script; not an Exception, so that the script does not catch it."""


class Recorder:
    """The methods that a rewritten script calls. All take a name, a line and a scope first.

    A first look runs the script up to its training loop to see in which form it keeps its values.
    """

    given: Replacer

    def __init__(self, job: Mapping[str, Any], names: Names, looking: Recorder | None = None):
        names_known = KnownNames(names)
        self.known = names_known.known
        none = {"weights": False, "samples": False}
        self.given = Replacer(job, names_known, looking.given.orientation() if looking else none)
        self.x, self.depth = self.given.values["x"], names.depth
        self.epochs = job["numbers"]["epochs"]
        self.recorded = frozenset(job["record"])
        self.looks = looking is None
        self.steps: list[dict[str, Any]] = []
        self.epoch = self.batch = self.turns_done = 0
        self.room = LARGEST
        self.state = "start"
        self.notes: list[Note] | None = []
        self.start_notes = self.notes
        self.variables: Mapping[str, Any] = {}
        self.globals: dict[str, Any] = {}
        self.has_loop = True
        self.loop_names: frozenset[str] = frozenset()

    def assign(self, name: str, line: int, scope: str, value: Any) -> Any:
        """`name = value`: what the variable is to hold."""
        if self.state == "start":
            value = self.given.replace(name, line, value)
        elif self.notes is None:
            return value
        self._note(name, line, scope, value)
        return value

    def assign_all(self, names: list[Any], line: int, scope: str, value: Any) -> Any:
        """`a, b = value`; names may be nested as the tuple is."""
        items = list(value) if isinstance(value, (tuple, list)) else value
        if not isinstance(items, list) or len(items) != len(names):
            return value
        return tuple(
            self.assign_all(n, line, scope, v)
            if isinstance(n, list)
            else self.assign(n, line, scope, v)
            if n
            else v
            for n, v in zip(names, items, strict=True)
        )

    def setting(self, name: str, line: int, scope: str, value: Any) -> Any:
        """A function's argument such as lr, at its beginning."""
        if self.state == "done":
            return value
        return self.given.replace_argument(name, line, value, self.state == "start")

    def show(self, name: str, line: int, scope: str, value: Any) -> None:
        """A variable of which a part was changed."""
        if self.state == "start":
            self._give_in_place(name, line, value)
        if self.notes is not None:
            if self.notes and self.notes[-1][0] == name and self.notes[-1][3] is value:
                self.notes.pop()
            self._settle()
            self._keep((name, line, scope, value))

    def _give_in_place(self, name: str, line: int, value: Any) -> None:
        quantity = self.known(name)
        if isinstance(value, (dict, list)):
            self.given.replace(name, line, value)
        elif is_parameter(quantity) or quantity in ("x", "y"):
            right = self.given.replace(name, line, value)
            fits = isinstance(value, np.ndarray) and np.shape(right) == value.shape
            if fits and np.can_cast(right, value.dtype, "same_kind"):
                value[...] = right

    def turns(self, _: str, line: int, scope: str, iterable: Any) -> Any:
        """The literal range of the training loop, made as long as the case's epochs."""
        epochs = self.epochs
        if not isinstance(iterable, range) or abs(len(iterable) - epochs) <= 1:
            return iterable
        self.given.tell("range", line, "epochs")
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

    def _note(self, name: str, line: int, scope: str, value: Any) -> None:
        if self.notes is None:
            return
        quantity = self.known(name)
        if self.state == "start" and quantity and self._begins(quantity):
            self.state = "training"
            self.epoch = 1
            self._open("1")
        self._settle()
        for part, item in flatten(name, value, self.x, self.depth):
            array = copy_array(item)
            if array is not None and (array.size > 1 or self.known(part)):
                self._keep((part, line, scope, array))

    def _begins(self, quantity: str) -> bool:
        """Whether a script without a training loop begins its only step here."""
        return not self.has_loop and quantity.rstrip("0123456789") in ("product", "z", "a")

    def _settle(self) -> None:
        """Copy the variable that was shown last: until now it may have changed further."""
        if self.notes and not isinstance(self.notes[-1][3], Kept):
            name, line, scope, value = self.notes.pop()
            for part, item in flatten(name, value, self.x, self.depth):
                array = copy_array(item)
                if array is not None:
                    self._keep((part, line, scope, array))

    def _keep(self, note: Note) -> None:
        """Keep a note, as long as there is room."""
        self.room -= np.size(note[3]) if isinstance(note[3], np.ndarray) else 1
        if self.notes is not None and self.room >= 0:
            self.notes.append(note)

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
            for part, item in flatten(name, value, self.x, self.depth):
                quantity = self.known(part)
                array = copy_array(item) if is_parameter(quantity) else None
                # Of two names for one quantity, such as bias_in and bh, the updated one counts.
                updated = part in self.loop_names
                if quantity and array is not None and (updated or quantity not in firm):
                    found[quantity] = array
                    firm |= {quantity} if updated else set()
        return found
