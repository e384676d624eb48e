"""CSV files as people have them, read cell by cell; twin of r/R/cases_csv.R.

What can be read in one way only is read; what could be meant otherwise is refused, with the key of
a case that says how it is meant.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np

from twinprop.arithmetic import Array
from twinprop.ground.errors import InputError, count_of, quote_value, refuse, shorten_text
from twinprop.ground.files import read_text, split_lines
from twinprop.ground.json_faults import NOT_FINITE

BLANK = " \t\r\n"
NUMBER = re.compile(r"[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?")
# Cells of which nothing can be wrong: whole numbers below 10^15, and decimals.
PLAIN = r"-?[0-9]{1,15}(?:[.][0-9]+)?"
PLAIN_ROW = re.compile(rf"(?:{PLAIN}\n)*{PLAIN}")
WHOLE = re.compile(r"[-+]?0*([0-9]+)")
LARGEST_WHOLE = "9007199254740992"  # 2^53; above it float64 leaves whole numbers out
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
MISSING = ["", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "?", ".", "-"]


class Csv(NamedTuple):
    """Names and cells of a CSV file, and the line of each row, counted from 1."""

    names: list[str]
    rows: list[list[str]]
    lines: list[int]


class Style(NamedTuple):
    """How a CSV file is written: what separates its cells, and the sign before decimals."""

    separator: str
    decimal: str


def read_csv(file: Path, where: str, style: Style) -> Csv:
    """Read a CSV file: a line of column names, then rows, all of the same length."""
    text = split_lines(read_text(file, where, "a CSV file"))
    lines = [number for number, line in enumerate(text, start=1) if line.strip(" \r") != ""]
    if len(lines) < 2:
        refuse(where, "without rows", "a line of column names, then at least one row")
    check_head(text[lines[0] - 1], text[lines[1] - 1], f"{where}: line {lines[0]}", style)
    rows = [split_cells(text[n - 1], f"{where}: line {n}", style.separator) for n in lines]
    names = [plain_cell(name) for name in rows[0]]
    rows, lines = drop_row_names(rows[1:], len(names)), lines[1:]
    for number, row in zip(lines, rows, strict=True):
        if len(row) != len(names):
            found = f"{where}: line {number} has {count_of(len(row), 'column')}"
            extra = len(row) == len(names) + 1 and plain_cell(row[-1]) == ""
            way_out = f"; remove the {SEPARATORS[style.separator]} at its end" if extra else ""
            raise InputError(f"{found}; wanted {len(names)}, as in its first line{way_out}")
    return Csv(names, rows, lines)


def check_head(head: str, row: str, where: str, style: Style) -> None:
    """Refuse a first line that is none of names, or that is separated otherwise."""
    if head.lstrip(BLANK).startswith("#"):
        refuse(where, f"a comment, {quote_value(head)}", "the names of the columns; remove it")
    if re.match("sep=", head, re.IGNORECASE):
        found = f"{quote_value(head)}, which Excel alone reads"
        refuse(where, found, "the names of the columns; remove it")
    others = [sign for sign in SEPARATORS if sign in head]
    if style.separator not in head and others:
        wanted = f'a {SEPARATORS[style.separator]}, or "separator": {quote_separator(others[0])}'
        if others[0] != "," and style.decimal == "." and re.search("[0-9],[0-9]", row):
            wanted += ' and "decimal": ","'
        refuse(where, f"separated by a {SEPARATORS[others[0]]}", f"{wanted} in data")


def quote_separator(sign: str) -> str:
    """A separator as it is written in a case."""
    return r'"\t"' if sign == "\t" else f'"{sign}"'


def split_cells(line: str, where: str, separator: str) -> list[str]:
    """The cells of one line as they stand, also an empty last one."""
    if '"' not in line:
        return line.split(separator)
    sign = re.escape(separator)
    cell = rf'[ ]*+"(?:[^"]++|"")*+"[ ]*+(?={sign}|\Z)|[^{sign}"]*+(?={sign}|\Z)'
    cells = re.findall(rf"{sign}({cell})", separator + line)
    if separator + separator.join(cells) != separator + line:
        raise InputError(
            f"{where} has a quotation mark that is not closed in this line, or stands inside a "
            "cell; wanted each row on one line, and quotation marks around whole cells"
        )
    return cells


def plain_cell(cell: str) -> str:
    """A cell without the blanks and the quotation marks around it."""
    cell = cell.strip(BLANK)
    if len(cell) >= 2 and cell.startswith('"'):
        return cell[1:-1].replace('""', '"').strip(BLANK)
    return cell


def drop_row_names(rows: list[list[str]], columns: int) -> list[list[str]]:
    """The rows without their first cell, where it is a name that the first line leaves out.

    So R's write.table writes them. They are names where they are quoted, no numbers, or a count.
    """
    if any(len(row) != columns + 1 for row in rows) or all(row[-1] == "" for row in rows):
        return rows  # what is too long by an empty last cell has a separator too many
    firsts = [row[0].strip(BLANK) for row in rows]
    plain = [plain_cell(first) for first in firsts]
    are_names = (
        all(first.startswith('"') for first in firsts)
        or not any(NUMBER.fullmatch(first) or first == "" for first in plain)
        or plain in ([str(i + start) for i in range(len(rows))] for start in (0, 1))
    )
    return [row[1:] for row in rows] if are_names else rows


def is_absent(cell: str) -> bool:
    """Whether a cell is what people and programs write where a value is missing."""
    return cell.lower() in MISSING


def keep_whole_rows(table: Csv, columns: list[int], labels: list[str], where: str) -> Csv:
    """The rows in which nothing is missing in some columns; labels are never missing."""
    kept = [
        i
        for i, row in enumerate(table.rows)
        if not any(is_absent(c) and c not in labels for c in (plain_cell(row[k]) for k in columns))
    ]
    if not kept:
        refuse(where, "without a row in which nothing is missing", "at least one")
    return Csv(table.names, [table.rows[i] for i in kept], [table.lines[i] for i in kept])


def numbers_of(table: Csv, columns: list[int], where: str, decimal: str) -> Array:
    """Some columns of a table as finite numbers."""
    numbers = np.empty((len(table.rows), len(columns)))
    for i, row in enumerate(table.rows):
        cells = [row[k] for k in columns]
        if decimal == "." and PLAIN_ROW.fullmatch("\n".join(cells)):
            numbers[i] = list(map(float, cells))
        else:
            for j, (k, cell) in enumerate(zip(columns, cells, strict=True)):
                numbers[i, j] = parse_cell(cell, f"{where}: {place_in(table, i, k)}", decimal)
    return numbers


def place_in(table: Csv, row: int, column: int) -> str:
    """Line and column of a cell, as people find it."""
    return f"line {table.lines[row]}, column {shorten_text(table.names[column])}"


def parse_cell(cell: str, where: str, decimal: str) -> float:
    """A cell as a finite number."""
    cell = plain_cell(cell)
    number = with_point(cell, decimal)
    if NUMBER.fullmatch(number) is None or is_beyond(number) or math.isinf(float(number)):
        refuse_cell(cell, where, decimal)
    return float(number)


def with_point(cell: str, decimal: str) -> str:
    """A number with a point for whatever sign stands there; with a wrong one it is no number."""
    return cell.replace(".", "_").replace(",", ".") if decimal == "," else cell


def is_beyond(number: str) -> bool:
    """Whether a number is written as a whole one beyond 2^53."""
    found = WHOLE.fullmatch(number)
    return found is not None and (
        len(found[1]) > 16 or (len(found[1]) == 16 and found[1] > LARGEST_WHOLE)
    )


def refuse_cell(cell: str, where: str, decimal: str) -> NoReturn:
    """Refuse a cell that is no finite number, by what it looks like."""
    wanted = "a finite number"
    other = "." if decimal == "," else ","
    number = with_point(cell, decimal)
    if is_absent(cell):
        found = "empty" if cell == "" else f"{quote_value(cell)}, a missing value"
        refuse(where, found, f'{wanted}, or "missing": "drop" in data to leave such rows out')
    if not re.search("[0-9]", cell) and not NOT_FINITE.fullmatch(cell):
        found = f"{quote_value(cell)}, a text"
        refuse(where, found, f'{wanted}, or "features" in data without this column')
    if NUMBER.fullmatch(number) and is_beyond(number):
        found = f"{shorten_text(cell)}, a whole number beyond 2^53, which float64 may not hold"
        refuse(where, found, 'a smaller one, or "features" in data without this column')
    if NUMBER.fullmatch(number):
        refuse(where, f"{quote_value(cell)}, beyond the range of float64", wanted)
    if NUMBER.fullmatch(with_point(cell, other)):
        kind, instead = ("point", "comma") if other == "." else ("comma", "point")
        found = f"{quote_value(cell)}, with a decimal {kind}"
        refuse(where, found, f'a decimal {instead}, or "decimal": "{other}" in data')
    refuse(where, quote_value(cell), wanted)
