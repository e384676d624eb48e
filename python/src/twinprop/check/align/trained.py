"""What is trained: updates of parameters, and the steps that they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from twinprop.check.align.recording import Graph, count


@dataclass
class Update:
    """New value `u` of parameter `k`, made of the old value `p` and other terms with signs."""

    u: int
    p: int
    k: int
    terms: list[tuple[int, int]]
    cells: tuple[int, ...] | None = None
    root: int = -1


@dataclass
class Parameters:
    """Updates in order of time, and for each version of a parameter which parameter it is."""

    updates: list[Update] = field(default_factory=list)
    owner: dict[int, int] = field(default_factory=dict)
    roots: dict[int, int] = field(default_factory=dict)
    latest: dict[int, int] = field(default_factory=dict)


@dataclass
class Step:
    """The updates of one step, and the first and last version of each parameter in it."""

    updates: list[Update]
    begin: int
    first: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    @property
    def end(self) -> int:
        """The last node of the step."""
        return max(c.u for c in self.updates)


def cut_steps(graph: Graph, found: Parameters) -> list[Step]:
    """Cut the updates into steps: one ends where a parameter, or a part of it, is updated again.

    Returns
    -------
    list of Step
        In order of time.
    """
    groups: list[list[Update]] = [[]]
    seen: set[Any] = set()
    for c in found.updates:
        if (c.k, None) in seen or (c.k, c.cells) in seen:
            groups.append([])
            seen = set()
        seen.add((c.k, c.cells))
        groups[-1].append(c)
    versions: dict[int, list[int]] = {}
    for n in sorted(found.owner):
        versions.setdefault(found.owner[n], []).append(n)
    ends = [group[0].u for group in groups[1:] if group] + [graph.size]
    steps, begin = [], -1
    for group, until in zip((g for g in groups if g), ends, strict=False):
        step = Step(group, begin)
        for c in group:
            root = c.root
            step.first.setdefault(c.k, root)
            whole = count(graph.shape[step.first[c.k]])
            later = [v for v in versions[c.k] if c.u <= v < until]
            step.last[c.k] = max((v for v in later if count(graph.shape[v]) >= whole), default=c.u)
        steps.append(step)
        begin = step.end
    return steps


def whole_kinds(steps: list[Step]) -> list[frozenset[int]]:
    """The sets of parameters that whole steps update.

    Left out are those of steps that are cut off, or that run from one network into the next.
    """
    counts: dict[frozenset[int], int] = {}
    for step in steps:
        key = frozenset(step.first)
        counts[key] = counts.get(key, 0) + 1
    kinds = [k for k in counts if not any(k < other for other in counts)]
    for k in list(kinds):
        parts = [o for o in counts if o < k and counts[o] > counts[k]]
        if parts and frozenset().union(*parts) == k:
            kinds.remove(k)
            kinds += [o for o in parts if not any(o < q for q in parts)]
    return kinds
