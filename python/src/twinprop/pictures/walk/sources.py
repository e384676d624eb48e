"""The source of a part of a step, in both languages."""

from __future__ import annotations

from functools import cache

from twinprop.pictures.sources import TwinSource, twin_body, twin_statement
from twinprop.pictures.walk.parts import Part, Places


def part_sources(part: Part) -> list[TwinSource]:
    """What computes a part: statements, and the functions that they call.

    Parameters
    ----------
    part : Part
        Of a step.

    Returns
    -------
    list of TwinSource
        From the outside in.
    """
    return [_source(place) for place in part.places]


@cache
def _source(place: Places | str) -> TwinSource:
    if isinstance(place, str):
        return twin_body(place)
    return twin_statement(place.python, place.r)
