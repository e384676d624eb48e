"""Values of a script's variables as arrays, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from twinprop.check.aliases import list_kind


class Kept(np.ndarray):
    """A copy of a value, made for the notes."""


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


def flatten(name: str, value: Any, x: Any = None) -> Iterator[tuple[str, Any]]:
    """A value with its name; of a dictionary, an object or a list of layers each part with its.

    A list of activations that begins with the samples x is counted from 0.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(key, str):
                yield from flatten(key, item, x)
    elif name == "self" or type(value).__module__ == "__main__":
        for key, item in getattr(value, "__dict__", {}).items():
            if key != name:
                yield key, item
    elif isinstance(value, (list, tuple)) and list_kind(name) and _is_list_of_arrays(value):
        kind = list_kind(name)
        for i, item in enumerate(value, 0 if kind == "a" and _is_of_samples(value[0], x) else 1):
            yield f"{kind}{i}", item
    else:
        yield name, value


def _is_list_of_arrays(value: Any) -> bool:
    return len(value) > 0 and all(isinstance(v, np.ndarray) for v in value)


def _is_of_samples(value: Any, x: Any) -> bool:
    """Whether a matrix is x, transposed or not, or some of its rows."""
    if x is None or x.shape[1] not in value.shape:
        return False
    return bool(np.isin(value, x).all())
