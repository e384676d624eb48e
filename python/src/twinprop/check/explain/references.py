"""The best weights so far, kept by reference: the arrays go on being updated in place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, count, span_of
from twinprop.check.align.trained import Update
from twinprop.check.explain.loops import depth_of, end_of_loop, find_loop
from twinprop.check.explain.table import Fault

IN_PLACE = re.compile(r"(?<![=<>!])(?:[-+/]|\*{1,2})=(?!=)")
UNDER = re.compile(r"\s*(?:if|elif)\b.*[<>]")
ALIAS = re.compile(r"\s*[\w.]+\s*=\s*([A-Za-z_][\w.]*)\s*(?:#.*)?$")


def find_kept_reference(graph: Graph, alignment: Alignment, sources: Sequence[str]) -> Fault | None:
    """New weights get a second name where a condition holds, and the next step changes them.

    What is kept so is taken again after the loop, and is what the last step has made. R copies
    what it changes.
    """
    if graph.header["language"] != "python":
        return None
    for view in alignment.views:
        for update in view.step.updates:
            bound = graph.bound.get(update.u, [])
            for site, name in zip(bound[1:], graph.names.get(update.u, [])[1:], strict=True):
                if bound[0] >= 0 and site >= 0 and _is_kept(graph, update, name, site, sources):
                    right = graph.value(update.u)
                    path = [(update.u, right)]
                    fault = Fault(update.u, right, path, update, None, "kept_by_reference")
                    fault.told_at = site
                    fault.shown = ("the array that goes on being updated", "a copy of it")
                    return fault
    return None


def _is_kept(graph: Graph, update: Update, name: str, site: int, sources: Sequence[str]) -> bool:
    """Whether a name of a new weight is given under a condition and read after the loop."""
    own, there = span_of(graph, graph.bound[update.u][0]), span_of(graph, site)
    lines = sources[there["file"]].split("\n")
    kept, trained = name.partition("[")[0], graph.names[update.u][0].partition("[")[0]
    loop = find_loop(lines, there["line"])
    if own["file"] != there["file"] or kept == trained or loop is None or not kept:
        return False
    text = lines[own["line"] - 1]
    alias = ALIAS.match(lines[there["line"] - 1])
    is_alias = alias is not None and alias[1] == trained and trained != graph.names[update.u][0]
    in_place = count(graph.shape[update.u]) > 1 and IN_PLACE.search(text.partition("#")[0])
    if not (is_alias or in_place) or not _is_chosen(lines, loop, there["line"]):
        return False
    after = lines[end_of_loop(lines, loop) :]
    return any(_is_read(kept, line.partition("#")[0]) for line in after)


def _is_chosen(lines: Sequence[str], loop: int, line: int) -> bool:
    """Whether a line of a loop is under a comparison, and the loop goes on after it."""
    depth = depth_of(lines[line - 1])
    if not any(UNDER.match(text) and depth_of(text) < depth for text in lines[loop : line - 1]):
        return False
    for text in lines[line:]:
        if text.strip() and depth_of(text) < depth:
            return True
        if re.match(r"\s*(?:break|return)\b", text):
            return False
    return True


def _is_read(name: str, code: str) -> bool:
    """Whether a line takes a name, and does not only give it to something else."""
    own = rf"(?<![\w.]){re.escape(name)}(?!\w)"
    return re.search(rf"{own}(?!\s*=(?!=))", code) is not None
