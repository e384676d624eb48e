"""Hooks of calls: of library functions, of random generators, and of what hands arrays on."""

from __future__ import annotations

import itertools
import types
from typing import Any

from . import library
from .calls import COLLECTORS, ITERATORS, SEQUENCES, Callee, look_at
from .guard import guarded
from .kinds import ARRAY, WHOLE, is_number_array, kind_of
from .minimise_hooks import minimiser_of

LAZY = (types.GeneratorType, map, zip, filter, enumerate, itertools.starmap)
PLAIN = (type, types.BuiltinFunctionType)


class CallHooks:
    """A part of the recorder."""

    on: Any  # a hook may end the watching
    sites: Any
    files: set[str]
    graph: Any
    places: Any
    draws: Any
    calls: list[list[Any]]
    last: dict[int, Any]
    random: list[int]
    returned: Any

    def operand(self, s: int, k: int, value: Any) -> Any:
        """A node or a literal."""
        raise NotImplementedError

    def items(self, s: int, o: Any) -> Any:
        """The rows or elements of an array, each with its node."""
        raise NotImplementedError

    def k(self, s: int, v: Any) -> Any:
        """A number of the source as an object of its own."""
        raise NotImplementedError

    def shown(self, s: int, v: Any) -> None:
        """Numbers that are printed or formatted."""
        raise NotImplementedError

    def minimising(self, call: list[Any], name: str | int, v: Any) -> Any:
        """An argument of a minimiser."""
        raise NotImplementedError

    def hand(self, s: int, k: int, f: Any, v: int) -> None:
        """A whole number is handed to a function of the program."""
        raise NotImplementedError

    @guarded
    def f(self, s: int, f: Any) -> Any:
        """A function is going to be called."""
        callee = look_at(f, self.files)
        self.returned = self.returned if callee else None
        own = minimiser_of(s, callee.op) if callee else None
        self.calls.append([s, f, callee, [], {}, None, own])
        return f

    def a(self, s: int, k: int, v: Any) -> Any:
        """Its argument at place k."""
        if self.on and self.calls:
            f = self.calls[-1][1]
            if type(v) in LAZY and type(f) in PLAIN and f in COLLECTORS:
                v = list(v)  # outside the guard: what it runs is the program's
            return self.taken(s, k, v)
        return v

    @guarded
    def taken(self, s: int, k: int, v: Any) -> Any:
        """An argument is noted, or handed on in another form."""
        call = self.calls[-1]
        callee, f = call[2], call[1]
        what = self.sites[s].operands[k]
        if callee is None:
            if what is not None and what[0] in ("constant", "display"):
                return self.box(s, v)
            if kind_of(v) == WHOLE:
                self.hand(s, k, f, v)
            return self.replaced_argument(s, f, v)
        if kind_of(v) == ARRAY and v.ndim and callee.op in ("sum", "min", "max"):
            v = list(self.items(s, v))
        call[3].append(v)
        if callee.op == "_functools.reduce" and k == 0:
            other = look_at(v, self.files) if callable(v) else None
            return v if other is None or other.random else self.mapped(s, v)
        if callee.random:
            call[6] = self.draws.before(call)
        elif call[6] is not None:
            v = self.minimising(call, k, v)
        if not callee.moves and type(f).__name__ == "ufunc":
            self.take_nodes(call)
        return v

    def replaced_argument(self, s: int, f: Any, v: Any) -> Any:
        """Iterators over arrays are given rows that are known."""
        if kind_of(v) == ARRAY and v.ndim and is_number_array(v):
            if type(f) in PLAIN and f in SEQUENCES:
                return list(self.items(s, v))
            if f is iter or (type(f) in PLAIN and f in ITERATORS):
                return self.items(s, v)
        elif f is map or f is itertools.starmap:
            other = look_at(v, self.files) if callable(v) else None
            return v if other is None or other.random else self.mapped(s, v)
        elif f is print or getattr(f, "__name__", "") == "format":
            self.shown(s, v)
        return v

    def mapped(self, s: int, f: Any) -> Any:
        """A function of a library's that is called for each element, as in map(mul, u, v)."""

        def call(*args: Any) -> Any:
            return self.keep_mapped(s, f, args, f(*args))

        return call

    @guarded
    def keep_mapped(self, s: int, f: Any, args: tuple[Any, ...], v: Any) -> Any:
        """One of its calls."""
        graph = self.graph  # what a whole number is among data is no number of the source
        taken = [graph.leaf(float(a)) if kind_of(a) == WHOLE else graph.node(a) for a in args]
        callee = look_at(f, self.files)
        library.keep_call(self, s, [s, f, callee, list(args), {}, taken, None], v)
        return v

    def box(self, s: int, v: Any) -> Any:
        """Numbers of the source handed to the program's own functions."""
        if type(v) is float:
            return self.k(s, v)
        if type(v) is list:
            v[:] = [self.box(s, e) for e in v]
        return v

    def sa(self, s: int, v: Any) -> Any:
        """Its starred arguments."""
        if self.on and self.calls and self.calls[-1][2] is not None:
            v = list(v)
            self.calls[-1][3].extend(v)
        elif self.on and self.calls and self.calls[-1][1] in ITERATORS:
            return [self.replaced_argument(s, self.calls[-1][1], e) for e in v]
        return v

    @guarded
    def kw(self, s: int, name: str, v: Any) -> Any:
        """Its named argument."""
        if self.calls:
            call = self.calls[-1]
            if call[2] is None:
                return self.box(s, v) if type(v) is float and self.sites[s].boxes(name) else v
            call[4][name] = v
            if call[6] is not None:
                v = self.minimising(call, name, v)
            if name == "out":
                self.take_nodes(call)
        return v

    def take_nodes(self, call: list[Any]) -> None:
        """The nodes of the arguments before a call changes them."""
        s = call[0]
        whole = ([call[2].me] if call[2].me is not None else []) + call[3]
        skip = len(whole) - len(call[3])
        call[5] = [self.graph.node(v) if k < skip else self.argument(s, k - skip, v)
                   for k, v in enumerate(whole)]  # fmt: skip

    def argument(self, s: int, k: int, v: Any) -> Any:
        """The node of the argument at place k of site s."""
        return self.operand(s, k, v) if k < len(self.sites[s].operands) else self.graph.node(v)

    @guarded
    def e(self, s: int, v: Any) -> Any:
        """A call has returned."""
        while self.calls:
            call = self.calls.pop()
            if call[0] == s:
                break
        else:
            return v
        callee: Callee | None = call[2]
        if callee is None:
            self.places.called(s, call[1])
            self.given_back(s, v)
        elif callee.random:
            v = self.drawn(s, call, v)
        else:
            library.keep_call(self, s, call, v)
        return v

    def given_back(self, s: int, v: Any) -> None:
        """A function of the program gave back a whole number, which it has perhaps chosen."""
        if self.returned is not None and kind_of(v) == WHOLE and self.returned[0] == v:
            self.last[s] = self.returned
        else:
            self.last.pop(s, None)

    def drawn(self, s: int, call: list[Any], v: Any) -> Any:
        """A call of a random generator has returned."""
        if call[6] is not None:
            self.draws.shuffled(s, call[6], call[3][0])
        else:
            v = self.draws.after(s, call[2], call[3], call[4], v)
        before, drawn = len(self.graph.op), len(self.random)
        library.keep_call(self, s, call, v)
        if self.draws.made and len(self.random) > drawn and len(self.graph.op) > before:
            self.draws.made[-1]["node"] = self.random[-1]
        return v
