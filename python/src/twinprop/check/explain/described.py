"""A fault in words and numbers: its line, the values of both, the ratio."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile
from typing import Any

import numpy as np

from twinprop.check.align.operations import reduced_axis
from twinprop.check.align.recording import Graph, place, span_of
from twinprop.check.explain.answer import escape, shorten
from twinprop.check.explain.loops import find_loop
from twinprop.check.explain.table import Fault

LONGEST_PAST = 2000
# x, y = f(z), or x <- f(z)
RETURNED = re.compile(r"[^=<]*(?:=|<-|<<-)\s*[\w.$]+\(.*\)\s*(?:#.*)?$")
FROM_CALL = 6  # operations from one call of a function to the next
# What is shown of these is the value that is wrong for it, and not that of their line.
SHOWN_BY_ANOTHER = ("never_updated", "standardised_by_sample", "softmax_over_everything")

USED_WRONGLY = ("activation_twice",)  # what a helper computes is right, but not wanted there


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
    last = _stored_last(graph, fault.node, sources) if fault.alone else None
    shared = _shared_name(graph, fault, s)
    if shared is not None:
        span = shared  # two names are one array, and what is done to the one is done to the other
    elif last is not None:
        span = span_of(graph, last)  # where one share is kept in place of the sum
    elif caller is not None and _is_told_by_caller(graph, fault):
        span = caller  # a helper was given another value than it wants: where it is called
    elif fault.other_role and len(graph.bound.get(fault.node, ())) > 1:
        # It is right as what it is first called, and wrong as what it is called after.
        site, other = graph.bound[fault.node][1], graph.names[fault.node][1]
        if site >= 0 and other != name:
            span, name = span_of(graph, site), other
    if fault.told_at >= 0:
        span = span_of(graph, fault.told_at)
        name = _name_at(graph, n, fault.told_at) or name
    span = _line_of_name(fault, span, sources) or span
    if fault.loop is not None:
        span = _loop_around(graph, fault.loop, sources) or span
    file, line = span.pop("file"), span["line"]
    text = source_line(sources, file, line)
    first: dict[str, Any] = {
        "name": name or "this value",
        "file": graph.header["files"][file],
        "line": line or None,
        "span": span,
        "source": shorten(escape(text.strip())) if text else None,
        "indent": len(text) - len(text.lstrip()) if text else 0,
        "step": [*fault.seen_in, s][0] + 1,
        "row": None,
        "column": None,
        "yours": None,
        "right": None,
        "your_shape": _shape(graph.value(n)),
        "right_shape": _shape(right),
        "ratio": None,
    }
    first |= _compare_values(graph.value(n), right)
    if fault.shown is not None:
        yours, right = fault.shown
        first |= {"yours": yours, "right": right, "ratio": None, "right_shape": first["your_shape"]}
    return first


def _name_at(graph: Graph, n: int, site: int) -> str:
    """What a value is called at one place."""
    pairs = zip(graph.names.get(n, ()), graph.bound.get(n, ()), strict=True)
    return next((name for name, s in pairs if s == site), "")


def _shared_name(graph: Graph, fault: Fault, s: int) -> dict[str, int] | None:
    """Where one array was bound to two names at once, of which a wrong update is made.

    As entries of one list they may be one array and yet replaced, not changed: then an update of
    the first step would not be made of another one at the same place.
    """
    seen: set[int] = set()
    stack = [fault.update.u]
    while stack and len(seen) < LONGEST_PAST:
        n = stack.pop()
        if n in seen or graph.shape[n] != graph.shape[fault.update.u]:
            continue
        seen.add(n)
        stack.extend(graph.parents[n])
    places = [graph.site[n] for n in seen if graph.op[n] in ("add", "sub")]
    mixed = s == 0 and len(set(places)) < len(places)
    for n in sorted(seen, reverse=True):
        sites = [x for x in graph.bound.get(n, []) if x >= 0][:2]
        names = graph.names.get(n, ())[:2]
        holders = {name.rpartition("[")[0] or name for name in names}
        if len(sites) < 2 or len(set(names)) < 2 or graph.op[n] not in ("leaf", "flat"):
            continue
        first, second = (span_of(graph, x) for x in sites)
        apart = len(holders) == 2 and sites[0] != sites[1]
        if first["line"] == second["line"] and (apart or mixed):
            return first
    return None


def _stored_last(graph: Graph, n: int, sources: Sequence[str]) -> int | None:
    """The site at which a value was given a name last, and not just given back by a function."""
    own = place(graph, n)["line"]
    for site in reversed(graph.bound.get(n, [])):
        span = span_of(graph, site) if site >= 0 else None
        if span is None:
            continue
        returned = RETURNED.match(source_line(sources, span["file"], span["line"]))
        if span["line"] == own or returned is None:
            return site
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
    return span_of_line(span["file"], line, lines)


def span_of_line(file: int, line: int, lines: Sequence[str]) -> dict[str, int]:
    """A whole line of a program as a place."""
    text = lines[line - 1].rstrip()
    begin = len(text) - len(text.lstrip())
    return {
        "file": file, "line": line, "column": begin, "end_line": line, "end_column": len(text),
    }  # fmt: skip


def _is_told_by_caller(graph: Graph, fault: Fault) -> bool:
    """Whether a helper does what it is told, and that is wrong."""
    return fault.swapped is not None or _is_misused(graph, fault) or _is_given_axis(graph, fault)


def _is_given_axis(graph: Graph, fault: Fault) -> bool:
    """Whether the place of a wrong sum sums over another axis elsewhere: it is told which."""
    n, own = fault.node, reduced_axis(graph, fault.node) if graph.op[fault.node] == "sum" else None
    same = (m for m in range(graph.size) if graph.site[m] == graph.site[n] >= 0)
    return own is not None and any(
        graph.op[m] == "sum" and reduced_axis(graph, m) not in (None, own) for m in same
    )


def _is_of_helper(fault: Fault) -> bool:
    """Whether what makes a value was seen to make right ones for others."""
    return fault.swapped == (fault.node, fault.node)


def _is_misused(graph: Graph, fault: Fault) -> bool:
    """Whether what a helper makes is right, but not wanted there, as where it is called twice."""
    if fault.kind != "sigmoid_twice":
        return fault.kind in USED_WRONGLY
    level = [fault.node]
    for _ in range(FROM_CALL):
        level = [p for n in level for p in graph.parents[n]]
        if any(graph.site[p] == graph.site[fault.node] for p in level):
            return True
    return False


def _line_of_name(
    fault: Fault, span: dict[str, int], sources: Sequence[str]
) -> dict[str, int] | None:
    """The line on which what has no place of its own is counted up, or made."""
    if fault.counted:
        return _counting_line(fault.counted, span, sources)
    return _making_line(fault.begun, span, sources) if fault.begun else None


def _counting_line(
    name: str, span: dict[str, int], sources: Sequence[str]
) -> dict[str, int] | None:
    """The only line on which something is counted up, as a whole number has no place of its own."""
    own = re.escape(name)
    return _only_line(rf"\s*({own}\s*\+=|{own}\s*(=|<-)\s*{own}\s*\+)", span, sources)


def _making_line(name: str, span: dict[str, int], sources: Sequence[str]) -> dict[str, int] | None:
    """The only line that gives something a name, of those before a place."""
    found = _only_line(
        rf"(?:.*[,;\s])?{re.escape(name)}\s*(?:,.*[^=!<>])?(?:=[^=]|<-)", span, sources
    )
    return found if found is not None and found["line"] < span["line"] else None


def _only_line(pattern: str, span: dict[str, int], sources: Sequence[str]) -> dict[str, int] | None:
    """The only line of a file that is as a pattern says."""
    lines = sources[span["file"]].split("\n") if span["file"] < len(sources) else []
    found = [i for i, text in enumerate(lines, start=1) if re.match(pattern, text)]
    return span_of_line(span["file"], found[0], lines) if len(found) == 1 else None


def _caller(graph: Graph, fault: Fault) -> dict[str, int] | None:
    """The place outside of a helper where its value is named, or else used."""
    own = place(graph, fault.node)
    sites = [s for s in graph.bound.get(fault.node, ()) if s >= 0]
    places = [span_of(graph, s) for s in sites]
    if any(p["line"] == own["line"] for p in places):
        return None
    nodes = [n for n, _ in reversed(fault.path) if n != fault.node]
    line = own["line"]
    if not _is_of_helper(fault):
        # What has no name may be made by a helper of what it makes, as in `ifelse(x > 0, 1, 0)`.
        nodes = [*dropwhile(lambda n: graph.line(n) == line and n not in graph.names, nodes)]
    used = [place(graph, n) for n in nodes]
    if used and used[0]["line"] <= line <= used[0]["end_line"] and not _is_of_helper(fault):
        return None  # it is used where it is made, so that no helper made it
    places += used
    return next((p for p in places if p["line"] != line and p["line"]), None)


def source_line(sources: Sequence[str], file: int, line: int) -> str:
    """A line of a program's text; nothing where there is none."""
    lines = sources[file].split("\n") if file < len(sources) else []
    return lines[line - 1].rstrip("\r") if 1 <= line <= len(lines) else ""


def _shape(value: Any) -> str:
    return " x ".join(str(n) for n in np.shape(value)) or "1 number"


def _compare_values(theirs: Any, right: Any) -> dict[str, Any]:
    """The element that differs most, and the ratio where it is the same everywhere.

    Of those that differ as much, but for rounding, it is the first.
    """
    if np.shape(theirs) != np.shape(right):
        return {}
    x, y = (np.reshape(v, (-1, np.shape(np.atleast_1d(v))[-1])) for v in (theirs, right))
    off = np.nan_to_num(np.abs(x - y), nan=np.inf)
    most = off >= (1 - 1e-9) * np.max(off)
    i, j = (int(k) for k in np.unravel_index(np.argmax(most), off.shape))
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
