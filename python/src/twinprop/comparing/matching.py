"""Which array of one file belongs to which of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinprop.comparing.calling import hints_of, unite_names
from twinprop.comparing.formats.values import ONLY, Values, rename
from twinprop.ground.errors import InputError, quote_value


class Matched(NamedTuple):
    """Two files with the same names for the same things, and what was done for that.

    `columns` are the names of a matrix's columns that a table gave.
    """

    a: Values
    b: Values
    notes: tuple[str, ...]
    columns: tuple[str, ...] | None


def match_names(
    a: Values, b: Values, pairs: Mapping[str, str] | None = None, order: Sequence[str] = ()
) -> Matched:
    """Call arrays of both files alike, in the order in which they are compared.

    Parameters
    ----------
    a, b : Values
        Of two files.
    pairs : dict of str or None
        Names of the first with those that the same arrays have in the second.
    order : list of str
        Names of the first that come first, in this order.

    Returns
    -------
    Matched
        With the second's arrays under the names of the first.
    """
    notes = [f"A: {note}" for note in a.notes] + [f"B: {note}" for note in b.notes]
    b = _rename(a, b, pairs) if pairs else b
    if not pairs and len(a.arrays) + len(b.arrays) > 2:
        a, b, note = unite_names(a, b)
        notes += [note] if note else []
    columns = None
    if len(a.arrays) == len(b.arrays) == 1 and not pairs:
        (ours,), (theirs,) = a.arrays, b.arrays
        if ours != theirs:
            name = theirs if ours == ONLY else ours
            a, b = _called(a, ours, name), _called(b, theirs, name)
            if ONLY not in (ours, theirs):
                notes.append(f"the only array is {ours} in A, {theirs} in B: compared as one")
    elif len(a.arrays) == 1 or len(b.arrays) == 1:
        a, b, columns = _as_matrices(a, b)
        if columns:
            notes.append("a table against a matrix: its columns are taken in their order")
    if list(a.arrays) != list(b.arrays):
        notes += _other_order(a, b) + hints_of(a, b)
    notes += _other_levels(a, b)
    return Matched(_ordered(a, order) if order else a, b, tuple(notes), columns)


def _rename(a: Values, b: Values, pairs: Mapping[str, str]) -> Values:
    for ours, theirs in pairs.items():
        for name, values, side in ((ours, a, "A"), (theirs, b, "B")):
            if name not in values.arrays:
                raise InputError(f"--map names {quote_value(name)}, which {side} has not")
    new = {theirs: ours for ours, theirs in pairs.items()}
    if len(new) < len(pairs):
        raise InputError("--map gives one array of B to two of A; wanted one to one")
    for name in b.arrays:
        if name in pairs and name not in new:
            raise InputError(f"--map takes {quote_value(name)} of A, but B has that name, too")
    return rename(b, {new.get(name, name): array for name, array in b.arrays.items()}, new)


def _called(values: Values, old: str, name: str) -> Values:
    return rename(values, {name: values.arrays[old]}, {old: name})


def _as_matrices(a: Values, b: Values) -> tuple[Values, Values, tuple[str, ...] | None]:
    """Where one is a table of numbers and the other a matrix of its shape, both as matrices."""
    for table, other in ((a, b), (b, a)):
        if len(table.tables) != 1 or set(table.tables[0]) != set(table.arrays):
            continue
        columns = list(table.arrays.values())
        if len(other.arrays) != 1 or any(column.dtype.kind == "O" for column in columns):
            continue
        ((name, matrix),) = other.arrays.items()
        if matrix.shape == (len(columns[0]), len(columns)):
            stacked = rename(table, {name: np.column_stack(columns)}, {})
            pair = (stacked, b) if table is a else (a, stacked)
            return *pair, tuple(table.arrays)
    return a, b, None


def _ordered(values: Values, order: Sequence[str]) -> Values:
    for name in order:
        if name not in values.arrays:
            raise InputError(f"--order names {quote_value(name)}, which A has not")
    names = dict.fromkeys([*order, *values.arrays])
    return rename(values, {name: values.arrays[name] for name in names}, {})


def _other_order(a: Values, b: Values) -> list[str]:
    ours = [name for name in a.arrays if name in b.arrays]
    theirs = [name for name in b.arrays if name in a.arrays]
    what = "columns" if a.tables and b.tables else "arrays"
    return [f"{what} stand in another order; matched by their names"] if ours != theirs else []


def _other_levels(a: Values, b: Values) -> list[str]:
    """Factors with levels in another order, which codes and one-hot columns would follow."""
    found = []
    for name, ours in a.levels.items():
        theirs = b.levels.get(name, ours)
        if ours != theirs:
            same = "in another order" if set(ours) == set(theirs) else "others"
            texts = " against ".join(", ".join(each[:8]) for each in (ours, theirs))
            found.append(f"{name} has levels {same}: {texts}")
    return found


def same_but_for_ones(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """Whether two shapes differ only by axes of length 1, as a vector and a matrix of one row."""
    return tuple(n for n in a.shape if n != 1) == tuple(n for n in b.shape if n != 1)
