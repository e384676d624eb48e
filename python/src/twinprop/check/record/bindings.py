"""Names: which value a variable, an attribute or an element holds, now and at the end."""

from __future__ import annotations

from typing import Any

from . import moves
from .graph import Graph
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
from .limits import LARGEST_ARRAY, MOST_NAMES_OF_A_LIST
from .sites import Site

MOST_FINAL = 300
MOST_REPEATED = 1000


def own_box(e: Any) -> Any:
    """A float as an object of its own: `[0.0] * n` and `(0.0,) * n` hold one n times."""
    return e * 1.0 if type(e) is float and e == e else e


def parts_of(text: str, value: Any, depth: int = 0) -> Any:
    """The named parts of a list, dictionary or namedtuple: `params["W1"]`, `w[0][1]`, `net.W1`."""
    kind = kind_of(value)
    fields = getattr(value, "_fields", None)
    if kind == ITEMS and type(fields) is tuple and len(fields) == len(value):
        for name, part in zip(fields, value):
            yield from parts_of(f"{text}.{name}", part, depth + 1) if depth < 4 else ()
        return
    if kind == ITEMS:
        pairs: Any = enumerate(value)
    elif kind == MAPPING:
        pairs = value.items()
    else:
        yield text, value
        return
    if depth < 4 and len(value) <= MOST_NAMES_OF_A_LIST:
        for key, part in pairs:
            if isinstance(key, (int, str)):
                yield from parts_of(f"{text}[{key!r}]", part, depth + 1)


class Places:
    """Where values are held."""

    def __init__(self, graph: Graph, sites: list[Site]):
        self.graph, self.sites = graph, sites
        self.clear()
        self.repeated: dict[int, tuple[Any, int]] = {}
        self.bound: dict[tuple[str, str], list[Any]] = {}
        self.holders: dict[tuple[int, Any], list[Any]] = {}
        self.running: list[Any] = []

    def clear(self) -> None:
        """Let go of the nodes of whole numbers."""
        self.whole_names: dict[tuple[str, str], Any] = {}
        self.whole_elements: dict[tuple[int, Any], list[Any]] = {}

    def repeat(self, s: int, made: list[Any]) -> None:
        """A list was made as `[x] * n`: where x is a list or an array, all places hold that one."""
        made[:] = [own_box(e) for e in made]
        is_one = len(made) > 1 and made[0] is made[-1] and kind_of(made[0]) in (ITEMS, ARRAY)
        if is_one and len(self.repeated) < MOST_REPEATED:
            self.repeated[id(made[0])] = (made[0], s)

    def share(self, holder: Any, n: int | None) -> None:
        """A value was put into a list or an array, which may be in several places of another."""
        kept = self.repeated.get(id(holder))
        if kept is not None and n is not None:
            self.graph.shared.append((n, kept[1]))

    def bind(self, s: int, text: str, value: Any, whole: int | None = None) -> None:
        """A value was bound to a name, an attribute or an element, or to each of a list."""
        kind, graph = kind_of(value), self.graph
        if kind in FOLLOWED:
            n = graph.known(value)
            if n is None and (kind != ARRAY or is_number_array(value)) and kind != FRAME:
                node = graph.node(value)
                n = node if isinstance(node, int) else None
            if n is not None:
                graph.name(n, text, s)
        elif kind == WHOLE:
            self.whole_names[self.sites[s].scope, text] = [value, whole]
            if whole is not None:
                graph.name(whole, text, s)
        elif kind in (ITEMS, MAPPING):
            left = MOST_NAMES_OF_A_LIST
            for name, part in parts_of(text, value):
                left -= 1
                n = graph.known(part)
                if n is not None:
                    graph.name(n, name, s)
                if left < 0:
                    break

    def whole(self, key: tuple[str, str], value: Any) -> Any:
        """The node of the whole number that a name holds."""
        kept = self.whole_names.get(key)
        if kept is None or kept[0] != value or type(kept[0]) is not type(value):
            kept = self.whole_names[key] = [value, None]
        n = kept[1]
        if n is None:
            n = kept[1] = self.graph.leaf(float(value))
            self.graph.name(n, key[1], -1)
        return n

    def is_known(self, key: tuple[str, str], value: Any) -> bool:
        """Whether the whole number of a name was made of something known."""
        kept = self.whole_names.get(key)
        return kept is not None and kept[0] == value and kept[1] is not None

    def element(self, holder: Any, key: Any, value: Any) -> int:
        """The node of a whole number that is an element of a list or dictionary."""
        at = (id(holder), key)
        kept = self.whole_elements.get(at)
        if kept is None or kept[0] != value:
            kept = [value, self.graph.leaf(float(value)), holder]
            self.whole_elements[at] = kept
        return kept[1]

    def put_whole(self, holder: Any, key: Any, value: Any, node: Any) -> None:
        """A whole number is an element of a list or dictionary from now on."""
        if isinstance(node, int):
            self.whole_elements[id(holder), key] = [value, node, holder]
        else:
            self.whole_elements.pop((id(holder), key), None)

    def called(self, s: int, f: Any) -> None:
        """A method of a list was called: what it was given is now one of its elements."""
        holder, texts = getattr(f, "__self__", None), self.sites[s].texts
        if texts and kind_of(holder) == ITEMS and f.__name__ == "append" and texts[0] and holder:
            last = len(holder) - 1
            if kind_of(holder[last]) != WHOLE:
                self.bind(s, f"{texts[0]}[{last}]", holder[last])

    def count_name(self, s: int, text: str) -> None:
        """A variable was bound once more."""
        key = (self.sites[s].scope, text)
        self.bound.setdefault(key, [0, s])[0] += 1

    def hold(self, s: int, holder: Any, key: Any, text: str, changes: int = 1) -> None:
        """An attribute or element was bound: its holder is asked again at the end."""
        try:
            kept = self.holders.setdefault((id(holder), key), [0, s, holder, key, text])
        except TypeError:
            return
        kept[0] += changes

    def hold_running(self, frame: Any) -> None:
        """Keep the functions that run when watching ends: their variables are read at the end."""
        while frame is not None:
            self.running.append(frame)
            frame = frame.f_back

    def final(self, main: dict[str, Any]) -> list[tuple[str, int, Any]]:
        """What each place that was bound more than once holds at the end: name, site, value."""
        found: list[tuple[str, int, Any]] = []
        for (scope, name), (times, s) in self.bound.items():
            if times < 2 and scope:
                continue
            if not scope and self.sites[s].file == 0 and name in main:
                found.append((name, s, main[name]))
            for frame in self.running:
                if scope and frame.f_code.co_name == scope.split(".")[-1]:
                    if name in frame.f_locals:
                        found.append((name, s, frame.f_locals[name]))
                    break
        for times, s, holder, key, text in self.holders.values():
            value = _read(holder, key)
            if times > 1 or kind_of(value) in (ITEMS, MAPPING):
                found.append((text, s, value))
        return _numbers(found)


def _read(holder: Any, key: Any) -> Any:
    if key is None:
        return holder
    try:
        return holder[key] if kind_of(holder) in (ITEMS, MAPPING) else vars(holder).get(key)
    except (LookupError, TypeError):
        return None


def _numbers(found: list[tuple[str, int, Any]]) -> list[tuple[str, int, Any]]:
    """The numbers among final values, as far as there is room."""
    kept: dict[str, tuple[str, int, Any]] = {}
    room = 2 * LARGEST_ARRAY
    for text, s, value in found:
        for name, part in parts_of(text, value):
            kind = kind_of(part)
            if kind in (FLOAT, SCALAR) or (kind == ARRAY and is_number_array(part)):
                room -= moves.as_array(part).size if kind == ARRAY else 1
                if room < 0 or len(kept) >= MOST_FINAL:
                    return list(kept.values())
                kept[name] = (name, s, part)
    return list(kept.values())
