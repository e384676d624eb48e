"""A parameter of R that only the function itself has the new value of: `<-` beside `<<-`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph, span_of
from twinprop.check.align.trained import Update
from twinprop.check.explain.described import source_line
from twinprop.check.explain.table import Fault

ASSIGNED = re.compile(r"^\s*([A-Za-z.][\w.]*)\s*(<<?-)")
FUNCTION = re.compile(r"\bfunction\s*\(|\\\(")


def find_local_update(graph: Graph, alignment: Alignment, sources: Sequence[str]) -> Fault | None:
    """The first update by `<-` where all others are by `<<-`, and all begin outside the function.

    The next step of the same call finds the new value; whoever calls finds the old one.
    """
    if graph.header["language"] != "r":
        return None
    view = alignment.views[0]
    known = [(c, _read_update(graph, c, sources)) for c in view.step.updates]
    arrows = {arrow for _, (_, arrow, _) in known}
    own = next(((c, at) for c, at in known if at[1] == "<-"), None)
    if own is None or arrows != {"<-", "<<-"} or len({at[2][0] for _, at in known}) > 1:
        return None
    update, (name, _, (file, line)) = own
    begun = [_begun_at(graph, view.step.first[c.k]) for c, _ in known]
    lines = sources[file].split("\n")
    if any(at is None or at[0] != file or at[1] >= line for at in begun):
        return None
    first, last = (pick(at[1] for at in begun if at) for pick in (min, max))
    places = [i for i, text in enumerate(lines, 1) if _is_assigned(name, text)]
    inside = [i for i in places if i > last]
    between = lines[last:line]
    is_outside = not any(map(FUNCTION.search, lines[first:last]))
    if not is_outside or not any(map(FUNCTION.search, between)) or inside != [line]:
        return None
    right = graph.value(update.u)
    fault = Fault(update.u, right, [(update.u, right)], update, None, "kept_local")
    fault.shown = (f"{name} of this function alone", f"{name} of the function around it")
    return fault


def _read_update(
    graph: Graph, update: Update, sources: Sequence[str]
) -> tuple[str, str, tuple[int, int]]:
    """The name and the arrow of the text in which a new value is stored, with file and line."""
    site = next((x for x in graph.bound.get(update.u, ()) if x >= 0), -1)
    if site < 0:
        return "", "", (-1, 0)
    span = span_of(graph, site)
    text = source_line(sources, span["file"], span["line"])[span["column"] :]
    found = ASSIGNED.match(text)
    name, arrow = found.groups() if found else ("", "")
    return name, arrow, (span["file"], span["line"])


def _begun_at(graph: Graph, first: int) -> tuple[int, int] | None:
    """The file and the line where a parameter got its name."""
    site = next((x for x in graph.bound.get(first, ()) if x >= 0), -1)
    span = span_of(graph, site) if site >= 0 else None
    return (span["file"], span["line"]) if span else None


def _is_assigned(name: str, text: str) -> bool:
    code = text.partition("#")[0]
    return re.search(rf"(?<![\w.$]){re.escape(name)}\s*(<<?-|=(?!=))", code) is not None
