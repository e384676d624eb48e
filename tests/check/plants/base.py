"""How a mistake is planted: id, the first quantity that differs, the change in Python and in R.

A plant is written as a learner would write it, not from the catalogue's formula. Where `needs` is
given, the mistake shows only in cases of such a shape; elsewhere it stops with an error of shapes.
"""

from __future__ import annotations

from typing import NamedTuple


class Plant(NamedTuple):
    """A mistake in both languages."""

    id: str
    first: str
    python: dict[str, str]
    r: dict[str, str]
    needs: str = ""


def in_slot(id: str, first: str, slot: str, python: str, r: str, needs: str = "") -> Plant:
    """A mistake in one slot of a script."""
    return Plant(id, first, {slot: python}, {slot: r}, needs)


FILL = "matrix({b}, nrow({prev}), ncol({W}), byrow = TRUE)"
