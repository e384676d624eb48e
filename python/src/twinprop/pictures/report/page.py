"""The report of `verify` as one page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twinprop.comparing.changes import describe_changes
from twinprop.comparing.comparison import ANY_FINITE, VERDICTS, Difference
from twinprop.engines.doctor import machine_facts
from twinprop.ground.names import name_element
from twinprop.pictures.figures import Picture
from twinprop.pictures.numbers import hex_number
from twinprop.pictures.pages import render_page
from twinprop.pictures.report.data import (
    LANGUAGES,
    CaseData,
    case_data,
    ulp_counts,
)
from twinprop.pictures.report.figures import (
    draw_courses,
    draw_heat_map,
    draw_histogram,
    draw_losses,
    draw_weights,
)
from twinprop.pictures.terminal.tables import format_count, format_number
from twinprop.studies.verify import Outcome, Pair

MOST_PANELS = 6
MOST_WEIGHTS = 400
# Recorded epochs from which on a curve says more than its two ends.
_COURSE = 4


def report_page(outcomes: Sequence[Outcome]) -> str:
    """A page that says whether the languages agree, and shows by how much.

    Parameters
    ----------
    outcomes : list of Outcome
        Of verify_cases.

    Returns
    -------
    str
        HTML, complete in itself.
    """
    cases = [case_data(outcome) for outcome in outcomes if outcome.pairs]
    verdict, sentence = overall_verdict(outcomes)
    return render_page(
        "report.html.j2",
        verdict=verdict,
        sentence=sentence,
        compared=describe_extent(cases),
        failures=[failure for outcome in outcomes for failure in describe_failures(outcome)],
        environment=describe_environment(cases),
        rows=[_case_row(case) for case in cases],
        errors=[outcome for outcome in outcomes if outcome.error],
        heat=draw_heat_map(cases) if cases else None,
        histogram=draw_histogram(dict(ulp_counts([case.outcome for case in cases]))),
        courses=[draw_courses(case) for case in most_telling(cases)],
        losses=[draw_losses(case) for case in most_telling(cases)],
        weights=_weight_pictures(cases),
        digests=[_digest_row(case) for case in cases],
        slowest=_slowest(cases),
    )


def overall_verdict(outcomes: Sequence[Outcome]) -> tuple[str, str]:
    """The worst verdict of all cases, and what it means in one sentence."""
    failed = [outcome for outcome in outcomes if outcome.error]
    pairs = [pair for outcome in outcomes for pair in outcome.pairs.values()]
    different = [o for o in outcomes if not all(pair.agrees for pair in o.pairs.values())]
    n = f"{len(outcomes)} case{'s' * (len(outcomes) != 1)}"
    if different:
        return "different", (
            f"Python and R differ in {len(different)} of {n} by more than rounding explains: "
            f"{_some_names(different)}."
        )
    if failed:
        return "different", f"{len(failed)} of {n} could not be run, so nothing is said of them."
    worst = max((p.verdict for p in pairs), key=VERDICTS.index, default="identical")
    strict = "In strict arithmetic every number has the same bits"
    if worst == "identical":
        return worst, f"Python and R agree in all of {n}, in every bit."
    native = "in native arithmetic they differ by no more than rounding explains"
    chaotic = [outcome for outcome in outcomes if _is_chaotic(outcome)]
    if chaotic:
        native += (
            f", except in {_some_names(chaotic)}: there rounding is amplified so far that only "
            "strict results can be compared"
        )
    return worst, f"Python and R agree in all of {n}. {strict}; {native}."


def _is_chaotic(outcome: Outcome) -> bool:
    return any(pair.verdict == "chaotic" for pair in outcome.pairs.values())


def _some_names(outcomes: Sequence[Outcome]) -> str:
    names = ", ".join(str(outcome.case) for outcome in outcomes[:3])
    return names + ", …" * (len(outcomes) > 3)


def describe_extent(cases: Sequence[CaseData]) -> dict[str, str]:
    """How much was compared."""
    quantities = [q for case in cases for q in case.outcome.pairs["native"].comparison.quantities]
    numbers = sum(q.count for q in quantities)
    return {
        "cases": str(len(cases)),
        "quantities": f"{len(quantities):,}",
        "numbers": f"{numbers:,}",
        "seconds": f"{sum(case.seconds for case in cases):.1f}",
    }


def describe_environment(cases: Sequence[CaseData]) -> dict[str, dict[str, str]]:
    """Machine and languages, as they were when the first case was run."""
    found = {"Machine": machine_facts()}
    if cases:
        runs = cases[0].outcome.pairs["native"].runs
        found["Python"] = dict(runs["python"].environment)
        found["R"] = dict(runs["r"].environment)
    return found


def describe_failures(outcome: Outcome) -> list[dict[str, Any]]:
    """Each pair of runs of a case that differs, with its first difference."""
    return [
        {
            "case": outcome.case,
            "arithmetic": pair.arithmetic,
            "sentence": pair.sentence,
            "first": _first_row(pair.comparison.first) if pair.comparison.first else None,
        }
        for pair in outcome.pairs.values()
        if not pair.agrees
    ]


def _first_row(first: Difference) -> dict[str, str]:
    bound = "the same bits" if first.bound < 0 else f"{first.bound:.3g}"
    if first.bound >= ANY_FINITE:
        bound = "any finite number"
    return {
        "where": name_element(first.name, first.index),
        "Python": f"{first.value_a!r} ({hex_number(first.value_a)})",
        "R": f"{first.value_b!r} ({hex_number(first.value_b)})",
        "apart": f"{format_count(first.ulp)} ULP",
        "allowed": bound,
    }


def _case_row(case: CaseData) -> dict[str, Any]:
    return {
        "name": case.name,
        "quantities": len(case.outcome.pairs["native"].comparison.quantities),
        "abs": _largest(case, "max_abs"),
        "ulp": _largest(case, "max_ulp"),
        "truth": [_truth(case, language) for language in LANGUAGES],
        "verdicts": {name: p.verdict for name, p in case.outcome.pairs.items()},
        "sentence": case.outcome.pairs["native"].sentence,
    }


def _largest(case: CaseData, measure: str) -> str:
    quantity = case.largest[measure]
    value = getattr(quantity, measure) if quantity else 0.0
    return format_number(value) if measure == "max_abs" else format_count(value)


def _truth(case: CaseData, language: str) -> str:
    distance = case.outcome.pairs["native"].truth[language]
    return "" if distance is None else format_number(distance.max_abs)


def most_telling(cases: Sequence[CaseData]) -> list[CaseData]:
    """The cases with a course over epochs, those with the largest difference first."""
    chosen = [case for case in cases if len(case.losses["python"]) >= _COURSE - 1]

    def largest(case: CaseData) -> float:
        return max((value for _, value in case.courses.get("Python to R", [])), default=0.0)

    return sorted(chosen, key=largest, reverse=True)[:MOST_PANELS]


def _weight_pictures(cases: Sequence[CaseData]) -> list[Picture]:
    chosen = [c for c in most_telling(cases) if 0 < c.weights["python"][0].size <= MOST_WEIGHTS]
    return [draw_weights(case) for case in chosen]


def _digest_row(case: CaseData) -> dict[str, Any]:
    return {
        "name": case.name,
        "digests": case.digests,
        "same": len(set(case.digests.values())) == 1,
        "recorded": _recorded(case),
    }


def _recorded(case: CaseData) -> str:
    """Whether the strict results have the bits that are recorded with the case."""
    reference, other = case.outcome.reference, case.outcome.pairs["strict"].not_recorded
    if any(other):
        return describe_changes(other)
    return "as recorded" if reference is not None and reference.strict else "none recorded"


def _slowest(cases: Sequence[CaseData]) -> list[dict[str, Any]]:
    ranked = sorted(cases, key=lambda case: case.seconds, reverse=True)[:8]
    longest = ranked[0].seconds if ranked else 1.0
    return [
        {
            "name": case.name,
            "seconds": case.seconds,
            "share": 100 * case.seconds / (longest or 1.0),
            "pairs": [_pair_seconds(pair) for pair in case.outcome.pairs.values()],
        }
        for case in ranked
    ]


def _pair_seconds(pair: Pair) -> dict[str, float]:
    return {language: pair.seconds[language] for language in LANGUAGES}
