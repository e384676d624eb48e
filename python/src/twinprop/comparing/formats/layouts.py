"""How a text lays out its table: what parts the cells, and where the names of columns stand."""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
from typing import NamedTuple

from twinprop.ground.errors import InputError, quote_value, refuse
from twinprop.ground.files import check_beginning

# What parts the cells where the ending does not tell, in the order in which it is looked for.
_SEPARATORS = "\t;,"
_USUAL = {".csv": ",", ".tsv": "\t"}
# What pandas calls a column without a name that it has written and read.
_NAMELESS = ("", "Unnamed: 0")


class Layout(NamedTuple):
    """A table in a text: what parts its cells, its names, its rows as bytes, and notes.

    `names` are None where no row holds names; `first` is the number of the first row of `body`.
    """

    separator: str
    names: list[str] | None
    width: int
    body: bytes
    first: int
    notes: tuple[str, ...]


def lay_out(raw: bytes, ending: str, path: str) -> Layout:
    """Find the layout of a table from its ending and its first two rows.

    csv may be parted by semicolons or tabs as well, txt by anything; numpy writes names behind a #,
    and R one name less than there are columns where the first holds the names of rows.
    """
    raw = _check_text(raw, path)
    raw, comment = _without_comments(raw)
    separator = _find_separator(raw, ending)
    if separator == " ":
        raw, separator = _tabs_for_blanks(raw), "\t"
    rows = csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), delimiter=separator)
    header = next(rows, [])
    if not header:
        refuse(path, "empty", "a table with names of columns")
    lines = rows.line_num
    second = next(rows, [])
    notes: list[str] = []
    if not _are_names(header, second):
        names = _names_in(comment, len(header))
        return Layout(separator, names, len(header), raw, 1, ())
    if header == _counted(len(header)):
        notes.append(f"its first row, {header[0]} to {header[-1]}, is taken for names of columns")
    if _has_row_names(header, second):
        header = ["", *header]
    names = [name.strip() for name in header]
    names[0] = "" if names[0] in _NAMELESS else names[0]
    _check_once(names, path)
    return Layout(separator, names, len(names), _after_lines(raw, lines), 2, tuple(notes))


def is_number(text: str) -> bool:
    """Whether a cell is a number as tables mean it."""
    try:
        value = float(text)
    except ValueError:
        return False
    # Python reads 1_000 and the digits of other scripts as numbers; tables do not mean them so.
    return (text.isascii() and "_" not in text and not math.isinf(value)) or (
        text.strip().lower().lstrip("+-") in ("inf", "infinity")
    )


def _check_text(raw: bytes, path: str) -> bytes:
    check_beginning(raw, path, "a table")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        refuse(path, "not a text in UTF-8", "a table in UTF-8; save it so")
    while raw.startswith(codecs.BOM_UTF8):
        raw = raw.removeprefix(codecs.BOM_UTF8)
    return raw


def _without_comments(raw: bytes) -> tuple[bytes, str]:
    """The text without the lines before it that begin with #, and the last of those."""
    comment, begin = b"", 0
    while raw.startswith(b"#", begin):
        end = raw.find(b"\n", begin) + 1 or len(raw)
        comment, begin = raw[begin:end], end
    return raw[begin:], comment.decode("utf-8").lstrip("#").strip()


def _find_separator(raw: bytes, ending: str) -> str:
    first, second = [*raw.split(b"\n", 2), b""][:2]
    bare = re.sub('"[^"]*"', "q", first.decode("utf-8"))
    usual = _USUAL.get(ending, "\t")
    found = next((one for one in (usual, *_SEPARATORS) if one in bare), "")
    if found:
        return found
    cells = second.split()
    in_blanks = len(cells) > 1 and all(is_number(c.decode()) for c in cells[1:])
    return " " if ending not in _USUAL or (in_blanks and len(bare.split()) > 1) else usual


def _tabs_for_blanks(raw: bytes) -> bytes:
    """Cells that blanks of any width part, as R's write.table and numpy's savetxt leave them."""
    if b'"' in raw:
        text = io.StringIO(newline="")
        lines = (line.strip() for line in raw.decode("utf-8").splitlines())
        rows = csv.reader((n for n in lines if n), delimiter=" ", skipinitialspace=True)
        csv.writer(text, delimiter="\t", lineterminator="\n").writerows(rows)
        return text.getvalue().encode()
    return re.sub(rb"(?m)^\t|\t$|^\n", b"", re.sub(rb"[^\S\n]+", b"\t", raw))


def _are_names(header: list[str], second: list[str]) -> bool:
    if not all(is_number(cell) for cell in header):
        return True
    if header != _counted(len(header)) or not second:
        return False
    # Pandas numbers the columns of a matrix from 0; a column of whole numbers may begin so, too.
    return len(header) > 2 or any("." in cell for cell in second)


def _has_row_names(header: list[str], second: list[str]) -> bool:
    """R writes no name above the names of rows, which it counts from 1 where there are none."""
    if len(second) != len(header) + 1 or second[-1] == "":
        return False
    return second[0] == "1" or not is_number(second[0])


def _counted(count: int) -> list[str]:
    return [str(i) for i in range(count)]


def _names_in(comment: str, width: int) -> list[str] | None:
    """The names of a comment above the table, if it has one for each column."""
    for words in (comment.split(","), comment.split()):
        names = [word.strip() for word in words]
        if len(names) == width and len(set(names)) == width and not any(map(is_number, names)):
            return names if all(names) else None
    return None


def _check_once(names: list[str], path: str) -> None:
    known: set[str] = set()
    for name in names:
        if name in known:
            raise InputError(f"{path} has the column {quote_value(name)} twice; keep one")
        known.add(name)


def _after_lines(raw: bytes, count: int) -> bytes:
    end = 0
    for _ in range(count):
        end = raw.find(b"\n", end) + 1 or len(raw)
    return raw[end:]
