"""What an accusation has to stand on: without it a program is not followed, but not wrong."""

from __future__ import annotations

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.explain.fault import Fault

BENT = ("clip", "minimum")


def find_doubt(graph: Graph, alignment: Alignment, fault: Fault, s: int) -> str | None:
    """Why a difference may be the program's own right way; None where it is a fault.

    Parameters
    ----------
    graph : Graph
        A recording.
    alignment : Alignment
        What was understood of it.
    fault : Fault
        The difference.
    s : int
        Its step, from 0.

    Returns
    -------
    str or None
        The end of a sentence that begins with what was understood.
    """
    best = alignment.best
    assert best is not None
    if best.stopped:
        return best.stopped
    if fault.kind:
        odd = sum(best.odd.get((s, r.k)) == "past" for r in best.rows[s])
        most = fault.kind == "past" and 2 * odd > len(best.rows[s])
        return "what they keep of the step before is no momentum known here" if most else None
    bent = next((n for n, _ in fault.path if graph.op[n] in BENT), None)
    if bent is not None:
        return f"their gradients are cut off on line {graph.line(bent)}"
    return None
