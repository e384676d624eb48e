"""Samples and targets that do not belong together: other rows, another class."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View, ancestors
from twinprop.check.explain.forward import in_columns
from twinprop.check.explain.orders import find_two_orders
from twinprop.check.explain.rows import MOST_MOVES, Rows, find_row, find_rows
from twinprop.check.explain.table import Fault, is_near


def find_wrong_target(graph: Graph, alignment: Alignment) -> Fault | None:
    """Targets of other samples than those on the way forward, or of other classes."""
    for s, view in enumerate(alignment.views):
        axis = 1 if in_columns(graph, view) else 0
        for a, y in view.pairs:
            x = first_data(graph, view, a)
            samples = [] if x is None else find_rows(graph, x, axis)
            fault = _other_rows(graph, view, samples, a, y, axis) if samples else None
            fault = fault or _other_class(graph, view, a, y, axis)
            if fault is not None:
                fault.step = s
                return fault
    return _other_sample(graph, alignment)


def _other_sample(graph: Graph, alignment: Alignment) -> Fault | None:
    """One sample at a time: its target is that of another, and not always as far away.

    A series may be told by what was before it, always by as many rows.
    """
    seen = [_find_sample(graph, view) for view in alignment.views]
    known = [s for s in seen if s is not None]
    if not known or len(known) < len(seen) or len({row - of for _, _, row, of in known}) < 2:
        return None
    s, (y, table, row, _) = next((i, x) for i, x in enumerate(known) if x[2] != x[3])
    view, whole = alignment.views[s], np.asarray(graph.value(table))
    right = np.reshape(np.take(whole, row, axis=int(np.argmax(whole.shape))), graph.shape[y])
    last = view.step.updates[-1]
    return Fault(y, right, [(y, right)], last, None, "rows_shuffled", step=s)


def _find_sample(graph: Graph, view: View) -> tuple[int, int, int, int] | None:
    """The target of a single sample and its table, the sample's row and the target's.

    None where they are of one table, or of tables that are not as long.
    """
    a, y = view.pairs[0]
    x = _single_sample(graph, view)
    if len(view.pairs) != 1 or count(graph.shape[a]) != 1 or x is None or not isinstance(y, int):
        return None
    pairs = [
        (y, table, row, of)
        for other, length, row in find_row(graph, x)
        for table, long, of in find_row(graph, y)
        if length == long and table != other
    ]
    return next((p for p in pairs if p[2] == p[3]), pairs[0] if pairs else None)


def _single_sample(graph: Graph, view: View) -> int | None:
    """What the first product of several numbers has beside its weights."""
    for n in sorted(view.forward):
        data = [p for p in graph.parents[n] if p not in view.moved and not view.touched[p]]
        if graph.op[n] in ("matmul", "mul") and len(data) == 1 and count(graph.shape[data[0]]) > 1:
            return data[0]
    return None


def first_data(graph: Graph, view: View, a: int) -> int | None:
    """The samples: what the first product before an output has beside its weights."""
    for n in sorted(view.forward & ancestors(graph, [a], view)):
        if graph.op[n] == "matmul":
            beside = [p for p in graph.parents[n] if p not in view.moved]
            turned = len(beside) == 1 and graph.op[beside[0]] == "neg"  # as in exp(-X @ w)
            beside = graph.parents[beside[0]] if turned else beside
            return beside[0] if len(beside) == 1 else None
    return None


def _other_rows(
    graph: Graph, view: View, samples: list[Rows], a: int, y: Any, axis: int
) -> Fault | None:
    """Targets of other rows than the samples, whichever of their tables are compared."""
    if isinstance(y, list):
        y = _labels_of(graph, view, a, y, axis)
    targets = find_rows(graph, y, axis) if isinstance(y, int) else []
    pairs = [
        (x, t)
        for x in samples
        for t in targets
        if len(x.rows) == len(t.rows)
        and graph.shape[x.table][x.axis] == graph.shape[t.table][t.axis]
    ]
    if not pairs or any((x.rows == t.rows).all() for x, t in pairs):
        return find_two_orders(graph, view, pairs)
    x, t = pairs[0]
    if x.taken < t.table or t.taken < x.table:
        return None  # the one may be made of the other, in its new order
    right = np.take(graph.value(t.table), x.rows, axis=t.axis)
    if np.size(right) != np.size(graph.value(y)):
        return None
    right = np.reshape(right, graph.shape[y])
    if is_near(graph.value(y), right):
        return None
    return Fault(y, right, [(y, right)], view.step.updates[-1], None, "rows_shuffled")


def _labels_of(graph: Graph, view: View, a: int, y: list[Any], axis: int) -> int | None:
    """The numbers of classes that a target was made of in this step."""
    mask = np.asarray(y[0], dtype=np.float64) if y else np.zeros(())
    if mask.shape != graph.shape[a] or mask.ndim != 2:
        return None
    classes = np.argmax(mask, axis=1 - axis)
    for n in range(max(view.step.begin, 0), min(view.meets)):
        if graph.op[n] == "move" and graph.shape[n] == classes.shape and not view.touched[n]:
            value = graph.value(n)
            if value is not None and any(np.array_equal(value - k, classes) for k in (0, 1)):
                return n
    return None


def _other_class(graph: Graph, view: View, a: int, y: Any, axis: int) -> Fault | None:
    """A target that has its 1 elsewhere than where the program takes the logarithm of its output.

    Both are places of the same output, one for each sample: the loss is that of the one, what is
    trained that of the other.
    """
    target = graph.operand(y)
    out = graph.value(a)
    if np.shape(target) != np.shape(out) or np.ndim(out) != 2:
        return None
    if not np.isin(target, (0, 1)).all() or (np.sum(target, axis=1 - axis) != 1).any():
        return None
    for n in [n for same in _copies(graph, a) for n in graph.users()[same]]:
        index = graph.movement(n) if graph.op[n] == "move" else None
        if index is None or len(index) != np.shape(out)[axis] or (index < 0).any():
            continue
        if not _is_logarithm(graph, n):
            continue
        picked = np.zeros(np.size(out))
        picked[index] = 1
        picked = picked.reshape(np.shape(out))
        once = (np.sum(picked, axis=1 - axis) == 1).all()
        if once and not np.any(picked * target):
            m = min(view.meets)
            right = out - picked
            return Fault(
                m, right, [(m, right)], view.step.updates[-1], None, "target_of_other_class"
            )
    return None


def _copies(graph: Graph, a: int) -> list[int]:
    """A value and what it was copied from."""
    found = [a]
    while graph.op[a] == "move" and len(graph.parents[a]) == 1 and len(found) < MOST_MOVES:
        a = graph.parents[a][0]
        if graph.shape[a] != graph.shape[found[0]]:
            break
        found.append(a)
    return found


def _is_logarithm(graph: Graph, n: int) -> bool:
    """Whether the logarithm of a value is taken, as it is or turned."""
    users = graph.users()[n]
    return any(graph.op[u] == "log" for u in users)
