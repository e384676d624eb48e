"""Values of a script's variables as arrays, part by part."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.check.aliases import holds_gradients, holds_memory, list_kind
from twinprop.check.matching import SIGNED
from twinprop.ground.names import PARAMETERS

_NO_DIGITS = string.ascii_letters + "_."


class Kept(np.ndarray):
    """A copy of a value, made for the notes."""


def plain_array(value: Any) -> dict[str, Any]:
    """An array as JSON has it: shape and values row by row, infinities and NaN as words."""
    array = np.asarray(value)
    flat = array.astype(np.float64).reshape(-1)
    values = [v if np.isfinite(v) else repr(v) for v in flat.tolist()]
    return {"shape": list(array.shape), "values": values}


def copy_array(value: Any) -> Any:
    """A copy of a value as numbers, or None if it is something else."""
    if isinstance(value, (str, bytes, bool, type(None), dict, set)) or callable(value):
        return None
    try:
        array = np.array(value)
    except (ValueError, TypeError):
        return None
    if array.dtype.kind not in "fiub" or array.size == 0 or array.ndim > 2:
        return None
    return array.view(Kept)


def is_own_object(value: Any) -> bool:
    """Whether a value is of a class that the script defines itself."""
    return type(value).__module__ == "__main__" and not isinstance(value, type)


def fields_of(value: Any) -> dict[str, Any]:
    """Keys of a dictionary, or fields of an object or a named tuple, with their values."""
    if isinstance(value, dict):
        return {key: item for key, item in value.items() if isinstance(key, str)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return dict(value._asdict())
    return dict(getattr(value, "__dict__", {}))


def layers_in(value: Any) -> list[tuple[int, Any]]:
    """The parts of a list that have weights, each with the number of its layer.

    A layer is a dictionary or an object with a field such as `weights` or `W`.
    """
    if not isinstance(value, (list, tuple)) or len(value) > 100:
        return []
    parts = [v for v in value if isinstance(v, dict) or is_own_object(v)]
    weighted = [v for v in parts if any(list_kind(key) == "W" for key in fields_of(v))]
    return list(enumerate(weighted, 1))


def flatten(name: str, value: Any, x: Any = None, depth: int = 0) -> Iterator[tuple[str, Any]]:
    """A value with its name; of a dictionary, an object or a list of layers each part with its.

    A list of activations that begins with the samples x is counted from 0. A list of gradients that
    is not yet of full length may grow from its end, so its parts have no number.
    """
    if holds_memory(name) and isinstance(value, (dict, list, tuple)):
        return
    if isinstance(value, dict) or is_own_object(value):
        for key, item in fields_of(value).items():
            kind, digits = list_kind(key.rstrip("0123456789")), key.lstrip(_NO_DIGITS)
            key = f"d{kind}{digits}" if holds_gradients(name) and kind in PARAMETERS else key
            if isinstance(item, (list, tuple, dict)):
                yield from flatten(key, item, x, depth)
            elif key != name:
                yield key, item
    elif isinstance(value, (list, tuple)) and list_kind(name) and _is_list_of_arrays(value):
        kind = list_kind(name)
        if kind in SIGNED and len(value) < depth:
            return
        for i, item in enumerate(value, 0 if kind == "a" and _is_of_samples(value[0], x) else 1):
            yield f"{kind}{i}", item
    elif layers := layers_in(value):
        for layer, part in layers:
            kinds = {key: list_kind(key) for key in fields_of(part)}
            yield from ((f"{kinds[k]}{layer}", v) for k, v in fields_of(part).items() if kinds[k])
    else:
        yield name, value


def _is_list_of_arrays(value: Any) -> bool:
    return len(value) > 0 and all(isinstance(v, np.ndarray) for v in value)


def _is_of_samples(value: Any, x: Any) -> bool:
    """Whether a matrix is x, transposed or not, or some of its rows."""
    if x is None or x.shape[1] not in value.shape:
        return False
    return bool(np.isin(value, x).all())
