"""npy and npz, by numpy: without pickles, and npy without loading it whole."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.comparing.formats.values import ONLY, Values, add_once, check_size, plain_array
from twinprop.ground.errors import InputError

_DAMAGED = (
    ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError,
    tokenize.TokenError, SyntaxError,
)  # fmt: skip


def read_npy(path: Path) -> Values:
    """The array of an npy file, mapped into memory as far as its numbers are looked at."""
    try:
        with open(path, "rb") as file:
            if not file.read(6).startswith((b"\x93NUMPY", b"PK")):
                raise ValueError("it does not begin as an npy file")
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except _DAMAGED as error:
        raise _refusal(str(path), error) from error
    if not isinstance(array, np.ndarray):
        raise InputError(f"{path} is an npz file by its content; call it so")
    arrays, note = plain_array(array, ONLY, str(path))
    tables = (tuple(arrays),) if array.dtype.names else ()
    return Values(arrays, (note,) if note else (), tables=tables)


def read_npz(path: Path) -> Values:
    """The arrays of an npz file, in its order."""
    arrays: dict[str, NDArray[Any]] = {}
    notes = []
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            check_size(sum(member.file_size for member in members), str(path), 1)
            for member in members:
                name = _utf8_name(member).removesuffix(".npy")
                with packed.open(member) as file:
                    array = np.lib.format.read_array(file, allow_pickle=False)
                more, note = plain_array(array, name, str(path))
                add_once(arrays, more, str(path))
                notes += [note] if note else []
    except InputError:
        raise
    except _DAMAGED as error:
        raise _refusal(str(path), error) from error
    return Values(arrays, tuple(notes))


def _utf8_name(member: zipfile.ZipInfo) -> str:
    """The name, also where the program zip wrote it in UTF-8 without saying so."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _refusal(path: str, error: Exception) -> InputError:
    if "Object arrays" in str(error) or "Python objects" in str(error):
        return InputError(
            f"{path} holds an array of Python objects, which may hold code, so it is not read; "
            "save numbers or texts"
        )
    return InputError(f"{path} is damaged or not whole ({' '.join(str(error).split())[:90]})")
