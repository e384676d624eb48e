"""The pairs of quantities at which a port leaves its program, each shown by what follows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from twinprop.check.port.forward import constant_ratio, is_noise, redo, same
from twinprop.check.port.graphs import (
    alike_made,
    ancestors,
    depends,
    is_plain,
    numbers_of,
    plain,
    stage,
)
from twinprop.check.port.training import Parameter, Training, turned_value
from twinprop.check.port.world import World, as_laid_out, laid_out_alike

MOST_DIFFERENCES = 6
MOST_TRIES = 12
MOST_TRIED = 4000
FURTHEST = 40


@dataclass
class Difference:
    """A quantity of A and the one of B that stands in its place, with both values."""

    a: int
    b: int
    value_a: Any
    value_b: Any
    shown: bool  # whether what follows is B's as soon as A has B's value here
    name: str = ""
    ratio: float | None = None  # B's value is this times A's
    world: list[Any] = field(default_factory=list)  # what A's values were before


class Search:
    """Two trainings with the same draws, compared step by step."""

    def __init__(
        self, a: Training, b: Training, pairs: list[tuple[Parameter, Parameter]], turned: bool
    ):
        self.a, self.b, self.pairs, self.turned = a, b, pairs, turned
        self.steps = min(len(a.steps), len(b.steps))
        self.numbers = numbers_of(a.graph), numbers_of(b.graph)
        self.given: dict[int, Any] = {}
        self.world: World | None = None
        self.amplified = 0  # differences that are rounding alone

    def first_unlike(self) -> tuple[int, Parameter, Parameter] | None:
        """The first step after which a parameter is not the same; step -1 is the start."""
        for step in range(-1, self.steps):
            for p, q in self.pairs:
                mine, theirs = self.value(p, step), self.theirs(p, q, step)
                if mine is None or theirs is None:
                    if (mine is None) != (theirs is None):
                        return step, p, q
                elif not laid_out_alike(mine, theirs):
                    return step, p, q
        return None

    def value(self, p: Parameter, step: int) -> Any:
        """What a parameter of A should be after a step."""
        nodes = self.nodes(self.a, p, step)
        if None in nodes or self.world is None or max(nodes) >= self.world.until:
            own = self.a.start(p) if step < 0 else self.a.after(p, step)
            return own if self.world is None else None
        return p.of([self.world.should[n] for n in nodes])

    def theirs(self, p: Parameter, q: Parameter, step: int) -> Any:
        """What B's parameter is then, as A would have it."""
        if self.world is not None and max(self.nodes(self.a, p, step), default=0) >= (
            self.world.until
        ):
            return None
        value = self.b.start(q) if step < 0 else self.b.after(q, step)
        return turned_value(p, q, value)

    @staticmethod
    def nodes(t: Training, p: Parameter, step: int) -> list[Any]:
        """The nodes of a parameter after a step."""
        return p.roots if step < 0 else [t.steps[step].last.get(k) for k in p.keys]

    def run(self, take_apart: Callable[[Search, Difference], list[Difference]]) -> list[Difference]:
        """All differences that can be told apart, in the order in which A computes them.

        A pair is given to `take_apart`, which gives it back or those that together explain it.
        """
        found: list[Difference] = []
        for _ in range(MOST_TRIES):
            unlike = self.first_unlike()
            if unlike is None:
                break
            difference = self.explain(*unlike)
            if difference is None:
                difference = self.as_it_is(*unlike)
                found.append(difference)
                if unlike[0] >= 0 or len(unlike[1].roots) > 1:
                    break
                self.accept(difference)  # the training can be compared from B's start, too
                continue
            for part in take_apart(self, difference):
                so_far, trained = list(found), self._trained()
                if not self._is_noise(part):
                    self._append(found, part)
                else:
                    self.amplified += 1
                self.accept(part)
                if all(map(same, trained, self._trained())):
                    found[:] = so_far  # as the largest that softmax takes off before exp
            if self.amplified > MOST_DIFFERENCES:
                break
        return sorted(found, key=lambda d: (not d.shown, d.a))

    def _trained(self) -> list[Any]:
        """What A's parameters are after each step, as far as they are computed."""
        assert self.world is not None
        return [
            np.nan if self.world.should[n] is None else self.world.should[n]
            for step in range(self.steps)
            for p, _ in self.pairs
            for n in self.nodes(self.a, p, step)
            if n is not None and n < self.world.until
        ]

    def _append(self, found: list[Difference], d: Difference) -> None:
        """A factor that one program takes in earlier than the other is one difference, or none."""
        assert self.world is not None
        graph, before = self.a.graph, found[-1] if found else None
        if before is not None and before.ratio is not None and d.a < len(before.world):
            own = before.world[d.a]
            value = as_laid_out(d.value_b, graph.shape[d.a], self.turned)
            if own is not None and value is not None and depends(graph, d.a, before.a):
                ratio = constant_ratio(own, value)
                if ratio is not None:
                    found.pop()
                    d.value_a, d.ratio, d.world = own, ratio, before.world
                    if abs(ratio - 1) > 1e-9:
                        found.append(d)
                    return
        value = as_laid_out(d.value_b, graph.shape[d.a], self.turned)
        d.world = self.world.should
        if value is not None and d.value_a is not None:
            d.ratio = constant_ratio(d.value_a, value)
        found.append(d)

    def _is_noise(self, d: Difference) -> bool:
        """Sums that cancel to nothing are rounding in both, and some rules make it large."""
        assert self.world is not None
        graph = self.a.graph
        value = as_laid_out(d.value_b, graph.shape[d.a], self.turned)
        if value is None or d.value_a is None:
            return False
        operands = {p: self.world.should[p] for p in graph.parents[d.a]}
        return is_noise(graph, d.a, operands, d.value_a, value)

    def explain(self, step: int, p: Parameter, q: Parameter) -> Difference | None:
        """The earliest pair that explains why a parameter is not the same."""
        a, b = self.a.graph, self.b.graph
        ends_a = [n for n in self.nodes(self.a, p, step) if n is not None]
        ends_b = [n for n in self.nodes(self.b, q, step) if n is not None]
        if not ends_a or not ends_b:
            return None
        until = max(max(ends_a), self._last(step)) + 1
        if self.world is None or until > self.world.until:
            self.world = World(a, b, until, self.turned)
            self.world.given = self.given
            self.world.replay()
        cone_a, cone_b = ancestors(a, ends_a), ancestors(b, ends_b)
        odd_a = [n for n in cone_a if not self.world.found(n)]
        odd_b = [m for m in cone_b if not self.world.known(m)]
        return self.try_pairs(odd_a, odd_b, set(ends_a))

    def _last(self, step: int) -> int:
        return self.a.steps[max(step, 0)].end

    def try_pairs(self, odd_a: list[int], odd_b: list[int], ends: set[int]) -> Difference | None:
        """Give A's quantity B's value: what is made of it is B's then, where they are a pair."""
        a, b, world = self.a.graph, self.b.graph, self.world
        assert world is not None
        mine = sorted({*odd_a, *(p for n in odd_a for p in a.parents[n])})
        theirs = sorted({*odd_b, *(p for m in odd_b for p in b.parents[m])})
        wanted = set(odd_a)
        tried = 0
        for n in mine:
            for m in self.by_likeness(n, theirs):
                value = as_laid_out(b.value(m), a.shape[n], self.turned)
                if value is None or laid_out_alike(world.should[n], value):
                    continue
                if not self._may_pair(n, m, wanted):
                    continue
                tried += 1
                if tried > MOST_TRIED:
                    return None
                if self.follows(n, m, value, wanted):
                    return self.difference(n, m, True)
        return None

    def by_likeness(self, n: int, theirs: list[int]) -> list[int]:
        """B's candidates for a node: those of its name first, then of its operation."""
        a, b = self.a.graph, self.b.graph
        size = np.size(a.value(n)) if a.value(n) is not None else -1
        fitting = [m for m in theirs if b.value(m) is not None and np.size(b.value(m)) == size]
        name = plain(a.name(n))
        return sorted(
            fitting, key=lambda m: (plain(b.name(m)) != name or not name, b.op[m] != a.op[n], m)
        )

    def follows(self, n: int, m: int, value: Any, wanted: set[int]) -> bool:
        """Whether a quantity that is not B's becomes B's where this one has B's value."""
        a, world = self.a.graph, self.world
        assert world is not None
        changed: dict[int, Any] = {n: value}
        level, seen = [n], 0
        while level and seen < FURTHEST:
            after: list[int] = []
            for k in dict.fromkeys(u for x in level for u in a.users()[x] if u < world.until):
                if k in changed:
                    continue
                seen += 1
                made = redo(a, k, {p: changed.get(p, world.should[p]) for p in a.parents[k]})
                changed[k] = made
                if made is None or np.size(made) < 1:
                    continue
                telling = k in wanted and a.op[k] != "move" and not is_plain(made)
                if telling and self._is_new(world.index.alike(made), m):
                    return True
                after.append(k)
            level = after
        return False

    def _is_new(self, matched: list[int], m: int) -> bool:
        """Whether what is B's now was not to be found in A before, and is made of B's value."""
        assert self.world is not None
        graph, known = self.b.graph, self.world.known
        return any(x > m and not known(x) and depends(graph, x, m) for x in matched)

    def _may_pair(self, n: int, m: int, wanted: set[int]) -> bool:
        """Both belong to the preparation or to one step; what is B's already is used once."""
        a, b, world = self.a.graph, self.b.graph, self.world
        assert world is not None
        leaves = not a.parents[n] and not b.parents[m]
        if leaves and a.shape[n] == () and not self._is_other_number(n, m):
            return False
        if not leaves and stage(self.a, n) != stage(self.b, m):
            return False
        used = [u for u in a.users()[n] if u < world.until]
        return n in wanted or not any(u not in wanted and world.found(u) for u in used)

    def _is_other_number(self, n: int, m: int) -> bool:
        """Whether two numbers that were written down have one name, or each stands in one alone."""
        a, b = self.a.graph, self.b.graph
        if plain(a.name(n)) and plain(a.name(n)) == plain(b.name(m)):
            return True
        mine, theirs = self.numbers
        return b.value(m) not in mine and a.value(n) not in theirs

    def accept(self, difference: Difference) -> None:
        """From now on A has B's value there, also wherever else these lines meet."""
        world = self.world
        assert world is not None
        a, b = self.a.graph, self.b.graph
        mine = [n for n in range(a.size) if alike_made(a, n, difference.a)]
        theirs = [m for m in range(b.size) if alike_made(b, m, difference.b)]
        at, to = mine.index(difference.a), theirs.index(difference.b)
        pairs = (
            list(zip(mine[at:], theirs[to:], strict=False))
            if at == to
            else [(difference.a, difference.b)]
        )
        for n, m in pairs:
            value = as_laid_out(b.value(m), a.shape[n], self.turned)
            if value is not None and n < world.until:
                self.given[n] = value
        world.given = self.given
        world.replay()

    def as_it_is(self, step: int, p: Parameter, q: Parameter) -> Difference:
        """A parameter that is not the same, where nothing before it explains that."""
        a = next(n for n in self.nodes(self.a, p, step) if n is not None)
        b = next((n for n in self.nodes(self.b, q, step) if n is not None), q.roots[0])
        return self.difference(a, b, False, p.name)

    def difference(self, n: int, m: int, shown: bool, name: str = "") -> Difference:
        """A pair with both values."""
        world = self.world
        mine = world.should[n] if world is not None and n < world.until else self.a.graph.value(n)
        return Difference(n, m, mine, self.b.graph.value(m), shown, name)
