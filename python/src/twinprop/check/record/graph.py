"""The values of a recording: nodes, each with what it was made of, and the objects they are.

A float or an array is known by its identity, which holds as long as the recorder keeps the object.
An array may change in place, so its content is compared with what was kept whenever it is used.
"""

from __future__ import annotations

from typing import Any

from . import moves
from .kinds import ARRAY, FLOAT, FOLLOWED, FRAME, ITEMS, SCALAR, WHOLE, is_number_array, kind_of
from .limits import LARGEST_ARRAY, LONGEST_LIST, MOST_NODES, MOST_VALUES

NO_SITE = -1
Argument = Any  # a node's number, or a literal in a list of its own


class Graph:
    """Nodes in columns, as they are written."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew: values that are used later are data."""
        self.op: list[str] = []
        self.site: list[int] = []
        self.args: list[list[Argument]] = []
        self.kw: dict[int, dict[str, Argument]] = {}
        self.shape: list[tuple[int, ...]] = []
        self.values: list[Any] = []  # a float, an array of float64, or None where not kept
        self.moves: dict[int, Any] = {}
        self.names: list[tuple[int, str, int]] = []
        self.shared: list[tuple[int, int]] = []  # put into a list that stands in several places
        self.ids: dict[int, int] = {}
        self.alive: list[Any] = []
        self.room = MOST_VALUES
        self.full: str | None = None

    def add(
        self,
        op: str,
        site: int,
        args: list[Argument],
        value: Any,
        kw: dict[str, Argument] | None = None,
        move: Any = None,
    ) -> int:
        """A new node for a value that was just made, or changed in place."""
        n = len(self.op)
        kept = value
        shape: tuple[int, ...] = ()
        kind = kind_of(value)
        if kind not in (FLOAT, WHOLE):
            kept, shape = self._keep(value, kind)
        self.op.append(op)
        self.site.append(site)
        self.args.append(args)
        self.shape.append(shape)
        self.values.append(kept)
        if kw:
            self.kw[n] = kw
        if move is not None:
            self.moves[n] = move
            self.room -= len(move)
        if kind in FOLLOWED:
            self.ids[id(value)] = n
            self.alive.append(value)
        self.room -= 1
        if n >= MOST_NODES:
            self.full = self.full or "nodes"
        elif self.room < 0:
            self.full = self.full or "values"
        return n

    def _keep(self, value: Any, kind: str) -> tuple[Any, tuple[int, ...]]:
        """The numbers of an array or frame as they are now, and their shape."""
        if kind == SCALAR:
            return float(value), ()
        if kind == ITEMS:
            value, shape = value
            self.room -= len(value)
            return value, shape
        array = moves.as_array(value)
        if array.size > LARGEST_ARRAY:
            return None, array.shape
        self.room -= array.size
        return array.astype("<f8", order="C"), array.shape

    def node(self, value: Any) -> Argument:
        """The node of a float, an array or a list with some of them in it; else a literal."""
        kind = kind_of(value)
        if kind in (FLOAT, SCALAR):
            n = self.ids.get(id(value))
            return self.leaf(value) if n is None else n
        if kind == ARRAY:
            return self.array_node(value) if is_number_array(value) else [None]
        if kind == FRAME:
            if not moves.is_number_frame(value):
                return [None]
            n = self.ids.get(id(value))
            if n is not None and self.same(n, moves.as_array(value)):
                return n
            return self.leaf(value)
        if kind == ITEMS:
            return self.list_node(value)
        return literal(value)

    def known(self, value: Any) -> int | None:
        """The node of a value that has been seen, and has not changed since."""
        n = self.ids.get(id(value)) if kind_of(value) in FOLLOWED else None
        if n is None or kind_of(value) != ARRAY or self.same(n, value):
            return n
        return None

    def leaf(self, value: Any, site: int = NO_SITE) -> int:
        """A value of which it was not seen how it was made."""
        return self.add("leaf", site, [], value)

    def same(self, n: int, array: Any) -> bool:
        """Whether an array still holds what was kept of it."""
        return moves.same_numbers(self.values[n], array)

    def array_node(self, array: Any) -> int:
        """The node of an array: as it was kept, changed since, or a view of one that is known."""
        n = self.ids.get(id(array))
        if n is not None and self.same(n, array):
            return n
        root = self._known_root(array)
        if root is not None:
            move = moves.view_map(root, array)
            if move is not None:
                return self.add("view", NO_SITE, [self.array_node(root)], array, move=move)
        if n is None:
            return self.leaf(array)
        return self.add("changed", NO_SITE, [n], array)

    def _known_root(self, array: Any) -> Any:
        """The array of which this is a view, if it has been seen."""
        base = array.base
        while base is not None and kind_of(base) == ARRAY:
            if id(base) in self.ids:
                return base
            base = base.base
        return None

    def changed_view(self, site: int, array: Any) -> None:
        """An array was changed in place: so was the one of which it is a view."""
        root = self._known_root(array)
        if root is None:
            return
        move = moves.view_map(root, array)
        if move is None or root.size > LARGEST_ARRAY:
            return
        old, new = self.ids[id(root)], self.ids[id(array)]
        whole = moves.counting(root.size)
        whole[move] = moves.counting(array.size) + root.size
        self.add("put", site, [old, new], root, move=whole)
        self.changed_view(site, root)

    def list_node(self, items: Any) -> Argument:
        """A list as one array: its parts moved together; a leaf where none of them is known."""
        if not 0 < len(items) <= LONGEST_LIST:
            return [None] if items else [list(items)]
        parts: list[Any] = []
        shape = list_shape(items, parts)
        if shape is None:
            return literal(items)
        if not any(self._is_known(p) for p in parts):
            return self._list_leaf(items, parts, shape)
        args: list[Argument] = []
        move: list[int] = []
        at = 0
        for part in parts:
            node = self.node(part) if kind_of(part) != WHOLE else [part]
            if isinstance(node, int):
                size = count(self.shape[node])
                args.append(node)
                move.extend(range(at, at + size))
                at += size
            else:
                move.append(-1)
        if len(move) != count(shape):
            return [None]
        return self.pack(args, move, parts, shape)

    def pack(self, args: list[Argument], move: list[int], parts: Any, shape: Any) -> int:
        """The node of several values moved together."""
        return self.add("pack", NO_SITE, args, (moves.flat_numbers(parts), shape), move=move)

    def _is_known(self, part: Any) -> bool:
        if id(part) in self.ids and kind_of(part) in FOLLOWED:
            return True
        return kind_of(part) == ARRAY and self._known_root(part) is not None

    def _list_leaf(self, items: Any, parts: list[Any], shape: tuple[int, ...]) -> Argument:
        """A list of data: one leaf as long as it holds the same numbers."""
        numbers = moves.flat_numbers(parts)
        n = self.ids.get(id(items))
        if n is not None and self.shape[n] == shape and list(self.values[n]) == list(numbers):
            return n
        n = self.add("leaf", NO_SITE, [], (numbers, shape))
        self.ids[id(items)] = n
        self.alive.append(items)
        return n

    def cut(self, nodes: int, names: int, shared: int) -> None:
        """Let go of what was added since there were so many nodes and names."""
        for column in (self.op, self.site, self.args, self.shape, self.values):
            del column[nodes:]
        for table in (self.kw, self.moves):
            for n in [n for n in table if n >= nodes]:
                del table[n]
        self.ids = {key: n for key, n in self.ids.items() if n < nodes}
        del self.names[names:], self.shared[shared:]

    def forget(self) -> None:
        """Let go of the program's objects: nothing more is recorded."""
        self.ids, self.alive = {}, []

    def forget_values(self) -> None:
        """Let go of the numbers: they are written."""
        self.values, self.moves = [], {}

    def name(self, n: int, text: str, site: int) -> None:
        """A value was bound to a name."""
        self.names.append((n, text, site))


def count(shape: tuple[int, ...]) -> int:
    """How many numbers a shape holds."""
    product = 1
    for length in shape:
        product *= length
    return product


def list_shape(items: Any, parts: list[Any]) -> tuple[int, ...] | None:
    """The shape of nested lists of numbers, whose parts are gathered; None where ragged."""
    inner: tuple[int, ...] | None = None
    for item in items:
        kind = kind_of(item)
        if kind == ITEMS:
            shape = list_shape(item, parts)
        elif kind in (FLOAT, SCALAR, WHOLE):
            parts.append(item)
            shape = ()
        elif kind == ARRAY and is_number_array(item):
            parts.append(item)
            shape = item.shape
        else:
            return None
        if shape is None or (inner is not None and shape != inner):
            return None
        inner = shape
        if len(parts) > LONGEST_LIST:
            return None
    return None if inner is None else (len(items), *inner)


def literal(value: Any) -> list[Any]:
    """A literal as JSON can have it."""
    if value is None or isinstance(value, (str, bool)):
        return [value]
    if type(value) is int:
        return [value if abs(value) < 2**53 else None]
    if type(value) in (list, tuple) and len(value) <= 16:
        return [[literal(v)[0] for v in value]]
    if isinstance(value, type):
        return [value.__name__]
    return [value if type(value) is float else None]
