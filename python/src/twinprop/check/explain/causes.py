"""Why a value is wrong: the smallest edit of its right formula that gives it in every step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from twinprop.check.align.align import Alignment
from twinprop.check.align.knowledge import evaluate, read_knowledge
from twinprop.check.align.layers import find_activations
from twinprop.check.align.recording import Graph
from twinprop.check.explain.around import forms
from twinprop.check.explain.divided import is_left_undivided
from twinprop.check.explain.forward import find_forward_fault
from twinprop.check.explain.table import Fault, is_near
from twinprop.check.explain.trials import Trial, follow_fault

KINDS = {
    "growth": "decay_sign",
    "accumulated": "gradient_accumulated",
    "past sign": "momentum_reversed",
    "past": "momentum_share",
}


def explain_fault(
    graph: Graph, alignment: Alignment, fault: Fault, s: int
) -> tuple[Fault, dict[str, Any] | None]:
    """A fault and its cause, as find_cause finds it.

    Where the value that differs first has none, one of the same line that is made of it may: in
    e (1 - a^2) it is the slope, not the square; and one number may be the derivative of a bias and
    that of the sum before it.
    """
    cause = find_cause(graph, alignment, fault, s)
    if cause is not None or fault.kind:
        return fault, cause
    line = graph.line(fault.node)
    for i, (n, right) in reversed([*enumerate(fault.path)]):
        beside = n != fault.node and (fault.swapped is not None or fault.alone)
        if n == fault.update.u or graph.line(n) != line or beside:
            break
        for wanted in _roles_of(graph, alignment, s, right):
            other = replace(fault, wanted=wanted)
            if n != fault.node:
                other = Fault(n, right, fault.path[: i + 1], fault.update, wanted)
            cause = find_cause(graph, alignment, other, s)
            if cause is not None:
                return other, cause
    return fault, None


def _roles_of(graph: Graph, alignment: Alignment, s: int, right: Any) -> list[int | None]:
    """The sums before an activation that have a right value as derivative, but for its sign."""
    best = alignment.best
    if best is None or np.size(right) > 1:
        return [None]
    adjoint, size = best.adjoints[s], np.ravel(np.abs(right))
    known = (x.z for x in find_activations(graph, alignment.views[s]) if x.z in adjoint)
    return [None, *(z for z in known if is_near(np.ravel(np.abs(adjoint[z])), size))]


def find_cause(graph: Graph, alignment: Alignment, fault: Fault, s: int) -> dict[str, Any] | None:
    """The cause of a fault, if one mistake alone gives their value in every step.

    Parameters
    ----------
    graph : Graph
        A recording.
    alignment : Alignment
        What was read into it.
    fault : Fault
        The wrong value.
    s : int
        The step in which it was found.

    Returns
    -------
    dict or None
        Keys id, text, evidence, corrected. None where no known mistake gives the value, or where
        two different ones do.
    """
    if fault.kind:
        return _known_kind(graph, alignment, fault, s)
    role, trials = follow_fault(graph, alignment, fault, s)
    shown = [t for t in trials if not is_near(t.theirs, t.right)]
    if len(shown) < min(2, len(alignment.views)):
        return None
    for names in (_edits_that_fit(role, trials), _scales_that_fit(role, shown)):
        if names and len({name for name, _ in names}) == 1:
            if names[0][0].startswith("samples_") and not _is_odd_one(alignment, s):
                return None
            return _say(*names[0], len(trials))
        # Where the rate is 1, what is not divided is as large as what has no rate.
        counted = [x for x in names if x[0] == "samples_not_averaged"]
        if counted and fault.node == fault.update.u and is_left_undivided(graph, alignment):
            return _say(*counted[0], len(trials))
        if names:
            return None
    return None


def _known_kind(graph: Graph, alignment: Alignment, fault: Fault, s: int) -> dict[str, Any] | None:
    """The cause of a fault that was found by trying this one mistake."""
    name, steps = KINDS.get(fault.kind, fault.kind), len(fault.seen_in or alignment.views)
    best = alignment.best
    assert best is not None
    own = [r for rows in best.rows for r in rows if r.k == fault.update.k]
    if fault.kind in KINDS:
        steps = sum(
            1 for (_, k), kind in best.odd.items() if k == fault.update.k and kind == fault.kind
        )
    if name == "momentum_share" and not any(np.any(r.past) for r in own):
        name = "velocity_not_kept"
    if any(fault.kind == m["id"] for m in read_knowledge()["mistaken_activations"]):
        again = [find_forward_fault(graph, replace(alignment, views=[v])) for v in alignment.views]
        steps = sum(1 for f in again if f is not None and f.kind == fault.kind)
    return _say(name, "", steps)


def _is_odd_one(alignment: Alignment, s: int) -> bool:
    """Whether more parameters are right than wrong: else it is not clear which are divided."""
    best = alignment.best
    assert best is not None
    return sum(best.good[s]) * 2 >= len(best.good[s])


def _say(name: str, what: str, steps: int) -> dict[str, Any] | None:
    text = read_knowledge()["sentences"].get(name)
    if text is None:
        return None
    where = "in the one step looked at" if steps == 1 else f"in {steps} steps"
    comes = f"Your value is exactly what comes out if {what}" if what else "The values show it"
    return {"id": name, "text": text, "evidence": f"{comes}, {where}.", "corrected": None}


def _edits_that_fit(role: str, trials: list[Trial]) -> list[tuple[str, str]]:
    """Mistakes whose formula gives their value in each step, and is not right in all of them.

    Of two that do the one that leaves something out is the smaller one.
    """
    found: list[tuple[str, str]] = []
    larger: list[tuple[str, str]] = []
    for edit in _formulas(role):
        counts = [len(t.others) if _names_another(edit["value"]) else 1 for t in trials]
        for j in range(min(counts)):
            made = [_make(edit, t, j) for t in trials]
            if all(m is not None and _fits(t, m) for t, m in zip(trials, made, strict=True)):
                known = larger if "gives_way" in edit else found
                known.append((str(edit["id"]), str(edit["if"])))
                break
    return found or larger


def _formulas(role: str) -> Iterator[dict[str, Any]]:
    """The edits of a role; those of a slope and of an error are edits of the delta made of it."""
    within = {"slope": ["mul", "e", "$"], "error": ["mul", "$", "s"]}
    for edit in read_knowledge()["edits"]:
        if "value" not in edit:
            continue
        if edit["role"] == role:
            yield edit
        elif role == "delta" and edit["role"] in within:
            whole = [edit["value"] if part == "$" else part for part in within[edit["role"]]]
            yield {**edit, "value": whole}


def _names_another(formula: Any) -> bool:
    if isinstance(formula, list):
        return any(_names_another(part) for part in formula)
    return isinstance(formula, str) and formula.endswith("_other")


def _make(edit: dict[str, Any], trial: Trial, j: int) -> Any:
    """The value of an edit in a step; None where it does not apply."""
    names = trial.names
    if edit.get("without") in names or names.get("function") not in edit.get(
        "for", [names.get("function")]
    ):
        return None
    if trial.others:
        names = names | {f"{k}_other": v for k, v in trial.others[j].items()}
    try:
        with np.errstate(all="ignore"):
            made = evaluate(edit["value"], names)
    except (KeyError, ValueError):
        return None
    if not np.isfinite(made).all() or (edit["role"] != "change" and not np.any(made)):
        return None  # zeros come out of many mistakes
    return (abs(trial.factor) if edit.get("even") else trial.factor) * made


def _fits(trial: Trial, made: Any) -> bool:
    """Whether a value that was made with samples as rows is theirs."""
    made = np.asarray(made).T if trial.turned and np.ndim(made) == 2 else np.asarray(made)
    shape = np.shape(trial.theirs)
    if made.size == 1:
        return is_near(trial.theirs, np.broadcast_to(np.ravel(made)[0], shape))
    options = [made] if made.shape == shape else list(forms(made, shape))
    both = made.ndim == len(shape) == 2
    if both and all(m in (1, n) for m, n in zip(made.shape, shape, strict=True)):
        options.append(np.broadcast_to(made, shape))
    return any(is_near(trial.theirs, option) for option in options)


def _scales_that_fit(role: str, trials: list[Trial]) -> list[tuple[str, str]]:
    """Mistakes that make of the right value theirs by a factor that is known in each step."""
    edits = [x for x in read_knowledge()["edits"] if x["role"] == role and "scale" in x]
    fitting = [x for x in edits if all(_is_multiple(t, x["scale"]) for t in trials)]
    return [(str(x["id"]), str(x["if"])) for x in fitting]


def _is_multiple(trial: Trial, scale: Any) -> bool:
    for rate in trial.rates if "rate" in np.ravel(np.array(scale, dtype=object)) else [1.0]:
        number = evaluate(scale, {**trial.names, "rate": rate})
        if number != 1 and is_near(trial.theirs, number * np.asarray(trial.right)):
            return True
    return False
