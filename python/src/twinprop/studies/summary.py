"""Outcomes as plain values, for JSON."""

from __future__ import annotations

from typing import Any

from twinprop.comparing.comparison import Comparison
from twinprop.ground.names import name_element
from twinprop.studies.verify import Outcome


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
            "to_truth": {name: each and vars(each) for name, each in pair.truth.items()},
            "not_recorded": [name for names in pair.not_recorded for name in names],
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
        Plain values.
    """
    summary: dict[str, Any] = {
        "verdict": comparison.verdict,
        "quantities": len(comparison.quantities),
    }
    for measure in ("max_abs", "max_ulp"):
        worst = max(comparison.quantities, key=lambda q: getattr(q, measure), default=None)
        at = getattr(worst, f"{measure}_at", None)
        summary[measure] = getattr(worst, measure, 0.0)
        summary[f"{measure}_at"] = (
            name_element(worst.name, at) if worst and at is not None else None
        )
    summary["first_difference"] = comparison.first and vars(comparison.first)
    summary["not_finite_from"] = dict(zip(("a", "b"), comparison.not_finite, strict=True))
    summary["missing"] = list(comparison.missing)
    summary["extra"] = list(comparison.extra)
    summary["shapes"] = [{"name": n, "a": a, "b": b} for n, a, b in comparison.shapes]
    return summary
