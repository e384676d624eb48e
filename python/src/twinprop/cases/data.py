"""The data of a case: inline, or from a CSV file inside its folder; twin of r/R/cases_data.R."""

from __future__ import annotations

import math
import os
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinprop.arithmetic import Array
from twinprop.cases.csv import (
    NUMBER,
    SEPARATORS,
    Style,
    keep_whole_rows,
    numbers_of,
    quote_separator,
    read_csv,
)
from twinprop.cases.target import read_classes, read_target
from twinprop.formulas.data import SCALINGS, apply_scaling, fit_scaling, split_rows
from twinprop.ground.case_checks import (
    LARGEST_INTEGER,
    check_integer,
    check_list,
    check_matrix,
    check_number,
    check_object,
    check_share,
    check_text,
    key_of,
)
from twinprop.ground.errors import InputError, count_of, nearest_name, quote_value, refuse


class Data(NamedTuple):
    """Samples and targets to train on, and those held out (or None)."""

    x: Array
    y: Array
    held_out_x: Array | None
    held_out_y: Array | None


class Table(NamedTuple):
    """Samples and targets as they were read, how to scale them, and which rows serve for what."""

    x: Array
    y: Array
    scale: float | str
    train: NDArray[np.intp]
    held_out: NDArray[np.intp] | None


def read_data(value: Any, where: str, path: Path) -> Data:
    """Read the key "data" of a case: samples and targets, scaled."""
    table = read_table(value, where, path)
    return prepare_data(table, where, table.train, table.held_out)


def read_table(value: Any, where: str, path: Path) -> Table:
    """The key "data" of a case before scaling: {x, y}, or a CSV file and what to take of it."""
    if isinstance(value, dict) and "csv" in value:
        return read_csv_table(value, where, path)
    check_object(value, where, ["x", "y"], [])
    x = check_matrix(value["x"], key_of(where, "x"))
    y = check_matrix(value["y"], key_of(where, "y"))
    if y.shape[0] != x.shape[0]:
        refuse(
            key_of(where, "y"),
            f"of {count_of(y.shape[0], 'row')}",
            f"{x.shape[0]}, as many as x has",
        )
    return Table(x, y, 1.0, np.arange(x.shape[0]), None)


@np.errstate(all="ignore")  # what becomes infinite is refused
def prepare_data(
    table: Table, where: str, train: NDArray[np.intp], held_out: NDArray[np.intp] | None
) -> Data:
    """The rows to train on and those held out, scaled by what the former alone say."""
    x, y = table.x[train], table.y[train]
    if isinstance(table.scale, str):
        scaled = partial(apply_scaling, fit_scaling(x, table.scale))
    else:
        scaled = partial(divide_by, table.scale)
    data = Data(scaled(x), y, None, None)
    if held_out is not None:
        data = data._replace(held_out_x=scaled(table.x[held_out]), held_out_y=table.y[held_out])
    for rows in (data.x, data.held_out_x):
        if rows is not None and not np.isfinite(rows).all():
            refuse(where, "not finite once scaled", "smaller numbers or another scale")
    return data


def divide_by(scale: float, x: Array) -> Array:
    """Features divided by a number."""
    return x / scale


def read_csv_table(value: dict[str, Any], where: str, path: Path) -> Table:
    """Read features and target from a CSV file, and choose the rows to train on."""
    optional = ["features", "classes", "scale", "rows", "held_out", "split"]
    optional += ["missing", "separator", "decimal"]
    check_object(value, where, ["csv", "target"], optional)
    file = data_file(check_text(value["csv"], key_of(where, "csv")), key_of(where, "csv"), path)
    source = f"{path.name}: {file.name}"
    style = read_style(value, where)
    table = read_csv(file, source, style)
    target, columns = read_columns(value, where, table.names, source)
    classes = read_classes(value, key_of(where, "classes"))
    if "missing" in value:
        if value["missing"] != "drop":
            refuse(key_of(where, "missing"), quote_value(value["missing"]), '"drop"')
        labels = classes if isinstance(classes, list) else []
        table = keep_whole_rows(table, [target, *columns], labels, source)
    y = read_target(table, target, classes, source, style.decimal)
    x = numbers_of(table, columns, source, style.decimal)
    scale = read_scale(value.get("scale", 1), key_of(where, "scale"))
    train, held_out = read_rows(value, where, len(table.rows))
    return Table(x, y, scale, train, held_out)


def read_style(value: dict[str, Any], where: str) -> Style:
    """What separates the cells of the CSV file, and the sign before decimals."""
    separator, decimal = value.get("separator", ","), value.get("decimal", ".")
    if separator not in list(SEPARATORS):
        wanted = f"one of {' '.join(map(quote_separator, SEPARATORS))}"
        refuse(key_of(where, "separator"), quote_value(separator), wanted)
    if decimal not in [".", ","]:
        refuse(key_of(where, "decimal"), quote_value(decimal), 'one of "." ","')
    return Style(separator, decimal)


def read_columns(
    value: dict[str, Any], where: str, names: list[str], source: str
) -> tuple[int, list[int]]:
    """The columns of y and of x: those that are named, or all but the target and an index.

    A first column without a name is an index, as pandas and R write it, and no feature.
    """
    if value["target"] not in names and all(map(NUMBER.fullmatch, names)):
        refuse(f"{source}: line 1", f"of numbers, {quote_value(names[0])} first", "column names")
    target = column_of(value["target"], key_of(where, "target"), names)
    if "features" in value:
        return target, read_features(value["features"], key_of(where, "features"), names, target)
    columns = [i for i, name in enumerate(names) if i != target and (i > 0 or name != "")]
    if not columns:
        found = f"{quote_value(names[target])}, the only column"
        refuse(key_of(where, "target"), found, "more columns beside it")
    for column in columns:
        if names[column] == "":
            found = f"{source}: column {column + 1} has no name"
            raise InputError(
                f'{found}; give it one, or name those to use in "features" (what separates cells, '
                "at the end of each line, makes such a column)"
            )
    return target, columns


def column_of(value: Any, where: str, names: list[str]) -> int:
    """The position of a column that a case names."""
    name = check_text(value, where)
    if name not in names:
        hint = f"a column of the CSV file, such as {quote_value(nearest_name(name, names))}"
        refuse(where, quote_value(name), hint)
    if names.count(name) > 1:
        refuse(where, f"{quote_value(name)}, which stands twice", "a name of one column")
    return names.index(name)


def read_features(value: Any, where: str, names: list[str], target: int) -> list[int]:
    """The columns of x, each once; the target among them would give the answer away."""
    columns = [
        column_of(name, f"{where}[{i}]", names) for i, name in enumerate(check_list(value, where))
    ]
    seen = {target}
    for i, column in enumerate(columns):
        if column in seen:
            found = "the target" if column == target else "given twice"
            refuse(f"{where}[{i}]", f"{quote_value(value[i])}, {found}", "another column")
        seen.add(column)
    return columns


def read_scale(value: Any, where: str) -> float | str:
    """A number to divide by, or the name of a scaling that is learned."""
    if isinstance(value, str):
        if value not in SCALINGS:
            wanted = f"a number to divide by, or one of {', '.join(SCALINGS)}"
            refuse(where, quote_value(value), wanted)
        return value
    scale = check_number(value, where)
    if scale <= 0:
        refuse(where, f"{scale:.15g}", "a number above 0 to divide by")
    return scale


def read_rows(
    value: dict[str, Any], where: str, n: int
) -> tuple[NDArray[np.intp], NDArray[np.intp] | None]:
    """The rows to train on and those held out (or None): given ranges, or a drawn split."""
    rows = check_rows(value.get("rows", [0, n - 1]), key_of(where, "rows"), n)
    if "split" not in value:
        if "held_out" not in value:
            return rows, None
        held_out = check_rows(value["held_out"], key_of(where, "held_out"), n)
        if rows[0] <= held_out[-1] and held_out[0] <= rows[-1]:
            found = f"[{held_out[0]}, {held_out[-1]}], which overlaps rows, [{rows[0]}, {rows[-1]}]"
            refuse(key_of(where, "held_out"), found, "two ranges without a common row")
        return rows, held_out
    key = key_of(where, "split")
    if "held_out" in value:
        refuse(key, "given beside held_out", "one of the two")
    split = check_object(value["split"], key, ["held_out", "seed"], [])
    share = check_share(split["held_out"], f"{key}.held_out")
    seed = check_integer(split["seed"], f"{key}.seed", -LARGEST_INTEGER)
    if not 0 < math.floor(len(rows) * share + 0.5) < len(rows):
        refuse(f"{key}.held_out", f"{share:.15g} of {len(rows)} rows", "rows on both sides")
    train, held_out = split_rows(len(rows), share, seed)
    return rows[train], rows[held_out]


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
    if os.path.isdir(file):
        refuse(where, f"{quote_value(name)}, a folder", "a CSV file")
    if os.path.exists(file) and not os.path.isfile(file):
        refuse(where, f"{quote_value(name)}, a pipe or a device", "a CSV file")
    if not os.path.isfile(file):
        refuse(where, f"{quote_value(name)}, which is not there", "a CSV file")
    return file


def check_rows(value: Any, where: str, n: int) -> NDArray[np.intp]:
    """The rows from first to last, both counted from 0 and both included."""
    if len(check_list(value, where)) != 2:
        refuse(where, f"a list of {len(value)}", "[first, last]")
    first = check_integer(value[0], f"{where}[0]", 0, n - 1)
    return np.arange(first, check_integer(value[1], f"{where}[1]", first, n - 1) + 1)
