"""What makes a training wrong though all its numbers are right: seen in the text beside them."""

from __future__ import annotations

from collections.abc import Sequence

from twinprop.check.align.align import Alignment
from twinprop.check.align.recording import Graph
from twinprop.check.explain.local import find_local_update
from twinprop.check.explain.references import find_kept_reference
from twinprop.check.explain.restarted import find_restarted_state
from twinprop.check.explain.single import find_single_batch
from twinprop.check.explain.table import Fault
from twinprop.check.explain.unsigned import find_unsigned_step


def find_by_text(graph: Graph, alignment: Alignment, sources: Sequence[str]) -> Fault | None:
    """A batch of one sample, what is lost with its function, kept as it goes on, or set back to 0.

    Where the derivatives do not fit: a rule that is not what the program calls it.
    """
    best = alignment.best
    assert best is not None
    if not best.is_right:
        return find_unsigned_step(graph, alignment, best, sources)
    return (
        find_single_batch(graph, alignment, sources)
        or find_local_update(graph, alignment, sources)
        or find_kept_reference(graph, alignment, sources)
        or find_restarted_state(graph, alignment, best, sources)
    )
