"""mat files, by scipy (before 7.3) and h5py (7.3)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import scipy.io
import scipy.sparse
from numpy.typing import NDArray

from twinprop.comparing.formats.hdf5 import read_hdf5
from twinprop.comparing.formats.values import Values, add_once, check_size, plain_array, texts_of
from twinprop.ground.errors import InputError, quote_value


def read_mat(path: Path) -> Values:
    """The variables of a file, in its order. MATLAB has a vector as a matrix of one row."""
    if h5py.is_hdf5(path):
        values = read_hdf5(path)
        # Its matrices are stored column by column, which hdf5 shows as transposed.
        turned = {name: array.T for name, array in values.arrays.items()}
        return Values(turned, values.notes)
    try:
        # Only the heads are read here.
        for name, shape, _ in scipy.io.whosmat(path):
            check_size(np.prod(shape, dtype=float), f"{path}: {name}")
        variables = scipy.io.loadmat(path, chars_as_strings=True)
    except InputError:
        raise
    except Exception as error:  # of scipy, which has many kinds for damaged files
        raise InputError(f"{path} is damaged or no mat file ({str(error)[:90]})") from error
    arrays: dict[str, NDArray[Any]] = {}
    notes = []
    for name, value in variables.items():
        if name.startswith("__"):
            continue
        more, note = _convert(value, name, str(path))
        add_once(arrays, more, str(path))
        notes += [note] if note else []
    return Values(arrays, tuple(notes))


def _convert(value: Any, name: str, path: str) -> tuple[dict[str, NDArray[Any]], str]:
    if scipy.sparse.issparse(value):
        check_size(np.prod(value.shape, dtype=float), f"{path}: {name}")
        return plain_array(value.toarray(), name, path)
    if not isinstance(value, np.ndarray):
        raise InputError(f"{path}: {quote_value(name)} is no array; wanted numbers or texts")
    if value.dtype.kind == "O" and all(
        isinstance(one, np.ndarray) and one.dtype.kind == "U" and one.size <= 1
        for one in value.ravel()
    ):
        texts = ["".join(one.ravel().tolist()) for one in value.ravel()]
        return {name: texts_of(texts, value.shape)}, ""
    if value.dtype.kind in "OV":
        raise InputError(
            f"{path}: {quote_value(name)} is a cell, structure or function; save its numbers"
        )
    return plain_array(value, name, path)
