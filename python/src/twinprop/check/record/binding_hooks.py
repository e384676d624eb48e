"""Hooks of statements that bind a value, or change one in place."""

from __future__ import annotations

from typing import Any

from . import moves
from .guard import guarded
from .kinds import ARRAY, FOLLOWED, ITEMS, MAPPING, WHOLE, is_number_array, kind_of


class BindingHooks:
    """A part of the recorder."""

    on: Any  # a hook may end the watching
    sites: Any
    graph: Any
    places: Any
    stack: list[Any]
    held: list[Any]
    last: dict[int, Any]

    def add(self, op: str, s: int, args: list[Any], value: Any, **more: Any) -> int:
        """A node."""
        raise NotImplementedError

    def operand(self, s: int, k: int, value: Any) -> Any:
        """A node or a literal."""
        raise NotImplementedError

    @guarded
    def n(self, s: int, v: Any) -> Any:
        """`name = v`."""
        for text in self.sites[s].texts:
            self.bind(s, text, v, 0)
        return v

    def bind(self, s: int, text: str, v: Any, k: int) -> None:
        """One name of a statement, whose value is its expression k."""
        if not text:
            return
        whole = None
        if kind_of(v) == WHOLE:
            what = self.sites[s].operands[k] if k < len(self.sites[s].operands) else None
            if what is not None and what[0] == "site":
                kept = self.last.get(what[1])
                whole = kept[1] if kept is not None and kept[0] == v else None
            elif what is not None and what[0] == "name" and self.places.is_known(what[1], v):
                whole = self.places.whole(what[1], v)
        self.places.bind(s, text, v, whole)
        if text.isidentifier():
            self.places.count_name(s, text)

    @guarded
    def m(self, s: int, v: Any) -> Any:
        """`a, b = v`: each element is bound."""
        texts = self.sites[s].texts
        if kind_of(v) == ARRAY and v.ndim and len(v) == len(texts):
            v = list(self.items(s, v))  # type: ignore[attr-defined]
        if kind_of(v) == ITEMS and len(v) == len(texts):
            for k, (text, part) in enumerate(zip(texts, v)):
                self.bind(s, text, part, k)
        if self.sites[s].puts:
            self.stack.append(v)
        return v

    @guarded
    def w(self, s: int, *values: Any) -> None:
        """The variables of a loop have their next values."""
        for text, v in zip(self.sites[s].texts, values):
            if kind_of(v) != WHOLE:
                self.places.bind(s, text, v)
            else:
                self.places.whole_names.pop((self.sites[s].scope, text), None)

    @guarded
    def oa(self, s: int, o: Any) -> Any:
        """The object whose attribute is bound."""
        text = self.sites[s].texts[0]
        self.places.hold(s, o, text.rsplit(".", 1)[-1], text)
        return o

    # x[i] = v

    @guarded
    def o(self, s: int, o: Any) -> Any:
        """The list or array of which an element is bound."""
        self.stack.append(o)
        if kind_of(o) == ARRAY and is_number_array(o):
            self.stack.append(self.graph.node(o))
        else:
            self.stack.append(None)
        return o

    @guarded
    def put(self, s: int, elements: list[int] | None = None) -> None:
        """An element was bound: the value, the holder and the key are on the stack."""
        need = 3 * (1 if elements is None else len(elements)) + 1
        if len(self.stack) < need:
            return
        changes = []
        for _ in elements or [0]:
            key, node, o = self.stack.pop(), self.stack.pop(), self.stack.pop()
            changes.append((o, node, key))
        v = self.stack.pop()
        for k, (o, node, key) in zip(elements or [0], reversed(changes)):
            part = v if elements is None else v[k] if kind_of(v) == ITEMS and k < len(v) else None
            self.keep_put(s, o, node, key, part, self.sites[s].texts[k] if elements else None, k)

    def keep_put(
        self, s: int, o: Any, node: Any, key: Any, v: Any, text: str | None, k: int
    ) -> None:
        """One element."""
        text = text or self.sites[s].texts[0]
        if isinstance(node, int):
            self.places.hold(s, o, None, text.split("[")[0], 2)
            value = self.operand(s, k, v)
            self.keep_change(s, o, node, key, v, value, text.split("[")[0])
        elif kind_of(o) in (ITEMS, MAPPING):
            self.places.hold(s, o, key, text)
            if kind_of(v) != WHOLE:
                self.places.bind(s, text, v)
                self.places.share(o, self.graph.known(v))
            elif _hashable(key):
                self.places.put_whole(o, key, v, self.operand(s, k, v))

    def keep_change(
        self, s: int, o: Any, node: int, key: Any, v: Any, value: Any, text: str
    ) -> None:
        """An array after one of its parts was changed."""
        if not self.on:
            return
        move = moves.put_map(o, key, v)
        args = [node, value] if isinstance(value, int) else [node]
        if move is not None and not isinstance(value, int):
            move = moves.numpy().where(move < o.size, move, -1)
        n = self.add("put", s, args, o, move=move)
        self.graph.name(n, text, s)
        self.places.share(o, n)
        if self.on:
            self.graph.changed_view(s, o)

    # x op= v

    @guarded
    def g(self, s: int, v: Any, o: Any = None) -> None:
        """`x op= v` was done: x is now v; before it and what was added are on the stack."""
        if len(self.stack) < 3:
            return
        added, node, old = self.stack.pop(), self.stack.pop(), self.stack.pop()
        site = self.sites[s]
        self.keep_update(s, node, old, added, v)
        text = site.texts[0]
        self.bind(s, text, v, 9)
        if o is not None:
            self.places.hold(s, o, text.rsplit(".", 1)[-1], text)

    @guarded
    def lo(self, s: int, v: Any) -> None:
        """What x was before `x op= v`."""
        self.stack.append(v)
        self.stack.append(self.operand(s, 0, v) if kind_of(v) in FOLLOWED else None)

    def keep_update(self, s: int, node: Any, old: Any, added: Any, v: Any) -> Any:
        """The node of an operator that works in place."""
        kind = kind_of(v)
        if kind not in FOLLOWED or (kind == ARRAY and not is_number_array(v)):
            return None
        if node is None and kind_of(old) == WHOLE:
            node = self.operand(s, 0, old)
        if node is None or not self.on:
            return None
        right = self.operand(s, 1, added)
        if not self.on:
            return None
        n = self.add(self.sites[s].op, s, [node, right], v)
        if v is old and self.on:
            self.graph.changed_view(s, v)
        return n

    # x[i] op= v

    def h(self, s: int, o: Any, key: Any) -> None:
        """x and i are evaluated once, and kept."""
        found = self.before(s, o, key, None)
        self.held.append((s, o, key, *(found or (None, None))))

    @guarded
    def before(self, s: int, o: Any, key: Any, _: None) -> Any:
        """The nodes of x and of x[i] before it is changed."""
        node: Any = None
        old: Any = None
        if kind_of(o) in (ARRAY, ITEMS, MAPPING):
            try:
                old = o[key]
            except (LookupError, TypeError, ValueError):
                old = None
            if kind_of(o) == ARRAY and is_number_array(o):
                node = self.graph.node(o)
                self.x_of(s, o, key, old)
            if kind_of(old) == WHOLE:
                known = _hashable(key)  # of another key nobody knows how it is hashed
                n = self.places.element(o, key, old) if known else self.graph.leaf(float(old))
                old = (old, n)
            elif kind_of(old) in FOLLOWED:
                old = (old, self.graph.node(old))
        return node, old

    def x_of(self, s: int, o: Any, key: Any, v: Any) -> None:
        """The element before it is changed."""
        raise NotImplementedError

    def ho(self) -> Any:
        """x, evaluated by h."""
        return self.held[-1][1]

    def hk(self) -> Any:
        """i, evaluated by h."""
        return self.held[-1][2]

    @guarded
    def hd(self, s: int) -> None:
        """`x[i] op= v` was done."""
        o: Any = None
        key = node = old = None
        while self.held:
            at, o, key, node, old = self.held.pop()
            if at == s:
                break
        if not self.on or not self.stack:
            return
        added = self.stack.pop()
        if not isinstance(old, tuple) or not isinstance(old[1], int):
            return
        v = o[key]
        n = self.keep_update(s, old[1], old[0], added, v)
        text = self.sites[s].texts[0]
        if isinstance(node, int) and n is not None and self.on:
            self.places.hold(s, o, None, text.split("[")[0], 2)
            self.keep_change(s, o, node, key, v, n, text.split("[")[0])
        elif n is not None:
            self.graph.name(n, text, s)
            self.places.share(v if v is old[0] else o, n)
            if _hashable(key):
                self.places.hold(s, o, key, text, 2)


def _hashable(key: Any) -> bool:
    return isinstance(key, (int, str, tuple))
