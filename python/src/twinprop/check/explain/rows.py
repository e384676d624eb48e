"""Which rows of which tables a batch is: samples followed back through what moved them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twinprop.check.align.recording import Graph, count

MOST_MOVES = 6
FEWEST_ROWS = 3  # of a table of samples
SHUFFLES = ("permutation", "permuted", "shuffled", "sample")


class Rows(NamedTuple):
    """Which rows of a table a batch is: the table, the axis of its samples, their numbers.

    `taken` is what was made of the table at once, on the way to the batch.
    """

    table: int
    axis: int
    rows: np.ndarray
    taken: int


def find_row(graph: Graph, n: int) -> list[tuple[int, int, int]]:
    """The tables that a single sample was taken out of: of each its length and the row."""
    found = find_rows(graph, n, 0, (1, count(graph.shape[n])))
    return [(r.table, graph.shape[r.table][r.axis], int(r.rows[0])) for r in found]


def find_rows(graph: Graph, n: int, axis: int, shape: tuple[int, ...] | None = None) -> list[Rows]:
    """The tables that a batch was taken out of, the nearest first, and which rows it is."""
    shape = graph.shape[n] if shape is None else shape
    if not shape or len(shape) > 2:
        return []
    axis = axis if len(shape) == 2 else 0
    index = np.arange(count(shape)).reshape(shape)
    found = []
    for _ in range(MOST_MOVES):
        move = graph.movement(n) if graph.op[n] == "move" else _as_movement(graph, n)
        if move is None or not graph.parents[n]:
            break
        index = np.where(index >= 0, move[index], -1)
        taken, (n, index) = n, _largest_part(graph, n, index)
        rows = _rows_in(graph.shape[n], index, axis)
        if rows is not None:
            found.append(Rows(n, *rows, taken))
    return found


def _largest_part(graph: Graph, n: int, index: np.ndarray) -> tuple[int, np.ndarray]:
    """The operand that most of a moved value is of, and the places in it."""
    best, start = (-1, n, index), 0
    for p in graph.parents[n]:
        inside = (index >= start) & (index < start + count(graph.shape[p]))
        if inside.sum() > best[0]:
            best = int(inside.sum()), p, np.where(inside, index - start, -1)
        start += count(graph.shape[p])
    return best[1:]


def _as_movement(graph: Graph, n: int) -> np.ndarray | None:
    """How a function that shuffles put the rows, told by them where no two are the same."""
    parents, shape = graph.parents[n], graph.shape[n]
    shuffles = graph.op[n] in SHUFFLES and len(parents) == 1
    if not shuffles or not shape or graph.shape[parents[0]] != shape:
        return None
    before, after = graph.value(parents[0]), graph.value(n)
    if before is None or after is None:
        return None
    kinds, first = np.unique(before.reshape(shape[0], -1), axis=0, return_index=True)
    found, where = np.unique(after.reshape(shape[0], -1), axis=0, return_inverse=True)
    if len(kinds) < shape[0] or not np.array_equal(kinds, found):
        return None
    return np.arange(count(shape)).reshape(shape[0], -1)[first[np.ravel(where)]].ravel()


def _rows_in(shape: tuple[int, ...], index: np.ndarray, axis: int) -> tuple[int, np.ndarray] | None:
    """The axis of a table along which a batch's samples lie, and their places."""
    if not shape or len(shape) > 2:
        return None
    flat = np.moveaxis(index, axis, 0).reshape(index.shape[axis], -1)
    if (flat < 0).all(axis=1).any():
        return None
    places = np.unravel_index(np.maximum(flat, 0), shape)
    for t in np.argsort(shape)[::-1]:
        own = np.where(flat >= 0, places[t], -1)
        rows = own.max(axis=1)
        if shape[t] >= FEWEST_ROWS and ((own == rows[:, None]) | (flat < 0)).all():
            return int(t), rows
    return None
