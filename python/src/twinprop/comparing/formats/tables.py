"""csv and tsv, by pandas: columns by their names, every digit, NA apart from NaN."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from twinprop.comparing.formats.values import ONLY, Values, check_size, texts_of, with_na
from twinprop.ground.errors import InputError, count_of, quote_value, refuse

_NA = ["NA", ""]
_MINUS_ZERO = re.compile(rb"(?:^|[\s,;\"])-0(?:$|[\s,;\"])", re.MULTILINE)


def read_csv(path: Path) -> Values:
    """A table with commas."""
    return _read_table(path, ",")


def read_tsv(path: Path) -> Values:
    """A table with tabs."""
    return _read_table(path, "\t")


def _read_table(path: Path, separator: str) -> Values:
    check_size(path.stat().st_size, str(path), 4)
    raw = path.read_bytes()
    header = _read_header(raw, separator, path)
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    has_names = not all(_is_number(cell) for cell in header)
    names = header if has_names else [f"V{i + 1}" for i in range(len(header))]
    _check_rows(raw, separator, len(names), path)
    columns = _read_columns(raw, separator, names, has_names, path)
    if not has_names:
        if any(column.dtype.kind == "O" for column in columns.values()):
            return Values(columns, ("no names of columns: V1, V2, ...",), {}, (tuple(names),), True)
        return Values({ONLY: np.column_stack(list(columns.values()))}, knows_na=True)
    notes = []
    if names[0] == "":
        columns.pop("")
        notes.append("its first column has no name: taken for names of rows and left out")
    return Values(columns, tuple(notes), tables=(tuple(columns),), knows_na=True)


def _read_header(raw: bytes, separator: str, path: Path) -> list[str]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        refuse(str(path), "not a text in UTF-8", "a table in UTF-8")
    if "\0" in text:
        refuse(str(path), "not a text in UTF-8", "a table in UTF-8")
    header = next(csv.reader(io.StringIO(text), delimiter=separator), [])
    if not header:
        refuse(str(path), "empty", "a table with names of columns")
    for i, name in enumerate(header):
        if name in header[:i] and not _is_number(name):
            raise InputError(f"{path} has the column {quote_value(name)} twice; keep one")
    return header


def _check_rows(raw: bytes, separator: str, width: int, path: Path) -> None:
    """Refuse a row with more or fewer cells than the first, which pandas would fill."""
    if b'"' not in raw:
        lines = raw.count(b"\n") + (not raw.endswith(b"\n"))
        if width > 1 and raw.count(separator.encode()) == (width - 1) * lines:
            return
    rows = csv.reader(io.StringIO(raw.decode("utf-8"), newline=""), delimiter=separator)
    for number, row in enumerate(rows, start=1):
        if row and len(row) != width:
            raise InputError(
                f"{path}: row {number} has {count_of(len(row), 'cell')}; "
                f"wanted {width}, as in the first"
            )


def _read_columns(
    raw: bytes, separator: str, names: list[str], has_names: bool, path: Path
) -> dict[str, NDArray[Any]]:
    def read(**options: Any) -> pd.DataFrame:
        return pd.read_csv(
            io.BytesIO(raw),
            sep=separator,
            header=None,
            names=list(range(len(names))),
            skiprows=1 if has_names else 0,
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
    has_minus_zero = _MINUS_ZERO.search(raw) is not None
    columns = {}
    for i, name in enumerate(names):
        column = table[i]
        if column.dtype.kind in "iu" and has_minus_zero:
            column = read(na_values=_NA, usecols=[i], dtype=np.float64)[i]
        if column.dtype.kind not in "iufb" or column.isna().any():
            texts = read(na_values=[], usecols=[i], dtype=str)[i].tolist()
            columns[name] = _convert(texts)
        else:
            columns[name] = column.to_numpy()
    return columns


_TRUTH = {"TRUE": True, "FALSE": False, "True": True, "False": False}


def _convert(texts: list[str]) -> NDArray[Any]:
    """The cells of a column with gaps, or of texts."""
    missing = np.array([text in _NA for text in texts], dtype=bool)
    present = [text for text in texts if text not in _NA]
    if present and all(text in _TRUTH for text in present):
        return with_na(np.array([_TRUTH.get(text, False) for text in texts]), missing)
    if all(_is_number(text) for text in present):
        numbers = np.array([0.0 if text in _NA else float(text) for text in texts])
        return with_na(numbers, missing)
    return texts_of(None if text == "NA" else text for text in texts)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    # Python reads 1_000 and the digits of other scripts as numbers; tables do not mean them so.
    return (text.isascii() and "_" not in text and not math.isinf(float(text))) or (
        text.strip().lower().lstrip("+-") in ("inf", "infinity")
    )
