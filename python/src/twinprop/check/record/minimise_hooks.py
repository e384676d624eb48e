"""Minimisers of scipy with a gradient of the program's own: they take the steps themselves.

Each gradient that a minimiser is given is recorded as a step down along it, and what the minimiser
hands over next is made of where that leads to.
"""

from __future__ import annotations

from typing import Any

from .guard import guarded
from .kinds import ARRAY, is_number_array, kind_of
from .moves import counting

# The names and places of function, start and gradient among the arguments.
MINIMISERS = {
    "minimize": {"fun": 0, "x0": 1, "jac": 4},
    "fmin_bfgs": {"f": 0, "x0": 1, "fprime": 2},
    "fmin_cg": {"f": 0, "x0": 1, "fprime": 2},
    "fmin_ncg": {"f": 0, "x0": 1, "fprime": 2},
    "fmin_l_bfgs_b": {"func": 0, "x0": 1, "fprime": 2},
    "fmin_tnc": {"func": 0, "x0": 1, "fprime": 2},
}
FUNCTION, START, GRADIENT = range(3)


class Minimising:
    """What one call of a minimiser has handed over."""

    def __init__(self, s: int, roles: dict[str, int]):
        self.s, self.roles = s, list(roles)
        self.places = {place: name for name, place in roles.items()}
        self.handed: int | None = None  # the node of what was handed over last
        self.moved: int | None = None  # where a step along the last gradient leads to


def minimiser_of(s: int, op: str) -> Minimising | None:
    """What stands beside a call of a minimiser; None beside other calls."""
    roles = MINIMISERS.get(op.rsplit(".", 1)[-1]) if op.startswith("scipy.optimize") else None
    return None if roles is None else Minimising(s, roles)


class MinimiseHooks:
    """A part of the recorder."""

    on: Any  # a hook may end the watching
    graph: Any

    def add(self, op: str, s: int, args: list[Any], value: Any, **more: Any) -> int:
        """A node; ends watching where enough was seen."""
        raise NotImplementedError

    def minimising(self, call: list[Any], name: str | int, v: Any) -> Any:
        """An argument of a minimiser: its functions are handed on as ones that are looked at."""
        own: Minimising | None = call[6]
        name = own.places.get(name, "") if own is not None and isinstance(name, int) else name
        if own is None or name not in own.roles:
            return v
        role = own.roles.index(str(name))
        if role == START:
            n = self.graph.known(v)
            # Of a training before that it goes on with another one begins.
            own.handed = None if n is None or self.graph.op[n] in ("+", "-") else n
        elif callable(v):
            return self.looked_at(own, v, role)
        return v

    def looked_at(self, own: Minimising, f: Any, role: int) -> Any:
        """The program's function, which keeps what it is handed and what it gives back."""

        def call(x: Any, *more: Any) -> Any:
            self.hand_over(own, x)
            given = f(x, *more)
            if role == GRADIENT:
                self.step_along(own, x, given)
            elif type(given) is tuple and len(given) == 2:
                self.step_along(own, x, given[1])  # the function gives its gradient, too
            return given

        return call

    @guarded
    def hand_over(self, own: Minimising, x: Any) -> Any:
        """A minimiser hands over where a function is asked for."""
        if kind_of(x) != ARRAY or not is_number_array(x):
            return x
        graph = self.graph
        if own.handed is not None and graph.same(own.handed, x):
            graph.ids[id(x)] = own.handed
            graph.alive.append(x)
        elif own.moved is None:
            own.handed = graph.node(x)
        else:
            own.handed = self.add("handed", own.s, [own.moved], x)
        return x

    @guarded
    def step_along(self, own: Minimising, x: Any, g: Any) -> Any:
        """A gradient is given to a minimiser."""
        along = self.graph.known(g)
        if along is None or own.handed is None or kind_of(g) != ARRAY or g.size != x.size:
            return g
        if g.shape != x.shape:
            g = g.reshape(x.shape)
            along = self.add(".reshape", own.s, [along], g, move=counting(g.size))
        if self.on:
            own.moved = self.add("-", own.s, [own.handed, along], x - g)
        return g
