"""Traces as JSON files, and the digest of an array."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic import Array
from twinprop.ground.case_checks import (
    check_choice,
    check_id,
    check_integer,
    check_list,
    check_not_negative,
    check_object,
    check_text,
    is_number,
)
from twinprop.ground.errors import EngineError, InputError, quote_value, refuse
from twinprop.ground.files import read_json

_SPECIAL = {"inf": np.inf, "-inf": -np.inf, "nan": np.nan}
_TEXTS = ("case", "language", "arithmetic")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_LANGUAGES = ["python", "r"]
_ARITHMETICS = ["native", "strict", "exact", "noisy"]


@dataclass(frozen=True)
class Run:
    """A case that was run: by which language, in which arithmetic, and what came out.

    `seconds` is the time inside the language, reading the case aside; `messages` are what the
    language said meanwhile (R's warnings and messages).
    """

    case: str
    language: str
    arithmetic: str
    trace: Mapping[str, Array]
    seconds: float = 0.0
    environment: Mapping[str, str] = field(default_factory=dict)
    messages: tuple[str, ...] = ()


def digest(array: ArrayLike) -> str:
    """SHA-256 of an array's float64 values: row by row, little-endian, every NaN alike.

    Parameters
    ----------
    array : array_like
        Any shape; the shape itself has no part in the digest.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> digest([0.0])[:16], digest([-0.0])[:16]
    ('af5570f5a1810b7a', 'e6ad6c9a3a3b7658')
    """
    values = np.array(array, dtype="<f8", order="C")
    values[np.isnan(values)] = np.nan
    return hashlib.sha256(values.tobytes()).hexdigest()


def format_run(run: Run) -> str:
    """A run as JSON text: numbers as the shortest decimals that read back as the same bits.

    Parameters
    ----------
    run : Run
        What to write.

    Returns
    -------
    str
        JSON, one line for each quantity, with a line end.
    """
    head = {
        "case": run.case,
        "language": run.language,
        "arithmetic": run.arithmetic,
        "environment": dict(run.environment),
        "seconds": run.seconds,
        "messages": list(run.messages),
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items()]
    entries = ",\n".join(json.dumps(_entry(name, a)) for name, a in run.trace.items())
    return "{\n" + "".join(lines) + f'"trace": [\n{entries}\n]\n}}\n'


def read_run(path: str | os.PathLike[str]) -> Run:
    """Read a run from a JSON file and check its shapes and digests.

    Parameters
    ----------
    path : path
        As made by format_run, or by R, or by anybody.

    Returns
    -------
    Run
        With float64 arrays, in the order of the file.
    """
    return parse_run(read_json(path, str(path)), str(path))


def receive_run(path: str, source: str) -> Run:
    """The run that another process wrote to a file, or the error that it wrote there."""
    told = read_json(path, source)
    if "error" in told:
        kind = InputError if told["is_input_error"] else EngineError
        raise kind(told["error"].strip())
    return parse_run(told, source)


def parse_run(document: Any, source: str) -> Run:
    """The run in a JSON document.

    Parameters
    ----------
    document : object
        What json.loads gave.
    source : str
        What errors call it, such as the path of its file.

    Returns
    -------
    Run
        With float64 arrays.
    """
    where = f"{source}:"
    check_object(document, where, [*_TEXTS, "trace"], ["environment", "seconds", "messages"])
    return Run(
        check_id(document["case"], f"{where} case"),
        check_choice(document["language"], f"{where} language", _LANGUAGES),
        check_choice(document["arithmetic"], f"{where} arithmetic", _ARITHMETICS),
        trace=_parse_trace(document["trace"], where),
        seconds=check_not_negative(document.get("seconds", 0.0), f"{where} seconds"),
        environment=_parse_environment(document.get("environment", {}), f"{where} environment"),
        messages=_parse_messages(document.get("messages", []), f"{where} messages"),
    )


def _entry(name: str, array: Array) -> dict[str, Any]:
    array = np.asarray(array, dtype=np.float64)
    return {
        "name": name,
        "shape": list(array.shape),
        "values": plain_values(array.tolist()) if not np.isfinite(array).all() else array.tolist(),
        "digest": digest(array),
    }


def describe_shape(shape: tuple[int, ...]) -> str:
    """A shape as people write it: `3 x 4`, or `a single number`."""
    return " x ".join(str(n) for n in shape) if shape else "a single number"


def plain_values(value: Any) -> Any:
    """A value for JSON: the numbers that it has not are the texts inf, -inf and nan."""
    if isinstance(value, dict):
        return {key: plain_values(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_values(each) for each in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _parse_environment(environment: Any, where: str) -> dict[str, str]:
    if not isinstance(environment, dict):
        refuse(where, quote_value(environment), "an object")
    return {key: str(value) for key, value in environment.items()}


def _parse_messages(messages: Any, where: str) -> tuple[str, ...]:
    if not isinstance(messages, list):
        refuse(where, quote_value(messages), "a list of texts")
    return tuple(str(message) for message in messages)


def _parse_trace(entries: Any, where: str) -> dict[str, Array]:
    trace: dict[str, Array] = {}
    for position, entry in enumerate(check_list(entries, f"{where} trace")):
        here = f"{where} trace[{position}]"
        check_object(entry, here, ["name", "shape", "values"], ["digest"])
        name = check_quantity_name(entry["name"], f"{here}.name")
        if name in trace:
            refuse(f"{here}.name", f"{quote_value(name)}, as of another entry", "each name once")
        trace[name] = _parse_entry(entry, f"{where} {name}")
    return trace


def check_quantity_name(value: Any, where: str) -> str:
    """A text that a terminal shows as it is."""
    if CONTROL.search(check_text(value, where)):
        refuse(where, quote_value(value), "a text without control characters")
    return str(value)


def _parse_entry(entry: Mapping[str, Any], where: str) -> Array:
    shape = _parse_shape(entry["shape"], f"{where}.shape")
    array = _parse_values(entry["values"], f"{where}.values")
    # An array without elements, such as 0 x 3, is written as [] and has lost its shape.
    if array.size == 0 and 0 in shape:
        array = array.reshape(shape)
    if array.shape != shape:
        refuse(
            f"{where}.values", describe_shape(array.shape), f"{describe_shape(shape)}, its shape"
        )
    if "digest" in entry and entry["digest"] != digest(array):
        raise InputError(f"{where}.values do not match their digest; one of the two was changed")
    return array


def _parse_shape(shape: Any, where: str) -> tuple[int, ...]:
    if not isinstance(shape, list):
        refuse(where, quote_value(shape), "a list of whole numbers")
    for axis, n in enumerate(shape):
        if isinstance(n, float):
            refuse(f"{where}[{axis}]", str(n), "a whole number, without a point")
        check_integer(n, f"{where}[{axis}]", 0)
    return tuple(shape)


def _parse_values(values: Any, where: str) -> Array:
    try:
        array = np.array(values)
    except ValueError:
        refuse(where, "ragged", "rows of one length")
    # Of a mixture of texts and numbers numpy makes texts: look at the type that it finds.
    is_plain = array.dtype.kind in "iuf" and np.isfinite(array).all()
    if is_plain and not _holds_truth_value(values):
        return array.astype(np.float64)
    return np.array(_read_values(values, where), dtype=np.float64)


def _holds_truth_value(values: Any) -> bool:
    """Whether there is a true or false, which numpy takes for 1 and 0 among numbers."""
    if not isinstance(values, list):
        return isinstance(values, bool)
    if values and isinstance(values[0], list):
        return any(map(_holds_truth_value, values))
    return bool in map(type, values)  # at the speed of C, for a trace can have millions


def _read_values(values: Any, where: str) -> Any:
    """Nested lists in which the texts for infinities and NaN are numbers again."""
    if isinstance(values, list):
        return [_read_values(value, where) for value in values]
    if isinstance(values, str) and values in _SPECIAL:
        return _SPECIAL[values]
    if not is_number(values):
        raise InputError(
            f'{where} hold {quote_value(values)}; wanted finite numbers, "inf", "-inf" or "nan"'
        )
    return values
