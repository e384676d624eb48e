"""A's program in B's world: its quantities, and which of B's are the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.port.forward import redo, same

MOST_ALIKE = 12


class Index:
    """The values of a recording, to be found again by what they are."""

    def __init__(self, values: list[Any]):
        self.values = values
        groups: dict[int, list[int]] = {}
        for n, value in enumerate(values):
            if value is not None:
                groups.setdefault(int(np.size(value)), []).append(n)
        self.groups = {size: self._sums(nodes) for size, nodes in groups.items()}

    def _sums(self, nodes: list[int]) -> tuple[np.ndarray, np.ndarray]:
        return np.array(nodes), np.array([_sums(self.values[n]) for n in nodes])

    def alike(self, value: Any) -> list[int]:
        """The nodes that have this value, whichever way rows and columns are laid out."""
        group = self.groups.get(int(np.size(value))) if value is not None else None
        if group is None:
            return []
        nodes, sums = group
        wanted = np.array(_sums(value))
        with np.errstate(all="ignore"):
            near = (np.abs(sums - wanted) <= 1e-7 * (np.abs(wanted) + 1e-300)).all(axis=1)
        found = [int(n) for n in nodes[near] if laid_out_alike(value, self.values[int(n)])]
        return (
            found[:MOST_ALIKE]
            if len(found) <= MOST_ALIKE
            else found[: MOST_ALIKE // 2] + (found[-MOST_ALIKE // 2 :])
        )


def _sums(value: Any) -> tuple[float, float]:
    with np.errstate(all="ignore"):
        flat = np.abs(np.ravel(np.asarray(value, dtype=np.float64)))
        return float(flat.sum()), float((flat * flat).sum())


def laid_out_alike(x: Any, y: Any) -> bool:
    """Whether two values are the same, or one is the other transposed."""
    x, y = np.squeeze(np.asarray(x)), np.squeeze(np.asarray(y))
    return same(x, y) or (x.ndim == 2 and same(x.T, y))


def as_laid_out(value: Any, shape: tuple[int, ...], turned: bool) -> Any:
    """B's value in the layout that A has; None where it does not fit."""
    if np.size(value) != count(shape):
        return None
    if shape == ():
        return float(np.ravel(value)[0])
    value = np.asarray(value, dtype=np.float64)
    small = tuple(k for k in shape if k != 1)
    if value.ndim == 2 and len(shape) == 2 and 1 not in shape:
        square = shape[0] == shape[1]
        if (square and turned) or (not square and value.shape == shape[::-1]):
            return value.T
    if tuple(k for k in value.shape if k != 1) != small:
        return None
    return value.reshape(shape)


class World:
    """What A's quantities are where some of them have B's values."""

    def __init__(self, a: Graph, b: Graph, until: int, turned: bool):
        self.a, self.b, self.until, self.turned = a, b, until, turned
        self.given: dict[int, Any] = {}
        self.index = Index([b.value(n) for n in range(b.size)])
        self.replay()

    def replay(self) -> None:
        """Compute A's quantities anew, and find them among B's."""
        self.should = [self.a.value(n) for n in range(self.until)]
        other = [False] * self.until
        for n in range(self.until):
            if n in self.given:
                self.should[n], other[n] = self.given[n], True
            elif any(other[p] for p in self.a.parents[n]):
                operands = {p: self.should[p] for p in self.a.parents[n]}
                self.should[n], other[n] = redo(self.a, n, operands), True
        self.own = Index(self.should)
        self._found: dict[int, list[int]] = {}
        self._known: dict[int, list[int]] = {}

    def found(self, n: int) -> list[int]:
        """The nodes of B that have the value that A's node should have."""
        if n not in self._found:
            self._found[n] = self.index.alike(self.should[n])
        return self._found[n]

    def known(self, m: int) -> list[int]:
        """The nodes of A that should have the value of B's node."""
        if m not in self._known:
            self._known[m] = self.own.alike(self.b.value(m))
        return self._known[m]
