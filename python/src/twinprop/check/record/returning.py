"""Watching on after a loop in which enough of a training was seen: another one may follow.

It follows after all loops, or in the next turn of a loop around that one, as where several rules or
rates are compared. Such a loop may as well be that of the epochs, whose batches the other runs
through: then what is updated next is what was updated before, and what was seen of it is left out.
"""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

from .limits import MOST_RETURNS, MOST_VALUES, STEPS_OF_A_TRAINING
from .sites import loops_around

SUMS = ("+", "-", "put", "np.subtract", "np.add", "_operator.sub", "_operator.add")
MOVING = ("[]", "view", ".T", "pack")


class Returning:
    """A part of the recorder."""

    on: Any  # a hook may end the watching
    graph: Any
    steps: Any
    places: Any
    draws: Any
    when_over: Any
    fault: str | None
    restarts: int
    printed: list[Any]
    random: list[int]

    def __init__(self) -> None:
        self.returns = MOST_RETURNS
        self.has_more = False
        self.loops: dict[str, list[tuple[int, int]]] = {}  # of each file the lines of its loops
        self.closed: set[Any] = set()  # loops that go on with the same training
        self.within: Any = None  # the loop in whose next turn another training may come
        self.sizes: tuple[int, ...] | None = None  # of what was kept before that
        self.lines: set[int] = set()  # the sites of sums until then
        self.since = 0  # what begins with what is updated first after that
        self.is_left_out = False

    def start(self) -> None:
        """Begin to watch."""
        raise NotImplementedError

    def stop(self) -> None:
        """End the watching."""
        raise NotImplementedError

    def may_return(self) -> bool:
        """Whether there is room for another training."""
        room = self.graph.room > MOST_VALUES // 2
        return bool(self.returns and room and not (self.graph.full or self.fault))

    def trains_again(self) -> bool:
        """Whether a training was seen after the first one."""
        if self.is_left_out:
            self.leave_out()
        return self.has_more or (self.returns < MOST_RETURNS and self.steps.is_training())

    def again(self, line: int) -> None:
        """Watch on after the loop of a line in which enough was seen: another may be trained."""
        if self.on or not self.when_over or not self.may_return():
            return
        around = loops_around(sys._getframe(1), line, self.loops)
        if around and around[0] in self.closed:
            return
        self.has_more = self.trains_again()
        self.within = around[0] if around else None
        graph = self.graph
        self.sizes = (len(graph.op), len(graph.names), len(graph.shared), len(self.printed),
                      len(self.random), len(self.draws.made))  # fmt: skip
        self.lines = set() if self.has_idle_factor() else self.made_sums()
        self.since = 0
        self.returns -= 1
        self.restarts = 0  # what was seen is kept
        self.steps.clear()
        self.start()

    def made_sums(self) -> set[int]:
        """The sites of sums until now."""
        return {s for op, s in zip(self.graph.op, self.graph.site) if op in SUMS}

    def has_idle_factor(self) -> bool:
        """Whether a factor was 0 in every step, as the first of several penalties or momenta is.

        Then the same lines say more when they train again, with another factor.
        """
        graph = self.graph
        idle: Counter[int] = Counter()
        others: set[int] = set()
        for op, site, args in zip(graph.op, graph.site, graph.args):
            if op == "*" and any(self.is_number_zero(a) for a in args):
                idle[site] += 1
            elif op == "*":
                others.add(site)
        return any(n >= STEPS_OF_A_TRAINING and site not in others for site, n in idle.items())

    def is_number_zero(self, a: Any) -> bool:
        """Whether an operand is the number 0."""
        if isinstance(a, int):
            return self.graph.shape[a] == () and self.graph.values[a] == 0.0
        return type(a[0]) in (int, float) and a[0] == 0

    def look_back(self, n: int) -> None:
        """A sum was made within a loop: leave it out where it goes on with what was seen before."""
        old = self.steps.updated_by(n)
        if old is None:
            return
        while self.graph.op[old] in MOVING and isinstance(self.graph.args[old][0], int):
            old = self.graph.args[old][0]
        if self.was_before(old):
            self.closed.add(self.within)
            self.returns += 1
            self.is_left_out = True
        elif self.steps.links[n] >= STEPS_OF_A_TRAINING:
            sums = (k for k in range(self.since, n + 1) if self.graph.op[k] in SUMS)
            self.is_left_out = all(self.graph.site[k] in self.lines for k in sums)
        else:
            self.since = self.since or max(old, self.steps.begin)
            return
        self.within = None
        if self.is_left_out:
            self.stop()

    def was_before(self, n: int) -> bool:
        """Whether what is updated was updated, or made by who knows what, while nobody watched."""
        op = self.graph.op[n]
        if n < self.steps.begin:
            return op in SUMS or op == "changed"
        zero = self.graph.shape[n] == () and float(self.graph.values[n]).is_integer()
        return op == "changed" or (op == "leaf" and not zero)

    def leave_out(self) -> None:
        """Let go of what was seen since watching went on."""
        self.is_left_out = False
        if self.sizes is None:
            return
        nodes, names, shared, printed, random, draws = self.sizes
        self.graph.cut(nodes, names, shared)
        self.steps.clear()
        self.places.clear()
        del self.printed[printed:], self.random[random:], self.draws.made[draws:]
