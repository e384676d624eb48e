"""The answer in one sentence: is this difference normal, and if not, where does it begin?"""

from __future__ import annotations

import math
from collections.abc import Sequence

from twinprop.cases.traces import describe_shape
from twinprop.comparing.comparison import Comparison, Difference
from twinprop.ground.names import name_element, parse_name

_SHARES = (
    (1.0, "all"),
    (0.75, "three quarters"),
    (0.5, "half"),
    (1 / 3, "a third"),
    (0.25, "a quarter"),
    (0.2, "a fifth"),
    (0.1, "a tenth"),
    (0.05, "a twentieth"),
    (0.01, "a hundredth"),
    (0.001, "a thousandth"),
)


def describe_comparison(
    comparison: Comparison,
    sides: tuple[str, str] = ("a", "b"),
    what_allows: str = "the tolerances allow",
    explained: str = "",
) -> str:
    """The outcome of a comparison as one sentence.

    The difference spoken of is the one that uses up most of its bound, not the one that is
    largest in ULP, which is often that of a number near zero.

    Parameters
    ----------
    comparison : Comparison
        Of two traces.
    sides : tuple of str
        What the two traces are called.
    what_allows : str
        Where the bound comes from, such as "rounding explains here".
    explained : str
        What more there is to say, of explain_verdict.

    Returns
    -------
    str
        It begins with Identical, Normal, Chaotic or Not normal. Where values are infinite or NaN
        another sentence says from which quantity on.
    """
    verdict = comparison.verdict
    if verdict == "different":
        said = f"Not normal: {_describe_mismatch(comparison, sides, what_allows)}."
    elif verdict == "identical":
        said = f"Identical: {_describe_same(len(comparison.quantities))}."
    elif verdict == "chaotic":
        said = f"Chaotic: {_describe_chaos(comparison)}."
    else:
        said = f"Normal: {_describe_share(comparison, what_allows)}."
    return said + _describe_overflow(comparison, sides) + (f" {explained}" if explained else "")


def share_in_words(share: float) -> str:
    """A part of a bound in words, rounded to the nearest of a few plain fractions.

    Parameters
    ----------
    share : float
        From 0 to 1.

    Returns
    -------
    str
        Such as "a fifth of".

    Examples
    --------
    >>> share_in_words(0.21)
    'a fifth of'
    """
    if share < 0.0005:
        return "less than a thousandth of"
    nearest = min(_SHARES, key=lambda entry: abs(entry[0] / share - share / entry[0]))
    return f"{nearest[1]} of"


def list_names(names: Sequence[str], most: int = 1) -> str:
    """The first of some names, and how many more there are."""
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


def _describe_step(name: str) -> str:
    """The epoch of a quantity, with the batch if there are several."""
    epoch, _, batch = name.partition("/")[0].partition(".")
    if not epoch.isdigit():
        return name
    return f"epoch {epoch}, batch {batch}," if batch else f"epoch {epoch}"


def _describe_same(count: int) -> str:
    which = "the only quantity has" if count == 1 else f"all {count} quantities have"
    return f"{which} the same bits"


def _describe_chaos(comparison: Comparison) -> str:
    name = next(q.name for q in comparison.quantities if q.verdict == "chaotic")
    names = [q.name for q in comparison.quantities]
    overflows = any(n and names.index(n) <= names.index(name) for n in comparison.not_finite)
    why = "values overflow, so" if overflows else "rounding is amplified so far"
    return (
        f"from {_describe_step(name)} on {why} that native results cannot be compared; strict ones "
        "can"
    )


def _describe_overflow(comparison: Comparison, sides: tuple[str, str]) -> str:
    """Where values are no longer finite, as one more sentence; nothing where all are finite."""
    a, b = comparison.not_finite
    if a == b:
        return f" From {a} on values are infinite or NaN, as after an overflow." if a else ""
    found = [f"from {name} on in {side}" for name, side in zip((a, b), sides, strict=True) if name]
    return f" Values are infinite or NaN {' and '.join(found)}."


def _describe_share(comparison: Comparison, what_allows: str) -> str:
    nearest = comparison.nearest_bound
    if nearest is None or nearest.share == 0:
        return "the two differ only in the sign of zeros"
    element = name_element(nearest.name, nearest.share_at or ())
    part = share_in_words(nearest.share)
    return (
        f"the largest difference relative to its bound, {nearest.share_ulp:.0f} ULP in {element}, "
        f"is {part} what {what_allows}"
    )


def _describe_mismatch(comparison: Comparison, sides: tuple[str, str], what_allows: str) -> str:
    a, b = sides
    if comparison.first is not None:
        return _describe_first(comparison.first, sides, what_allows)
    if comparison.shapes:
        name, shape_a, shape_b = comparison.shapes[0]
        return f"{name} is {describe_shape(shape_a)} in {a}, {describe_shape(shape_b)} in {b}"
    names, where = (comparison.missing, a) if comparison.missing else (comparison.extra, b)
    return f"{list_names(names)} missing in {where}"


def _describe_first(first: Difference, sides: tuple[str, str], what_allows: str) -> str:
    explained = f"{first.bound:.3g} is what {what_allows}"
    limit = "only the same bits will do" if first.bound < 0 else explained
    values = f"{sides[0]} {first.value_a!r}, {sides[1]} {first.value_b!r}"
    place = f"{first.name}{_describe_place(first)}"
    distance = abs(first.value_a - first.value_b)
    if not math.isfinite(distance):
        return f"first at {place}: {values}, which no rounding explains"
    return f"first at {place}: {values}, {distance:.3g} apart ({first.ulp:.0f} ULP), where {limit}"


def _describe_place(first: Difference) -> str:
    """Layer, row and column, counted from 0 but for the layer; a bias has no row to speak of."""
    parts = parse_name(first.name)
    layer = f", layer {parts.layer}" if parts and parts.layer else ""
    if len(first.index) != 2:
        return layer + "".join(f", element {i}" for i in first.index)
    row, column = first.index
    is_bias = parts is not None and parts.kind in ("b", "db")
    return f"{layer}, column {column}" if is_bias else f"{layer}, row {row}, column {column}"
