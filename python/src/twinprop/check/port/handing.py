"""What A drew is handed to B: weights element by element, orders and masks call by call."""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.port.graphs import ancestors
from twinprop.check.port.masks import as_mask, comparison, form
from twinprop.check.port.training import Parameter, Training
from twinprop.ground.errors import InputError

_SPREAD = ("mul", "div", "add", "sub", "neg", "pos")
KINDS = {
    "normal": "normal numbers", "uniform": "uniform numbers", "order": "orders or samples",
    "binary": "zeros and ones", "other": "numbers of another distribution",
}  # fmt: skip


class Plan:
    """For each element that B draws what A drew in its place."""

    def __init__(self, a: Training, b: Training):
        self.a, self.b = a, b
        self.draws_a, self.draws_b = read_draws(a.graph), read_draws(b.graph)
        self.units: dict[int, np.ndarray] = {}
        self.used_a: set[int] = set()
        self.remarks: list[str] = []
        self.unmet = False  # both draw the same kind, but not in numbers that meet
        self.alone: dict[str, tuple[str, int]] = {}  # kind: who alone draws it, and where

    def text(self) -> str:
        """The plan for a recorder."""
        lines = []
        for j, units in sorted(self.units.items()):
            if np.isfinite(units).all():
                lines.append(" ".join([str(j), *(float(u).hex() for u in units)]))
        return "".join(line + "\n" for line in lines)


def read_draws(graph: Graph) -> list[dict[str, Any]]:
    """The draws of a recording, which the program that was watched could have written itself."""
    draws, sites = graph.header.get("draws", []), len(graph.header["sites"]["line"])
    try:
        for d in draws:
            units = np.asarray(d["unit"], dtype=np.float64)
            scale = np.asarray(d.get("scale", (0.0, 1.0)), dtype=np.float64)
            whole = int(d["node"]) < graph.size and int(d["site"]) < sites
            if units.ndim != 1 or scale.shape != (2,) or not whole or d["kind"] not in KINDS:
                raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError):
        name = graph.header["files"][0]
        raise InputError(
            f"the recording of {name} was changed on its way; run port again"
        ) from None
    return list(draws)


def plan_draws(a: Training, b: Training, pairs: list[tuple[Parameter, Parameter]]) -> Plan:
    """Say for each call of a random generator of B what it is to give.

    Parameters
    ----------
    a, b : Training
        The program and its port, each with its own draws.
    pairs : list of tuple
        Parameters that stand for one another.

    Returns
    -------
    Plan
        With a remark for what could not be handed over.
    """
    plan = Plan(a, b)
    for p, q in pairs:
        _hand_parameter(plan, p, q)
    turned = any(p.shape != q.shape for p, q in pairs if len(p.shape) == 2)
    flips = [p.turned != q.turned for p, q in pairs if None not in (p.turned, q.turned)]
    _hand_rest(plan, turned or any(flips))
    return plan


def trace(graph: Graph, n: int, draws: list[dict[str, Any]]) -> np.ndarray | None:
    """For each element of a value the draw that it is made of, and which of its elements."""
    nodes = {d["node"]: k for k, d in enumerate(draws) if d["node"] >= 0}
    return _trace(graph, n, nodes, 0)


def _trace(graph: Graph, n: int, nodes: dict[int, int], depth: int) -> np.ndarray | None:
    size = count(graph.shape[n])
    if n in nodes:
        return np.stack([np.full(size, nodes[n]), np.arange(size)], axis=1)
    if depth > 12:
        return None
    if graph.op[n] == "move":
        parts = []
        for p in graph.parents[n]:
            part = _trace(graph, p, nodes, depth + 1)
            parts.append(np.full((count(graph.shape[p]), 2), -1) if part is None else part)
        whole = np.concatenate(parts) if parts else np.zeros((0, 2), dtype=int)
        index = graph.movement(n)
        index = np.arange(size) if index is None else index
        kept = (index >= 0) & (index < len(whole))
        if not len(whole):
            return None
        found = np.where(kept[:, None], whole[np.where(kept, index, 0)], -1)
        return found if (found[:, 0] >= 0).any() else None
    if graph.op[n] in _SPREAD:
        for p in graph.parents[n]:
            if count(graph.shape[p]) == size:
                part = _trace(graph, p, nodes, depth + 1)
                if part is not None:
                    return part
    return None


def _traced(t: Training, p: Parameter, draws: list[dict[str, Any]]) -> np.ndarray | None:
    parts = [trace(t.graph, root, draws) for root in p.roots]
    if any(part is None for part in parts):
        return None
    traced = np.concatenate([part for part in parts if part is not None])
    return traced if p.part is None else traced[p.part]


def _is_drawn(t: Training, p: Parameter, draws: list[dict[str, Any]]) -> bool:
    """Whether a parameter is made of anything that was drawn, in whatever way."""
    return bool(set(ancestors(t.graph, p.roots)) & {d["node"] for d in draws})


def _hand_parameter(plan: Plan, p: Parameter, q: Parameter) -> None:
    """A's draws of a weight matrix, for B's of the same, whichever way it fills them in."""
    from_a = _traced(plan.a, p, plan.draws_a)
    from_b = _traced(plan.b, q, plan.draws_b)
    if from_a is None or from_b is None or len(from_a) != len(from_b):
        drawn = _is_drawn(plan.a, p, plan.draws_a), _is_drawn(plan.b, q, plan.draws_b)
        if all(drawn):
            plan.unmet = True
            plan.remarks.append(f"What A draws for {p.name} could not be handed over.")
        return
    if _is_turned(p, q):
        from_a = from_a.reshape(*p.shape, 2).transpose(1, 0, 2).reshape(-1, 2)
    kinds = {plan.draws_a[k]["kind"] for k in from_a[:, 0] if k >= 0}
    theirs = {plan.draws_b[k]["kind"] for k in from_b[:, 0] if k >= 0}
    plan.used_a |= set(from_a[:, 0].tolist())
    for (k, i), (j, at) in zip(from_a, from_b, strict=True):
        if k >= 0 and j >= 0 and i < len(plan.draws_a[k]["unit"]):
            unit = plan.draws_a[k]["unit"][i]
            if kinds != theirs:
                unit = _converted(plan.draws_a[k], plan.draws_b[j], unit)
            _put(plan, int(j), int(at), unit)
    plan.unmet = plan.unmet or "other" in kinds | theirs
    if kinds != theirs:
        plan.remarks.append(
            f"{p.name} is drawn from {_words(kinds)} in A and from {_words(theirs)} in B; B was "
            "given A's values."
        )


def _words(kinds: set[str]) -> str:
    return " and ".join(KINDS.get(kind, kind) for kind in sorted(kinds))


def _is_turned(p: Parameter, q: Parameter) -> bool:
    if len(p.shape) != 2 or len(q.shape) != 2:
        return False
    if None not in (p.turned, q.turned):
        return p.turned != q.turned
    return p.shape != q.shape


def _converted(mine: dict[str, Any], theirs: dict[str, Any], unit: float) -> float:
    """The unit in B's distribution that gives A's value."""
    low, wide = mine.get("scale", (0.0, 1.0))
    to_low, to_wide = theirs.get("scale", (0.0, 1.0))
    return float((low + wide * unit - to_low) / to_wide) if to_wide else float(unit)


def _put(plan: Plan, j: int, at: int, unit: float) -> None:
    if j not in plan.units:
        plan.units[j] = np.array(plan.draws_b[j]["unit"], dtype=np.float64)
    if at < len(plan.units[j]):
        plan.units[j][at] = unit


def _hand_rest(plan: Plan, turned: bool) -> None:
    """Orders, samples and masks: in order of time, where their kinds and numbers meet."""
    rest_a = [k for k in range(len(plan.draws_a)) if k not in plan.used_a]
    rest_b = [j for j in range(len(plan.draws_b)) if j not in plan.units]
    if any(plan.draws_a[k]["kind"] == "other" for k in rest_a):
        plan.unmet = True
        plan.remarks.append(f"A draws {shown_kind('other')}, which are not handed over.")
    for kind in ("order", "mask", "normal", "uniform"):
        mine = [k for k in rest_a if _kind(plan.a.graph, plan.draws_a[k]) == kind]
        theirs = [j for j in rest_b if _kind(plan.b.graph, plan.draws_b[j]) == kind]
        if not mine or not theirs:
            if mine or theirs:
                side, other = ("A", "B") if mine else ("B", "A")
                plan.alone[kind] = side, (mine or theirs)[0]
                plan.remarks.append(f"{side} draws {shown_kind(kind)}, {other} does not.")
            continue
        _hand_stream(plan, kind, mine, theirs, turned)


def shown_kind(kind: str) -> str:
    """A kind of draws in words."""
    return {"order": "orders of samples", "mask": "masks"}.get(kind, KINDS.get(kind, kind))


def _hand_stream(plan: Plan, kind: str, mine: list[int], theirs: list[int], turned: bool) -> None:
    """Calls meet calls; where they draw other numbers at once, numbers meet numbers."""
    sizes = [len(plan.draws_a[k]["unit"]) for k in mine]
    wanted = [len(plan.draws_b[j]["unit"]) for j in theirs]
    meet = min(len(sizes), len(wanted))
    populations = {plan.draws_a[k].get("population") for k in mine[:meet]}
    others = {plan.draws_b[j].get("population") for j in theirs[:meet]}
    if kind == "order" and populations != others:
        plan.unmet = True
        plan.remarks.append(
            f"A draws from {_counts(populations)} samples and B from {_counts(others)}: "
            "orders are not handed over."
        )
        return
    if sizes[:meet] == wanted[:meet]:
        for k, j in zip(mine, theirs, strict=False):
            plan.units[j] = _units(plan, kind, k, j, turned)
        return
    if kind == "mask" or (kind == "order" and set(sizes[:meet]) & {*populations}):
        plan.unmet = True
        plan.remarks.append(
            f"A draws {shown_kind(kind)} of {_counts(set(sizes[:meet]))} elements and B of "
            f"{_counts(set(wanted[:meet]))}: they are not handed over."
        )
        return
    stream = np.concatenate([np.asarray(plan.draws_a[k]["unit"]) for k in mine])
    at = 0
    for j, length in zip(theirs, wanted, strict=True):
        if at + length <= len(stream):
            plan.units[j] = stream[at : at + length]
        at += length


def _counts(values: set[Any]) -> str:
    return " or ".join(f"{v:g}" for v in sorted(v for v in values if v is not None)[:3]) or "no"


def _kind(graph: Graph, draw: dict[str, Any]) -> str:
    """The kind of a draw; numbers that are only compared are a mask."""
    if draw["kind"] == "binary" or (draw["kind"] == "uniform" and comparison(graph, draw)):
        return "mask"
    return str(draw["kind"])


def _units(plan: Plan, kind: str, k: int, j: int, turned: bool) -> np.ndarray:
    """A's units of one call as B's call is to give them."""
    mine, theirs = plan.draws_a[k], plan.draws_b[j]
    if kind == "order":
        return np.asarray(mine["unit"], dtype=np.float64)
    units = np.asarray(mine["unit"], dtype=np.float64)
    if kind == "mask":
        units = as_mask(plan.a.graph, plan.b.graph, mine, theirs, units)
    place_a, shape_a = form(plan.a.graph, mine, len(units))
    place_b, shape_b = form(plan.b.graph, theirs, len(units))
    laid = units[place_a].reshape(shape_a)
    if laid.ndim == 2 and (shape_a != shape_b or turned) and shape_b == shape_a[::-1]:
        laid = laid.T
    given = np.empty(len(units))
    given[place_b] = laid.ravel()
    return given
