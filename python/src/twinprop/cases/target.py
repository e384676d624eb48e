"""The target of a CSV file: numbers, or classes by number or text; twin of r/R/cases_target.R."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.csv import (
    BLANK,
    NUMBER,
    Csv,
    is_absent,
    numbers_of,
    place_in,
    plain_cell,
    refuse_cell,
    with_point,
)
from twinprop.formulas.data import one_hot
from twinprop.ground.case_checks import check_integer, check_list, check_text
from twinprop.ground.errors import quote_value, refuse
from twinprop.ground.memory import check_matrix_memory


def read_classes(value: dict[str, Any], where: str) -> int | list[str] | None:
    """The number of classes, their texts in the order of the columns of y, or None."""
    if "classes" not in value:
        return None
    classes = value["classes"]
    if not isinstance(classes, list):
        return check_integer(classes, where, 2, 1000000)
    first: dict[str, int] = {}
    for i, label in enumerate(check_list(classes, where)):
        if check_text(label, f"{where}[{i}]") != label.strip(BLANK):
            refuse(f"{where}[{i}]", f"{quote_value(label)}, with blanks around it", "none")
        if first.setdefault(label, i) != i:
            refuse(f"{where}[{i}]", f"{quote_value(label)}, given twice", "each text once")
    if len(classes) < 2:
        refuse(where, "a list of 1", "at least 2 texts")
    return classes


def read_target(
    table: Csv, target: int, classes: int | list[str] | None, where: str, decimal: str
) -> Array:
    """The target as numbers, or with a 1 in the column of each row's class."""
    cells = [plain_cell(row[target]) for row in table.rows]
    if isinstance(classes, list):
        known = {label: code for code, label in enumerate(classes)}
        for i, cell in enumerate(cells):
            if cell not in known:
                place = f"{where}: {place_in(table, i, target)}"
                if is_absent(cell):
                    refuse_cell(cell, place, decimal)
                refuse(place, quote_value(cell), f"one of {list_labels(classes)}, as in classes")
        y = [known[cell] for cell in cells]
        check_matrix_memory(len(y), len(classes), where)
        return one_hot(y, len(classes))
    for i, cell in enumerate(cells):
        if is_word(cell):
            refuse_label(cells, f"{where}: {place_in(table, i, target)}", cell, classes)
    numbers = numbers_of(table, [target], where, decimal)
    if classes is None:
        return numbers
    labels = numbers[:, 0]
    wrong = np.flatnonzero((labels != np.floor(labels)) | (labels < 0) | (labels >= classes))
    for row in wrong.tolist():
        refuse_label(cells, f"{where}: {place_in(table, row, target)}", cells[row], classes)
    check_matrix_memory(len(cells), classes, where)
    return one_hot(labels, classes)


def is_word(cell: str) -> bool:
    """Whether a cell is neither a number, with whatever sign before decimals, nor absent."""
    is_number = NUMBER.fullmatch(cell) or NUMBER.fullmatch(with_point(cell, ","))
    return not is_number and not is_absent(cell)


def refuse_label(cells: list[str], place: str, cell: str, classes: int | None) -> NoReturn:
    """Refuse a target that is no number, or none of a class, with the key that names texts."""
    number = "a finite number" if classes is None else f"a whole number from 0 to {classes - 1}"
    texts = sorted({c for c in cells if not is_absent(c)}, key=lambda c: c.encode())
    is_usual = len(texts) == classes if classes and not is_word(cell) else 2 <= len(texts) <= 20
    if not is_usual:
        refuse(place, quote_value(cell), number)
    wanted = (
        f'{number}, or the labels in the order you choose, "classes": [{list_labels(texts)}] '
        "(factor() of R sorts them, factorize() of pandas takes them as they come)"
    )
    refuse(place, quote_value(cell), wanted)


def list_labels(labels: list[str]) -> str:
    """Some labels as in a case, not too many."""
    shown = [quote_value(label) for label in labels[:10]]
    return ", ".join([*shown, "..."] if len(labels) > 10 else shown)
