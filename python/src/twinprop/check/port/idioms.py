"""Differences between what one call does in either language: sd(), scale(), recycled vectors."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recording import Graph
from twinprop.check.port.differences import Difference, Search
from twinprop.check.port.forward import constant_ratio, same
from twinprop.check.port.world import laid_out_alike

SPREADS = ("std", "sd", "var")


def new_cause(name: str, text: str, evidence: str) -> dict[str, str]:
    """A cause as answers have it."""
    return {"id": name, "text": text, "evidence": evidence}


def find_spread(search: Search, d: Difference) -> dict[str, str] | None:
    """A standard deviation or variance divided by n, or by n - 1."""
    a, b = search.a.graph, search.b.graph
    made = [(g, n) for g, n in ((a, d.a), (b, d.b)) if g.op[n] in SPREADS and g.parents[n]]
    if not made:
        return _standardised(search, d)
    shape = made[0][0].shape[made[0][0].parents[made[0][1]][0]]
    ratio = constant_ratio(np.asarray(d.value_a), np.asarray(d.value_b))
    power = 1.0 if "var" in (a.op[d.a], b.op[d.b]) else 0.5
    for n in shape:
        for mine, theirs, up in (("A", "B", 1), ("B", "A", -1)):
            wanted = (n / (n - 1)) ** (power * up) if n > 1 else 0.0
            if ratio is not None and abs(ratio - wanted) <= 1e-9 * wanted:
                graph, node = (b, d.b) if up == 1 else (a, d.a)
                spelled = graph.spelled[node].lstrip(".")
                root = "sqrt(n / (n - 1))" if power == 0.5 else "n / (n - 1)"
                return new_cause(
                    "divides_by_n_minus_1",
                    f"{theirs}'s {spelled}() divides by n - 1, {mine} divides by n.",
                    f"{mine}'s value times {root}, n = {n}, is exactly {theirs}'s.",
                )
    return None


def _standardised(search: Search, d: Difference) -> dict[str, str] | None:
    """The same of samples that were divided by it, as scale() does it in one call."""
    x, y = np.asarray(d.value_a), np.asarray(d.value_b)
    ratio = constant_ratio(x, y) if x.ndim == 2 else None
    for letter, other, graph, node, up in (
        ("B", "A", search.b.graph, d.b, ratio),
        ("A", "B", search.a.graph, d.a, 1 / ratio if ratio else None),
    ):
        if graph.spelled[node].lstrip(".") != "scale" or up is None:
            continue
        for n in x.shape:
            wanted = ((n - 1) / n) ** 0.5
            if n > 1 and abs(up - wanted) <= 1e-9 * wanted:
                return new_cause(
                    "divides_by_n_minus_1",
                    f"{letter}'s scale() divides by a standard deviation with n - 1, {other} by "
                    "one with n.",
                    f"{other}'s value times sqrt((n - 1) / n), n = {n}, is exactly {letter}'s.",
                )
    return None


def find_recycled(search: Search, d: Difference) -> dict[str, str] | None:
    """R adds a vector down the columns of a matrix, numpy along its rows."""
    for letter, other, graph, node, theirs in (
        ("B", "A", search.b.graph, d.b, d.value_a),
        ("A", "B", search.a.graph, d.a, d.value_b),
    ):
        made = graph.value(node)
        if graph.header["language"] != "r" or graph.op[node] not in ("add", "sub"):
            continue
        sign = 1.0 if graph.op[node] == "add" else -1.0
        for n, vector in _spread_out(graph, node):
            for meant in _along(graph.value(vector), made.shape):
                down = graph.value(n)
                if same(down, meant) or not laid_out_alike(made + sign * (meant - down), theirs):
                    continue
                name = graph.name(vector) or "a vector"
                return new_cause(
                    "recycled",
                    f"{letter} adds {name} down the columns, as R recycles a vector, so that it "
                    f"meets other units; {other} gives each unit its own.",
                    f"With each unit's own {letter}'s value is exactly {other}'s.",
                )
    return None


def _spread_out(graph: Graph, node: int) -> list[tuple[int, int]]:
    """The operands of a matrix that are a vector filled up to its shape, with that vector."""
    return [
        (n, graph.parents[n][0])
        for n in graph.parents[node]
        if graph.op[n] == "move" and graph.shape[n] == graph.shape[node]
        and len(graph.shape[n]) == 2 and len(graph.parents[n]) == 1
        and len(graph.shape[graph.parents[n][0]]) == 1
    ]  # fmt: skip


def _along(vector: np.ndarray, shape: tuple[int, ...]) -> list[np.ndarray]:
    """A vector as a row for all rows, and as a column for all columns, where it fits."""
    ways = ((vector, shape[1]), (vector[:, np.newaxis], shape[0]))
    return [np.broadcast_to(way, shape) for way, length in ways if len(vector) == length]
