"""Which kind of value something is, told by its type alone and without importing anything."""

from __future__ import annotations

from typing import Any

FLOAT, SCALAR, ARRAY, FRAME, WHOLE, ITEMS, MAPPING, OTHER = "f", "s", "a", "p", "i", "l", "d", ""
# Each value of these kinds is an object of its own: where it goes, it can be followed.
FOLLOWED = frozenset((FLOAT, SCALAR, ARRAY, FRAME))

_kinds: dict[type, str] = {
    float: FLOAT,
    int: WHOLE,
    bool: WHOLE,
    list: ITEMS,
    tuple: ITEMS,
    dict: MAPPING,
    str: OTHER,
    type(None): OTHER,
}


def kind_of(value: Any) -> str:
    """One of the letters above.

    Examples
    --------
    >>> kind_of(0.5), kind_of([1]), kind_of("a")
    ('f', 'l', '')
    """
    kind = _kinds.get(type(value))
    if kind is None:
        kind = _kinds[type(value)] = _look_at(type(value))
    return kind


def is_number_array(value: Any) -> bool:
    """Whether an array holds numbers that a recording can keep."""
    return value.dtype.kind in "fiub" and value.size > 0


def _look_at(kind: type) -> str:
    for base in kind.__mro__:
        module, name = getattr(base, "__module__", "") or "", base.__name__
        if module == "numpy":
            if name == "ndarray":
                return ARRAY
            if name in ("floating", "integer", "bool", "bool_"):
                return SCALAR
        if module.split(".")[0] == "pandas" and name in ("DataFrame", "Series", "Index"):
            return FRAME
    if issubclass(kind, (list, tuple)):
        return ITEMS
    return MAPPING if issubclass(kind, dict) else OTHER
