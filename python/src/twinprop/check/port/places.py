"""Both programs of a port, and where in them a value stands."""

from __future__ import annotations

from typing import Any, NamedTuple

from twinprop.check.align.recording import Graph, place, span_of
from twinprop.check.port.training import Training
from twinprop.check.watch import Watched


class Side(NamedTuple):
    """One of both programs, after it ran."""

    letter: str
    file: str
    watched: Watched
    graph: Graph
    training: Training | None


def place_in(side: Side, n: int) -> dict[str, Any]:
    """Where a node stands in its program, with the text of the line."""
    return {**quote(side, _where(side.graph, n)), f"name_{side.letter.lower()}": side.graph.name(n)}


def _where(graph: Graph, n: int) -> dict[str, int]:
    """The place of a node; of one that has none, as a default argument, that where it is used."""
    own = place(graph, n)
    if own["line"]:
        return own
    bound = [span_of(graph, site) for site in graph.bound.get(n, ()) if site >= 0]
    used = [place(graph, u) for u in graph.users()[n][:8]]
    return next((p for p in [*bound, *used] if p["line"]), own)


def place_of_site(side: Side, site: int) -> dict[str, Any]:
    """The same of a site."""
    sites = side.graph.header["sites"]
    where = {k: int(sites[k][site]) for k in sites if k != "cell"}
    return {**quote(side, where), f"name_{side.letter.lower()}": ""}


def quote(side: Side, where: dict[str, int]) -> dict[str, Any]:
    """A place in a program, with the text of its line."""
    letter = side.letter.lower()
    sources = side.watched.sources
    lines = sources[where["file"]].split("\n") if where["file"] < len(sources) else []
    text = lines[where["line"] - 1].strip() if 0 < where["line"] <= len(lines) else ""
    return {
        f"file_{letter}": side.graph.header["files"][where["file"]],
        f"line_{letter}": where["line"], f"source_{letter}": text, f"span_{letter}": where,
    }  # fmt: skip


def quantity(graph: Graph, n: int) -> str:
    """What a value is called, or the first thing that is made of it and has a name."""
    level = [n]
    for _ in range(8):
        for k in level:
            if graph.name(k):
                return graph.name(k)
        level = [u for k in level for u in graph.users()[k][:6]]
    return "a value without a name"
