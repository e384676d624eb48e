"""Why two quantities differ, said only where their values show it."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.operations import recognise_activation
from twinprop.check.align.recording import Graph
from twinprop.check.port.differences import Difference, Search
from twinprop.check.port.forward import same
from twinprop.check.port.world import as_laid_out

SPREADS = ("std", "sd", "var")


def find_cause(search: Search, d: Difference) -> dict[str, str] | None:
    """The cause of a difference.

    Parameters
    ----------
    search : Search
        Both trainings.
    d : Difference
        A pair of quantities.

    Returns
    -------
    dict or None
        Keys id, text and evidence; None where no simple relation holds between the values.
    """
    graph_a = search.a.graph
    value = as_laid_out(d.value_b, graph_a.shape[d.a], search.turned)
    if d.value_a is None or value is None:
        return None
    for read in (_updated, _spread, _activation):
        cause = read(search, d)
        if cause is not None:
            return cause
    return _by_values(np.asarray(d.value_a, dtype=np.float64), np.asarray(value), search, d)


def _cause(name: str, text: str, evidence: str) -> dict[str, str]:
    return {"id": name, "text": text, "evidence": evidence}


def _version(search: Search, graph: Graph, owner: dict[int, int], n: int) -> int | None:
    """The version of a parameter that a value is a copy of."""
    for _ in range(6):
        if n in owner:
            return n
        if graph.op[n] != "move" or len(graph.parents[n]) != 1:
            return None
        n = graph.parents[n][0]
    return None


def _updated(search: Search, d: Difference) -> dict[str, str] | None:
    """One program takes weights before their update, the other after it."""
    sides = []
    for t, n in ((search.a, d.a), (search.b, d.b)):
        found = t.alignment.found
        version = _version(search, t.graph, found.owner, n)
        if version is None:
            return None
        step = next((s for s in t.steps if n <= s.end), None)
        key = found.owner[version]
        if step is None or key not in step.first:
            return None
        sides.append("after" if version > step.first[key] else "before")
    if sides[0] == sides[1]:
        return None
    late, early = ("B", "A") if sides[1] == "after" else ("A", "B")
    t, n = (search.b, d.b) if late == "B" else (search.a, d.a)
    version = _version(search, t.graph, t.alignment.found.owner, n)
    line = t.graph.line(version) if version is not None else 0
    return _cause(
        "updated_weights",
        f"{late} sends the error back through weights that were already updated; {early} through "
        "those of the forward pass.",
        f"{late}'s values are those that its line {line} has just made.",
    )


def _spread(search: Search, d: Difference) -> dict[str, str] | None:
    """A standard deviation or variance divided by n, or by n - 1."""
    a, b = search.a.graph, search.b.graph
    if a.op[d.a] not in SPREADS or b.op[d.b] not in SPREADS:
        return None
    shape = a.shape[a.parents[d.a][0]] if a.parents[d.a] else ()
    ratio = constant_ratio(np.asarray(d.value_a), np.asarray(d.value_b))
    power = 1.0 if "var" in (a.op[d.a], b.op[d.b]) else 0.5
    for n in shape:
        for mine, theirs, up in (("A", "B", 1), ("B", "A", -1)):
            wanted = (n / (n - 1)) ** (power * up) if n > 1 else 0.0
            if ratio is not None and abs(ratio - wanted) <= 1e-9 * wanted:
                graph, node = (b, d.b) if up == 1 else (a, d.a)
                spelled = graph.spelled[node].lstrip(".")
                root = "sqrt(n / (n - 1))" if power == 0.5 else "n / (n - 1)"
                return _cause(
                    "divides_by_n_minus_1",
                    f"{theirs}'s {spelled}() divides by n - 1, {mine} divides by n.",
                    f"{mine}'s value times {root}, n = {n}, is exactly {theirs}'s.",
                )
    return None


def _activation(search: Search, d: Difference) -> dict[str, str] | None:
    """Two functions of the same values."""
    names = [_function(g, n) for g, n in ((search.a.graph, d.a), (search.b.graph, d.b))]
    if None in names or names[0] == names[1]:
        return None
    return _cause(
        "activation",
        f"The activation is {names[0]} in A and {names[1]} in B.",
        f"A's values are those of {names[0]}, and B's those of {names[1]}, of what goes in.",
    )


def _function(graph: Graph, n: int) -> str | None:
    level, out = [n], graph.value(n)
    for _ in range(6):
        level = list(dict.fromkeys(p for k in level for p in graph.parents[k]))[:20]
        for z in level:
            value = graph.value(z)
            if value is None or np.size(value) < 2 or np.shape(value) != np.shape(out):
                continue
            found = recognise_activation(value, out)
            if found is not None:
                return str(found[0])
    return None


def constant_ratio(x: np.ndarray, y: np.ndarray) -> float | None:
    """The number that turns x into y, if it is one for all elements."""
    x, y = np.ravel(x).astype(np.float64), np.ravel(y).astype(np.float64)
    if len(x) != len(y) or not np.isfinite(x).all() or not np.any(x):
        return None
    at = int(np.argmax(np.abs(x)))
    ratio = float(y[at] / x[at])
    return ratio if np.isfinite(ratio) and ratio != 0 and same(ratio * x, y) else None


def in_words(ratio: float, numbers: dict[str, int]) -> str:
    """A ratio as it is said: twice, half, n times."""
    plain = {2.0: "twice", 0.5: "half of", -1.0: "minus"}
    for known, text in plain.items():
        if abs(ratio - known) <= 1e-9:
            return text
    for name, n in numbers.items():
        if n > 2 and abs(ratio - n) <= 1e-9 * n:
            return f"{n} ({name}) times"
        if n > 2 and abs(ratio - 1 / n) <= 1e-9:
            return f"1/{n} ({name}) of"
    return f"{ratio:.6g} times"


def _by_values(
    x: np.ndarray, y: np.ndarray, search: Search, d: Difference
) -> dict[str, str] | None:
    if x.size == 1:
        text = f"The number is {float(x.ravel()[0]):.6g} in A and {float(y.ravel()[0]):.6g} in B."
        return _cause("number", text, "With B's number in A all that is made of it is B's.")
    ratio = constant_ratio(x, y)
    if ratio is not None:
        sizes = {"rows": x.shape[0], "columns": x.shape[-1], "elements": x.size}
        said = in_words(ratio, sizes)
        return _cause("factor", f"B's values are {said} A's.", f"Each is, all {x.size}.")
    if x.ndim == 2:
        for name, mine, theirs in (("columns", x.T, y.T), ("rows", x, y)):
            order = _order(mine, theirs)
            if order is not None:
                shown = ", ".join(str(k + 1) for k in order[:8]) + (", ..." if len(order) > 8 else "")
                return _cause(
                    f"order_of_{name}",
                    f"B has the same {name} in another order.",
                    f"B's are A's {shown}.",
                )
        if x.shape[0] == x.shape[1] and same(x.T, y):
            return _cause("transposed", "B's values are A's transposed.", "Element by element.")
        if same(x.ravel().reshape(x.shape, order="F"), y) or same(
            x.ravel(order="F").reshape(x.shape), y
        ):
            return _cause(
                "filling",
                "The same numbers are filled in row by row in one and column by column in the "
                "other.",
                "Filled in the other way, A's values are exactly B's.",
            )
    shift = np.ravel(y - x)
    if x.size > 2 and same(np.full(x.size, shift[0]), shift) and shift[0]:
        return _cause("shift", f"B's values are A's plus {shift[0]:.6g}.", "Each is.")
    return None


def _order(x: np.ndarray, y: np.ndarray) -> list[int] | None:
    """In which order x has the rows of y, where it is the same rows."""
    if len(x) < 2 or len(x) > 5000 or x.shape != y.shape:
        return None
    left: dict[bytes, list[int]] = {}
    for k, row in enumerate(np.round(x, 10) + 0.0):
        left.setdefault(row.tobytes(), []).append(k)
    order = []
    for row in np.round(y, 10) + 0.0:
        places = left.get(row.tobytes())
        if not places:
            return None
        order.append(places.pop(0))
    return order
