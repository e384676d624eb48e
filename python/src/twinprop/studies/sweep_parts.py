"""A sweep's networks as rows of parts, which pandas and R open, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from twinprop.engines.workers import FACTS, digest_package
from twinprop.studies.parts import Part
from twinprop.studies.sweep import PlantedError, Swept

_PLAIN = ("index", "family", "depth", "width", "compared", "strict_differing", "native", "sentence")
_LARGEST, _OF_ELEMENT = "error of largest", "error of element"


def plan_sweep(kind: str, seed: int, networks: int, size: int) -> list[Part]:
    """The parts that a sweep's networks are divided into; the last has what is left over.

    All code of the package is part of their key.

    Parameters
    ----------
    kind : str
        Of random networks.
    seed : int
        Of all of them.
    networks : int
        How many.
    size : int
        Networks in a part.

    Returns
    -------
    list of Part
        In order.
    """
    code = digest_package()
    return [
        Part(kind, seed, first, code, min(size, networks - first), "sweep-")
        for first in range(0, networks, size)
    ]


def rows_of_sweep(swept: Iterable[Swept], worker: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """A row for each value that was measured of each network.

    Parameters
    ----------
    swept : iterable of Swept
        What was found.
    worker : dict of str
        The facts of who found it.

    Yields
    ------
    dict
        What holds for the whole network, the worker's facts, and of one value the `measure`, the
        `name` of what it was measured on, and the `value`.
    """
    for one in swept:
        plain = {name: getattr(one, name) for name in _PLAIN}
        for measure, name, value in _values_of(one):
            yield {**plain, "measure": measure, "name": name, "value": value, **worker}


def _values_of(one: Swept) -> Iterator[tuple[str, str | None, float]]:
    yield "share", one.share_at, one.share
    for kind, share in one.shares.items():
        yield "share of kind", kind, share
    for epoch, share in one.shares_by_epoch.items():
        yield "share of epoch", str(epoch), share
    for gradient, error in one.planted.items():
        yield _LARGEST, gradient, error.of_largest
        yield _OF_ELEMENT, gradient, error.of_element


def worker_of_row(row: Mapping[str, Any]) -> dict[str, str]:
    """The facts of who found what a row says."""
    return {name: row[name] for name in FACTS}


def swept_of_rows(rows: Iterable[Mapping[str, Any]]) -> list[Swept]:
    """The networks of rows, which is what rows_of_sweep was given.

    Parameters
    ----------
    rows : iterable of dict
        Those of a network one after the other.

    Returns
    -------
    list of Swept
        In the order of the rows.
    """
    return [_network_of(list(group)) for _, group in groupby(rows, lambda row: row["index"])]


def _network_of(rows: list[Mapping[str, Any]]) -> Swept:
    found: dict[str, dict[Any, float]] = {}
    for row in rows:
        found.setdefault(row["measure"], {})[row["name"]] = row["value"]
    ((share_at, share),) = found["share"].items()
    elements = found.get(_OF_ELEMENT, {})
    return Swept(
        **{name: rows[0][name] for name in _PLAIN},
        share=share,
        share_at=share_at,
        shares=found.get("share of kind", {}),
        shares_by_epoch={int(epoch): s for epoch, s in found.get("share of epoch", {}).items()},
        planted={
            name: PlantedError(error, elements[name])
            for name, error in found.get(_LARGEST, {}).items()
        },
    )
