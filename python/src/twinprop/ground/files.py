"""Files: read as text or as JSON, and written whole or not at all; twin of r/R/ground_files.R."""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import re
import secrets
import shutil
import stat
import time
from collections.abc import Callable, Iterable
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

from twinprop.ground.errors import InputError, quote_value, refuse
from twinprop.ground.json_faults import check_json, is_maybe_not_json, place_of

DEEPEST = 20
LEFT_OVER = 3600.0  # seconds after which nobody still writes a temporary file of ours
# How files begin that people take for texts, and what is to be done with them.
BEGINNINGS = [
    (b"\x1f\x8b", "compressed by gzip", "unpacked"),
    (b"PK\x03\x04", "a zip archive, as a workbook of Excel is", "exported as text"),
    (b"\xff\xfe", "in UTF-16", "saved as UTF-8"),
    (b"\xfe\xff", "in UTF-16", "saved as UTF-8"),
]
# One that is never closed goes to the end; looked for anew at each mark, it would take long.
JSON_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
# How much deeper each bracket leads, and the bytes that are none.
STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
NO_BRACKETS = bytes(byte for byte in range(256) if byte not in STEPS)
# Zero, and the halves of a pair of surrogates that stand alone.
HIGH, LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F]"
NO_CHARACTER = re.compile(rf"\\u0000|{HIGH}(?!{LOW})|(?<!{HIGH}){LOW}")


def check_path(path: Any) -> None:
    """Refuse what cannot be the path of a file, such as a number or nothing."""
    if not isinstance(path, (str, os.PathLike)) or str(path) == "":
        refuse("path", quote_value(path), "the path of a file")
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        refuse("path", f"{quote_value(str(path))}, not in UTF-8", "one that is; rename it")


def read_text(path: str | os.PathLike[str], where: str, wanted: str) -> str:
    """The text of a file in UTF-8, without the marks of byte order that it begins with."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{where} cannot be read ({error.strerror}); wanted {wanted}") from error
    check_beginning(content, where, wanted)
    while content.startswith(codecs.BOM_UTF8):
        content = content.removeprefix(codecs.BOM_UTF8)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        refuse_byte(content, where, wanted)
    return text


def check_beginning(content: bytes, where: str, wanted: str) -> None:
    """Refuse a file of another kind, which its first bytes tell."""
    for beginning, found, way_out in BEGINNINGS:
        if content.startswith(beginning):
            refuse(where, found, f"{wanted}, {way_out}")


def refuse_byte(content: bytes, where: str, wanted: str) -> NoReturn:
    """Refuse a file at the byte that is no text."""
    try:
        good = content.decode("utf-8")
    except UnicodeDecodeError as error:
        good = content[: error.start].decode("utf-8")
    good = good.partition("\0")[0]
    byte = content[len(good.encode("utf-8"))]
    found = f"not a text in UTF-8: {place_of(good, len(good))} is the byte 0x{byte:02X}"
    if byte >= 0xA0:
        found += f', in latin-1 "{chr(byte)}"'
    refuse(where, found, f"{wanted}, in UTF-8")


def read_bounded(path: Path, most: int) -> bytes | None:
    """The first bytes of an ordinary file; nothing of a link, a pipe or a device."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with open(os.open(path, flags), "rb") as file:
            return file.read(most) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
    except OSError:
        return None


def split_lines(text: str) -> list[str]:
    """The lines of a text, whatever ends them."""
    lines = re.split("\r\n?|\n", text)
    return lines[:-1] if lines[-1] == "" else lines


def read_json(path: str | os.PathLike[str], where: str) -> Any:
    """The document of a JSON file in which no key stands twice."""
    return parse_json(read_text(path, where.removesuffix(":"), "a JSON file"), where)


def parse_json(text: str, where: str) -> Any:
    """The document of a JSON text; see read_json."""

    def check_unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        document = dict(pairs)
        if len(document) < len(pairs):
            twice = _first_twice(key for key, _ in pairs)
            raise InputError(f"{where} has the key {quote_value(twice)} twice; keep one")
        return document

    file = where.removesuffix(":")
    check_json_text(text, file)
    try:
        return json.loads(
            text,
            object_pairs_hook=check_unique,
            parse_constant=_refuse_constant,
            parse_int=_parse_integer,
        )
    except InputError:
        check_json(text, file)
        raise
    except ValueError:
        check_json(text, file)
        refuse(file, "not valid JSON", "a JSON file")


def _first_twice(keys: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _parse_integer(digits: str) -> int | float:
    # As an integer minus zero would lose its sign, and thousands of digits are refused by int.
    return float(digits) if digits == "-0" or len(digits) > 18 else int(digits)


def check_json_text(text: str, where: str) -> None:
    """Refuse a JSON text that parsers read in different ways or cannot be trusted with.

    That is one with deeply nested brackets, with a comment, with a number beyond float64, or with
    the code of a character that is none: zero, or half of a pair.
    """
    outside = JSON_TEXT.sub("", text)
    brackets = outside.encode("utf-8", "replace").translate(None, NO_BRACKETS)
    deepest = max(accumulate(map(STEPS.__getitem__, brackets), initial=0))
    if deepest > DEEPEST:
        refuse(where, f"nested {deepest} brackets deep", f"at most {DEEPEST}")
    if is_maybe_not_json(outside):
        check_json(text, where)
    if r"\u" in text and NO_CHARACTER.search(text.replace(r"\\", "")):
        refuse(where, r"with the code \u of no character", "a JSON file")


def write_whole(path: str | os.PathLike[str], content: str) -> None:
    """Write a text so that at every moment its file is either the old one or the complete new one.

    A link stays a link, and a file keeps its rights. A pipe or a device is not replaced: the text
    goes into it.

    Parameters
    ----------
    path : str
        Where to; its folder must exist.
    content : str
        Is written as UTF-8.
    """
    fill_whole(path, lambda file: Path(file).write_bytes(content.encode("utf-8")))


def fill_whole(path: str | os.PathLike[str], fill: Callable[[str], object]) -> None:
    """As write_whole, for something that writes a file by itself, such as a plot.

    Parameters
    ----------
    path : str
        Where to; its folder must exist.
    fill : function of a path
        Is given the name of a temporary file in the same folder, with the same ending.
    """
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            fill(os.fspath(path))  # a pipe or a device, which nothing may replace
        else:
            _fill_and_rename(Path(os.path.realpath(path)), fill)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def make_folder(path: str | os.PathLike[str]) -> Path:
    """A folder, made with those above it if it is not there.

    Parameters
    ----------
    path : str
        Its place.

    Returns
    -------
    path
        The folder.
    """
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"cannot make the folder {path}: {error.strerror}") from error
    return Path(path)


def _fill_and_rename(target: Path, fill: Callable[[str], object]) -> None:
    remove_left_overs(target.parent)
    temporary = target.with_name(f".twinprop-{secrets.token_hex(8)}{target.suffix}")
    try:
        temporary.touch(exist_ok=False)
        if target.exists():
            shutil.copymode(target, temporary)
        fill(str(temporary))
        with open(temporary, "rb+") as written:
            os.fsync(written.fileno())
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def remove_left_overs(folder: Path) -> None:
    """Remove the temporary files of writers that were killed, which could not do it."""
    for left in folder.glob(".twinprop-*"):
        with contextlib.suppress(OSError):  # another's, or gone meanwhile
            if time.time() - left.stat().st_mtime > LEFT_OVER:
                left.unlink()
