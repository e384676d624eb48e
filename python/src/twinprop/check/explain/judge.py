"""The verdict: right, different with the line where it begins, or not followed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from twinprop.check.align.align import FAMILIES, Alignment, align
from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.align.layers import find_activations
from twinprop.check.align.recording import Graph, place, span_of
from twinprop.check.align.rules import Reading, Row, ratio, total
from twinprop.check.align.updates import Parts, take_apart
from twinprop.check.explain.alike import find_alike_units
from twinprop.check.explain.answer import escape, shorten
from twinprop.check.explain.causes import find_cause
from twinprop.check.explain.doubt import find_doubt
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.fault import (
    Fault,
    Table,
    find_fault,
    find_goal,
    is_near,
    know_good,
    make_table,
)
from twinprop.check.explain.forward import find_forward_fault
from twinprop.check.explain.guards import find_hidden_fault
from twinprop.check.explain.loops import find_loop
from twinprop.check.explain.means import find_rule_fault
from twinprop.check.explain.network import describe_network
from twinprop.check.explain.operands import find_wrong_operand
from twinprop.check.explain.quantities import list_steps
from twinprop.check.explain.shares import contributions

MOST_FAULTS = 40
LONGEST_PAST = 2000
SHOWN_BY_ANOTHER = (
    "never_updated",
    "standardised_by_sample",
    "softmax_over_everything",
)  # numbers not of its line
UNKNOWN_RULE = (
    "Could not be followed: the gradients of all parameters are right, but the rule by which they "
    "move the parameters is none that is known here."
)
NOTHING_MOVES = (
    "Could not be followed: every derivative of the loss is 0 and no parameter moves, as where the "
    "output is rounded, divided as a whole number, or has reached its bound."
)


def judge_recording(
    graph: Graph,
    sources: Sequence[str],
    loss: str | None = None,
    evidence: Evidence | None = None,
) -> dict[str, Any]:
    """Whether what a recorded program did is right.

    Parameters
    ----------
    graph : Graph
        A recording.
    sources : sequence of str
        The text of each of its files, for quoting lines.
    loss : str or None
        The loss that an exercise asks for; without one, or where the program cannot be followed
        with it, any that fits.
    evidence : Evidence or None
        Is filled with what the answer stands on.

    Returns
    -------
    dict
        The answer, as answer.schema.json describes it.
    """
    evidence = evidence or Evidence()
    try:
        with np.errstate(all="ignore"):
            if loss in FAMILIES:
                answer = _judge(graph, sources, [loss], evidence)
                if answer["verdict"] != "not followed":
                    return answer
            return _judge(graph, sources, FAMILIES, evidence)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        answer = _empty_answer(graph)
        answer["sentence"] = (
            f"Could not be followed: the recording holds something that is not expected ({error})."
        )
        return answer


def _judge(
    graph: Graph, sources: Sequence[str], families: Sequence[str], evidence: Evidence
) -> dict[str, Any]:
    alignment = evidence.alignment = align(graph, families)
    answer = _empty_answer(graph)
    best = alignment.best
    if best is None:
        answer["sentence"] = _not_followed(graph, alignment)
        return answer
    answer["network"] = describe_network(graph, alignment)
    answer["seen"] = _seen(alignment, best)
    alike = find_alike_units(graph, alignment)
    if alike is not None:
        found: tuple[Fault, int, Table] | None = (
            alike, 0, _make_table(graph, alignment, best, 0)
        )  # fmt: skip
    elif best.is_right:
        table = _make_table(graph, alignment, best, 0)
        hidden = find_hidden_fault(graph, alignment, best, table)
        if hidden is not None and hidden.kind == "wrong_sign":
            hidden = find_forward_fault(graph, alignment) or hidden
        if hidden is None and best.rule["name"] == "unknown":
            hidden = find_rule_fault(graph, alignment, best)
        still = not any(np.any(r.gradient) for rows in best.rows for r in rows)
        if hidden is None and (still or best.rule["name"] == "unknown"):
            answer["sentence"] = NOTHING_MOVES if still else UNKNOWN_RULE
            return answer
        if hidden is None:
            evidence.table = table
            return _answer_right(graph, alignment, best, answer)
        table = _make_table(graph, alignment, best, hidden.step) if hidden.step else table
        found = (hidden, hidden.step, table)
    else:
        found = first_fault(graph, alignment)
    if found is None:
        answer["sentence"] = _not_followed(graph, alignment)
        return answer
    fault, s, table = found
    cause = find_cause(graph, alignment, fault, s)
    doubt = find_doubt(graph, alignment, fault, s, cause is not None)
    if doubt is None and cause is None and _was_right(best, fault, s):
        # A mistake in the text of a program is there from the first step on.
        doubt = f"step {s + 1} is another than those before it, and its values do not say why"
    if doubt is not None:
        alignment.why = doubt
        answer["sentence"] = _not_followed(graph, alignment)
        return answer
    evidence.table, evidence.fault, evidence.step = table, fault, s
    answer["verdict"] = "different"
    answer["first"] = describe_fault(graph, fault, s, sources)
    answer["cause"] = cause
    answer["steps"] = list_steps(graph, table, alignment.found.owner, fault)
    answer["sentence"] = (
        f"Different: the first difference is {answer['first']['name']} "
        f"on line {answer['first']['line']}."
    )
    return answer


def _was_right(best: Reading, fault: Fault, s: int) -> bool:
    """Whether the parameter of a fault moved rightly before; where a rule begins, nothing shows."""
    began = sum(any(r.source is None for r in rows) for rows in best.rows[:1])
    began = began if any(r.source is not None for r in best.rows[-1]) else 0
    before = [r for rows in best.rows[began:s] for r in rows if r.k == fault.update.k]
    return any(np.any(r.gradient) for r in before)


def _empty_answer(graph: Graph) -> dict[str, Any]:
    return {
        "schema": "twinprop.check",
        "version": 1,
        "file": next(iter(graph.header.get("files", [])), ""),
        "language": graph.header.get("language", ""),
        "verdict": "not followed",
        "sentence": "",
        "network": None,
        "seen": {"steps": 0, "of": 0, "parameters": 0, "text": "no step"},
        "first": None,
        "cause": None,
        "steps": [],
        "remarks": [],
    }


def _not_followed(graph: Graph, alignment: Alignment) -> str:
    if not graph.size:
        return "Could not be followed: no number was computed."
    if not alignment.steps:
        return (
            "Could not be followed: no weight is updated from itself and from a gradient that is "
            "made of it, so nothing was seen to be trained."
        )
    last = alignment.steps[0].updates[-1].u
    return (
        f"Could not be followed: {len(alignment.steps[0].first)} parameters are updated (line "
        f"{graph.line(last)}), but {alignment.why or 'the way back was not understood'}."
    )


def _seen(alignment: Alignment, best: Reading) -> dict[str, Any]:
    looked, of = len(best.rows), len(alignment.steps)
    text = f"all {of} steps" if looked == of else f"{looked} of {of} steps"
    return {"steps": looked, "of": of, "parameters": len(best.rows[0]), "text": text}


def _answer_right(
    graph: Graph, alignment: Alignment, best: Reading, answer: dict[str, Any]
) -> dict[str, Any]:
    answer["verdict"] = "right"
    table = _make_table(graph, alignment, best, 0)
    answer["steps"] = list_steps(graph, table, alignment.found.owner, None)
    answer["sentence"] = (
        f"Right: every parameter moved as the derivative of the loss says, "
        f"{answer['seen']['text']} looked at."
    )
    return answer


def _make_table(graph: Graph, alignment: Alignment, best: Reading, s: int) -> Table:
    view = alignment.views[s]
    table = make_table(graph, view, best.adjoints[s], find_activations(graph, view))
    bad = {r.k for r, good in zip(best.rows[s], best.good[s], strict=True) if not good}
    table.good_updates = {c.u for c in view.step.updates if c.k not in bad}
    moving = {r.k for r in best.rows[s] if np.any(r.gradient)}
    stack = [t for c in view.step.updates if c.k in moving - bad for t, _ in c.terms]
    good: set[int] = set()
    while stack:
        n = stack.pop()
        if n in view.after and n not in good:
            good.add(n)
            stack.extend(graph.parents[n])
    know_good(table, good)
    return table


def first_fault(graph: Graph, alignment: Alignment) -> tuple[Fault, int, Table] | None:
    """The earliest fault of the first step in which something is wrong."""
    best = alignment.best
    assert best is not None
    if best.is_fitting:
        return odd_fault(graph, alignment, best)
    forward = find_forward_fault(graph, alignment)
    if forward is not None:
        return forward, 0, _make_table(graph, alignment, best, 0)
    s = next(i for i, good in enumerate(best.good) if not all(good))
    view, rows, rate = alignment.views[s], best.rows[s], best.factors[s]
    table = _make_table(graph, alignment, best, s)
    bad = {r.k: r for r, good in zip(rows, best.good[s], strict=True) if not good}
    found: list[Fault] = []
    usual = {
        round(_outer_factor(graph, take_apart(graph, view, alignment.found.owner, c, True)), 12)
        for c in view.step.updates
        if c.k not in bad and c.cells is None
    }
    for c in view.step.updates:
        if c.k in bad and len(found) < MOST_FAULTS:
            parts = take_apart(graph, view, alignment.found.owner, c, keep_sums=True)
            if c.cells is None or not _cells_fit(graph, bad[c.k], c.cells, rate, parts):
                one = find_fault(table, c, bad[c.k], rate, parts)
                found.append(_at_update(graph, table, one, parts, usual))
    fault = min(found, key=lambda f: f.node, default=None)
    if fault is None:
        return None
    value = graph.value(fault.node)
    goal = None if value is None else find_goal(table, value, 1.0)
    fault.alone = fault.alone or _is_alone(table, fault)
    fault.swapped = None if fault.alone else find_wrong_operand(table, fault)
    if fault.swapped is None and any(_is_unknown(graph, n) for n in _way(graph, table, fault)):
        return None
    if fault.swapped is not None and _is_called_rightly(table, fault):
        fault.swapped = None
    fault.other_role = goal is not None and goal != fault.wanted and np.size(value) > 1
    return fault, s, table


def _is_called_rightly(table: Table, fault: Fault) -> bool:
    """Whether the place that uses a helper's wrong value makes right values of other helpers."""
    used = [n for n, _ in fault.path if n != fault.node]
    site = table.graph.site[used[-1]] if used else -1
    return any(table.graph.site[n] == site >= 0 for n in table.good_cone)


def _is_alone(table: Table, fault: Fault) -> bool:
    """Whether a value is the share of one sample, where the sum over several is wanted."""
    theirs = table.graph.value(fault.node)
    if fault.wanted is None or theirs is None or np.size(theirs) < 2:
        return False
    shares = contributions(table.graph, table.view, table.adjoint, fault.wanted)
    forms = [g for _, g in shares if np.shape(g) == np.shape(theirs) and np.any(g)]
    return len(shares) > 1 and any(is_near(theirs, ratio(theirs, g) * g) for g in forms)


def _outer_factor(graph: Graph, parts: Parts) -> float:
    """The number by which an update multiplies the first value that has a name."""
    if len(parts.terms) != 1:
        return 0.0
    term = parts.terms[0]
    named = [f for n, f in term.way[1:] if n in graph.names]
    return named[0] if named else term.factor


def _at_update(graph: Graph, table: Table, fault: Fault, parts: Parts, usual: set[float]) -> Fault:
    """A gradient that is right but for a number, in an update with another number than all others.

    Then the update is wrong, and not what it is made of.
    """
    theirs = graph.value(fault.node)
    if fault.node == fault.update.u or np.shape(theirs) != np.shape(fault.right) or not usual:
        return fault
    r = ratio(theirs, fault.right)
    own = _outer_factor(graph, parts)
    if r and is_near(theirs, r * np.asarray(fault.right)):
        others = [f for f in usual if f and abs(own / f - r) <= 1e-7 * abs(r)]
        if others and len(usual) == 1:
            u, right = fault.path[0]
            return Fault(u, right, [(u, right)], fault.update, fault.wanted)
    return fault


def _way(graph: Graph, table: Table, fault: Fault) -> list[int]:
    """The values between a fault and its update, and what the fault is made of at once."""
    own = [p for p in graph.parents[fault.node] if p in table.view.after]
    return [n for n, _ in fault.path] + [fault.node, *own]


def _is_unknown(graph: Graph, n: int) -> bool:
    """Whether a value is made by an operation whose derivative is not known."""
    op = graph.op[n]
    known = read_knowledge()["operations"]
    return op not in known and op not in ("move", "leaf", "constant", "final", "changed", "view")


def odd_fault(graph: Graph, alignment: Alignment, best: Reading) -> tuple[Fault, int, Table] | None:
    """The first parameter that keeps something odd of its old value or of the step before."""
    for (s, k), kind in sorted(best.odd.items()):
        row = next(r for r in best.rows[s] if r.k == k)
        update = next(c for c in alignment.views[s].step.updates if c.k == k)
        if row.parts is None:
            continue
        if kind == "growth":
            terms = sorted((t for t in row.parts.own if t.way), key=lambda t: -len(t.way))
            off = 2 * row.parts.decay * graph.value(update.p)
        else:
            share = best.rule.get("momentum", 0.0)
            before = next(r for r in best.rows[s - 1] if r.k == k).whole
            kept = {"past": share, "accumulated": 0.0, "past sign": -share}[kind]
            terms, off = row.parts.past, row.past - kept * before
        way = list(terms[0].way) if terms else [(update.u, 1.0)]
        named = [(m, f) for m, f in way if m in graph.names] or way[:1]
        path = [(m, graph.value(m) + off / f) for m, f in named]
        fault = Fault(path[-1][0], path[-1][1], path, update, None, kind)
        return fault, s, _make_table(graph, alignment, best, s)
    return None


def _cells_fit(graph: Graph, row: Row, cells: tuple[int, ...], rate: float, parts: Parts) -> bool:
    want = np.ravel(rate * row.gradient)[list(cells)]
    did = np.ravel(total(graph, parts.terms))
    return bool(np.max(np.abs(did - want)) <= 1e-6 * np.max(np.abs(want)) + 1e-300)


def describe_fault(graph: Graph, fault: Fault, s: int, sources: Sequence[str]) -> dict[str, Any]:
    """Where a fault is, its line of source, and one element of both values."""
    named = [(n, right) for n, right in fault.path if n in graph.names]
    n, right = named[-1] if named else (fault.node, fault.right)
    if fault.node in graph.names:
        n, right = fault.node, fault.right
    if fault.kind in SHOWN_BY_ANOTHER:
        n, right = fault.path[0]
    span, name = place(graph, fault.node), graph.name(n)
    caller = _caller(graph, fault)
    last = next((x for x in reversed(graph.bound.get(fault.node, [])) if x >= 0), None)
    shared = _shared_name(graph, fault)
    if shared is not None:
        span = shared  # two names are one array, and what is done to the one is done to the other
    elif fault.alone and last is not None:
        span = span_of(graph, last)  # where one share is kept in place of the sum
    elif fault.swapped is not None and caller is not None:
        span = caller  # a helper was given another value than it wants: where it is called
    elif fault.other_role and len(graph.bound.get(fault.node, ())) > 1:
        # It is right as what it is first called, and wrong as what it is called after.
        site, other = graph.bound[fault.node][1], graph.names[fault.node][1]
        if site >= 0 and other != name:
            span, name = span_of(graph, site), other
    if fault.loop is not None:
        span = _loop_around(graph, fault.loop, sources) or span
    file, line = span.pop("file"), span["line"]
    text = _source_line(sources, file, line)
    first: dict[str, Any] = {
        "name": name or "this value",
        "file": graph.header["files"][file],
        "line": line or None,
        "span": span,
        "source": shorten(escape(text.strip())) if text else None,
        "indent": len(text) - len(text.lstrip()) if text else 0,
        "step": s + 1,
        "row": None,
        "column": None,
        "yours": None,
        "right": None,
        "your_shape": _shape(graph.value(n)),
        "right_shape": _shape(right),
        "ratio": None,
    }
    first |= _compare_values(graph.value(n), right)
    if fault.kind == "units_alike":
        first |= {"right": "another number for each unit", "ratio": None}
    return first


def _shared_name(graph: Graph, fault: Fault) -> dict[str, int] | None:
    """Where one array was bound to two names at once, of which a wrong update is made."""
    seen: set[int] = set()
    stack = [fault.update.u]
    while stack and len(seen) < LONGEST_PAST:
        n = stack.pop()
        if n in seen or graph.shape[n] != graph.shape[fault.update.u]:
            continue
        seen.add(n)
        stack.extend(graph.parents[n])
        sites = [x for x in graph.bound.get(n, []) if x >= 0][:2]
        names = {name.rpartition("[")[0] or name for name in graph.names.get(n, ())[:2]}
        if len(sites) == len(names) == 2 and graph.op[n] in ("leaf", "flat"):
            first, second = (span_of(graph, x) for x in sites)
            if first["line"] == second["line"] and sites[0] != sites[1]:
                return first
    return None


def _loop_around(
    graph: Graph, loop: tuple[int, int], sources: Sequence[str]
) -> dict[str, int] | None:
    """The place at which the loop around a value begins, where it begins after a line."""
    span = place(graph, loop[0])
    lines = sources[span["file"]].split("\n") if span["file"] < len(sources) else []
    line = find_loop(lines, span["line"])
    if line is None or line <= loop[1]:
        return None
    text = lines[line - 1].rstrip()
    begin = len(text) - len(text.lstrip())
    return {
        "file": span["file"], "line": line, "column": begin, "end_line": line,
        "end_column": len(text),
    }  # fmt: skip


def _caller(graph: Graph, fault: Fault) -> dict[str, int] | None:
    """The place outside of a helper where its value is named, or else used."""
    own = place(graph, fault.node)
    sites = [s for s in graph.bound.get(fault.node, ()) if s >= 0]
    places = [span_of(graph, s) for s in sites]
    if any(p["line"] == own["line"] for p in places):
        return None
    used = [place(graph, n) for n, _ in reversed(fault.path) if n != fault.node]
    if used and used[0]["line"] == own["line"]:
        return None  # it is used where it is made, so that no helper made it
    places += used
    return next((p for p in places if p["line"] != own["line"] and p["line"]), None)


def _source_line(sources: Sequence[str], file: int, line: int) -> str:
    lines = sources[file].split("\n") if file < len(sources) else []
    return lines[line - 1].rstrip("\r") if 1 <= line <= len(lines) else ""


def _shape(value: Any) -> str:
    return " x ".join(str(n) for n in np.shape(value)) or "1 number"


def _compare_values(theirs: Any, right: Any) -> dict[str, Any]:
    """The element that differs most, and the ratio where it is the same everywhere."""
    if np.shape(theirs) != np.shape(right):
        return {}
    x, y = np.atleast_2d(theirs), np.atleast_2d(right)
    off = np.abs(x - y)
    i, j = (int(k) for k in np.unravel_index(np.argmax(np.nan_to_num(off, nan=np.inf)), off.shape))
    values = {"yours": _number(x[i, j]), "right": _number(y[i, j]), "ratio": _say_ratio(x, y)}
    return values | ({"row": i + 1, "column": j + 1} if np.ndim(theirs) else {})


def _say_ratio(x: Any, y: Any) -> str | None:
    kept = np.abs(y) > 1e-9 * np.max(np.abs(y))
    if not kept.any() or not np.isfinite(x).all():
        return None
    ratios = x[kept] / y[kept]
    if np.ptp(ratios) > 1e-7 * np.max(np.abs(ratios)) or not ratios.any():
        return None
    r = float(np.median(ratios))
    words = {-1.0: "the opposite", 2.0: "twice the right one", 0.5: "half the right one"}
    return words.get(round(r, 9), f"{r:.6g} times the right one")


def _number(value: float) -> float | str:
    return float(value) if np.isfinite(value) else str(float(value))
