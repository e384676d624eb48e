"""What more there is to say of a verdict: how sure it is, or why it is chaotic."""

from __future__ import annotations

from collections.abc import Mapping

from twinprop.cases.case import Case
from twinprop.cases.traces import Run
from twinprop.comparing.calibration import describe_chance, facts_of, own_calibration
from twinprop.comparing.chaos import explain_chaos
from twinprop.comparing.comparison import Comparison
from twinprop.engines.choices import LANGUAGES


def explain_verdict(comparison: Comparison, case: Case, runs: tuple[Run, Run]) -> str:
    """How sure the verdict of a comparison is, or why it is chaotic.

    Parameters
    ----------
    comparison : Comparison
        Of the runs, by the bound from rounding.
    case : Case
        That both ran.
    runs : tuple of Run
        Only of native runs, and only of one by each language, a rate was measured.

    Returns
    -------
    str
        One sentence; empty where there is nothing to say.
    """
    if comparison.verdict == "chaotic":
        chaos = explain_chaos(case)
        return chaos.sentence if chaos else ""
    by_language: Mapping[str, Run] = {run.language: run for run in runs}
    nearest = comparison.nearest_bound
    is_judged = comparison.verdict == "rounding" or comparison.first is not None
    if (
        nearest is None
        or not is_judged
        or set(by_language) != set(LANGUAGES)
        or any(run.arithmetic != "native" for run in runs)
    ):
        return ""
    facts = facts_of(by_language["python"].environment, by_language["r"].environment)
    return describe_chance(nearest.share, case, facts, own_calibration())
