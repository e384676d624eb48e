"""A limit to the length of the gradient that is upside down, so that it makes it longer."""

from __future__ import annotations

from typing import Any

from twinprop.check.align.align import Alignment
from twinprop.check.align.bent import is_length
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.steps import View
from twinprop.check.align.updates import Term, plain_number, take_apart
from twinprop.check.explain.table import Fault

CHOOSING = ("max", "min", "maximum", "minimum")


def find_inverted_clip(graph: Graph, alignment: Alignment) -> Fault | None:
    """A gradient times its own length over a bound, which is more than 1 where it is to be less."""
    for s, view in enumerate(alignment.views):
        for update in view.step.updates:
            for term in take_apart(graph, view, alignment.found.owner, update).terms:
                small = _find_enlarging(graph, view, term.node)
                own = None if small is None else (small, 1 / graph.value(small))
                found = own or _find_lengthened(graph, view, term)
                if found is not None:
                    return Fault(*found, [found], update, None, "clip_inverted", step=s)
    return None


def _find_lengthened(graph: Graph, view: View, term: Term) -> tuple[int, Any] | None:
    """A gradient times its own length, divided by a bound that is smaller; and what it should be.

    As in g * length / bound, where the length stands before the quotient.
    """
    n = term.node
    inner = [a for a in graph.args[n] if isinstance(a, int) and a in view.after]
    divided = [m for m, _ in term.way if graph.op[m] == "div" and graph.args[m][0] == n]
    if graph.op[n] != "mul" or len(inner) != 2 or not divided:
        return None
    small, big = sorted(inner, key=lambda a: count(graph.shape[a]))
    bound = plain_number(graph, view, graph.args[divided[-1]][1])
    if bound is None or count(graph.shape[big]) < 2 or not _is_root(graph, view, small):
        return None
    share = graph.value(small) / bound
    whole = share > 1 and is_length(graph, view, small)
    return (divided[-1], graph.value(divided[-1]) / share**2) if whole else None


def _find_enlarging(graph: Graph, view: View, n: int) -> int | None:
    """The number that a gradient is multiplied by, or divided by, and that makes it longer."""
    args: list[Any] = graph.args[n]
    inner = [a for a in args if isinstance(a, int) and a in view.after]
    if graph.op[n] not in ("mul", "div") or len(inner) != 2:
        return None
    small, big = sorted(inner, key=lambda a: count(graph.shape[a]))
    times = graph.op[n] == "mul"
    if count(graph.shape[big]) < 2 or not is_length(graph, view, small):
        return None
    share = without_numbers(graph, view, small)
    made = beside_number(graph, view, share, CHOOSING) or share
    if graph.op[made] != "div" or len(graph.args[made]) != 2 or (not times and args[1] != small):
        return None
    over, under = graph.args[made]
    length, bound = (over, under) if times else (under, over)
    longer = graph.value(share) > 1 if times else graph.value(share) < 1
    is_bound = plain_number(graph, view, bound) is not None
    return share if longer and is_bound and _is_root(graph, view, length) else None


def without_numbers(graph: Graph, view: View, n: int) -> int:
    """What is multiplied by a plain number, as by the rate."""
    while (inner := beside_number(graph, view, n, ("mul",))) is not None:
        n = inner
    return n


def beside_number(graph: Graph, view: View, n: int, operations: tuple[str, ...]) -> int | None:
    """What stands beside plain numbers in a product, or in a choice of the larger or smaller."""
    nodes = [a for a in graph.args[n] if isinstance(a, int) and a in view.after]
    return nodes[0] if graph.op[n] in operations and len(nodes) == 1 else None


def _is_root(graph: Graph, view: View, n: Any) -> bool:
    """Whether a value is a length, perhaps with a small number added to it."""
    if not isinstance(n, int) or n not in view.after:
        return False
    if graph.op[n] == "add":
        return any(_is_root(graph, view, a) for a in graph.args[n])
    return graph.op[n] in ("sqrt", "norm") or (graph.op[n] == "pow" and graph.args[n][1] == [0.5])
