"""Random draws: each is noted in units of its own, and may be answered from another program's."""

from __future__ import annotations

from typing import Any

from . import moves
from .kinds import ARRAY, ITEMS, SCALAR, WHOLE, kind_of

MOST_DRAWN = 2_000_000
NORMAL = ("normal", "randn", "standard_normal", "gauss", "normalvariate")
UNIFORM = ("uniform", "rand", "random", "random_sample", "ranf", "sample")
PLAIN = ("randn", "standard_normal", "rand", "random", "random_sample", "ranf")
ORDERS = ("permutation", "shuffle", "choice", "sample", "permuted")
WHOLES = ("randint", "integers", "randrange", "random_integers")


class Draws:
    """The calls of random generators of one run, in order of time."""

    def __init__(self, given: dict[int, list[float]]):
        self.given = given
        self.made: list[dict[str, Any]] = []
        self.room = MOST_DRAWN
        self.firsts: dict[int, tuple[Any, Any]] = {}

    def before(self, call: list[Any]) -> Any:
        """What is going to be shuffled, as it is now."""
        callee, args = call[2], call[3]
        if callee is None or not callee.random or not callee.op.endswith("shuffle") or not args:
            return None
        return args[0].copy() if kind_of(args[0]) == ARRAY else list(args[0])

    def after(self, s: int, callee: Any, args: list[Any], kw: dict[str, Any], v: Any) -> Any:
        """Note a draw; what the program gets instead, where one was handed over."""
        name = callee.op.rsplit(".", 1)[-1]
        if name in ("default_rng", "seed", "RandomState", "Random", "getstate", "spawn"):
            return v
        draw = _describe(name, callee.op, args, kw, v)
        units = self.given.get(len(self.made))
        if units is not None and draw["kind"] != "other" and len(units) == len(draw["unit"]):
            v = _make(draw, units, v)
            draw["unit"] = units
        self.note(s, draw)
        return v

    def shuffled(self, s: int, before: Any, after: Any) -> None:
        """Note how a list or an array was shuffled; shuffle it as another program did.

        Places count in the order that it had before it was shuffled for the first time: so it is
        all one whether a program draws an order anew or shuffles the last one again.
        """
        before = self.firsts.setdefault(id(after), (after, before))[1]
        order = _places(before, after)
        draw = {"kind": "order", "unit": order or [], "population": len(order or [])}
        units = self.given.get(len(self.made))
        if order is not None and units is not None and len(units) == len(order):
            places = [int(u) for u in units]
            if kind_of(before) == ARRAY:
                after[...] = before[places]
            else:
                after[:] = [before[k] for k in places]
            draw["unit"] = units
        self.note(s, draw)

    def note(self, s: int, draw: dict[str, Any]) -> None:
        """Keep a draw, without its numbers where they are too many."""
        self.room -= len(draw["unit"])
        kept = draw if self.room > 0 else {**draw, "kind": "other", "unit": []}
        own: dict[str, Any] = {}
        for key in ("kind", "unit", "population", "scale"):
            if key in kept:
                own[key] = kept[key]
        self.made.append({**own, "site": s, "node": -1})


def read_draws(path: str) -> dict[int, list[float]]:
    """Draws that another program made: on each line the number of a call and its units."""
    given = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            number, *units = line.split()
            given[int(number)] = [float.fromhex(u) for u in units]
    return given


def _flat(v: Any) -> list[float]:
    return [float(x) for x in moves.as_array(v).ravel()] if kind_of(v) == ARRAY else [float(v)]


def _describe(name: str, op: str, args: list[Any], kw: dict[str, Any], v: Any) -> dict[str, Any]:
    try:
        if name in NORMAL:
            low, wide = _two(name, args, kw, ("loc", "mu", 0.0), ("scale", "sigma", 1.0))
            return _units("normal", v, low, wide)
        if name in UNIFORM and not (name == "sample" and op.startswith("random.")):
            low, high = _two(name, args, kw, ("low", "a", 0.0), ("high", "b", 1.0))
            return _units("uniform", v, low, high - low)
        if name in WHOLES:
            return _whole(name, op, args, kw, v)
        if name in ORDERS:
            return _order(args, kw, v)
        if name == "binomial":
            return {"kind": "binary", "unit": _flat(v), "low": 0.0, "wide": 1.0}
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        pass
    return {"kind": "other", "unit": []}


def _two(name: str, args: list[Any], kw: dict[str, Any], *known: Any) -> list[Any]:
    """Both parameters of a distribution: numbers, or arrays that have one for each draw."""
    found = []
    for k, (first, second, default) in enumerate(known):
        value = kw.get(first, kw.get(second, default))
        if name not in PLAIN and k < len(args):
            value = args[k]
        is_array = kind_of(value) in (ARRAY, ITEMS)
        found.append(moves.numpy().asarray(value, dtype=float) if is_array else float(value))
    return found


def _units(kind: str, v: Any, low: Any, wide: Any) -> dict[str, Any]:
    if isinstance(low, float) and isinstance(wide, float):
        unit = [(x - low) / wide for x in _flat(v)]
        return {"kind": kind, "unit": unit, "low": low, "wide": wide, "scale": [low, wide]}
    broadcast = moves.numpy().broadcast_to
    low, wide = (broadcast(x, v.shape).ravel().tolist() for x in (low, wide))
    unit = [(x - at) / by for x, at, by in zip(_flat(v), low, wide)]
    return {"kind": kind, "unit": unit, "low": low, "wide": wide}


def _whole(name: str, op: str, args: list[Any], kw: dict[str, Any], v: Any) -> dict[str, Any]:
    bounds = [int(a) for a in args[:2] if a is not None]
    bounds += [int(kw["high"])] if len(bounds) == 1 and kw.get("high") is not None else []
    low, high = bounds if len(bounds) == 2 else (0, bounds[0])
    if op in ("random.randint", "np.random.random_integers"):
        high += 1
    unit = [x - low for x in _flat(v)]
    return {"kind": "order", "unit": unit, "low": low, "wide": 1, "population": high - low}


def _order(args: list[Any], kw: dict[str, Any], v: Any) -> dict[str, Any]:
    population = args[0]
    if kind_of(population) in (WHOLE, SCALAR):
        unit = _flat(v)
        return {"kind": "order", "unit": unit, "low": 0, "wide": 1, "population": int(population)}
    if kind_of(population) not in (ARRAY, ITEMS) and not isinstance(population, range):
        raise TypeError
    whole = population if kind_of(population) == ARRAY else list(population)
    drawn = v if kind_of(v) in (ARRAY, ITEMS) else [v]
    if _counts_up(whole):
        whole = list(range(len(whole)))
    places = _places(whole, drawn)
    if places is None:
        raise ValueError
    return {"kind": "order", "unit": places, "of": whole, "population": len(whole)}


def _counts_up(whole: Any) -> bool:
    """Whether what is drawn from are the whole numbers from 0 on, in any order."""
    if len(whole) > 100_000 or not all(isinstance(e, int) or kind_of(e) == SCALAR for e in whole):
        return False
    return sorted(float(e) for e in whole) == list(range(len(whole)))


def _places(before: Any, after: Any) -> list[float] | None:
    """Where each element of what was drawn stood; None where that cannot be told."""
    places: dict[Any, list[int]] = {}
    for k, e in enumerate(before):
        places.setdefault(_key(e), []).append(k)
    order = []
    for e in after:
        own = places.get(_key(e))
        if not own:
            return None
        order.append(float(own.pop(0) if len(own) > 1 else own[0]))
    return order


def _key(e: Any) -> Any:
    if kind_of(e) == ARRAY:
        return e.tobytes()
    return float(e) if isinstance(e, (int, float)) or kind_of(e) == SCALAR else id(e)


def _make(draw: dict[str, Any], units: list[float], v: Any) -> Any:
    """A draw as the program wanted it, of another program's units."""
    if "of" in draw:
        places = [int(u) for u in units]
        if any(not 0 <= k < len(draw["of"]) for k in places):
            return v
        if kind_of(v) == ARRAY:
            return moves.numpy().asarray([draw["of"][k] for k in places]).astype(v.dtype)
        if kind_of(v) == ITEMS:
            return [draw["of"][k] for k in places]
        return draw["of"][places[0]]
    low, wide = draw["low"], draw["wide"]
    if isinstance(low, list):
        numbers = [at + by * u for at, by, u in zip(low, wide, units)]
    else:
        numbers = [low + wide * u for u in units]
    if kind_of(v) == ARRAY:
        return moves.numpy().array(numbers).reshape(v.shape).astype(v.dtype)
    return type(v)(numbers[0])
