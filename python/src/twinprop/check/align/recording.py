"""A recording, read: the values that a program made, where, and of which other values."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from twinprop.check.align.knowledge import canonical_operation


@dataclass
class Graph:
    """One node for each value: its operation, operands, place in the program and numbers."""

    header: dict[str, Any]
    block: np.ndarray
    op: list[str]
    spelled: list[str]
    args: list[list[Any]]
    parents: list[list[int]]
    shape: list[tuple[int, ...]]
    site: list[int]
    names: dict[int, list[str]]
    bound: dict[int, list[int]]
    kw: dict[int, dict[str, Any]]
    alignments: dict[tuple[str, ...], Any] = field(default_factory=dict)
    trained: Any = None  # in its first part
    inputs: dict[tuple[int, str], int | None] = field(default_factory=dict)  # of sigmoids and such
    places: dict[int, set[tuple[int, int]]] = field(default_factory=dict)  # of use, by node
    ends: dict[tuple[int, int, int], list[int]] = field(default_factory=dict)  # of changes
    bases: dict[int, int] = field(default_factory=dict)  # of nudged values, what was nudged
    _values: dict[int, Any] = field(default_factory=dict)
    _users: list[list[int]] | None = None

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return len(self.op)

    def value(self, n: int) -> Any:
        """The numbers of a node: a float where it is one number, None where they were not kept."""
        if n not in self._values:
            self._values[n] = _slice_value(self, n)
        return self._values[n]

    def operand(self, argument: Any) -> Any:
        """The numbers of an operand, which is a node or a literal in a list of its own."""
        if isinstance(argument, int):
            return self.value(argument)
        literal = argument[0] if argument else None
        if isinstance(literal, bool | int | float):
            return float(literal)
        try:
            return np.asarray(literal, dtype=np.float64)
        except (TypeError, ValueError):
            return None

    def movement(self, n: int) -> np.ndarray | None:
        """For each element the index into the flattened operands, or None if data is not moved."""
        at = self.header["nodes"]["move"][n]
        if at < 0:
            return None
        return self.block[at : at + count(self.shape[n])].astype(np.int64)

    def keeps_order(self, n: int) -> bool:
        """Whether a value that was moved is all numbers of its first operand, in their order."""
        index = self.movement(n)
        whole = count(self.shape[self.parents[n][0]])
        return index is None or np.array_equal(index, np.arange(whole))

    def users(self) -> list[list[int]]:
        """For each node the nodes that are made of it, in order of time."""
        if self._users is None:
            users: list[list[int]] = [[] for _ in range(self.size)]
            for n, parents in enumerate(self.parents):
                for parent in dict.fromkeys(parents):
                    users[parent].append(n)
            self._users = users
        return self._users

    def name(self, n: int) -> str:
        """The first name that a value was bound to, or nothing."""
        return next(iter(self.names.get(n, ())), "")

    def line(self, n: int) -> int:
        """The line of a node, or of what it was made of where it has none."""
        return place(self, n)["line"]


def count(shape: tuple[int, ...]) -> int:
    """How many numbers a shape holds."""
    return math.prod(shape)


def _slice_value(graph: Graph, n: int) -> Any:
    at = graph.header["nodes"]["at"][n]
    if at < 0:
        return None
    values = graph.block[at : at + count(graph.shape[n])]
    return float(values[0]) if graph.shape[n] == () else values.reshape(graph.shape[n])


def place(graph: Graph, n: int) -> dict[str, int]:
    """File, line and columns of a node; of its first operand where it has none of its own."""
    for _ in range(20):
        if graph.site[n] >= 0:
            return span_of(graph, graph.site[n])
        if not graph.parents[n]:
            break
        n = graph.parents[n][0]
    return {"file": 0, "line": 0, "column": 0, "end_line": 0, "end_column": 0}


def span_of(graph: Graph, site: int) -> dict[str, int]:
    """File, lines and columns of a place in the program."""
    sites = graph.header["sites"]
    return {k: int(sites[k][site]) for k in sites if k != "cell"}


def make_graph(header: dict[str, Any], block: np.ndarray) -> Graph:
    """The graph of a recording's header and numbers, its operands checked to come before."""
    if header["schema"] != "twinprop.recording" or header["version"] != 1:
        raise ValueError(f"schema {header['schema']} version {header['version']}, known is 1")
    nodes = header["nodes"]
    shapes = [tuple(int(k) for k in s) for s in nodes["shape"]]
    kw = {int(n): entry for n, entry in nodes["kw"].items()}
    parents = []
    for n, args in enumerate(nodes["args"]):
        own = [a for a in [*args, *kw.get(n, {}).values()] if isinstance(a, int)]
        if any(not 0 <= a < n for a in own):
            raise ValueError(f"node {n} is made of a later one")
        parents.append(own)
    for n, shape in enumerate(shapes):
        for at in (nodes["at"][n], nodes["move"][n]):
            if at + count(shape) > len(block) and at >= 0:
                raise ValueError(f"the numbers of node {n} are missing")
    names: dict[int, list[str]] = {}
    bound: dict[int, list[int]] = {}
    for n, text, s in header["names"]:
        names.setdefault(int(n), []).append(str(text))
        bound.setdefault(int(n), []).append(int(s))
    op = [_operation(nodes, n) for n in range(len(shapes))]
    args, site, spelled = list(nodes["args"]), nodes["site"], nodes["op"]
    for n in (n for n, name in enumerate(op) if name == "einsum" and args[n]):
        if isinstance(args[n][0], list):  # the letters are no operand
            kw[n] = {**kw.get(n, {}), "letters": args[n][0]}
            args[n] = args[n][1:]
    return Graph(header, block, op, spelled, args, parents, shapes, site, names, bound, kw)


def _operation(nodes: dict[str, Any], n: int) -> str:
    """The canonical operation of a node; movements of data are all one."""
    if nodes["move"][n] >= 0:
        return "move"
    op = canonical_operation(str(nodes["op"][n]))
    alone = len(nodes["args"][n]) == 1
    return {"sub": "neg", "add": "pos"}.get(op, op) if alone else op
