"""The arrays in a document of JSON: nested lists by their names, objects in objects, rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.comparing.formats.values import NA, ONLY, Values, add_once, texts_of
from twinprop.ground.errors import InputError, quote_value, refuse

# How numbers that JSON has not are written; jsonlite has NA as a text.
_SPECIAL = {
    "inf": np.inf, "-inf": -np.inf, "nan": np.nan, "Inf": np.inf, "-Inf": -np.inf, "NaN": np.nan,
    "NA": NA,
}  # fmt: skip
_FORM = 'lists of numbers, truth values or texts, or {"shape": [...], "values": [...]}'
_STORED = {"shape", "values"}
# Pandas' orient="split".
_SPLIT = {"columns", "index", "data"}


def parse_parts(document: Any, source: str) -> Values:
    """The arrays of a document; names of objects in objects are parted by a slash."""
    if isinstance(document, dict) and set(document) == _SPLIT:
        names = [str(name) for name in document["columns"]]
        rows = [dict(zip(names, row, strict=False)) for row in document["data"]]
        return parse_record_rows(rows, source)
    if _are_rows(document):
        return parse_record_rows(document, source)
    arrays: dict[str, NDArray[Any]] = {}
    tables: list[tuple[str, ...]] = []
    for name, part in _walk(document, "", source):
        array = _plain_list(part)
        if array is not None and name and name not in arrays:
            arrays[name] = array
        elif _are_rows(part):
            table = parse_record_rows(part, f"{source}: {quote_value(name)}")
            add_once(
                arrays, {f"{name}/{own}": array for own, array in table.arrays.items()}, source
            )
            tables.append(tuple(f"{name}/{own}" for own in table.arrays))
        else:
            add_once(arrays, {name or ONLY: parse_stored(part, source, name or ONLY)}, source)
    tables += [tuple(arrays)] if _are_columns(document) and not tables else []
    return Values(arrays, tables=tuple(tables), knows_na=True)


def parse_record_rows(rows: list[Any], source: str) -> Values:
    """A table whose rows are objects; what a row has not is missing there."""
    if not _are_rows(rows):
        refuse(source, "no table: a row is no object of numbers or texts", _FORM)
    names = list(dict.fromkeys(itertools.chain.from_iterable(rows)))
    arrays = {name: _parse_values([row.get(name) for row in rows], source, name) for name in names}
    return Values(arrays, tables=(tuple(arrays),), knows_na=True)


def parse_stored(entry: Any, source: str, name: str) -> NDArray[Any]:
    """Nested lists as an array, or an object with its shape and its values row by row.

    Errors say `source` and `name`.
    """
    if not isinstance(entry, dict):
        return _parse_values(entry, source, name)
    where = f"{source}: {quote_value(name)}"
    if set(entry) != _STORED:
        refuse(where, "an object with other keys", _FORM)
    shape, values = entry["shape"], entry["values"]
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        refuse(f"{where}, its shape", quote_value(shape), "a list of whole numbers")
    array = _parse_values(values, source, name)
    if array.size != np.prod(shape, dtype=object):
        refuse(f"{where}, its values", f"{array.size} numbers", f"those of its shape {shape}")
    return array.reshape(shape)


def _walk(part: Any, name: str, source: str) -> Iterator[tuple[str, Any]]:
    """What is an array, with its name: the members of objects, and of lists that hold objects."""
    if isinstance(part, dict) and set(part) != _STORED:
        if _is_numbered(part):
            yield name, list(part.values())
            return
        for own, each in part.items():
            whole = f"{name}/{own}" if name else own
            if type(each) is list and each and type(each[0]) in _PLAIN:
                yield whole, each  # the quick way for what holds no parts
            else:
                yield from _walk(each, whole, source)
    elif isinstance(part, list) and not _are_rows(part) and _holds_parts(part):
        for i, each in enumerate(part):
            yield from _walk(each, f"{name or ONLY}/{i}", source)
    else:
        yield name, part


def _is_numbered(part: dict[str, Any]) -> bool:
    """Whether an object is a column of pandas, whose keys count its rows."""
    counted = bool(part) and all(key == str(i) for i, key in enumerate(part))
    return counted and not any(isinstance(each, (dict, list)) for each in part.values())


def _are_columns(document: Any) -> bool:
    return isinstance(document, dict) and all(
        isinstance(part, dict) and _is_numbered(part) for part in document.values()
    )


def _are_rows(part: Any) -> bool:
    return (
        isinstance(part, list)
        and part != []
        and isinstance(part[0], dict)
        and all(isinstance(row, dict) and row.keys() != _STORED for row in part)
        and not any(isinstance(cell, (dict, list)) for row in part for cell in row.values())
        and any(part)
    )


def _holds_parts(part: list[Any]) -> bool:
    """Whether a list holds objects, or arrays of other shapes, as of the layers of a network."""
    if not part or not isinstance(part[0], (dict, list)):
        return False
    if any(isinstance(each, dict) for each in part):
        return all(isinstance(each, (dict, list)) for each in part)
    if not all(isinstance(each, list) for each in part):
        return False
    shapes = {_shape_of(each) for each in part}
    return len(shapes) > 1 and None not in shapes


def _shape_of(part: list[Any]) -> tuple[int, ...] | None:
    """The shape of nested lists; None where they are ragged."""
    shape: list[int] = []
    level: list[Any] = [part]
    while any(isinstance(one, list) for one in level):
        lengths = {len(one) if isinstance(one, list) else -1 for one in level}
        if len(lengths) > 1:
            return None
        shape.append(lengths.pop())
        level = list(itertools.chain.from_iterable(level))
    return tuple(shape)


_PLAIN = {float: np.float64, int: np.int64, bool: np.bool_}


def _plain_list(values: Any) -> NDArray[Any] | None:
    """The array of a list of numbers of one type; the quick way, for there may be a million."""
    kinds = set(map(type, values)) if type(values) is list else ()
    kind = _PLAIN.get(*kinds) if len(kinds) == 1 else None
    return None if kind is None else np.array(values, dtype=kind)


def _parse_values(values: Any, source: str, name: str) -> NDArray[Any]:
    plain = _plain_list(values)
    if plain is not None:
        return plain
    where = f"{source}: {quote_value(name)}"
    shape = _shape_of([values])
    if shape is None:
        refuse(where, "ragged", "rows of one length")
    level = [values]
    for _ in shape[1:]:
        level = list(itertools.chain.from_iterable(level))
    shape = shape[1:]
    kinds = set(map(type, level))
    if len(kinds) == 1 and kinds <= _PLAIN.keys():
        return np.array(level, dtype=_PLAIN[kinds.pop()]).reshape(shape)
    if not kinds <= {int, float, str, bool, type(None)}:
        refuse(where, "neither numbers nor texts", _FORM)
    texts = [one for one in level if type(one) is str and one not in _SPECIAL]
    if texts:
        if kinds - {str, type(None)}:
            raise InputError(
                f"{where} holds {quote_value(texts[0])} among numbers; wanted one kind in an array"
            )
        return texts_of(level, shape)
    if bool in kinds and kinds & {int, float, str}:
        raise InputError(f"{where} holds true or false among numbers; wanted one kind in an array")
    if int in kinds and any(type(one) is int and abs(one) > 2**53 for one in level):
        raise InputError(
            f"{where} holds whole numbers beyond 2^53 among others, which float64 has not; "
            "write them in an array of their own"
        )
    numbers = [NA if one is None else _SPECIAL.get(one, one) for one in level]
    return np.array(numbers, dtype=np.float64).reshape(shape)
