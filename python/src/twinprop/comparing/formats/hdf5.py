"""hdf5, by h5py: datasets by their paths, without following links out of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from twinprop.comparing.formats.values import Values, add_once, check_size, plain_array, texts_of
from twinprop.ground.errors import InputError, quote_value


def read_hdf5(path: Path) -> Values:
    """The datasets of a file, in its order; of groups as `group/name`."""
    arrays: dict[str, NDArray[Any]] = {}
    notes: list[str] = []
    try:
        with h5py.File(path, "r") as file:
            for name, dataset in _datasets(file, "", str(path), 0):
                more, note = _read_dataset(dataset, name, str(path))
                add_once(arrays, more, str(path))
                notes += [note] if note else []
    except InputError:
        raise
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise InputError(f"{path} is damaged or no hdf5 file ({str(error)[:90]})") from error
    return Values(arrays, tuple(notes))


def _datasets(group: Any, prefix: str, path: str, depth: int) -> list[tuple[str, Any]]:
    if depth > 20:
        raise InputError(f"{path}: groups are nested more than 20 deep, perhaps in a circle")
    found = []
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise InputError(f"{path}: {quote_value(prefix + name)} is a link; wanted data")
        item = group[name]
        if isinstance(item, h5py.Group):
            found += _datasets(item, f"{prefix}{name}/", path, depth + 1)
        elif isinstance(item, h5py.Dataset):
            found.append((prefix + name, item))
    return found


def _read_dataset(dataset: Any, name: str, path: str) -> tuple[dict[str, NDArray[Any]], str]:
    if dataset.is_virtual or dataset.external:
        raise InputError(f"{path}: the numbers of {quote_value(name)} lie in another file")
    if dataset.shape is None:
        raise InputError(f"{path}: {quote_value(name)} has no values")
    check_size(np.prod(dataset.shape, dtype=float), path, max(1, dataset.dtype.itemsize))
    if h5py.check_string_dtype(dataset.dtype):
        texts = np.asarray(dataset.asstr()[()], dtype=object)
        return {name: texts_of(texts.ravel().tolist(), texts.shape)}, ""
    return plain_array(np.asarray(dataset[()]), name, path)
