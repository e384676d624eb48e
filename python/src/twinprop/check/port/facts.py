"""Differences in what two programs are, which no number shows: batches, draws, steps."""

from __future__ import annotations

from typing import Any

from twinprop.check.port.handing import Plan, shown_kind
from twinprop.check.port.places import Side, place_in, place_of_site
from twinprop.check.port.problems import samples, taken_at


def other_batch(mine: Side, theirs: Side) -> dict[str, Any] | None:
    """Both take another number of samples in a step."""
    assert mine.training is not None
    assert theirs.training is not None
    rows = [samples(t) for t in (mine.training, theirs.training)]
    if None in rows or rows[0] == rows[1]:
        return None
    # A loop over samples or units has many outputs in a step: how many samples, they do not tell.
    if any(len(t.alignment.views[0].pairs) > 1 for t in (mine.training, theirs.training)):
        return None
    text = f"A takes {rows[0]} samples in its first step, B takes {rows[1]}."
    cause = {"id": "batch", "text": text, "evidence": "Counted at the outputs."}
    first = fact("batch", 1, rows[0], rows[1], cause)
    for side, n in zip((mine, theirs), rows, strict=True):
        assert side.training is not None
        assert n is not None
        first |= place_in(side, taken_at(side.training, n))
    return first


def drawn_alone(mine: Side, theirs: Side, drawn: Plan) -> dict[str, Any] | None:
    """One program draws orders of samples or masks, and the other none at all."""
    kind = next((k for k in ("order", "mask") if k in drawn.alone), None)
    if kind is None:
        return None
    who, k = drawn.alone[kind]
    text = f"{who} draws {shown_kind(kind)}, the other does not."
    first = fact(
        "order of samples" if kind == "order" else "mask", 1,
        *(("drawn", "not drawn") if who == "A" else ("not drawn", "drawn")),
        {"id": f"{kind}_alone", "text": text, "evidence": "Its calls of generators were counted."},
    )  # fmt: skip
    for side in (mine, theirs):
        assert side.training is not None
        node = side.training.steps[0].updates[0].u
        first |= place_in(side, node)
        if side.letter == who:
            site = (drawn.draws_a if who == "A" else drawn.draws_b)[k]["site"]
            first |= place_of_site(side, site)
    return first


def fact(
    quantity: str, step: int, value_a: Any, value_b: Any, cause: dict[str, str]
) -> dict[str, Any]:
    """A difference in what two programs are, which no number shows."""
    return {
        "quantity": quantity, "step": step, "value_a": value_a, "value_b": value_b, "row": None,
        "column": None, "ratio": None, "shown": True, "cause": cause,
    }  # fmt: skip


def other_length(mine: Side, theirs: Side, counts: list[int]) -> dict[str, Any]:
    """One makes more steps than the other."""
    text = f"A makes {counts[0]} steps in all, B makes {counts[1]}."
    cause = {"id": "steps", "text": text, "evidence": "Both were watched to their end."}
    first = fact("steps", min(counts), counts[0], counts[1], cause)
    for side in (mine, theirs):
        assert side.training is not None
        first |= place_in(side, side.training.steps[0].updates[0].u)
    return first
