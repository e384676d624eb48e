"""What a reader gives: named arrays in the order of the file, and what is to be known of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.ground.errors import InputError, quote_value
from twinprop.ground.memory import present_memory

# R's NA among doubles is a NaN with 1954 in its lower half.
NA_BITS = 0x7FF00000000007A2
NA = np.array(NA_BITS, dtype=np.uint64).view(np.float64)[()]
LARGEST_WHOLE = 2**53  # beyond it float64 has gaps between whole numbers
# The name of the only array of a file that names none.
ONLY = "values"


@dataclass(frozen=True)
class Values:
    """Named arrays of numbers, truth values or texts.

    `notes` say what reading lost or took otherwise; `levels` are those of factors, in their order;
    `tables` are groups of columns whose rows belong together; `knows_na` tells whether the format
    sets NA apart from NaN.
    """

    arrays: dict[str, NDArray[Any]]
    notes: tuple[str, ...] = ()
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    tables: tuple[tuple[str, ...], ...] = ()
    knows_na: bool = False


def rename(values: Values, arrays: dict[str, NDArray[Any]], new: dict[str, str]) -> Values:
    """The same values with other arrays, whose levels and tables follow their new names."""
    levels = {new.get(name, name): each for name, each in values.levels.items()}
    tables = (tuple(new.get(n, n) for n in table) for table in values.tables)
    kept = tuple(table for table in tables if set(table) <= set(arrays))
    return replace(values, arrays=arrays, levels=levels, tables=kept)


def is_na(array: NDArray[Any]) -> NDArray[np.bool_]:
    """Where an array has R's NA, in numbers or texts."""
    if array.dtype.kind == "O":
        return np.array([one is None for one in array.ravel()], dtype=bool).reshape(array.shape)
    if array.dtype != np.float64:
        return np.zeros(array.shape, dtype=bool)
    lower = np.ascontiguousarray(array).view(np.uint64) & np.uint64(0xFFFFFFFF)
    return np.asarray(np.isnan(array) & (lower == 1954).reshape(array.shape))


def with_na(array: NDArray[Any], missing: NDArray[np.bool_]) -> NDArray[Any]:
    """An array with NA where it is missing: whole numbers and truth values become float64."""
    if not missing.any():
        return array
    filled = array.astype(np.float64)
    filled[missing] = NA
    return filled


def texts_of(items: Iterable[Any], shape: tuple[int, ...] | None = None) -> NDArray[Any]:
    """An array of texts, None where one is missing."""
    listed = list(items)
    array = np.empty(len(listed), dtype=object)
    array[:] = listed
    return array if shape is None else array.reshape(shape)


def plain_array(array: NDArray[Any], name: str, path: str) -> tuple[dict[str, NDArray[Any]], str]:
    """An array as those that are compared, by their names, and a note where it was changed."""
    if array.dtype.names:
        return _plain_fields(array, name, path)
    kind = array.dtype.kind
    if kind in "iub":
        return {name: array}, ""
    if kind == "f":
        return _plain_floats(array, name)
    if kind == "c":
        parts = {f"{name}.real": array.real.copy(), f"{name}.imag": array.imag.copy()}
        return parts, f"{name} is complex: compared as {name}.real and {name}.imag"
    if kind == "M":
        return {name: _seconds(array)}, f"{name} holds dates: compared as seconds since 1970 in UTC"
    if kind == "m":
        seconds = array / np.timedelta64(1, "s")
        return {name: seconds}, f"{name} holds durations: compared as seconds"
    if kind in "US":
        return {name: _as_texts(array, name, path)}, ""
    what = "Python objects, which only code could read" if kind == "O" else str(array.dtype)
    raise InputError(f"{path}: {quote_value(name)} holds {what}; wanted numbers or texts")


def check_size(count: float, what: str, bytes_each: int = 8) -> None:
    """Refuse what would not fit into half of the memory, before it is unpacked."""
    needed, present = count * bytes_each, present_memory()
    if needed > present / 2:
        raise InputError(
            f"{what} unpacks to {needed / 2**30:.1f} GiB, more than half of the memory "
            f"({present / 2**30:.1f} GiB); compare parts of it"
        )


def add_once(arrays: dict[str, NDArray[Any]], more: dict[str, NDArray[Any]], path: str) -> None:
    """Add arrays by their names, each of which may come once."""
    for name, array in more.items():
        if name in arrays:
            raise InputError(f"{path} has the name {quote_value(name)} twice; keep one")
        arrays[name] = array


def _plain_floats(array: NDArray[Any], name: str) -> tuple[dict[str, NDArray[Any]], str]:
    if array.dtype.itemsize == 8:
        return {name: array.astype(np.float64, copy=False)}, ""
    if array.dtype.itemsize < 8:
        note = f"{name} is {array.dtype.name}" if array.dtype.itemsize < 4 else ""
        return {name: array.astype(np.float32, copy=False)}, note
    wide = array.astype(np.float64)
    lost = "" if np.array_equal(wide, array, equal_nan=True) else ", which lost digits"
    return {name: wide}, f"{name} is {array.dtype.name}: compared as float64{lost}"


def _plain_fields(array: NDArray[Any], name: str, path: str) -> tuple[dict[str, NDArray[Any]], str]:
    """The fields of records of numpy, as the columns of a table."""
    arrays: dict[str, NDArray[Any]] = {}
    notes = []
    for field_name in array.dtype.names or ():
        whole = field_name if name == ONLY else f"{name}/{field_name}"
        more, note = plain_array(array[field_name], whole, path)
        add_once(arrays, more, path)
        notes += [note] if note else []
    return arrays, "; ".join(notes)


def _seconds(array: NDArray[Any]) -> NDArray[Any]:
    """Whole ones as integers, of which a second more is a difference however large they are."""
    ticks = array.astype("datetime64[ns]").astype(np.int64)
    if not np.isnat(array).any() and not (ticks % 10**9).any():
        return np.asarray(ticks // 10**9)
    return np.asarray(np.where(np.isnat(array), NA, ticks / 1e9))


def _as_texts(array: NDArray[Any], name: str, path: str) -> NDArray[Any]:
    try:
        return texts_of(
            (one.decode("utf-8") if isinstance(one, bytes) else str(one) for one in array.ravel()),
            array.shape,
        )
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: {quote_value(name)} holds texts that are not UTF-8") from error
