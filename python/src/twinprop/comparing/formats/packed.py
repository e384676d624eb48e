"""Files that gzip, bzip2 or xz packed, unpacked piece by piece, so that a bomb is seen early."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from pathlib import Path
from typing import Any

from twinprop.comparing.formats.values import check_size
from twinprop.ground.errors import InputError

_OPENERS: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZ": bz2.open, b"\xfd7": lzma.open}
_PIECE = 1 << 24


def ending_of(path: Path) -> str:
    """The ending that tells the format: that before .gz."""
    endings = [ending.lower() for ending in path.suffixes[-2:]]
    return "".join(endings[-1:]) if endings[-1:] != [".gz"] else "".join(endings[:-1])


def unpack(path: Path, bytes_each: int) -> bytes:
    """The bytes of a file, unpacked if it is packed.

    `bytes_each` is how many bytes of memory each of them will take.
    """
    with open(path, "rb") as file:
        opener = _OPENERS.get(file.read(2))
    if opener is None:
        check_size(path.stat().st_size, str(path), bytes_each)
        return path.read_bytes()
    unpacked = io.BytesIO()
    try:
        with opener(path, "rb") as packed:
            while piece := packed.read(_PIECE):
                unpacked.write(piece)
                check_size(unpacked.tell(), str(path), bytes_each)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise InputError(f"{path} is damaged or not whole ({error})") from error
    return unpacked.getvalue()
