"""json: `{name: nested lists}`, `{name: {"shape": ..., "values": ...}}`, or a trace."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.cases.traces import check_quantity_name, parse_run
from twinprop.comparing.formats.values import NA, ONLY, Values, add_once, is_na, texts_of
from twinprop.ground.errors import InputError, quote_value, refuse
from twinprop.ground.files import check_json_text, read_json, read_text, split_lines

_SPECIAL = {"inf": np.inf, "-inf": -np.inf, "nan": np.nan}
_FORM = 'lists of numbers, truth values or texts, or {"shape": [...], "values": [...]}'


def read_document(path: Path) -> Values:
    """The arrays of a JSON file; null is NA, "nan", "inf" and "-inf" are numbers."""
    return parse_document(read_json(path, str(path)), str(path))


def parse_document(document: Any, source: str) -> Values:
    """The arrays of a document of JSON; `source` is what errors call it."""
    if isinstance(document, dict) and "trace" in document and "arithmetic" in document:
        return Values(dict(parse_run(document, source).trace))
    entries = document if isinstance(document, dict) else {ONLY: document}
    arrays = {name: _parse_entry(entry, name, source) for name, entry in entries.items()}
    return Values(arrays, knows_na=True)


def read_notes(path: Path) -> Values:
    """The arrays that `note` and `feed` wrote, one a line, in the order in which they came."""
    arrays: dict[str, NDArray[Any]] = {}
    text = ",\n".join(split_lines(read_text(path, str(path), "notes")))
    check_json_text(text, str(path))
    try:
        entries = json.loads(f"[{text}]", parse_constant=float)
    except ValueError as error:
        raise InputError(f"{path} is damaged or not whole; wanted a note on each line") from error
    for number, entry in enumerate(entries, start=1):
        where = f"{path}: line {number}"
        if not isinstance(entry, dict) or set(entry) != {"name", "shape", "values"}:
            raise InputError(f"{where} is no note; wanted name, shape and values")
        name = check_quantity_name(entry.pop("name"), f"{where}, its name")
        add_once(arrays, {name: _parse_entry(entry, name, where)}, str(path))
    return Values(arrays, knows_na=False)


def _parse_entry(entry: Any, name: str, path: str) -> NDArray[Any]:
    where = f"{path}: {quote_value(name)}"
    if not isinstance(entry, dict):
        return _parse_values(entry, where)
    if set(entry) != {"shape", "values"}:
        refuse(where, "an object with other keys", _FORM)
    shape, values = entry["shape"], entry["values"]
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        refuse(f"{where}, its shape", quote_value(shape), "a list of whole numbers")
    array = _parse_values(values, where)
    if array.size != np.prod(shape, dtype=object):
        refuse(f"{where}, its values", f"{array.size} numbers", f"those of its shape {shape}")
    return array.reshape(shape)


def _parse_values(values: Any, where: str) -> NDArray[Any]:
    shape, level = [], [values]
    while any(isinstance(one, list) for one in level):
        lengths = {len(one) if isinstance(one, list) else -1 for one in level}
        if len(lengths) > 1:
            refuse(where, "ragged", "rows of one length")
        shape.append(lengths.pop())
        level = list(itertools.chain.from_iterable(level))
    kinds = set(map(type, level))
    if kinds == {float}:
        return np.array(level, dtype=np.float64).reshape(shape)
    if kinds == {int}:
        return np.array(level, dtype=np.int64).reshape(shape)
    if kinds == {bool}:
        return np.array(level).reshape(shape)
    if not kinds <= {int, float, str, bool, type(None)}:
        refuse(where, "neither numbers nor texts", _FORM)
    texts = [one for one in level if type(one) is str and one not in _SPECIAL]
    if texts:
        if kinds - {str, type(None)}:
            raise InputError(
                f"{where} holds {quote_value(texts[0])} among numbers; wanted one kind in an array"
            )
        return texts_of(level, tuple(shape))
    if bool in kinds and kinds & {int, float, str}:
        raise InputError(f"{where} holds true or false among numbers; wanted one kind in an array")
    if int in kinds and any(type(one) is int and abs(one) > 2**53 for one in level):
        raise InputError(
            f"{where} holds whole numbers beyond 2^53 among others, which float64 has not; "
            "write them in an array of their own"
        )
    numbers = [NA if one is None else _SPECIAL.get(one, one) for one in level]
    return np.array(numbers, dtype=np.float64).reshape(shape)


def format_document(arrays: Mapping[str, NDArray[Any]]) -> str:
    """Arrays as JSON that loses nothing: shapes, every digit, NA as null."""
    entries = (
        f'{json.dumps(name, ensure_ascii=False)}: {{"shape": {list(array.shape)}, '
        f'"values": {json.dumps(_plain(array), ensure_ascii=False)}}}'
        for name, array in arrays.items()
    )
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _plain(array: NDArray[Any]) -> list[Any]:
    if array.dtype.kind != "f":
        return list(array.ravel().tolist())
    flat = array.astype(np.float64).ravel()
    missing = is_na(flat).tolist()
    return [
        None if gone else value if math.isfinite(value) else str(value)
        for gone, value in zip(missing, flat.tolist(), strict=True)
    ]
