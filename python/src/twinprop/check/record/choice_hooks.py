"""Hooks of numbers of the source that a comparison has decided for."""

from __future__ import annotations

from typing import Any

from .guard import guarded
from .kinds import ARRAY, FLOAT, FOLLOWED, SCALAR, WHOLE, kind_of


class ChoiceHooks:
    """A part of the recorder."""

    on: Any  # a hook may end the watching
    sites: Any
    graph: Any
    places: Any
    stack: list[Any]
    last: dict[int, Any]
    asked: dict[int, tuple[float, list[Any]]]  # what a comparison gave, and its operands

    def operand(self, s: int, k: int, value: Any) -> Any:
        """A node or a literal."""
        raise NotImplementedError

    def is_known_whole(self, s: int, k: int, o: Any) -> bool:
        """Whether a whole number was made of what is known."""
        raise NotImplementedError

    def add(self, op: str, s: int, args: list[Any], value: Any, **more: Any) -> int:
        """A node."""
        raise NotImplementedError

    @guarded
    def q(self, s: int, v: Any) -> Any:
        """A comparison was made, by which a number of the source is chosen."""
        pair = self.compared(s)
        self.asked.pop(s, None)
        if kind_of(v) in (WHOLE, SCALAR) and any(self.is_seen(s, k, o) for k, o in pair):
            self.asked[s] = (float(v), [self.operand(s, k, o) for k, o in pair])
        return v

    @guarded
    def way(self, s: int, v: Any) -> Any:
        """A comparison was made that decides whether something is updated."""
        pair = self.compared(s)
        kind = kind_of(v)
        one = kind in (WHOLE, SCALAR) or (kind == ARRAY and v.size == 1)
        if one and any(self.is_seen(s, k, o) for k, o in pair):
            args = [self.operand(s, k, o) for k, o in pair]
            if self.on:
                self.add(self.sites[s].op, s, args, float(v.item() if kind == ARRAY else v))
        return v

    def compared(self, s: int) -> list[tuple[int, Any]]:
        """The operands of a comparison, from the stack."""
        site = self.sites[s]
        right = self.stack.pop() if site.pushed[1] and self.stack else None
        left = self.stack.pop() if site.pushed[0] and self.stack else None
        return [(0, left), (1, right)]

    def is_seen(self, s: int, k: int, o: Any) -> bool:
        """Whether an operand was made by the program, or is a number of its own kind."""
        return kind_of(o) in FOLLOWED or (kind_of(o) == WHOLE and self.is_known_whole(s, k, o))

    @guarded
    def c(self, s: int, question: int, v: Any) -> Any:
        """A number of the source was chosen, as the comparison at the site `question` was."""
        kept = self.asked.get(question)
        self.returned = None
        is_float = kind_of(v) == FLOAT and v == v
        v = v * 1.0 if is_float else v
        if kept is None or not (is_float or kind_of(v) == WHOLE):
            return v
        asked = self.add(self.sites[question].op, question, kept[1], kept[0])
        if self.on and is_float:
            self.add("choice", s, [asked], v)
        elif self.on:
            self.last[s] = self.returned = (v, self.add("choice", s, [asked], float(v)))
        return v

    def hand(self, s: int, k: int, f: Any, v: int) -> None:
        """A whole number that is known is handed to a function of the program."""
        function = getattr(f, "__func__", f)
        code = getattr(function, "__code__", None)
        at = k + (function is not f)
        if code is None or at >= code.co_argcount or not self.is_known_whole(s, k, v):
            return
        scope = function.__qualname__.replace(".<locals>", "")
        node = self.operand(s, k, v)
        if isinstance(node, int):
            self.places.whole_names[scope, code.co_varnames[at]] = [v, node]
