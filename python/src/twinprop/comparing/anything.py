"""Numbers of unknown origin compared: verdict, first difference, and why from the values alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinprop.cases.traces import describe_shape
from twinprop.comparing.blocks import compare_blocks
from twinprop.comparing.causes import find_cause, find_loss, find_names_of_codes
from twinprop.comparing.causes.evidence import pair_of
from twinprop.comparing.causes.layout import find_length, find_row_order
from twinprop.comparing.comparison import Comparison, Difference, Quantity
from twinprop.comparing.matching import Matched, same_but_for_ones
from twinprop.comparing.precision import Allowance, Given
from twinprop.comparing.sentences import describe_comparison

# Causes are looked for in so many quantities that differ, and divisors n among so many counts.
_MOST_EXPLAINED = 20
_MOST_COUNTS = 8
_MOST_OTHERS = 10_000


@dataclass(frozen=True)
class Answer:
    """A comparison in words: the sentence, causes by quantity, and notes on the reading."""

    comparison: Comparison
    sentence: str
    causes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def compare_values(matched: Matched, given: Given | None = None) -> Answer:
    """Compare all arrays of two files.

    Parameters
    ----------
    matched : Matched
        Of match_names.
    given : Given or None
        Tolerances; by default they are derived from what the numbers are.

    Returns
    -------
    Answer
        In the order of the first file.
    """
    a, b = matched.a, matched.b
    quantities, shapes, notes = [], [], list(matched.notes)
    firsts: list[Difference] = []
    told = _Told(a.knows_na and b.knows_na, given)
    for name, x in a.arrays.items():
        y = b.arrays.get(name)
        if y is None:
            continue
        if _same_bytes(x, y):
            quantities.append(_identical(name, x.size))
            continue
        if x.shape != y.shape and same_but_for_ones(x, y):
            written = " and ".join(describe_shape(each.shape) for each in (x, y))
            notes.append(f"{name} is {written}: compared as one shape")
            x, y = x.reshape(-1), y.reshape(-1)
        if x.shape != y.shape:
            shapes.append((name, x.shape, y.shape))
            continue
        quantity, difference = told.compare(name, x, y)
        quantities.append(quantity)
        if difference is not None and not shapes:
            firsts.append(difference)
    comparison = Comparison(
        tuple(quantities),
        tuple(name for name in b.arrays if name not in a.arrays),
        tuple(name for name in a.arrays if name not in b.arrays),
        tuple(shapes),
        firsts[0] if firsts else None,
        (None, None),
    )
    causes = _explain(comparison, matched)
    words = told.first if firsts else told.nearest
    return Answer(comparison, _sentence(comparison, words, causes, notes), causes, tuple(notes))


class _Told:
    """Compares one pair of arrays after another and keeps what was allowed for the worst."""

    def __init__(self, knows_na: bool, given: Given | None) -> None:
        self.knows_na, self.given = knows_na, given
        self.first = self.nearest = ""
        self.share = -1.0

    def compare(
        self, name: str, a: NDArray[Any], b: NDArray[Any]
    ) -> tuple[Quantity, Difference | None]:
        if "O" in (a.dtype.kind, b.dtype.kind):
            return _compare_texts(name, a, b)
        bound = self.given or Allowance(a, b)
        quantity, difference = compare_blocks(name, a, b, bound, self.knows_na)
        if difference is not None:
            self.first = self.first or bound.words
        if quantity.share > self.share:
            self.share, self.nearest = quantity.share, bound.words
        return quantity, difference


def _same_bytes(a: NDArray[Any], b: NDArray[Any]) -> bool:
    """A quick look at small arrays of numbers, of which there may be a million."""
    return (
        a.size <= 1000
        and a.dtype == b.dtype
        and a.shape == b.shape
        and a.dtype.kind != "O"
        and a.tobytes() == b.tobytes()
    )


def _identical(name: str, count: int) -> Quantity:
    return Quantity(name, count, 0.0, None, 0.0, None, 0.0, None, 0.0, "identical")


def _compare_texts(
    name: str, a: NDArray[Any], b: NDArray[Any]
) -> tuple[Quantity, Difference | None]:
    """Texts are the same or not, and no number is a text."""
    if a.dtype.kind != b.dtype.kind:
        differs = np.ones(a.shape, dtype=bool)
    else:
        differs = np.asarray(a != b, dtype=bool)
    if not differs.any():
        return _identical(name, a.size), None
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(differs)), a.shape))
    far = math.inf
    quantity = Quantity(name, a.size, far, index, far, index, far, index, far, "different")
    return quantity, Difference(name, index, a[index], b[index], far, 0.0)


def _sentence(
    comparison: Comparison, words: str, causes: Mapping[str, str], notes: list[str]
) -> str:
    first = comparison.first
    if not (comparison.quantities or comparison.shapes):
        # The last hint has all of them, where there are several.
        hint = next((n for n in reversed(notes) if "--map" in n), "--map A=B says which")
        return f"Not comparable: A and B have no name in common ({hint})."
    if first is not None and not all(isinstance(v, float | int) for v in _values(first)):
        place = f", row {first.index[0]}" if len(first.index) == 1 else f" {list(first.index)}"
        found = (f"{side} {_word(v)}" for side, v in zip("AB", _values(first), strict=True))
        said = f"Not normal: first at {first.name}{place}: {', '.join(found)}."
    else:
        said = describe_comparison(comparison, ("A", "B"), words)
    about = first.name if first else comparison.shapes[0][0] if comparison.shapes else None
    about = about or next(iter(causes), "")
    return f"{said} Likely cause: {causes[about]}." if about in causes else said


def _values(first: Difference) -> tuple[Any, Any]:
    return first.value_a, first.value_b


def _word(value: Any) -> str:
    if value is None:
        return "NA"
    return f'"{value}"' if isinstance(value, str) else f"the number {float(value)!r}"


def _explain(comparison: Comparison, matched: Matched) -> dict[str, str]:
    """Causes of the first quantities that differ, each from its own values, or its table's."""
    differing = [q.name for q in comparison.quantities if q.verdict in ("different", "rounding")]
    wanted = [*differing, *(name for name, *_ in comparison.shapes)][:_MOST_EXPLAINED]
    causes = _explain_tables(wanted, matched)
    if not wanted:
        return causes
    known: dict[str, Any] = {
        "rows": _counts(matched),
        "columns": matched.columns,
        "labels": _labels(matched),
        "others": _others(matched),
    }
    normal = {q.name for q in comparison.quantities if q.verdict == "rounding"}
    for name in wanted:
        a, b = matched.a.arrays[name], matched.b.arrays[name]
        if name in causes:
            continue
        if "O" in (a.dtype.kind, b.dtype.kind):
            found = _explain_texts(a, b)
            causes.update({name: found} if found else {})
            continue
        pair = pair_of(a, b, **known)
        # What is within rounding is normal; only where digits were lost is there more to say.
        found = find_loss(pair) if name in normal else find_cause(pair)
        causes.update({name: found} if found else {})
    return causes


def _explain_texts(a: NDArray[Any], b: NDArray[Any]) -> str | None:
    if a.dtype.kind == b.dtype.kind:
        return None
    return (
        find_names_of_codes(a, b, "AB") if a.dtype.kind == "O" else find_names_of_codes(b, a, "BA")
    )


def _explain_tables(differing: list[str], matched: Matched) -> dict[str, str]:
    """Rows in another order, which only all columns of a table together can tell."""
    causes: dict[str, str] = {}
    for table in matched.a.tables:
        names = [n for n in table if n in matched.b.arrays]
        if len(names) < 2 or not set(names) & set(differing):
            continue
        columns = [_codes(matched.a.arrays[n], matched.b.arrays[n]) for n in names]
        if any(column is None for column in columns) or any(
            len({len(column[i]) for column in columns if column}) > 1 for i in (0, 1)
        ):
            continue
        a, b = (np.column_stack([column[i] for column in columns if column]) for i in (0, 1))
        of_rows = find_row_order if a.shape == b.shape else find_length
        found = of_rows(pair_of(a, b))
        causes.update({n: found for n in names if n in differing} if found else {})
    return causes


def _codes(a: NDArray[Any], b: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]] | None:
    """Two columns as numbers: texts by their place among all that there are."""
    if a.ndim != 1 or b.ndim != 1 or (a.dtype.kind == "O") != (b.dtype.kind == "O"):
        return None
    if a.dtype.kind != "O":
        return a.astype(np.float64), b.astype(np.float64)
    words = [["" if one is None else f"_{one}" for one in column] for column in (a, b)]
    _, codes = np.unique(words[0] + words[1], return_inverse=True)
    return codes[: len(a)].astype(np.float64), codes[len(a) :].astype(np.float64)


def _counts(matched: Matched) -> tuple[int, ...]:
    """Numbers of rows by which something may have been divided, the most frequent first."""
    both = (matched.a.arrays.values(), matched.b.arrays.values())
    seen = Counter(array.shape[0] for arrays in both for array in arrays if array.ndim)
    return tuple(count for count, _ in seen.most_common(_MOST_COUNTS))


def _others(matched: Matched) -> dict[str, NDArray[Any]]:
    """All arrays of both, one of which may explain another, where they are not too many."""
    if len(matched.a.arrays) > _MOST_OTHERS:
        return {}
    return {**{f"{n} of A": x for n, x in matched.a.arrays.items()}, **matched.b.arrays}


def _labels(matched: Matched) -> dict[str, NDArray[Any]]:
    both = {**matched.a.arrays, **matched.b.arrays}
    return {name: array for name, array in both.items() if array.dtype.kind == "O"}
