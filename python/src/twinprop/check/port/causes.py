"""Why two quantities differ, said only where their values show it."""

from __future__ import annotations

import numpy as np

from twinprop.check.align.recognise import recognise_activation
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import PRODUCTS
from twinprop.check.port.differences import Difference, Search
from twinprop.check.port.forward import constant_ratio, same
from twinprop.check.port.handing import read_draws, trace
from twinprop.check.port.idioms import find_recycled, find_spread, new_cause
from twinprop.check.port.training import Training
from twinprop.check.port.world import as_laid_out, laid_out_alike


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
    for read in (_updated, find_spread, find_recycled, _activation, _left_out, _distribution):
        cause = read(search, d)
        if cause is not None:
            return cause
    return _by_values(np.asarray(d.value_a, dtype=np.float64), np.asarray(value), search, d)


def _version(graph: Graph, owner: dict[int, int], n: int) -> int | None:
    """The version of a parameter that a value is a copy of, or a product with one."""
    if graph.op[n] in ("mul", *PRODUCTS):
        found = [v for p in graph.parents[n] if (v := _version(graph, owner, p)) is not None]
        return found[0] if len(found) == 1 else None
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
        version = _version(t.graph, found.owner, n)
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
    version = _version(t.graph, t.alignment.found.owner, n)
    line = t.graph.line(version) if version is not None else 0
    return new_cause(
        "updated_weights",
        f"{late} sends the error back through weights that were already updated; {early} through "
        "those of the forward pass.",
        f"{late}'s values are those that its line {line} has just made.",
    )


def used_at(t: Training, n: int) -> int:
    """Where weights that were just updated are used, not where they are made."""
    is_version = n in t.alignment.found.owner
    return min(t.graph.users()[n], default=n) if is_version else n


def _activation(search: Search, d: Difference) -> dict[str, str] | None:
    """Two functions of the same values."""
    names = [_function(g, n) for g, n in ((search.a.graph, d.a), (search.b.graph, d.b))]
    if None in names or names[0] == names[1]:
        return None
    return new_cause(
        "activation",
        f"The activation is {names[0]} in A and {names[1]} in B.",
        f"A's values are those of {names[0]}, and B's those of {names[1]}, of what goes in.",
    )


def _left_out(search: Search, d: Difference) -> dict[str, str] | None:
    """One program has what the other has before it is multiplied or divided further."""
    sides = ((search.a.graph, d.a, d.value_b, "B", "A"), (search.b.graph, d.b, d.value_a, "A", "B"))
    for graph, node, other, without, more in sides:
        stack: list[tuple[int, tuple[str, ...]]] = [(node, ())]
        factors = 0
        while stack and factors < 12:
            n, left = stack.pop(0)
            factors += 1
            if left and graph.value(n) is not None and laid_out_alike(graph.value(n), other):
                names = " and ".join(dict.fromkeys(left))
                return new_cause(
                    "left_out",
                    f"{without} leaves out what {more} multiplies by: {names}.",
                    f"{without}'s value is exactly {more}'s without it.",
                )
            if graph.op[n] == "mul" and len(graph.parents[n]) == 2:
                p, q = graph.parents[n]
                stack += [(p, (*left, _said(graph, q))), (q, (*left, _said(graph, p)))]
    return None


def _said(graph: Graph, n: int) -> str:
    """A factor by its name, or as it is made."""
    if graph.name(n):
        return graph.name(n)
    parts = [graph.name(a) if isinstance(a, int) else str(a[0]) for a in graph.args[n]]
    symbol = graph.spelled[n]
    if len(parts) == 2 and all(parts) and symbol in ("+", "-", "*", "/", "**", "^"):
        return f"{parts[0]} {symbol} {parts[1]}"
    return f"a factor of line {graph.line(n)}"


def _distribution(search: Search, d: Difference) -> dict[str, str] | None:
    """Weights drawn from another range, or with another spread."""
    said = []
    for t, n in ((search.a, d.a), (search.b, d.b)):
        draws = read_draws(t.graph)
        traced = trace(t.graph, n, draws)
        if traced is None or traced[0][0] < 0:
            return None
        draw = draws[int(traced[0][0])]
        if "scale" not in draw:
            return None
        low, wide = draw["scale"]
        said.append(
            f"uniformly from {low:.6g} to {low + wide:.6g}" if draw["kind"] == "uniform" else
            f"normally with mean {low:.6g} and standard deviation {wide:.6g}"
        )  # fmt: skip
    if said[0] == said[1]:
        return None
    text = f"A draws {said[0]}, B {said[1]}."
    return new_cause("distribution", text, "B was given A's draws: what differs is their scale.")


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
        return new_cause("number", text, "With B's number in A all that is made of it is B's.")
    ratio = constant_ratio(x, y)
    if ratio is not None:
        sizes = {"rows": x.shape[0], "columns": x.shape[-1], "elements": x.size}
        said = in_words(ratio, sizes)
        return new_cause("factor", f"B's values are {said} A's.", f"Each is, all {x.size}.")
    if x.ndim == 2:
        for name, mine, theirs in (("columns", x.T, y.T), ("rows", x, y)):
            order = _order(mine, theirs)
            if order is not None:
                shown = ", ".join(str(k + 1) for k in order[:8]) + (
                    ", ..." if len(order) > 8 else ""
                )
                return new_cause(
                    f"order_of_{name}",
                    f"B has the same {name} in another order.",
                    f"B's are A's {shown}.",
                )
        if x.shape[0] == x.shape[1] and same(x.T, y):
            return new_cause("transposed", "B's values are A's transposed.", "Element by element.")
        if same(x.ravel().reshape(x.shape, order="F"), y) or same(
            x.ravel(order="F").reshape(x.shape), y
        ):
            return new_cause(
                "filling",
                "The same numbers are filled in row by row in one and column by column in the "
                "other.",
                "Filled in the other way, A's values are exactly B's.",
            )
    shift = np.ravel(y - x)
    if x.size > 2 and same(np.full(x.size, shift[0]), shift) and shift[0]:
        return new_cause("shift", f"B's values are A's plus {shift[0]:.6g}.", "Each is.")
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
