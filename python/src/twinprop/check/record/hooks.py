"""What a rewritten program calls beside its own work: each hook returns what it was handed.

Operands and arguments are put on a stack while the program evaluates an expression itself, so that
errors, warnings and the stack of calls are as without the recorder. A hook of a whole expression
takes its operands from the stack again and keeps the node.
"""

from __future__ import annotations

import builtins
import sys
import time
from typing import Any

from . import bindings, library, moves
from .binding_hooks import BindingHooks
from .call_hooks import CallHooks
from .choice_hooks import ChoiceHooks
from .draws import Draws
from .graph import Graph
from .guard import RestartedError, guarded
from .kinds import (
    ARRAY,
    FLOAT,
    FOLLOWED,
    FRAME,
    ITEMS,
    MAPPING,
    SCALAR,
    WHOLE,
    is_number_array,
    kind_of,
)
from .limits import (
    ENOUGH,
    FIRST_WRITTEN,
    LONGEST_WATCH,
    MOST_PRINTED,
    MOST_RESTARTS,
    MOST_RETURNS,
    NODES_UNTIL_TRAINING,
    Enough,
)
from .minimise_hooks import MinimiseHooks
from .returning import SUMS, Returning
from .sites import FLAG, HOOKS, Site
from .steps import Steps


class Recorder(ChoiceHooks, BindingHooks, MinimiseHooks, CallHooks, Returning):
    """The hooks, each with a short name; `s` is the number of the site."""

    slice = staticmethod(builtins.slice)

    def __init__(self, sites: list[Site], files: set[str], draws: Draws, enough: Enough = ENOUGH):
        self.sites, self.files, self.draws = sites, files, draws
        self.graph = Graph()
        self.steps = Steps(self.graph, enough)
        self.places = bindings.Places(self.graph, sites)
        self.stack: list[Any] = []
        self.held: list[Any] = []
        self.calls: list[list[Any]] = []
        self.last: dict[int, tuple[Any, ...]] = {}  # whole numbers have no identity
        self.asked: dict[int, tuple[float, list[Any]]] = {}
        self.returned: Any = None  # the whole number that was chosen last, and its node
        self.printed: list[Any] = []
        self.random: list[int] = []
        self.used: dict[str, int] = {}
        self.on = False
        self.fault: str | None = None
        self.began = 0.0
        self.when_over: Any = None
        self.when_due: Any = None  # to write what was seen so far
        self.wait = FIRST_WRITTEN
        self.due = 0.0
        self.restarts = MOST_RESTARTS
        Returning.__init__(self)

    def start(self) -> None:
        """Begin to watch."""
        self.on = True
        setattr(builtins, HOOKS, self)
        setattr(builtins, FLAG, True)
        self.began = time.process_time()
        self.due = time.monotonic() + self.wait

    def stop(self) -> None:
        """From now on the program runs as it was written."""
        if self.on:
            self.on = False
            setattr(builtins, FLAG, False)
            self.places.hold_running(sys._getframe())
            self.stack, self.calls, self.last, self.asked = [], [], {}, {}
            if not self.may_return():
                self.graph.forget()
            if self.when_over is not None:
                self.when_over()

    def add(self, op: str, s: int, args: list[Any], value: Any, **more: Any) -> int:
        """A node; ends watching where enough was seen."""
        n = self.graph.add(op, s, args, value, **more)
        if op in SUMS:
            self.steps.count(n)
            if self.within is not None:
                self.look_back(n)
        if self.graph.full and self.restarts and not self.steps.is_training():
            self.restart()
            raise RestartedError
        late = self.returns < MOST_RETURNS and n == self.steps.begin + NODES_UNTIL_TRAINING
        if self.graph.full or self.steps.enough or (late and not self.steps.is_training()):
            self.stop()
        elif n % 1000 == 0 and time.process_time() - self.began > LONGEST_WATCH:
            self.graph.full = "nodes"
            self.stop()
        elif time.monotonic() > self.due and self.when_due is not None:
            self.wait *= 2
            self.when_due()
            self.due = time.monotonic() + self.wait
        return n

    def restart(self) -> None:
        """Let go of what was recorded: data that were prepared, and no training yet."""
        self.restarts -= 1
        self.graph.clear()
        self.steps.clear()
        self.places.clear()
        self.stack, self.held, self.calls, self.last, self.asked = [], [], [], {}, {}
        self.printed, self.random = [], []

    def fail(self, error: Exception) -> None:
        """The recorder itself is at fault: the program runs on, and the recording says so."""
        self.graph.full = self.graph.full or "error"
        self.fault = self.fault or f"{type(error).__name__}: {error}"
        self.stop()

    def operand(self, s: int, k: int, value: Any) -> Any:
        """Operand k of site s: a node or a literal."""
        what = self.sites[s].operands[k]
        if what is not None and what[0] == "constant":
            return [what[1]]
        if kind_of(value) == WHOLE:
            return self.whole(what, value)
        return self.graph.node(value)

    def whole(self, what: Any, value: Any) -> Any:
        """The node of a whole number, which has no identity: by the expression or the name."""
        if what is None:
            return [value]
        if what[0] == "site":
            kept = self.last.get(what[1])
            if kept is None or kept[0] != value:
                return [value]
            if kept[1] is None and isinstance(kept[3], (int, str)):
                return self.places.element(kept[2], kept[3], value)
            return [value] if kept[1] is None else kept[1]
        return self.places.whole(what[1], value)

    # Operands and operators

    def v(self, v: Any) -> Any:
        """An operand is put aside."""
        if self.on:
            self.stack.append(v)
        return v

    @guarded
    def b(self, s: int, v: Any) -> Any:
        """A binary operator or a comparison was evaluated."""
        stack, site = self.stack, self.sites[s]
        right = stack.pop() if site.pushed[1] and stack else None
        left = stack.pop() if site.pushed[0] and stack else None
        kind = kind_of(v)
        if kind in FOLLOWED:
            if library.is_kept(v):
                args = [self.operand(s, 0, left), self.operand(s, 1, right)]
                if self.on and self.followed_once(v, left, right):
                    self.add(library.operator_of(site.op, left, right), s, args, v)
        elif kind == WHOLE:
            self.whole_result(s, v, (left, right))
        elif type(v) is list and site.op == "*":
            self.places.repeat(s, v)
        elif type(v) is tuple and site.op == "*":
            v = tuple(bindings.own_box(e) for e in v)
        elif isinstance(left, str) and site.op == "%":
            self.shown(s, right)
        return v

    def followed_once(self, v: Any, *operands: Any) -> bool:
        """Whether a value is new: `0 + x` may be x itself in a class of the program's own."""
        return not any(v is o for o in operands)

    def whole_result(self, s: int, v: Any, operands: tuple[Any, ...]) -> None:
        """A comparison or sum of whole numbers matters where one of its operands is known."""
        args = [
            self.operand(s, k, o) if kind_of(o) != WHOLE or self.is_known_whole(s, k, o) else [o]
            for k, o in enumerate(operands)
        ]
        if self.on and any(isinstance(a, int) and self.graph.op[a] == "choice" for a in args):
            args = [self.operand(s, k, o) for k, o in enumerate(operands)]  # a target is a value
        if self.on and any(isinstance(a, int) for a in args):
            self.last[s] = (v, self.add(self.sites[s].op, s, args, float(v)))

    def is_known_whole(self, s: int, k: int, o: Any) -> bool:
        """Whether a whole number was made of what is known."""
        what = self.sites[s].operands[k]
        if what is None or what[0] == "constant":
            return False
        if what[0] == "name":
            return self.places.is_known(what[1], o)
        kept = self.last.get(what[1])
        return kept is not None and kept[0] == o and kept[1] is not None

    @guarded
    def u(self, s: int, v: Any) -> Any:
        """A sign was evaluated."""
        x = self.stack.pop() if self.stack else None
        if kind_of(v) in FOLLOWED and v is not x and library.is_kept(v):
            args = [self.operand(s, 0, x)]
            if self.on:
                self.add(self.sites[s].op, s, args, v)
        return v

    @guarded
    def k(self, s: int, v: Any) -> Any:
        """A number of the source that a variable or a list is to hold: an object of its own."""
        if type(v) is float and v == v:
            v = v * 1.0
            self.add("constant", s, [[v]], v)
        return v

    @guarded
    def t(self, s: int, v: Any) -> Any:
        """An attribute such as .T was read."""
        o = self.stack.pop() if self.stack else None
        name = self.sites[s].op[1:]
        if kind_of(o) in (ARRAY, FRAME) and kind_of(v) in FOLLOWED and v is not o:
            library.keep_attribute(self, s, name, o, v)
        return v

    @guarded
    def x(self, s: int, v: Any) -> Any:
        """An element, row or part was read."""
        stack, site = self.stack, self.sites[s]
        key = stack.pop() if site.pushed[1] and stack else site.constant
        o = stack.pop() if stack else None
        kind = kind_of(v)
        if kind == WHOLE and kind_of(o) in (ITEMS, MAPPING):
            self.last[s] = (v, None, o, key)
        elif kind in FOLLOWED and kind_of(o) in (ARRAY, FRAME) and v is not o:
            library.keep_index(self, s, o, key, v)
        elif kind == ARRAY and o is not None and type(o).__name__ in ("CClass", "RClass"):
            library.keep_move(self, s, "np.c_", o.__getitem__, [key], {}, v)
        return v

    def x_of(self, s: int, o: Any, key: Any, v: Any) -> None:
        """The element of an array before it is changed."""
        if kind_of(v) in FOLLOWED:
            library.keep_index(self, s, o, key, v)

    @guarded
    def it(self, s: int, o: Any) -> Any:
        """What a loop runs over."""
        if kind_of(o) == ARRAY and o.ndim and is_number_array(o):
            return self.items(s, o)
        return o

    def items(self, s: int, o: Any) -> Any:
        """The rows or elements of an array, each with its node."""
        for k, v in enumerate(o):
            if self.on and kind_of(v) in FOLLOWED:
                self.item(s, o, k, v)
            yield v

    @guarded
    def item(self, s: int, o: Any, k: int, v: Any) -> Any:
        """One of them."""
        library.keep_index(self, s, o, k, v)
        return v

    # What is shown

    @guarded
    def p(self, s: int, v: Any) -> Any:
        """A value is written into a text."""
        self.shown(s, v)
        return v

    def shown(self, s: int, v: Any) -> None:
        """Numbers that are printed or formatted."""
        if len(self.printed) >= MOST_PRINTED:
            return
        kind = kind_of(v)
        if kind in (FLOAT, SCALAR):
            self.printed.append([s, [float(v)], self.graph.known(v)])
        elif kind == ARRAY and is_number_array(v) and v.size <= 16:
            self.printed.append([s, moves.as_array(v).ravel().tolist(), self.graph.known(v)])
        elif kind == ITEMS and len(v) <= 16:
            for part in v:
                self.shown(s, part)
