"""json in the forms that people have: names with nested lists, objects in objects, or rows."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.cases.traces import check_quantity_name, parse_run
from twinprop.comparing.formats.packed import unpack
from twinprop.comparing.formats.parts import parse_parts, parse_record_rows, parse_stored
from twinprop.comparing.formats.values import Values, add_once, is_na
from twinprop.ground.errors import InputError, refuse
from twinprop.ground.files import JSON_TEXT, check_beginning, parse_json, split_lines

# What Python's json and R's jsonlite write, though no JSON has it.
_CONSTANT = re.compile(r"-?\b(?:NaN|Infinity)\b")
_CONSTANTS = {"NaN": '"nan"', "Infinity": '"inf"', "-Infinity": '"-inf"'}


def read_document(path: Path) -> Values:
    """The arrays of a JSON file; null is NA, "nan", "inf" and "-inf" are numbers."""
    return parse_document(_parse(_read_text(path), str(path)), str(path))


def parse_document(document: Any, source: str) -> Values:
    """The arrays of a document of JSON; `source` is what errors call it."""
    if isinstance(document, dict) and "trace" in document and "arithmetic" in document:
        return Values(dict(parse_run(document, source).trace))
    return parse_parts(document, source)


def read_lines(path: Path) -> Values:
    """A JSON object on each line: what `note` and `feed` wrote, or the rows of a table."""
    entries = []
    for number, line in enumerate(split_lines(_read_text(path)), start=1):
        try:
            entries.append(_parse(line, str(path)))
        except InputError as error:
            raise InputError(
                f"{path} is damaged or not whole at line {number}; wanted an object of JSON, such "
                "as a note, on each line"
            ) from error
    if entries and not any(isinstance(e, dict) and "shape" in e for e in entries):
        return parse_record_rows(entries, str(path))
    arrays: dict[str, NDArray[Any]] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"{path}: line {number}"
        if not isinstance(entry, dict) or set(entry) != {"name", "shape", "values"}:
            raise InputError(f"{where} is no note; wanted name, shape and values")
        name = check_quantity_name(entry.pop("name"), f"{where}, its name")
        add_once(arrays, {name: parse_stored(entry, str(path), name)}, str(path))
    return Values(arrays, knows_na=False)


def _read_text(path: Path) -> str:
    raw = unpack(path, 8)
    check_beginning(raw, str(path), "JSON")
    try:
        return raw.decode("utf-8").lstrip("\ufeff")
    except UnicodeDecodeError:
        refuse(str(path), "not a text in UTF-8", "JSON in UTF-8; save it so")


def _parse(text: str, where: str) -> Any:
    """A document in which NaN and infinities may stand as Python writes them."""
    if ("NaN" in text or "Infinity" in text) and _CONSTANT.search(text):
        outside = re.split(f"({JSON_TEXT.pattern})", text, flags=re.DOTALL)
        outside[::2] = (_CONSTANT.sub(lambda m: _CONSTANTS[m[0]], part) for part in outside[::2])
        text = "".join(outside)
    return parse_json(text, where)


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
