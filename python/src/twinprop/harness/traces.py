"""Traces as JSON files, and the digest of an array."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinprop.errors import InputError, quote_value
from twinprop.files import read_json, write_whole
from twinprop.harness.sentences import describe_shape

Array = NDArray[np.float64]

_SPECIAL = {"inf": np.inf, "-inf": -np.inf, "nan": np.nan}
_KEYS = {"case", "language", "arithmetic", "environment", "seconds", "messages", "trace"}
_TEXTS = ("case", "language", "arithmetic")


@dataclass(frozen=True)
class Run:
    """A case that was run: by which language, in which arithmetic, and what came out.

    `seconds` is the time inside the language, reading the case included; `messages` are what the
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


def write_run(run: Run, path: str | os.PathLike[str]) -> None:
    """Write a run as a JSON file, whole or not at all.

    Parameters
    ----------
    run : Run
        What to write.
    path : path
        Where to.
    """
    write_whole(path, format_run(run))


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
        As written by write_run, or by R, or by anybody.

    Returns
    -------
    Run
        With float64 arrays, in the order of the file.
    """
    return parse_run(read_json(path, str(path)), str(path))


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
    if not isinstance(document, dict):
        raise InputError(f"{source}: a trace is an object, not {quote_value(document)}")
    for key in (*_TEXTS, "trace"):
        if key not in document:
            raise InputError(f'{source}: the key "{key}" is missing')
    unknown = sorted(set(document) - _KEYS)
    if unknown:
        raise InputError(
            f'{source}: unknown key "{unknown[0]}"; known are {", ".join(sorted(_KEYS))}'
        )
    for key in _TEXTS:
        if not isinstance(document[key], str):
            raise InputError(f"{source}: {key} is a text, not {quote_value(document[key])}")
    seconds = document.get("seconds", 0.0)
    if not isinstance(seconds, (int, float)):
        raise InputError(f"{source}: seconds is a number, not {quote_value(seconds)}")
    return Run(
        case=document["case"],
        language=document["language"],
        arithmetic=document["arithmetic"],
        trace=_parse_trace(document["trace"], source),
        seconds=float(seconds),
        environment=_parse_environment(document.get("environment", {}), source),
        messages=tuple(str(message) for message in document.get("messages") or ()),
    )


def _entry(name: str, array: Array) -> dict[str, Any]:
    array = np.asarray(array, dtype=np.float64)
    return {
        "name": name,
        "shape": list(array.shape),
        "values": _write_values(array.tolist()) if not np.isfinite(array).all() else array.tolist(),
        "digest": digest(array),
    }


def _write_values(values: Any) -> Any:
    """Nested lists in which numbers that JSON has not are texts."""
    if isinstance(values, list):
        return [_write_values(value) for value in values]
    return values if np.isfinite(values) else str(values)


def _parse_environment(environment: Any, source: str) -> dict[str, str]:
    if not isinstance(environment, dict):
        raise InputError(f"{source}: environment is an object, not {quote_value(environment)}")
    return {key: str(value) for key, value in environment.items()}


def _parse_trace(entries: Any, source: str) -> dict[str, Array]:
    if not isinstance(entries, list):
        raise InputError(f"{source}: trace is a list, not {quote_value(entries)}")
    trace: dict[str, Array] = {}
    for position, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            raise InputError(f"{source}: entry {position} of the trace has no name")
        name = entry["name"]
        if name in trace:
            raise InputError(f"{source}: {name} is given twice")
        trace[name] = _parse_entry(entry, f"{source}: {name}")
    return trace


def _parse_entry(entry: Mapping[str, Any], source: str) -> Array:
    for key in ("shape", "values"):
        if key not in entry:
            raise InputError(f'{source}: the key "{key}" is missing')
    shape = entry["shape"]
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise InputError(f"{source}: a shape is a list of whole numbers, not {quote_value(shape)}")
    array = _parse_values(entry["values"], source)
    # An array without elements, such as 0 x 3, is written as [] and has lost its shape.
    if array.size == 0 and 0 in shape:
        array = array.reshape(shape)
    if array.shape != tuple(shape):
        found, wanted = describe_shape(array.shape), describe_shape(tuple(shape))
        raise InputError(f"{source}: the values are {found}, the shape says {wanted}")
    if "digest" in entry and entry["digest"] != digest(array):
        raise InputError(f"{source}: the values do not match their digest; one was changed")
    return array


def _parse_values(values: Any, source: str) -> Array:
    try:
        # Of a mixture of texts and numbers numpy would make texts: look at the type it finds.
        found = np.array(values)
        if found.size and found.dtype.kind not in "iuf":
            found = np.array(_read_values(values, source))
        array = found.astype(np.float64)
    except InputError:
        raise
    except (ValueError, OverflowError):
        raise InputError(f"{source}: the values are ragged or not all numbers") from None
    if found.dtype.kind == "f" and not np.isfinite(array).all():
        _refuse_overflow(values, source)
    return array


def _read_values(values: Any, source: str) -> Any:
    """Nested lists in which the texts for infinities and NaN are numbers again."""
    if isinstance(values, list):
        return [_read_values(value, source) for value in values]
    if isinstance(values, str) and values in _SPECIAL:
        return _SPECIAL[values]
    if isinstance(values, bool) or not isinstance(values, (int, float)):
        raise InputError(f'{source}: {quote_value(values)} is not a number, "inf", "-inf" or "nan"')
    return float(values)


def _refuse_overflow(values: Any, source: str) -> None:
    """A number too large for a double, such as 1e999, would silently be read as infinity."""
    if isinstance(values, list):
        for value in values:
            _refuse_overflow(value, source)
    elif isinstance(values, float) and not np.isfinite(values):
        raise InputError(f'{source}: a number is too large for a double; infinity is "inf"')
