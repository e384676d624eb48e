"""Recordings made by hand: each operation on values of a small tape is a node."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, make_graph

FUNCTIONS = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide, "@": np.matmul,
    "np.exp": np.exp, "np.tanh": np.tanh, "neg": np.negative, "np.log": np.log,
}  # fmt: skip


class Tape:
    """Keeps what it computes, one line of the program for each call."""

    def __init__(self) -> None:
        self.nodes: dict[str, Any] = {
            key: [] for key in ("op", "site", "args", "shape", "at", "move")
        }
        self.kw: dict[str, Any] = {}
        self.names: list[Any] = []
        self.values: list[Any] = []
        self.block: list[Any] = []
        self.size = 0
        self.lines: list[int] = []

    def put(self, numbers: Any) -> int:
        """Append numbers to the block."""
        flat = np.ravel(np.asarray(numbers, dtype=np.float64))
        self.block.append(flat)
        self.size += flat.size
        return self.size - flat.size

    def add(self, op: str, args: list[Any], value: Any, line: int = 0, move: Any = None) -> int:
        """A node with its value."""
        if line and line not in self.lines:
            self.lines.append(line)
        row = {
            "op": op,
            "site": self.lines.index(line) if line else -1,
            "args": args,
            "shape": list(np.shape(value)),
            "at": self.put(value),
            "move": -1 if move is None else self.put(move),
        }
        for key, entry in row.items():
            self.nodes[key].append(entry)
        self.values.append(np.asarray(value, dtype=np.float64))
        return len(self.values) - 1

    def leaf(self, value: Any, name: str = "") -> int:
        """Data, or a first value."""
        return self.name(self.add("leaf", [], value), name)

    def name(self, n: int, name: str) -> int:
        """Bind a value to a name."""
        if name:
            self.names.append([n, name, self.nodes["site"][n]])
        return n

    def do(self, op: str, *args: Any, line: int = 0, name: str = "") -> int:
        """An operation on nodes, and on literals where they are floats."""
        operands = [self.values[a] if isinstance(a, int) else a for a in args]
        kept = [a if isinstance(a, int) else [a] for a in args]
        return self.name(self.add(op, kept, FUNCTIONS[op](*operands), line), name)

    def turn(self, a: int, line: int = 0) -> int:
        """The transpose of a matrix."""
        value = self.values[a]
        index = np.arange(value.size).reshape(value.shape).T
        return self.add(".T", [a], value.T, line, index)

    def columns(self, a: int, line: int = 0, name: str = "") -> int:
        """Sums over the samples."""
        n = self.add("np.sum", [a], self.values[a].sum(axis=0), line)
        self.kw[str(n)] = {"axis": [0]}
        return self.name(n, name)

    def sigmoid(self, z: int, line: int, name: str = "", sign: str = "neg") -> int:
        """1 / (1 + exp(-z)), or with the sign forgotten."""
        e = self.do("np.exp", self.do("neg", z, line=line) if sign else z, line=line)
        return self.do("/", 1.0, self.do("+", 1.0, e, line=line), line=line, name=name)

    def graph(self) -> Graph:
        """The recording."""
        n = len(self.lines)
        sites = {"file": [0] * n, "line": self.lines, "column": [0] * n}
        sites |= {"end_line": self.lines, "end_column": [1] * n}
        header = {
            "schema": "twinprop.recording", "version": 1, "language": "python",
            "files": ["program.py"], "sites": sites, "nodes": {**self.nodes, "kw": self.kw},
            "names": self.names, "cut": None, "random": [], "printed": [], "used": {},
        }  # fmt: skip
        return make_graph(header, np.concatenate(self.block) if self.block else np.zeros(0))


def train(mistake: str = "", steps: int = 4) -> Graph:
    """A 2-3-1 network with sigmoids and squared error, each statement on a line of its own.

    Lines: 1 z1, 2 a1, 3 z2, 4 a2, 5 e2, 6 delta2, 7 e1, 8 delta1, 9 dW2, 10 db2, 11 dW1, 12 db1,
    13 W2, 14 b2, 15 W1, 16 b1.
    """
    t = Tape()
    rng = np.random.default_rng(3)
    x = t.leaf(rng.uniform(size=(5, 2)), "X")
    y = t.leaf(rng.integers(0, 2, size=(5, 1)), "y")
    w1, b1 = t.leaf(rng.normal(size=(2, 3)), "W1"), t.leaf(rng.normal(size=3), "b1")
    w2, b2 = t.leaf(rng.normal(size=(3, 1)), "W2"), t.leaf(rng.normal(size=1), "b2")
    for _ in range(steps):
        z1 = t.do("+", t.do("@", x, w1, line=1), b1, line=1, name="z1")
        a1 = t.sigmoid(z1, 2, "a1", "" if mistake == "exp" else "neg")
        z2 = t.do("+", t.do("@", a1, w2, line=3), b2, line=3, name="z2")
        a2 = t.sigmoid(z2, 4, "a2")
        e2 = t.do("-", a2, y, line=5, name="e2")
        slope2 = t.do("*", a2, t.do("-", 1.0, a2, line=6), line=6)
        delta2 = t.do("*", e2, slope2, line=6, name="delta2")
        e1 = t.do("@", delta2, t.turn(w2, 7), line=7, name="e1")
        one = t.do("+" if mistake == "slope" else "-", 1.0, a1, line=8)
        delta1 = t.do("*", e1, t.do("*", a1, one, line=8), line=8, name="delta1")
        dw2 = t.do("@", t.turn(a1, 9), delta2, line=9, name="dW2")
        db2 = t.columns(delta2, 10, "db2")
        dw1 = t.do("@", t.turn(x, 11), e1 if mistake == "no slope" else delta1, line=11, name="dW1")
        db1 = t.columns(delta1, 12, "db1")
        rate = 0.05 if mistake == "uphill" else 0.5
        op = "+" if mistake == "uphill" else "-"
        w2 = t.do(op, w2, t.do("*", rate, dw2, line=13), line=13, name="W2")
        if mistake != "idle":
            b2 = t.do(op, b2, t.do("*", rate, db2, line=14), line=14, name="b2")
        w1 = t.do(op, w1, t.do("*", rate, dw1, line=15), line=15, name="W1")
        factor = 1.0 if mistake == "other rate" else rate
        b1 = t.do(op, b1, t.do("*", factor, db1, line=16), line=16, name="b1")
    t.do("@", x, w1, line=1)
    return t.graph()
