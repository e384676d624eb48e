"""safetensors, by its own library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from twinprop.comparing.formats.values import Values, add_once, check_size, plain_array
from twinprop.ground.errors import InputError


def read_safetensors(path: Path) -> Values:
    """The tensors of a file, in the order of their names."""
    check_size(path.stat().st_size, str(path), 1)
    arrays: dict[str, NDArray[Any]] = {}
    notes = []
    try:
        with safe_open(path, framework="numpy") as file:
            for name in file.keys():  # noqa: SIM118 - it is no dict
                more, note = plain_array(file.get_tensor(name), name, str(path))
                add_once(arrays, more, str(path))
                notes += [note] if note else []
    except (SafetensorError, OSError) as error:
        raise InputError(f"{path} is damaged or no safetensors file ({error})") from error
    except (TypeError, AttributeError, KeyError) as error:
        raise InputError(
            f"{path} holds a type that numpy has not ({error}); save it as float32"
        ) from error
    return Values(arrays, tuple(notes))
