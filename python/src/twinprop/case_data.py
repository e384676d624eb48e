"""The data of a case: inline, or from a CSV file inside its folder; twin of r/R/case_data.R."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from twinprop.arithmetic import Array
from twinprop.case_checks import (
    check_integer,
    check_list,
    check_matrix,
    check_number,
    check_object,
    check_text,
    is_number,
    key_of,
)
from twinprop.case_files import read_text, refuse, split_lines
from twinprop.errors import InputError, nearest_name, quote_value, shorten_text

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?")
QUOTED = re.compile('^"(.*)"$')
BLANK = " \t\r\n"


class Data(NamedTuple):
    """Samples and targets to train on, and those held out (or None)."""

    x: Array
    y: Array
    held_out_x: Array | None
    held_out_y: Array | None


def read_data(value: Any, where: str, path: Path) -> Data:
    """Read the key "data" of a case: {x, y}, or {csv, target, classes, scale, rows, held_out}."""
    if isinstance(value, dict) and "csv" in value:
        return read_csv_data(value, where, path)
    check_object(value, where, ["x", "y"], [])
    x = check_matrix(value["x"], key_of(where, "x"))
    y = check_matrix(value["y"], key_of(where, "y"))
    if y.shape[0] != x.shape[0]:
        refuse(key_of(where, "y"), f"of {y.shape[0]} rows", f"{x.shape[0]}, as many as x has")
    return Data(x, y, None, None)


def read_csv_data(value: dict[str, Any], where: str, path: Path) -> Data:
    """Read features and target from a CSV file, and choose the rows to train on."""
    check_object(value, where, ["csv", "target"], ["classes", "scale", "rows", "held_out"])
    file = data_file(check_text(value["csv"], key_of(where, "csv")), key_of(where, "csv"), path)
    names, table = read_csv(file)
    target = check_text(value["target"], key_of(where, "target"))
    if target not in names:
        hint = f'a column of the CSV file, such as "{nearest_name(target, names)}"'
        refuse(key_of(where, "target"), quote_value(target), hint)
    if names.count(target) > 1:
        refuse(
            key_of(where, "target"),
            f"{quote_value(target)}, which stands twice",
            "a name of one column",
        )
    if len(names) == 1:
        refuse(
            key_of(where, "target"),
            f"{quote_value(target)}, the only column",
            "more columns beside it",
        )
    column = names.index(target)
    scale = check_number(value.get("scale", 1), key_of(where, "scale"))
    if scale <= 0:
        refuse(key_of(where, "scale"), f"{scale:.15g}", "a number above 0 to divide by")
    x = np.delete(table, column, axis=1) / scale
    y = table[:, [column]]
    if "classes" in value:
        classes = check_integer(value["classes"], key_of(where, "classes"), 2, 1000000)
        y = one_hot(y, classes, f"{file.name}: column {target}")
    n = table.shape[0]
    first, last = check_rows(value.get("rows", [0, n - 1]), key_of(where, "rows"), n)
    train = slice(first, last + 1)
    if "held_out" not in value:
        return Data(x[train], y[train], None, None)
    first, last = check_rows(value["held_out"], key_of(where, "held_out"), n)
    held_out = slice(first, last + 1)
    return Data(x[train], y[train], x[held_out], y[held_out])


def data_file(name: str, where: str, path: Path) -> Path:
    """The CSV file that a case names, inside the folder of its data.

    The name is relative to the folder that holds the case, or to the folder above it where that
    one is called "cases".
    """
    folder = Path(os.path.realpath(path)).parent
    root = folder.parent if folder.name == "cases" else folder
    file = Path(os.path.realpath(root / name))
    if not file.is_relative_to(root):
        refuse(
            where, f"{quote_value(name)}, outside the folder of the case's data", "a path inside it"
        )
    if not file.is_file():
        refuse(where, f"{quote_value(name)}, which is not there", "a CSV file")
    return file


def read_csv(file: Path) -> tuple[list[str], Array]:
    """Read a CSV file of numbers: a line of column names, then lines of finite numbers."""
    lines = split_lines(read_text(file, file.name, "a CSV file"))
    if len(lines) < 2:
        refuse(file.name, "without rows", "a line of column names, then at least one row")
    names = [QUOTED.sub(r"\1", name.strip(BLANK)) for name in lines[0].split(",")]
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split(",")
        if len(cells) != len(names):
            raise InputError(
                f"{file.name}: line {number} has {len(cells)} columns; wanted {len(names)}, "
                f"as in its first line"
            )
        rows.append([parse_cell(c, file, number, k) for k, c in zip(names, cells, strict=True)])
    return names, np.array(rows, dtype=np.float64)


def parse_cell(cell: str, file: Path, number: int, name: str) -> float:
    """A cell of a CSV file as a finite number, written as JSON writes numbers."""
    cell = cell.strip(BLANK)
    value = float(cell) if NUMBER.fullmatch(cell) else float("nan")
    if not is_number(value):
        where = f"{file.name}: line {number}, column {shorten_text(name)}"
        refuse(where, quote_value(cell), "a finite number")
    return value


def one_hot(labels: Array, classes: int, where: str) -> Array:
    """A column of labels 0, 1, ... as a matrix with a 1 in the column of each label."""
    codes = labels[:, 0]
    for row in np.flatnonzero((codes != np.floor(codes)) | (codes < 0) | (codes >= classes)):
        found = f"{codes[row]:.15g} in row {row}"
        refuse(where, found, f"a whole number from 0 to {classes - 1}")
    return np.eye(classes, dtype=np.float64)[codes.astype(np.intp)]


def check_rows(value: Any, where: str, n: int) -> tuple[int, int]:
    """First and last row, both counted from 0 and both included."""
    if len(check_list(value, where)) != 2:
        refuse(where, f"a list of {len(value)}", "[first, last]")
    first = check_integer(value[0], f"{where}[0]", 0, n - 1)
    return first, check_integer(value[1], f"{where}[1]", first, n - 1)
