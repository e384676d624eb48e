"""Nodes of calls, indices and attributes of numpy, pandas, math and other libraries."""

from __future__ import annotations

import copy
from typing import Any

from . import moves
from .calls import FRAMEWORKS, PLACES
from .contractions import contraction
from .graph import list_shape
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
from .limits import LARGEST_ARRAY

MOVED_ATTRIBUTES = ("T", "flat", "real", "A", "A1", "mT", "values", "H")


def operator_of(op: str, left: Any, right: Any) -> str:
    """The operator's name; `*` of matrices of numpy is a product of matrices."""
    if op == "*" and (type(left).__name__ == "matrix" or type(right).__name__ == "matrix"):
        both = kind_of(left) == ARRAY and kind_of(right) == ARRAY
        return "@" if both and left.ndim and right.ndim else op
    return op


def is_kept(v: Any) -> bool:
    """Whether a value consists of numbers that a recording keeps."""
    kind = kind_of(v)
    if kind == FRAME:
        return moves.is_number_frame(v)
    return kind in FOLLOWED and (kind != ARRAY or is_number_array(v))


def keep_attribute(recorder: Any, s: int, name: str, o: Any, v: Any) -> None:
    """`o.T` and the like."""
    graph = recorder.graph
    node = graph.node(o)
    if not isinstance(node, int) or not is_kept(v):
        return
    move = None
    if kind_of(o) == ARRAY and o.size <= LARGEST_ARRAY:
        move = moves.numpy().ravel(getattr(moves.tags(o, 0), name))
    elif kind_of(v) != FRAME:
        move = moves.counting(moves.as_array(v).size)
    recorder.add(f".{name}", s, [node], v, move=move)


def keep_index(recorder: Any, s: int, o: Any, key: Any, v: Any) -> None:
    """`o[key]` of an array or a frame."""
    if not is_kept(v):
        return
    if kind_of(o) == FRAME:
        recorder.add("leaf", s, [], v)
        return
    if not is_number_array(o):
        return
    node = recorder.graph.node(o)
    move = moves.index_map(o, key, v)
    recorder.add("[]", s, [node], v, move=move)


def keep_move(
    recorder: Any, s: int, op: str, f: Any, args: list[Any], kw: dict[str, Any], v: Any
) -> bool:
    """A call that may only move numbers; whether it does."""
    if not is_number_array(moves.numpy().asarray(v)):
        return False
    found = moves.call_map(recorder.graph, f, args, kw, v)
    if found is None:
        return False
    nodes, index = found
    recorder.add(op, s, list(nodes), v, move=index)
    return True


def keep_call(recorder: Any, s: int, call: list[Any], v: Any) -> None:
    """A call of a function that is not the program's own."""
    f, callee, args = call[1:4]
    kind = kind_of(v)
    note_framework(recorder, s, callee)
    if callee.op.endswith(".shuffle") and callee.random:
        keep_shuffle(recorder, s, callee, args)
    elif f in (copy.copy, copy.deepcopy):
        keep_copy(recorder, s, args[0] if args else None, v)
    elif callee.op == ".tolist" and kind == ITEMS:
        _spread(recorder, s, recorder.graph.node(callee.me), callee.me, v)
    elif kind == WHOLE:
        keep_whole(recorder, s, callee, args, v)
    elif is_kept(v) and _is_new(v, callee, args, recorder.graph.known(v) is not None):
        keep_numbers(recorder, s, call, v)


def keep_numbers(recorder: Any, s: int, call: list[Any], v: Any) -> None:
    """A call that gave numbers: moved, made of others, or data."""
    callee, args, kw = call[2:5]
    whole = ([callee.me] if callee.me is not None else []) + args
    single = kind_of(v) in (FLOAT, SCALAR)
    if single and not callee.random and all(isinstance(a, str) for a in whole):
        return  # float("1.5"): a number from a text is data
    if callee.moves and "out" not in kw and keep_moved(recorder, s, call, whole, v):
        return
    if call[5] is None:
        recorder.take_nodes(call)
    order = moves.order_map(callee.op, args, kw, v)
    if order is not None and isinstance(call[5][0], int):
        recorder.add(callee.op, s, call[5][:1], v, move=order)
        return
    if callee.op == "np.tensordot" and len(args) > 1:
        axes = args[2] if len(args) > 2 else kw.get("axes", 2)
        op, letters = contraction([moves.numpy().shape(x) for x in args[:2]], axes)
        recorder.add(op, s, [*letters, *call[5][:2]], v)
        return
    if callee.op.endswith(".outer") and callee.op.count(".") == 2:  # of a ufunc
        keep_outer(recorder, s, callee, args, call[5], v)
        return
    keep_result(recorder, s, callee, call[5], kw, v)


def keep_outer(
    recorder: Any, s: int, callee: Any, args: list[Any], taken: list[Any], v: Any
) -> None:
    """`np.subtract.outer(x, y)` is x - y, where x stands in every column and y in every row."""
    np = moves.numpy()
    spread = []
    for k, (side, node) in enumerate(zip(args, taken[-2:])):
        side = np.asarray(side)
        shape = (*side.shape, *[1] * (v.ndim - side.ndim)) if k == 0 else side.shape
        index = np.broadcast_to(np.arange(side.size).reshape(shape), v.shape)
        if isinstance(node, int) and v.size <= LARGEST_ARRAY:
            node = recorder.add(
                "[]", s, [node], np.broadcast_to(side.reshape(shape), v.shape), move=index.ravel()
            )
        spread.append(node)
    recorder.add("np." + callee.op.split(".")[1], s, spread, v)


def keep_moved(recorder: Any, s: int, call: list[Any], whole: list[Any], v: Any) -> bool:
    """A call of a function that moves numbers; whether it did."""
    f, callee, args, kw = call[1:5]
    first = kind_of(whole[0]) if whole else None
    if first == FRAME:
        node = recorder.graph.node(whole[0])
        same = callee.op != ".transpose" and np_size(v) == np_size(whole[0])
        if same and isinstance(node, int):
            recorder.add(callee.op, s, [node], v, move=moves.counting(np_size(v)))
        return same
    if kind_of(v) != ARRAY:
        return False
    function = f if callee.me is None else getattr(type(callee.me), f.__name__)
    if keep_move(recorder, s, callee.op, function, whole, kw, v):
        return True
    if args and kind_of(args[0]) == ITEMS and callee.op in ("np.array", "np.asarray"):
        recorder.add("leaf", s, [], v)
        return True
    return False


def np_size(v: Any) -> int:
    """How many numbers an array or a frame holds."""
    return int(moves.as_array(v).size)


def keep_result(
    recorder: Any, s: int, callee: Any, taken: list[Any], kw: dict[str, Any], v: Any
) -> None:
    """The node of a result, made of the nodes of the arguments."""
    graph = recorder.graph
    last = callee.op.rsplit(".", 1)[-1]
    named = {n: graph.node(x) for n, x in kw.items() if n not in ("dtype", "out", "key", "size")}
    if last in PLACES and len(taken) > 1 and not isinstance(taken[1], int) and callee.op != "sum":
        named[PLACES[last]], taken = taken[1], taken[:1]
    if kind_of(callee.me) == FRAME and last in PLACES:
        named.setdefault("axis", [0])  # pandas goes down the columns, and divides by n - 1
        if last in ("std", "var"):
            named.setdefault("ddof", [1])
    if callee.op == "sum" and isinstance(taken[0], int):
        taken = [n for n in taken if isinstance(n, int)]
        if len(graph.shape[taken[0]]) > 1:
            named["axis"] = [0]
    if callee.random:
        recorder.random.append(len(graph.op))
    if not recorder.on:
        return
    recorder.add(callee.op, s, taken, v, kw=named)
    if "out" in kw and kind_of(v) == ARRAY:
        graph.changed_view(s, v)


def keep_whole(recorder: Any, s: int, callee: Any, args: list[Any], v: Any) -> None:
    """A whole number that was made of something known, such as round(x)."""
    known = [recorder.graph.known(a) for a in args]
    if args and all(n is not None for n in known):
        recorder.last[s] = (v, recorder.add(callee.op, s, known, float(v)))


def _is_new(v: Any, callee: Any, args: list[Any], known: bool) -> bool:
    """max(0.0, x) is x, and np.asarray(x) may be."""
    if v is callee.me or any(v is a for a in args):
        return callee.op not in ("max", "min", "float") and not callee.moves
    if callee.op == "_functools.reduce" and known:
        return False  # it is what the program's own function made last
    if callee.op in ("max", "min"):
        return not any(v is e for a in args if kind_of(a) == ITEMS for e in a)
    return True


def keep_shuffle(recorder: Any, s: int, callee: Any, args: list[Any]) -> None:
    """An array or list in a new order: the order is found from the values' old places."""
    if not args or kind_of(args[0]) != ARRAY or not is_number_array(args[0]):
        return
    array = args[0]
    old = recorder.graph.ids.get(id(array))
    if old is None or recorder.graph.values[old] is None:
        return
    move = row_order(recorder.graph.values[old], array)
    recorder.random.append(len(recorder.graph.op))
    recorder.add(callee.op, s, [old], array, move=move)


def row_order(before: Any, after: Any) -> Any:
    """Where the rows of a shuffled array stood before; None where that is not one order."""
    np = moves.numpy()
    rows: dict[bytes, list[int]] = {}
    for k, row in enumerate(np.ascontiguousarray(before)):
        rows.setdefault(row.tobytes(), []).append(k)
    order = []
    for row in np.ascontiguousarray(after, dtype="<f8"):
        places = rows.get(row.tobytes())
        if not places:
            return None
        order.append(places.pop(0))
    width = before.size // len(before)
    return (np.array(order)[:, None] * width + np.arange(width)).ravel()


def keep_copy(recorder: Any, s: int, old: Any, new: Any, depth: int = 0) -> None:
    """A copied array, or the arrays in a copied list, dictionary or object."""
    kind = kind_of(new)
    if kind == ARRAY and is_number_array(new):
        node = recorder.graph.node(old)
        if new is not old and isinstance(node, int):
            recorder.add("copy", s, [node], new, move=moves.counting(new.size))
    elif depth < 4 and kind == ITEMS:
        for a, b in zip(old, new):
            keep_copy(recorder, s, a, b, depth + 1)
    elif depth < 4 and kind == MAPPING:
        for key in new:
            keep_copy(recorder, s, old.get(key), new[key], depth + 1)
    elif depth < 4 and hasattr(new, "__dict__") and not isinstance(new, type):
        keep_copy(recorder, s, vars(old), vars(new), depth + 1)


def _spread(recorder: Any, s: int, node: Any, array: Any, items: list[Any]) -> None:
    """The numbers of a list that was made of an array."""
    if not isinstance(node, int):
        return
    parts: list[Any] = []
    if list_shape(items, parts) is None:
        return
    for k, part in enumerate(parts):
        if kind_of(part) == FLOAT and recorder.on:
            recorder.add("[]", s, [node], part, move=[k])


def note_framework(recorder: Any, s: int, callee: Any) -> None:
    """A library that trains by itself."""
    root = callee.op.split(".")[0]
    if root in FRAMEWORKS:
        line = recorder.sites[s].line
        if root not in recorder.used or callee.op.rsplit(".", 1)[-1] in ("fit", "backward", "step"):
            recorder.used[root] = line
