"""Where each number of a moved array came from: found by moving tags in the same way."""

from __future__ import annotations

import sys
from typing import Any

from .kinds import ARRAY, FLOAT, FRAME, ITEMS, SCALAR, WHOLE, is_number_array, kind_of
from .limits import LARGEST_ARRAY

SAMPLE = 1000  # numbers by which a large array is known again


def numpy() -> Any:
    """The program's numpy, which is there where it has arrays."""
    return sys.modules["numpy"]


def as_array(value: Any) -> Any:
    """An array or a frame as a plain array."""
    np = numpy()
    if kind_of(value) == FRAME:
        value = value.to_numpy()
    return np.asarray(value)


def is_number_frame(value: Any) -> bool:
    """Whether all columns of a frame are numbers."""
    array = value.to_numpy()
    return array.dtype.kind in "fiub" and 0 < array.size <= LARGEST_ARRAY


def counting(n: int) -> Any:
    """The numbers 0 to n - 1."""
    return numpy().arange(n)


def flat_numbers(parts: Any) -> Any:
    """The numbers of floats and arrays in a row: a list where there is no array."""
    if not any(kind_of(p) == ARRAY for p in parts):
        return [float(p) for p in parts]
    np = numpy()
    flat = [np.ravel(np.asarray(p)).astype("<f8") for p in parts]
    return np.concatenate(flat)


def same_numbers(kept: Any, array: Any) -> bool:
    """Whether an array holds the numbers that were kept; a large one is believed."""
    if kept is None:
        return True
    np = numpy()
    if kept.shape != array.shape:
        return False
    return bool((kept == array).all()) or np.array_equal(kept, array, equal_nan=True)


def view_map(root: Any, array: Any) -> Any:
    """Flat indices of a view's elements in the array that it shows, or None."""
    np = numpy()
    if not root.flags.c_contiguous or array.itemsize != root.itemsize or not array.size:
        return None
    if array.size > LARGEST_ARRAY:
        return None
    begin = array.__array_interface__["data"][0] - root.__array_interface__["data"][0]
    index = np.full(array.shape, begin // root.itemsize)
    for axis, stride in enumerate(array.strides):
        along = np.arange(array.shape[axis]) * (stride // root.itemsize)
        index = index + along.reshape([-1 if k == axis else 1 for k in range(array.ndim)])
    if index.min() < 0 or index.max() >= root.size:
        return None
    return index.ravel()


def index_map(array: Any, key: Any, result: Any) -> Any:
    """Flat indices of `array[key]`, or None where it was not found."""
    np = numpy()
    size = getattr(result, "size", 1)
    if size > LARGEST_ARRAY:
        return None
    if isinstance(key, int) and not isinstance(key, bool):
        row = array.size // len(array)
        begin = (key + len(array) if key < 0 else key) * row
        return np.arange(begin, begin + row)
    if kind_of(result) == ARRAY and np.ndim(result) and _shares(array, result):
        return view_map(array, result)
    if isinstance(key, np.ndarray) and key.ndim == 1 and array.size > LARGEST_ARRAY:
        rows = np.flatnonzero(key) if key.dtype.kind == "b" else key % len(array)
        row = array.size // len(array)
        return (rows[:, None] * row + np.arange(row)).ravel()
    return None if array.size > LARGEST_ARRAY else np.ravel(tags(array, 0)[key])


def _shares(array: Any, result: Any) -> bool:
    return array.flags.c_contiguous and (
        result.base is array or (result.base is not None and result.base is array.base)
    )


def put_map(array: Any, key: Any, value: Any) -> Any:
    """Flat indices of the array after `array[key] = value`, into both; None where not found."""
    np = numpy()
    if array.size > LARGEST_ARRAY:
        return None
    index = np.arange(array.size).reshape(array.shape)
    new = np.asarray(value)
    index[key] = (np.arange(new.size) + array.size).reshape(new.shape)
    return index.ravel()


def tags(array: Any, begin: int) -> Any:
    """An array of the same shape and type whose elements say which they are."""
    np = numpy()
    made = np.arange(begin, begin + array.size).reshape(array.shape)
    return made if type(array) is np.ndarray else made.view(type(array))


def order_map(op: str, args: list[Any], kw: dict[str, Any], v: Any) -> Any:
    """Where the numbers of a sorted array, or of one that was taken by an order of each row, stood
    before; None for other calls.
    """
    if op not in ("np.sort", "np.take_along_axis") or kind_of(args[0]) != ARRAY:
        return None
    if args[0].size > LARGEST_ARRAY:
        return None
    np = numpy()
    own = tags(args[0], 0)
    if op == "np.sort":
        axis = args[1] if len(args) > 1 else kw.get("axis", -1)
        if axis is None:
            own, axis = own.ravel(), -1
        places = np.argsort(np.ravel(args[0])[own], axis=axis, kind="stable")
    else:
        places = args[1] if len(args) > 1 else kw.get("indices")
        axis = args[2] if len(args) > 2 else kw.get("axis")
    index = np.take_along_axis(own, places, axis)
    agrees = index.shape == v.shape and np.array_equal(np.ravel(args[0])[index], v, equal_nan=True)
    return index.ravel() if agrees else None


class Tagged:
    """Arguments of a call in which each known number is replaced by a tag, from 1 on."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.nodes: list[int] = []
        self.begin = 1

    def replace(self, value: Any) -> Any:
        """The same argument, tagged."""
        kind = kind_of(value)
        if kind == ARRAY and is_number_array(value):
            return self._tag(value, self.graph.node(value))
        if kind in (FLOAT, SCALAR):
            return self._tag(value, self.graph.node(value)) if self._known(value) else 0
        if kind == FRAME:
            np, node = numpy(), self.graph.node(value)
            return self._tag(np.asarray(value), node) if isinstance(node, int) else value
        if kind == ITEMS:
            return self._replace_items(value)
        return value

    def _replace_items(self, value: Any) -> Any:
        parts = [self.replace(v) if kind_of(v) != WHOLE else 0 for v in value]
        return parts if isinstance(value, list) else tuple(parts)

    def _known(self, value: Any) -> bool:
        return self.graph.known(value) is not None

    def _tag(self, value: Any, node: int) -> Any:
        self.nodes.append(node)
        size = getattr(value, "size", 1)
        begin, self.begin = self.begin, self.begin + size
        if kind_of(value) == ARRAY:
            return tags(value, begin)
        return begin


# Which argument holds numbers that are put in, beside the first.
_PUT_IN = {"append": 1, "insert": 2}


def call_map(graph: Any, f: Any, args: list[Any], kw: dict[str, Any], result: Any) -> Any:
    """The operands and indices of a call that only moves numbers, or None where it does not."""
    np = numpy()
    flat = np.ravel(np.asarray(result))
    if flat.size > LARGEST_ARRAY:
        return None
    tagged = Tagged(graph)
    name = getattr(f, "__name__", "")
    # np.select() is given conditions first, then the values that it takes by them.
    holds = {1} if name == "select" else {0, _PUT_IN.get(name, 0)}
    first = [
        tagged.replace(a) if (kind_of(a) == ARRAY or k in holds) and kind_of(a) != WHOLE else a
        for k, a in enumerate(args)
    ]
    first = [0 if k in holds and kind_of(a) == WHOLE else a for k, a in enumerate(first)]
    rest = {n: v for n, v in kw.items() if n not in ("dtype", "copy", "like")}
    if not tagged.nodes or tagged.begin > 4 * LARGEST_ARRAY:
        return None
    try:
        index = np.ravel(np.asarray(f(*first, **rest))) - 1
    except Exception:
        return None
    if index.shape != flat.shape or index.dtype.kind not in "iuf":
        return None
    index = index.astype(np.int64)
    kept = [graph.values[n] for n in tagged.nodes]
    if any(k is None for k in kept):
        return None
    whole = np.concatenate([np.ravel(k) for k in kept])
    held = index >= 0
    if not np.array_equal(whole[index[held]], flat[held], equal_nan=True):
        return None
    return tagged.nodes, index
