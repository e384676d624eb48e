"""Outcomes as plain values, for JSON."""

from __future__ import annotations

from typing import Any

from twinprop.harness.comparison import Comparison, Difference
from twinprop.harness.distances import Distance
from twinprop.harness.names import name_element
from twinprop.harness.verify import Outcome


def summarize(outcome: Outcome) -> dict[str, Any]:
    """What the table shows of one case, and a little more, for JSON.

    Parameters
    ----------
    outcome : Outcome
        Of verify_case.

    Returns
    -------
    dict
        Plain values.
    """
    summary: dict[str, Any] = {"file": str(outcome.path), "case": outcome.case}
    if outcome.error:
        return {**summary, "error": outcome.error}
    if outcome.truth:
        summary["truth"] = {"source": outcome.truth.source, "not_proved": outcome.truth.agreed}
    for arithmetic, pair in outcome.pairs.items():
        summary[arithmetic] = {
            **summarize_comparison(pair.comparison),
            "sentence": pair.sentence,
            "agrees": pair.agrees,
            "to_truth": {name: plain_fields(each) for name, each in pair.truth.items()},
            "not_recorded": list(pair.not_recorded),
            "seconds": pair.seconds,
            "accuracy": pair.accuracy,
            "messages": list(pair.messages),
        }
    return summary


def summarize_comparison(comparison: Comparison) -> dict[str, Any]:
    """The verdict and the largest differences as plain values.

    Parameters
    ----------
    comparison : Comparison
        Of two traces.

    Returns
    -------
    dict
        Infinity as the text "inf".
    """
    summary: dict[str, Any] = {
        "verdict": comparison.verdict,
        "quantities": len(comparison.quantities),
    }
    for measure in ("max_abs", "max_ulp"):
        worst = max(comparison.quantities, key=lambda q: getattr(q, measure), default=None)
        at = getattr(worst, f"{measure}_at", None)
        summary[measure] = plain_number(getattr(worst, measure, 0.0))
        summary[f"{measure}_at"] = (
            name_element(worst.name, at) if worst and at is not None else None
        )
    summary["first_difference"] = plain_fields(comparison.first)
    summary["missing"] = list(comparison.missing)
    summary["extra"] = list(comparison.extra)
    summary["shapes"] = [{"name": n, "a": a, "b": b} for n, a, b in comparison.shapes]
    return summary


def plain_fields(found: Difference | Distance | None) -> dict[str, Any] | None:
    """The fields of a difference or a distance as plain values.

    Parameters
    ----------
    found : Difference, Distance or None
        None where there is none.

    Returns
    -------
    dict or None
        Infinity as the text "inf".
    """
    if found is None:
        return None
    return {
        key: plain_number(value) if isinstance(value, float) else value
        for key, value in vars(found).items()
    }


def plain_number(value: float) -> float | str:
    """A number for JSON: infinities and NaN as texts."""
    return value if abs(value) < float("inf") else str(value)
