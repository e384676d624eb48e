"""What two programs train: parameters that stand for one another, and their values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.align import Alignment, align
from twinprop.check.align.recording import Graph, count

MOST_SAMPLES = 30  # products that are looked at
_ELEMENT = re.compile(r"^(.*?)((?:\[+\d+L?\]+)+)$")


@dataclass
class Parameter:
    """Weights or biases: an array, a part of one, or numbers that a program keeps one by one.

    `part` has the places of a part, in the array's elements row by row.
    """

    name: str
    roots: list[int]
    shape: tuple[int, ...]
    keys: list[int]
    turned: bool | None = None
    used: int = 0
    part: np.ndarray | None = None

    def of(self, values: list[Any]) -> Any:
        """The parameter, where its arrays or numbers have these values."""
        if any(v is None for v in values):
            return None
        if self.part is not None:
            return np.ravel(values[0])[self.part].reshape(self.shape)
        return values[0] if len(values) == 1 else np.reshape(values, self.shape)


@dataclass
class Training:
    """A recording as a training: its parameters in the order of their use, its steps."""

    graph: Graph
    alignment: Alignment
    parameters: list[Parameter] = field(default_factory=list)

    @property
    def steps(self) -> list[Any]:
        """Its steps."""
        return self.alignment.steps

    def start(self, p: Parameter) -> Any:
        """What a parameter is before the first step."""
        return p.of([self.graph.value(n) for n in p.roots])

    def after(self, p: Parameter, step: int) -> Any:
        """What a parameter is after a step; None where it is not updated in it."""
        nodes = [self.steps[step].last.get(k) for k in p.keys]
        return None if None in nodes else p.of([self.graph.value(n) for n in nodes])


def read_training(graph: Graph) -> Training | None:
    """The training of a recording; None where nothing is trained."""
    alignment = align(graph)
    if not alignment.steps:
        return None
    training = Training(graph, alignment)
    roots = alignment.found.roots
    used = [k for k in roots if k in alignment.steps[0].first]
    for keys in _groups(graph, {k: roots[k] for k in used}):
        nodes = [roots[k] for k in keys]
        shape = graph.shape[nodes[0]] if len(nodes) == 1 else _stacked(graph, nodes)
        parameter = Parameter(_name(graph, alignment, keys[0], len(keys)), nodes, shape, keys)
        parameter.used, product = _use(graph, nodes[0])
        parameter.turned = product and product.turned
        training.parameters += _parted(graph, parameter, product)
    training.parameters.sort(key=lambda p: p.used)
    return training


def _name(graph: Graph, alignment: Alignment, key: int, many: int) -> str:
    root = alignment.found.roots[key]
    update = next((c.u for c in alignment.found.updates if c.k == key), root)
    texts = [*graph.names.get(root, ()), *graph.names.get(update, ())]
    text = texts[0] if texts else "a parameter"
    if many > 1:
        found = _ELEMENT.match(text)
        return found[1] if found else text
    return text


def _groups(graph: Graph, roots: dict[int, int]) -> list[list[int]]:
    """Numbers and rows that stand in one list are one parameter."""
    groups: dict[str, list[int]] = {}
    for k, root in roots.items():
        found = _ELEMENT.match(graph.name(root)) if len(graph.shape[root]) < 2 else None
        depth = found[2].count("[") - found[2].count("[[") if found else 0
        whole = found and (graph.shape[root] == () or depth > 1)
        groups.setdefault(found[1] if found and whole else f"\0{k}", []).append(k)
    ordered = []
    for keys in groups.values():
        if len({graph.shape[roots[k]] for k in keys}) > 1:
            ordered += [[k] for k in keys]
        else:
            ordered.append(sorted(keys, key=lambda k: _places(graph.name(roots[k]))))
    return ordered


def _places(name: str) -> list[int]:
    found = _ELEMENT.match(name)
    return [int(n) for n in re.findall(r"\d+", found[2])] if found else []


def _stacked(graph: Graph, nodes: list[int]) -> tuple[int, ...]:
    """The shape of numbers that stand at places of a list of lists."""
    places = [_places(graph.name(n)) for n in nodes]
    inner = graph.shape[nodes[0]]
    try:
        lengths = tuple(len(set(column)) for column in zip(*places, strict=True))
    except ValueError:
        return (len(nodes), *inner)
    return (*lengths, *inner) if count(lengths) == len(nodes) else (len(nodes), *inner)


class _Product(NamedTuple):
    """A product of a parameter and what a layer is given, which has its features along `axis`."""

    node: int
    turned: bool | None  # whether the parameter's rows are units: W @ x, not x @ W
    place: int
    axis: int


def _use(graph: Graph, root: int) -> tuple[int, _Product | None]:
    """Where a parameter is used first, and in which product."""
    users = graph.users()
    level: list[tuple[int, bool]] = [(root, False)]
    first = min(users[root], default=root)
    for _ in range(4):
        after = []
        for n, flipped in level:
            for user in users[n][:8]:
                op = graph.op[user]
                if op in ("matmul", "crossprod", "tcrossprod"):
                    place = graph.args[user].index(n)
                    flips = (op, place) in (("crossprod", 0), ("tcrossprod", 1))
                    axis = {"matmul": place, "crossprod": 0, "tcrossprod": 1}[op]
                    turned = (place == 0) ^ flipped ^ flips
                    return min(first, user), _Product(user, turned, 1 - place, axis)
                if op == "mul" and len(graph.shape[n]) == 1 == len(graph.shape[user]):
                    place = graph.args[user].index(n)
                    return min(first, user), _Product(user, None, 1 - place, 0)
                if op == "move" and len(graph.parents[user]) == 1:
                    turned = graph.shape[user] == graph.shape[n][::-1] and _is_turn(graph, user)
                    after.append((user, flipped ^ turned))
        level = after
    return first, None


def _parted(graph: Graph, p: Parameter, product: _Product | None) -> list[Parameter]:
    """Weights and the biases among them, which a feature that is always 1 is multiplied by."""
    if product is None or len(p.shape) not in (1, 2) or len(p.roots) > 1:
        return [p]
    axis = 1 if len(p.shape) == 2 and product.turned else 0
    one = _always_one(graph, product, p.shape[axis])
    if one is None:
        return [p]
    if p.shape[axis] == 1:  # a bias alone, times ones
        return [replace(p, turned=None)]
    places = np.arange(count(p.shape)).reshape(p.shape)
    parts = [np.delete(places, one, axis), np.take(places, [one], axis)]
    return [
        replace(p, shape=part.shape, part=part.ravel(), turned=turned)
        for part, turned in zip(parts, (p.turned, None), strict=True)
    ]


def _always_one(graph: Graph, product: _Product, features: int) -> int | None:
    """The feature that is 1 in all samples of a product, in whatever step; None if none is."""
    site, seen = graph.site[product.node], []
    for n in range(product.node, graph.size):
        if graph.site[n] == site and graph.op[n] == graph.op[product.node]:
            given = graph.args[n][product.place : product.place + 1]
            value = graph.value(given[0]) if given and isinstance(given[0], int) else None
            if value is None or np.ndim(value) not in (1, 2):
                return None
            rows = np.moveaxis(np.asarray(value), product.axis if np.ndim(value) == 2 else 0, -1)
            if rows.shape[-1] != features:
                return None
            seen.append(rows.reshape(-1, features))
            if len(seen) == MOST_SAMPLES:
                break
    rows = np.concatenate(seen) if seen else np.zeros((0, features))
    ones = np.flatnonzero((rows == 1.0).all(axis=0))
    return int(ones[0]) if len(rows) > 1 and len(ones) == 1 else None


def _is_turn(graph: Graph, n: int) -> bool:
    """Whether a movement is a transposition."""
    shape = graph.shape[graph.parents[n][0]]
    index = graph.movement(n)
    turned = np.arange(count(shape)).reshape(shape).T.ravel()
    return len(shape) == 2 and index is not None and np.array_equal(index, turned)


def pair_parameters(a: Training, b: Training) -> list[tuple[Parameter, Parameter]] | None:
    """Which parameter of B stands for which of A, by use; None where their weights do not fit.

    A bias may have no counterpart: where one program does not train it, the rest shows that.
    """
    left, pairs, alone = list(b.parameters), [], []
    for p in a.parameters:
        # In layers of one unit a bias has the shape of weights, too.
        alike = sorted(left, key=lambda q: (p.turned is None) != (q.turned is None))
        chosen = next((q for q in alike if fits(p, q)), None)
        if chosen is None:
            alone.append(p)
        else:
            left.remove(chosen)
            pairs.append((p, chosen))
    weights = any(sum(k > 1 for k in p.shape) > 1 for p in (*alone, *left))
    return None if weights or not pairs or (alone and left) else pairs


def fits(p: Parameter, q: Parameter) -> bool:
    """Whether two parameters have one shape, as it is or transposed, and are used alike."""
    x, y = (tuple(k for k in shape if k != 1) for shape in (p.shape, q.shape))
    if len(x) == 2 and p.turned is not None and q.turned is not None:
        return x == (y[::-1] if p.turned != q.turned else y)
    return y in (x, x[::-1])


def laid_out(pairs: list[tuple[Parameter, Parameter]]) -> bool:
    """Whether B has in columns what A has in rows."""
    votes = [p.turned != q.turned for p, q in pairs if None not in (p.turned, q.turned)]
    return sum(votes) * 2 > len(votes)


def turned_value(p: Parameter, q: Parameter, value: Any) -> Any:
    """B's value of a parameter as A has it."""
    if value is None:
        return None
    x = np.asarray(value, dtype=np.float64)
    flip = p.turned != q.turned if None not in (p.turned, q.turned) else p.shape != q.shape
    if x.ndim == 2 and flip and x.shape == p.shape[::-1]:
        x = x.T
    return x.item() if p.shape == () and x.size == 1 else x.reshape(p.shape)
