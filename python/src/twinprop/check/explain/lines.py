"""The lines of a program as a page shows them: judged or not, with the values that they make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, span_of
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.table import is_near, matches_some

MOST_VALUES = 4  # of one line
MOST_ROWS, MOST_COLUMNS = 12, 10  # of one value
MOST_LINES = 20_000  # of one file
NEAR = 1e-9  # of the largest number: nearer ones are not marked as other
# What of two statuses on one line is told.
ORDER = ("different", "follows", "right", "given", "not seen")


def list_lines(
    graph: Graph, sources: Sequence[str], evidence: Evidence, answer: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Every line of a program's files.

    Parameters
    ----------
    graph : Graph
        A recording.
    sources : sequence of str
        The text of each of its files.
    evidence : Evidence
        What the answer stands on.
    answer : dict
        Of judge_recording.

    Returns
    -------
    list of dict
        Keys file, line, source, status and values. The status is "right", "different" (the first
        difference is there), "follows" (what it makes is wrong because of that), "given" (data and
        starting values, which are taken as they are) or "not seen". A value has a name, a shape,
        `yours` (a part of it, with the place where that begins) and `right` where that is another.
    """
    try:
        return _list(graph, sources, evidence, answer)
    except (ArithmeticError, LookupError, TypeError, ValueError):  # as judge_recording
        return []


def _list(
    graph: Graph, sources: Sequence[str], evidence: Evidence, answer: Mapping[str, Any]
) -> list[dict[str, Any]]:
    status = judge_nodes(graph, evidence)
    fault, table = evidence.fault, evidence.table
    rights = {**dict(fault.path), fault.node: fault.right} if fault else {}
    node = fault.node if fault else -1
    is_role = fault is not None and table is not None and matches_some(table, node)
    nodes = nodes_by_line(graph, _shown_nodes(graph, evidence, list(rights)))
    first = answer["first"] or {}
    lines = []
    for k, (file, text) in enumerate(zip(graph.header["files"], sources, strict=False)):
        for number, source in enumerate(text.split("\n")[:MOST_LINES], start=1):
            own = nodes.get((k, number), {})
            said = {status.get(n, "not seen") for n in own}
            here = first.get("file") == file and first.get("line") == number
            if here:
                said.add("different")
            elif "different" in said:  # the value itself, on the line where it is still right
                said = said - {"different"} | {"right" if is_role else "follows"}
            shown = {n: right for n, right in rights.items() if here or not is_role or n != node}
            lines.append({
                "file": file,
                "line": number,
                "source": source.rstrip("\r"),
                "status": min(said, key=ORDER.index, default="not seen"),
                "values": line_values(graph, own, shown, node),
            })  # fmt: skip
    return lines


def judge_nodes(graph: Graph, evidence: Evidence) -> dict[int, str]:
    """What is known of the values of the step that is shown, and of what it begins from."""
    table, fault = evidence.table, evidence.fault
    if table is None or evidence.alignment is None:
        return {}
    view = table.view
    wrong = _made_of(graph, fault.node, view.step.end) if fault else set()
    right = set(view.forward) | (_behind(graph, table.good_updates) if fault else set(view.cone))
    if not fault:
        right |= {c.u for c in view.step.updates}
    right |= {n for n in view.after if n in table.good_cone or matches_some(table, n)}
    status = dict.fromkeys(right - wrong, "right")
    begin = min(view.moved - view.cut, default=0)  # the first value that is made of a parameter
    status |= {n: "given" for n in right | view.cut if n < begin}
    status |= dict.fromkeys(wrong, "follows")
    return status | ({fault.node: "different"} if fault else {})


def _behind(graph: Graph, updates: set[int]) -> set[int]:
    """What right updates are made of, and they themselves."""
    found: set[int] = set()
    stack = list(updates)
    while stack:
        n = stack.pop()
        if n not in found:
            found.add(n)
            stack.extend(graph.parents[n])
    return found


def _made_of(graph: Graph, begin: int, until: int) -> set[int]:
    """What is made of a value in its own step."""
    found = {begin}
    for n in range(begin + 1, min(until + 1, graph.size)):
        if any(p in found for p in graph.parents[n]):
            found.add(n)
    return found - {begin}


def _shown_nodes(graph: Graph, evidence: Evidence, wanted: list[int]) -> list[int]:
    """The nodes of the step that is shown, those before the training, and the wanted ones last."""
    if evidence.alignment is None or not evidence.alignment.steps:
        return list(range(graph.size))
    views = evidence.alignment.views
    step = views[evidence.step].step if views else evidence.alignment.steps[0]
    begin = evidence.alignment.steps[0].end + 1
    own = range(max(step.begin + 1, 0), step.end + 1)
    return [*range(min(begin, own.start)), *own, *(n for n in wanted if n in own)]


def nodes_by_line(graph: Graph, nodes: list[int]) -> dict[tuple[int, int], dict[int, str]]:
    """The values of each line: those that get a name there, then those that are made there."""
    named: dict[tuple[int, int], dict[str, int]] = {}
    made: dict[tuple[int, int], dict[int, int]] = {}
    for n in nodes:
        for name, site in zip(graph.names.get(n, ()), graph.bound.get(n, ()), strict=True):
            if site >= 0:
                span = span_of(graph, site)
                own = named.setdefault((span["file"], span["line"]), {})
                own.pop(name, None)
                own[name] = n
        if graph.site[n] >= 0:
            span = span_of(graph, graph.site[n])
            made.setdefault((span["file"], span["end_line"]), {})[graph.site[n]] = n
    found = {}
    for key in named.keys() | made.keys():
        names = {n: name for name, n in named.get(key, {}).items()}
        rest = sorted(made.get(key, {}).values(), key=lambda n: -_width(graph, n))
        found[key] = {**names, **{n: graph.name(n) for n in rest if n not in names}}
    return found


def _width(graph: Graph, n: int) -> int:
    span = span_of(graph, graph.site[n])
    return 1000 * (span["end_line"] - span["line"]) + span["end_column"] - span["column"]


def line_values(
    graph: Graph, names: dict[int, str], rights: dict[int, Any], fault: int
) -> list[dict[str, Any]]:
    """The values of a line: those that differ first, then those with a name, else the widest."""
    chosen = [n for n in names if n in rights]
    chosen += [n for n, name in names.items() if name and n not in chosen]
    chosen = chosen or list(names)[:1]
    values = []
    for n in chosen[:MOST_VALUES]:
        yours = graph.value(n)
        if yours is None or not np.size(yours):
            continue
        right = rights.get(n)
        is_other = right is not None and not is_near(yours, right)
        value = part_of(yours, right if is_other else None)
        values.append({"name": names[n], **value, "first": n == fault})
    return values


def part_of(yours: Any, right: Any) -> dict[str, Any]:
    """A part of a value that shows where it differs."""
    x, y = _as_matrix(yours), None if right is None else _as_matrix(right)
    off = None
    if y is not None and np.shape(yours) == np.shape(right):
        off = ~(np.abs(x - y) <= NEAR * np.max(np.abs(y), initial=0.0))
    row = column = 0
    if off is not None and off.any() and not off[:MOST_ROWS, :MOST_COLUMNS].any():
        at = np.argwhere(off)[0]  # what is shown begins there
        row, column = int(at[0]), int(at[1])
    part = np.s_[row : row + MOST_ROWS, column : column + MOST_COLUMNS]
    return {
        "shape": list(np.shape(yours)),
        "from": [row, column],
        "yours": x[part].tolist(),
        "right": None if y is None else y[part].tolist(),
        "right_shape": None if right is None else list(np.shape(right)),
        "off": None if off is None else off[part].tolist(),
    }


def _as_matrix(value: Any) -> Any:
    rows = np.atleast_2d(np.asarray(value, dtype=np.float64))
    return rows.reshape(len(rows), -1)
