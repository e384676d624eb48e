"""What is trained: updates of parameters, and the steps that they make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from twinprop.check.align.recording import Graph, count


@dataclass
class Update:
    """New value `u` of parameter `k`, made of the old value `p` and other terms with signs.

    A comparison that has decided that it is made is a term without a sign.
    """

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
    gates: Sequence[int] = ()  # comparisons that decide whether something is updated


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

    Or where an error is met anew, of an output that is made of what the step has updated: of
    samples that hold other words each, a step updates other weights.

    Returns
    -------
    list of Step
        In order of time.
    """
    groups: list[list[Update]] = [[]]
    seen: set[Any] = set()
    made_of = _errors_made_of(graph, found)
    for c in found.updates:
        begun = groups[-1][0].u if groups[-1] else graph.size
        anew = any(made_of[t] >= begun for t, _ in c.terms)
        if anew or (c.k, None) in seen or (c.k, c.cells) in seen:
            groups.append([])
            seen = set()
        seen.add((c.k, c.cells))
        groups[-1].append(c)
    versions: dict[int, list[int]] = {}
    # What a minimiser hands over is of the next step.
    for n in sorted(n for n in found.owner if graph.op[n] != "handed"):
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
    return _without_rejected(steps)


def _without_rejected(steps: list[Step]) -> list[Step]:
    """The steps whose updates are kept.

    One whose new values are thrown away, as where a step that is too long is tried again with a
    half of it, belongs to the next. Where all are thrown away there is no training, and they stay.
    """
    kept: list[Step] = []
    begin = steps[0].begin if steps else -1
    for step, later in zip(steps, [*steps[1:], None], strict=False):
        if later is not None and later.first == step.first:
            continue
        kept.append(replace(step, begin=begin))
        begin = step.end
    return kept if len(kept) > 1 else steps


def _errors_made_of(graph: Graph, found: Parameters) -> list[int]:
    """For each value the last update that the outputs of its errors are made of; -1 for none."""
    updated = {c.u for c in found.updates}
    last, errors = [-1] * graph.size, [-1] * graph.size
    touched = [False] * graph.size
    for n, parents in enumerate(graph.parents):
        touched[n] = n in found.owner or any(touched[p] for p in parents)
        if n in updated:
            last[n] = n  # what is made of it is made of a parameter, and not of what that was
            continue
        last[n] = max((last[p] for p in parents), default=-1)
        errors[n] = max((errors[p] for p in parents), default=-1)
        args = graph.args[n]
        both = graph.op[n] == "sub" and len(args) == 2 and all(isinstance(a, int) for a in args)
        if both and touched[args[0]] != touched[args[1]]:
            errors[n] = last[n]
    return errors


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
