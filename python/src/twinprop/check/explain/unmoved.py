"""What stays the same from step to step: weights, biases and data that are not moved."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count
from twinprop.check.align.rules import PRODUCTS
from twinprop.check.align.steps import View, ancestors

MOST_STEPS = 60
SAME = 1e-9
MOST_MOVES = 4


def later_view(alignment: Alignment) -> View:
    """The second step, or the only one: what is used in it as it was in the first has not moved."""
    return alignment.views[min(1, len(alignment.views) - 1)]


def before_output(graph: Graph, view: View) -> set[int]:
    """What the outputs of a step are made of in it, constants and data included."""
    seen: set[int] = set()
    stack = [a for a, _ in view.pairs]
    while stack:
        n = stack.pop()
        if n not in seen and n > view.step.begin and n not in view.cut:
            seen.add(n)
            stack.extend(graph.parents[n])
    return seen


def origin_of(graph: Graph, n: int) -> int:
    """What a value was moved from."""
    for _ in range(5):
        parents = set(graph.parents[n])
        if graph.op[n] != "move" or len(parents) != 1:
            break
        n = parents.pop()
    return n


def trains_weights(graph: Graph, view: View) -> bool:
    """Whether what is trained stands in a product, and not only in what other products make."""
    products = [n for n in before_output(graph, view) if graph.op[n] in PRODUCTS]
    factors = {p for n in products for p in graph.parents[n] if p in view.moved}
    made_of = (ancestors(graph, [p], view) for p in factors)
    return any(not any(_is_product(graph, m) for m in made) for made in made_of)


def _is_product(graph: Graph, n: int) -> bool:
    """Whether a value is a product, and no multiple of a value as a look ahead is of the past."""
    several = sum(count(graph.shape[p]) > 1 for p in graph.parents[n])
    return graph.op[n] in PRODUCTS and (graph.op[n] != "mul" or several > 1)


def bias_origin(graph: Graph, n: int) -> int:
    """What was moved, or multiplied with a column of ones, to stand beside each sample."""
    n = origin_of(graph, n)
    parents = graph.parents[n]
    if graph.op[n] in PRODUCTS and len(parents) == 2:
        for one, b in (parents, parents[::-1]):
            value = graph.value(one)
            if count(graph.shape[one]) > 1 and value is not None and np.all(value == 1.0):
                return origin_of(graph, b)
    return n


def kept_origin(graph: Graph, alignment: Alignment, n: int) -> int:
    """The nearest value that a value was moved from and that later steps use too, or itself."""
    m = n
    while not is_used_again(graph, alignment, m):
        if graph.op[m] != "move" or len(set(graph.parents[m])) != 1:
            return n
        m = graph.parents[m][0]
    return m


def before_nothing(graph: Graph, n: int, rates: Iterable[float] = ()) -> int:
    """What a value was before zeros were taken away from it, as often as they were.

    Or one and the same number from all its elements, where it has several; from a single number one
    of the rates.
    """
    for _ in range(MOST_STEPS):
        if graph.op[n] not in ("add", "sub") or len(graph.args[n]) != 2:
            break
        first, number = graph.args[n][0], taken_number(graph, n)
        is_rate = number is not None and any(abs(abs(number) - c) <= SAME * c for c in rates)
        if number is None or (number and count(graph.shape[n]) == 1 and not is_rate):
            break
        if not isinstance(first, int) or graph.shape[first] != graph.shape[n]:
            break
        n = first
    return n


def taken_number(graph: Graph, n: int) -> float | None:
    """The one number that is added to all elements, or taken away; None where they are several."""
    second = graph.operand(graph.args[n][1])
    if second is None or not np.size(second) or np.min(second) != np.max(second):
        return None
    return float(np.max(second))


def is_kept(graph: Graph, alignment: Alignment, n: int) -> bool:
    """Whether a value that has a name is used in more than one step as it is."""
    return n in graph.names and is_used_again(graph, alignment, n)


def is_made_anew(graph: Graph, alignment: Alignment, n: int) -> bool:
    """Whether a value is used in more than one step as it is, and its change gets a lost name."""
    users = graph.users()
    lost = (u for u in users[n] if graph.op[u] in ("add", "sub") and not users[u])
    return any(u in graph.names for u in lost) and is_used_again(graph, alignment, n)


def is_used_at(graph: Graph, first: int, n: int) -> bool:
    """Whether a value was an operand, as it is or moved, where later ones are that of value n."""
    level = [first]
    for _ in range(MOST_MOVES):
        users = [u for m in level for u in graph.users()[m]]
        if any(graph.site[u] == graph.site[n] for u in users):
            return True
        level = [u for u in users if graph.op[u] == "move"]
    return False


def is_used_again(graph: Graph, alignment: Alignment, n: int) -> bool:
    """Whether a value is used in more than one step as it is, on the way to their outputs."""
    views = alignment.views
    ends = [v.step.end for v in views]
    users = graph.users()[n]
    steps = {sum(u > end for end in ends) for u in users}
    return len(steps) > 1 and n <= ends[0] and not _is_written_anew(graph, alignment, n)


def _is_written_anew(graph: Graph, alignment: Alignment, n: int) -> bool:
    """Whether parts are put into what is no parameter here, and the whole is used in a later step.

    So it moves, though it was not understood how, and after the last update of the others.
    """
    if n in alignment.found.owner:
        return False
    put = {u for u in graph.users()[n] if graph.op[u] == "move" and len(graph.parents[u]) == 2}
    put = {u for u in put if graph.parents[u][0] == n and graph.shape[u] == graph.shape[n]}
    return bool(put) and any(put & before_output(graph, v) for v in alignment.views[1:])


def is_weight(graph: Graph, n: int) -> bool:
    """Whether a matrix is no data: it stands where the trained weights stand."""
    return bool(_drawn(graph, n))


def _drawn(graph: Graph, n: int) -> set[int]:
    """What was drawn of a value and of what it was made of at once, or with single numbers."""
    made = {n, *graph.parents[n]}
    made |= {q for p in graph.parents[n] for q in graph.parents[p]}
    for _ in range(MOST_MOVES):
        whole = [p for p in graph.parents[n] if count(graph.shape[p]) > 1]
        if len(whole) != 1 or graph.shape[whole[0]] != graph.shape[n]:
            break
        n = whole[0]
        made.add(n)
    return made & set(graph.header.get("random", ()))


def is_drawn_as_others(graph: Graph, view: View, n: int) -> bool:
    """Whether the line that draws a weight draws two more matrices, which move."""
    own = {graph.site[k] for k in _drawn(graph, n)}
    moved = [m for m in view.step.first.values() if len(graph.shape[m]) == 2]
    return sum(any(graph.site[k] in own for k in _drawn(graph, m)) for m in moved) > 1


def is_weighted(graph: Graph, n: int) -> bool:
    """Whether a value is a product, or a sum of products."""
    for _ in range(MOST_STEPS):
        if graph.op[n] in PRODUCTS:
            return True
        if graph.op[n] not in ("add", "sum", "move") or not graph.parents[n]:
            return False
        n = graph.parents[n][-1]
    return False


def holders_of(graph: Graph, nodes: Iterable[int]) -> set[str]:
    """The names of the lists that values are elements of."""
    names = (name for n in nodes for name in graph.names.get(n, ()))
    return {name.rpartition("[")[0] for name in names} - {""}
