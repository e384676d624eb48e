"""The trainings of a program: parameters whose gradients are made of one another are one network.

Networks may be trained one after the other, or in turns within one loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from twinprop.check.align.gated import list_gates
from twinprop.check.align.parameters import find_parameters
from twinprop.check.align.recording import Graph
from twinprop.check.align.trained import Parameters, Step, cut_steps, whole_kinds

STEPS_LOOKED_AT = 6
PREFIXES = (3000, 8000, 20000, 60000)
MOST_TRAININGS = 6
TURNS_WITHOUT = 3  # as long as so many steps in which nothing is updated any more
STEPS_OF_A_KIND = 3  # in which is looked who is made of whom


class Training(NamedTuple):
    """The parameters of one network, and the steps in which they are updated."""

    found: Parameters
    steps: list[Step]


def find_training(graph: Graph) -> Training:
    """All that is updated in the first part of a recording, as if it were one network."""
    return _first_steps(graph)[0]


def _first_steps(graph: Graph) -> tuple[Training, int]:
    if graph.trained is None:  # a port and its check ask for the same
        graph.trained = _find_steps(graph, 0)
    found: tuple[Training, int] = graph.trained
    return found


def find_trainings(graph: Graph) -> list[Training]:
    """Each network that is trained, in order of time.

    Parameters
    ----------
    graph : Graph
        A recording.

    Returns
    -------
    list of Training
        At least one, which is empty where nothing is trained.
    """
    found: list[Training] = []
    begin: int | None = 0
    while begin is not None and len(found) < MOST_TRAININGS:
        training, until = _find_steps(graph, begin) if begin else _first_steps(graph)
        parts = _split(graph, training)
        if len(parts) > 1 and until < graph.size:
            # The later ones may have hardly begun.
            until = graph.size
            parts = _split(graph, _steps_of(graph, find_parameters(graph, until, begin), False))
        made = _made_before(graph, found, begin)
        found += [part for part in parts if part.steps and not _goes_on(graph, part, made)]
        begin = _begin_of_new(graph, _until_it_ended(training, until))
        if begin is None and _has_idle_factor(graph, training.steps):
            begin = _begin_of_next(graph, training.steps)
    found = found[:MOST_TRAININGS]
    return [_with_own_begin(part, found[:k]) for k, part in enumerate(found)] or [training]


def _until_it_ended(training: Training, until: int) -> int:
    """Where what was looked at goes on with something else: as where data were simulated first."""
    begins = [step.begin for step in training.steps[1:]]
    longest = max((b - a for a, b in pairwise(begins)), default=until)
    last = training.steps[-1].end if training.steps else until
    return last + 1 if until - last > TURNS_WITHOUT * longest else until


def _made_before(graph: Graph, earlier: list[Training], begin: int) -> set[int]:
    """The lines by which earlier trainings made new values: updates, and sums such as momentum."""
    made = {graph.site[n] for n in range(begin) if graph.op[n] in ("add", "sub")}
    for training in earlier:
        roots = set(training.found.roots.values())
        made |= {graph.site[n] for n in training.found.owner if n not in roots}
    return made - {-1}


def _goes_on(graph: Graph, part: Training, made: set[int]) -> bool:
    """Whether a training begins with what lines of an earlier one made: it is still that one."""
    return any(graph.site[n] in made for n in part.steps[0].first.values())


def _with_own_begin(training: Training, earlier: list[Training]) -> Training:
    """A training whose first step begins where those before it have ended.

    In turns with another one it begins somewhere in what is done before, and is left out.
    """
    found, steps = training
    ended = max((step.end for other in earlier for step in other.steps), default=-1)
    if steps[0].updates[0].u > ended:
        return (
            Training(found, [replace(steps[0], begin=ended), *steps[1:]]) if earlier else training
        )
    return Training(found, steps[1:]) if len(steps) > 2 else training


def _find_steps(graph: Graph, begin: int) -> tuple[Training, int]:
    """Parameters and steps; where none is made of itself, those that a comparison decides about."""
    training, until = _find_few_steps(graph, begin, ())
    gates = [] if training.steps else list_gates(graph, begin)
    return _find_few_steps(graph, begin, gates) if gates else (training, until)


def _find_few_steps(graph: Graph, begin: int, gates: Sequence[int]) -> tuple[Training, int]:
    """Parameters and steps, of no more of a recording than there are steps looked at in."""
    for length in (*PREFIXES, graph.size):
        until = min(begin + length, graph.size)
        found = find_parameters(graph, until, begin, gates)
        training = _steps_of(graph, found, until < graph.size)
        enough = len(training.steps) >= STEPS_LOOKED_AT and not _runs_into_next(training.steps)
        if until >= graph.size or enough:
            break
    return training, until


def _runs_into_next(steps: list[Step]) -> bool:
    """Whether the last step alone has parameters beside those that the usual one has."""
    counts = Counter(frozenset(step.first) for step in steps)
    usual, last = max(counts, key=lambda kind: counts[kind]), frozenset(steps[-1].first)
    return usual < last and counts[last] == 1


def _steps_of(graph: Graph, found: Parameters, is_part: bool) -> Training:
    steps = cut_steps(graph, found)
    if len(steps) > 2 and (graph.header.get("cut") or is_part):
        steps = steps[:-1]  # watching ended within it
    return Training(found, steps)


def _begin_of_new(graph: Graph, until: int) -> int | None:
    """Where sums begin to be made by lines that were not seen before; None where there are none."""
    seen = set(graph.site[:until])
    new = [
        n
        for n in range(until, graph.size)
        if graph.op[n] in ("add", "sub") and graph.site[n] >= 0 and graph.site[n] not in seen
    ]
    times = Counter(graph.site[n] for n in new)
    return next((n for n in new if times[graph.site[n]] > 1), None)


def _has_idle_factor(graph: Graph, steps: list[Step]) -> bool:
    """Whether a factor is 0 in every step, as the first of several penalties or momenta is.

    Then the same lines say more where they train again, with another factor.
    """
    sites = [_idle_sites(graph, step) for step in steps[1 : 1 + STEPS_OF_A_KIND]]
    return len(sites) == STEPS_OF_A_KIND and bool(set.intersection(*sites))


def _idle_sites(graph: Graph, step: Step) -> set[int]:
    """The places of a step at which every product has the factor 0."""
    products = [n for n in range(step.begin + 1, step.end + 1) if graph.op[n] == "mul"]
    idle = {n for n in products if any(_is_number_zero(graph, a) for a in graph.args[n])}
    return {graph.site[n] for n in idle} - {graph.site[n] for n in products if n not in idle}


def _is_number_zero(graph: Graph, a: int | list[Any]) -> bool:
    if isinstance(a, int):
        return graph.shape[a] == () and graph.value(a) == 0
    return a == [0]


def _begin_of_next(graph: Graph, steps: list[Step]) -> int | None:
    """After which update the same lines begin with other values than those that they made."""
    sites = {graph.site[c.u] for c in steps[-1].updates}
    before = steps[-1].end
    for n in range(before + 1, graph.size):
        if graph.site[n] not in sites or graph.op[n] not in ("add", "sub"):
            continue
        if not any(graph.site[p] in sites for p in graph.parents[n]):
            return before + 1
        before = n
    return None


def _split(graph: Graph, training: Training) -> list[Training]:
    """The networks of a training."""
    found, steps = training
    kinds = whole_kinds(steps)
    group = {k: k for kind in kinds for k in kind}
    seen: Counter[frozenset[int]] = Counter()
    for step in steps:
        kind = frozenset(step.first)
        seen[kind] += 1
        if kind in kinds and seen[kind] <= STEPS_OF_A_KIND:
            for one, other in _belonging(graph, found, step):
                a, b = group[one], group[other]
                group = {k: a if g == b else g for k, g in group.items()}
    parts: dict[int, set[int]] = {}
    for k, g in group.items():
        parts.setdefault(g, set()).add(k)
    if len(parts) < 2:
        return [training]
    whole = [_part_of(graph, found, ks) for ks in parts.values()]
    return sorted(whole, key=lambda part: part.steps[0].end if part.steps else graph.size)


def _belonging(graph: Graph, found: Parameters, step: Step) -> list[tuple[int, int]]:
    """Pairs of parameters of one network: one's update is made of the other, or by its line."""
    made: dict[int, int] = {}  # for each value a bit for each parameter that it is made of
    own = found.owner
    for n in range(step.begin + 1, step.end + 1):
        if n in own:
            continue
        bits = 0
        for p in graph.parents[n]:
            bits |= 1 << own[p] if p in own else made.get(p, 0)
        made[n] = bits
    pairs: list[tuple[int, int]] = []
    by_line: dict[int, int] = {}
    for c in step.updates:
        bits = 0
        for t, _ in c.terms:
            bits |= 1 << own[t] if t in own else made.get(t, 0)
        pairs += [(c.k, k) for k in step.first if bits >> k & 1]
        pairs.append((c.k, by_line.setdefault(graph.site[c.u], c.k)))
    return pairs


def _part_of(graph: Graph, found: Parameters, ks: set[int]) -> Training:
    """What belongs to some of the parameters alone."""
    part = Parameters(
        [c for c in found.updates if c.k in ks],
        {n: k for n, k in found.owner.items() if k in ks},
        {k: n for k, n in found.roots.items() if k in ks},
        {k: n for k, n in found.latest.items() if k in ks},
        found.gates,
    )
    return _steps_of(graph, part, False)
