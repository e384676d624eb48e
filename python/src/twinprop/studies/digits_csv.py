"""Images in the layouts of Kaggle's digits and of Fashion-MNIST: a label, 784 pixels, a line each.

The first counts its pixels from 0 (pixel0 to pixel783), the second from 1.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from twinprop.ground.errors import InputError, count_of, quote_value, shorten_text
from twinprop.ground.files import check_beginning

PIXELS = 784
HEADER, OTHER_HEADER = (["label", *(f"pixel{i + n}" for i in range(PIXELS))] for n in (0, 1))
CLASSES = 10
BRIGHTEST = 255


def read_digits(path: str | os.PathLike[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Pixels and labels of a CSV file.

    It is read fast; only where that fails, or finds a number out of range, is it read again line
    by line, to say what is wrong and where.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    (n, 784) uint8 and (n) uint8
        Pixels from 0 to 255, labels from 0 to 9.
    """
    name = Path(path).name
    try:
        with open(path, "rb") as file:
            head = file.readline()
            lines, commas = _count(file)
    except OSError as error:
        raise InputError(f"{name} cannot be read ({error.strerror}); wanted a CSV file") from error
    check_beginning(head, name, "a CSV file")
    header = _check_head(head, name)
    if lines == 0:
        raise InputError(f"{name} is without images; wanted at least one line after the names")
    table = _read_fast(path) if commas == lines * PIXELS else None
    if table is None or table.shape != (lines, 1 + PIXELS) or not _in_range(table):
        _refuse_first_fault(path, name, header)
        raise InputError(f"{name} is not a CSV file of whole numbers; wanted one image a line")
    return table[:, 1:].astype(np.uint8), table[:, 0].astype(np.uint8)


def _count(file: Iterator[bytes]) -> tuple[int, int]:
    """Lines and commas of the rest of a file, without the blank lines at its end."""
    lines = commas = blank = 0
    for line in file:
        if not line.strip():
            blank += 1
            continue
        lines, blank = lines + blank + 1, 0
        commas += line.count(b",")
    return lines, commas


def _check_head(head: bytes, name: str) -> list[str]:
    """The names of the columns, in one of the two layouts."""
    if not head.strip():
        raise InputError(f"{name} is empty; wanted a line of names, label to pixel{PIXELS - 1}")
    text = head.decode("utf-8", "replace").lstrip("\ufeff")
    names = [cell.strip().strip('"') for cell in text.split(",")]
    header = OTHER_HEADER if names[1:2] == OTHER_HEADER[1:2] else HEADER
    for column, (found, wanted) in enumerate(zip(names, header, strict=False), start=1):
        if found != wanted:
            raise InputError(
                f"{name}: line 1, column {column} is {quote_value(found)}; wanted {wanted}"
            )
    if len(names) != len(HEADER):
        raise InputError(
            f"{name}: line 1 has {count_of(len(names), 'column')}; wanted {len(HEADER)}"
        )
    return header


def _read_fast(path: str | os.PathLike[str]) -> NDArray[np.int16] | None:
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            frame = pd.read_csv(path, header=0, names=HEADER, index_col=False, dtype=np.int16)
    except (ValueError, OverflowError, pd.errors.ParserWarning):
        return None
    return frame.to_numpy()


def _in_range(table: NDArray[np.int16]) -> bool:
    labels = table[:, 0]
    return bool(table.min() >= 0 and table.max() <= BRIGHTEST and labels.max(initial=0) < CLASSES)


def _refuse_first_fault(path: str | os.PathLike[str], name: str, header: list[str]) -> None:
    """Stop at the first line that is wrong, with line and column."""
    with open(path, encoding="utf-8", errors="replace", newline=None) as file:
        next(file)
        for number, line in enumerate(file, start=2):
            cells = line.rstrip("\n").split(",")
            if len(cells) != len(HEADER):
                found = count_of(len(cells), "column")
                raise InputError(f"{name}: line {number} has {found}; wanted {len(HEADER)}")
            for column, cell in enumerate(cells):
                largest = CLASSES - 1 if column == 0 else BRIGHTEST
                text = cell.strip().removeprefix('"').removesuffix('"')
                if not (text.isascii() and text.isdigit() and int(text) <= largest):
                    where = f"{name}: line {number}, column {header[column]}"
                    found = "empty" if text == "" else quote_value(shorten_text(text))
                    raise InputError(f"{where} is {found}; wanted a whole number 0 to {largest}")
