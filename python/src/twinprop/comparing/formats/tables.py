"""csv, tsv and txt, by pandas: columns by their names, every digit, NA apart from NaN."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twinprop.comparing.formats.layouts import Layout, is_number, lay_out
from twinprop.comparing.formats.packed import ending_of, unpack
from twinprop.comparing.formats.values import ONLY, Values, texts_of, with_na
from twinprop.ground.errors import InputError, count_of

_NA = ["NA", ""]
_ANY_TEXT = (".txt", ".dat")  # which often are no tables
_MINUS_ZERO = re.compile(rb"(?:^|[\s,;\"])-0(?:$|[\s,;\"])", re.MULTILINE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(?:,\d+)?(?:[eE][+-]?\d+)?")


def read_table(path: Path) -> Values:
    """A table of text, whatever parts its cells."""
    try:
        layout = lay_out(unpack(path, 4), ending_of(path), str(path))
        _check_rows(layout, path)
    except csv.Error as error:
        raise InputError(f"{path} is no table ({error})") from error
    names = layout.names or [f"V{i + 1}" for i in range(layout.width)]
    columns = _read_columns(layout, names, path)
    if ending_of(path) in _ANY_TEXT and not any(map(_has_numbers, columns.values())):
        raise InputError(f"{path} is no table of numbers; wanted rows of cells of one count")
    notes = list(layout.notes)
    if layout.names is None:
        if not any(column.dtype.kind == "O" for column in columns.values()):
            return Values({ONLY: np.column_stack(list(columns.values()))}, knows_na=True)
        notes.append("no names of columns: V1, V2, ...")
    if names[0] == "" and len(names) > 1:
        columns.pop("")
        notes.append("its first column has no name: taken for names of rows and left out")
    return Values(columns, tuple(notes), tables=(tuple(columns),), knows_na=True)


def _has_numbers(column: NDArray[Any]) -> bool:
    return column.dtype.kind != "O" and column.size > 0


def _check_rows(layout: Layout, path: Path) -> None:
    """Refuse a row with more or fewer cells than the first, which pandas would fill."""
    body, separator, width = layout.body, layout.separator, layout.width
    if b'"' not in body:
        lines = body.count(b"\n") + (not body.endswith(b"\n") and body != b"")
        if width > 1 and body.count(separator.encode()) == (width - 1) * lines:
            return
    rows = csv.reader(io.StringIO(body.decode("utf-8"), newline=""), delimiter=separator)
    for number, row in enumerate(rows, start=layout.first):
        if row and len(row) != width:
            raise InputError(
                f"{path}: row {number} has {count_of(len(row), 'cell')}; "
                f"wanted {width}, as in the first"
            )


def _read_columns(layout: Layout, names: list[str], path: Path) -> dict[str, NDArray[Any]]:
    def read(**options: Any) -> pd.DataFrame:
        return pd.read_csv(
            io.BytesIO(layout.body),
            sep=layout.separator,
            header=None,
            names=list(range(len(names))),
            keep_default_na=False,
            low_memory=False,
            skip_blank_lines=len(names) > 1,
            index_col=False,
            **options,
        )

    try:
        table = read(na_values=_NA)
    except (ValueError, pd.errors.ParserError) as error:
        raise InputError(f"{path} is no table ({str(error).splitlines()[0]})") from error
    has_minus_zero = _MINUS_ZERO.search(layout.body) is not None
    has_comma = layout.separator != ","
    # Read again at once, all of a kind: one by one a wide table would take long.
    whole = [i for i, kind in table.dtypes.items() if kind.kind in "iu" and has_minus_zero]
    as_floats = read(na_values=_NA, usecols=whole, dtype=np.float64)
    gaps = table.isna().any()
    others = [i for i, kind in table.dtypes.items() if kind.kind not in "iufb" or gaps[i]]
    as_texts = read(na_values=[], usecols=others, dtype=str)
    columns = {}
    for i, name in enumerate(names):
        if i in as_texts:
            columns[name] = _convert(as_texts[i].tolist(), has_comma)
        else:
            columns[name] = (as_floats if i in as_floats else table)[i].to_numpy()
    return columns


_TRUTH = {"TRUE": True, "FALSE": False, "True": True, "False": False}


def _convert(texts: list[str], has_comma: bool) -> NDArray[Any]:
    """The cells of a column with gaps, or of texts; decimals may have a comma for a point."""
    missing = np.array([text in _NA for text in texts], dtype=bool)
    present = [text for text in texts if text not in _NA]
    if present and all(text in _TRUTH for text in present):
        return with_na(np.array([_TRUTH.get(text, False) for text in texts]), missing)
    if has_comma and present and all(_DECIMAL_COMMA.fullmatch(text.strip()) for text in present):
        texts = [text.replace(",", ".") for text in texts]
        present = []
    if all(is_number(text) for text in present):
        numbers = np.array([0.0 if text in _NA else float(text) for text in texts])
        return with_na(numbers, missing)
    return texts_of(None if text == "NA" else text for text in texts)
