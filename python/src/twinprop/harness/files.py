"""Files written whole or not at all, and JSON read with errors that name the file."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twinprop.errors import InputError


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file so that at every moment it is either the old one or the complete new one.

    Parameters
    ----------
    path : path
        Where to; its folder must exist.
    content : str or bytes
        Text is written as UTF-8.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    fill_whole(path, lambda temporary: Path(temporary).write_bytes(data))


def fill_whole(path: str | os.PathLike[str], fill: Callable[[str], object]) -> None:
    """As write_whole, for something that writes a file by itself, such as a plot.

    Parameters
    ----------
    path : path
        Where to.
    fill : callable
        Is given the name of a temporary file in the same folder, with the same ending.
    """
    target = Path(path)
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(
            prefix=f".{target.stem}-", suffix=target.suffix, dir=target.parent
        )
        os.close(handle)
        fill(temporary)
        with open(temporary, "rb+") as written:
            os.fsync(written.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, target)
    except OSError as error:
        raise InputError(f"cannot write {target}: {error.strerror or error}") from error
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def read_json(path: str | os.PathLike[str]) -> Any:
    """The content of a JSON file, with numbers as they were meant.

    Parameters
    ----------
    path : path
        A UTF-8 file. NaN and Infinity, which JSON has not, and keys given twice are refused.

    Returns
    -------
    object
        The document.
    """
    try:
        text = Path(path).read_bytes().decode("utf-8")
        return json.loads(
            text,
            parse_int=_parse_whole_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_double_keys,
        )
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError:
        raise InputError(f"{path} is not a text file in UTF-8") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InputError(f"{path} is not complete JSON: {error.msg} at {where}") from None
    except RecursionError:
        raise InputError(f"{path} is nested too deeply for a JSON file") from None
    except (_RefusedError, OverflowError) as error:
        raise InputError(f"{path}: {error}") from None


class _RefusedError(Exception):
    """Something that a JSON file should not hold."""


def _parse_whole_number(digits: str) -> int | float:
    # As an integer minus zero would lose its sign, and thousands of digits are refused by int.
    return float(digits) if digits == "-0" or len(digits) > 18 else int(digits)


def _refuse_constant(word: str) -> float:
    raise _RefusedError(f'{word} is not JSON; write it as "inf", "-inf" or "nan"')


def _refuse_double_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RefusedError(f'the key "{twice}" is given twice')
    return found


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
