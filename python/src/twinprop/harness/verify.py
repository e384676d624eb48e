"""Every case in both languages, native and strict, and what the comparison says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twinprop.errors import InputError
from twinprop.harness import engines
from twinprop.harness.comparison import Comparison, compare_traces
from twinprop.harness.errors import EngineError
from twinprop.harness.names import name_element
from twinprop.harness.r_library import find_upwards
from twinprop.harness.sentences import describe_comparison
from twinprop.harness.tolerances import no_difference, tolerance_bound
from twinprop.harness.traces import Run

ARITHMETICS = ("native", "strict")
AGREE, DIFFER, BAD_INPUT = 0, 1, 2

Runner = Callable[..., Run]


@dataclass(frozen=True)
class Pair:
    """One case in one arithmetic, run by both languages."""

    arithmetic: str
    comparison: Comparison
    seconds: dict[str, float]
    messages: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Strict results agree bit for bit, native ones as far as they can be compared."""
        return self.comparison.verdict != "different"

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        return describe_comparison(self.comparison, engines.LANGUAGES)


@dataclass(frozen=True)
class Outcome:
    """One case file: its pairs by arithmetic, or why it could not be run."""

    path: Path
    case: str | None
    pairs: dict[str, Pair]
    error: str | None = None


def find_cases(paths: Sequence[str | os.PathLike[str]]) -> Iterator[tuple[Path, str | None]]:
    """The case files among files and folders, each once, and what is wrong with a path.

    Parameters
    ----------
    paths : list of path
        A folder stands for all its JSON files, no path at all for the project's own cases.

    Yields
    ------
    tuple of Path and str or None
        A file and None, or a path and a sentence.
    """
    seen = set()
    for path in [Path(path) for path in paths] or [default_cases()]:
        if path.is_dir():
            files = sorted(path.glob("*.json"))
            if not files:
                yield path, f"{path} holds no case (no .json file)"
        elif path.exists():
            files = [path]
        else:
            files = []
            yield path, f"{path} does not exist"
        for file in files:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file, None


def default_cases() -> Path:
    """The folder of the project's own cases, found from the package or the working folder."""
    for start in (Path(__file__).resolve().parent, Path.cwd()):
        found = find_upwards("shared_fixtures/cases", start)
        if found is not None:
            return found
    raise InputError("shared_fixtures/cases is not found from here; name a case or a folder")


def verify_case(path: Path, bridge: str = "rpy2", runner: Runner = engines.run) -> Outcome:
    """Run one case in both languages, native and strict, and compare.

    Parameters
    ----------
    path : Path
        The case.
    bridge : str
        How R is reached.
    runner : callable
        As engines.run.

    Returns
    -------
    Outcome
        With the error's sentence instead of results where the case could not be run.
    """
    pairs = {}
    case = None
    try:
        for arithmetic in ARITHMETICS:
            python = runner(path, "python", arithmetic, bridge=bridge)
            r = runner(path, "r", arithmetic, bridge=bridge)
            case = python.case
            bound = no_difference if arithmetic == "strict" else tolerance_bound
            pairs[arithmetic] = Pair(
                arithmetic,
                compare_traces(python.trace, r.trace, bound),
                {"python": python.seconds, "r": r.seconds},
                python.messages + r.messages,
            )
    except (InputError, EngineError) as error:
        return Outcome(path, case, {}, _name_file(path, str(error)))
    return Outcome(path, case, pairs)


def verify_cases(
    paths: Sequence[str | os.PathLike[str]],
    bridge: str = "rpy2",
    runner: Runner = engines.run,
    on_case: Callable[[int, int, Path], object] = lambda done, total, path: None,
) -> list[Outcome]:
    """Verify cases one after the other; a bad one does not stop the others.

    Parameters
    ----------
    paths : list of path
        As for find_cases.
    bridge : str
        How R is reached.
    runner : callable
        As engines.run.
    on_case : callable
        Called before each case with the number done, the number of all, and the file.

    Returns
    -------
    list of Outcome
        In the order of the files.
    """
    found = list(find_cases(paths))
    outcomes: list[Outcome] = []
    for done, (path, error) in enumerate(found):
        on_case(done, len(found), path)
        outcome = Outcome(path, None, {}, error) if error else verify_case(path, bridge, runner)
        outcomes.append(_refuse_same_id(outcome, outcomes))
    return outcomes


def exit_status(outcomes: Iterable[Outcome]) -> int:
    """0 where all agree, 1 where one differs, 2 where one could not be run.

    Parameters
    ----------
    outcomes : list of Outcome
        Of verify_cases.

    Returns
    -------
    int
        The exit status of the command.
    """
    outcomes = list(outcomes)
    if any(outcome.error for outcome in outcomes):
        return BAD_INPUT
    agree = all(pair.agrees for outcome in outcomes for pair in outcome.pairs.values())
    return AGREE if agree else DIFFER


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
    for arithmetic, pair in outcome.pairs.items():
        summary[arithmetic] = {
            **summarize_comparison(pair.comparison),
            "sentence": pair.sentence,
            "seconds": pair.seconds,
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
    first = comparison.first
    summary["first_difference"] = first and {
        key: plain_number(value) if isinstance(value, float) else value
        for key, value in vars(first).items()
    }
    summary["missing"] = list(comparison.missing)
    summary["extra"] = list(comparison.extra)
    summary["shapes"] = [{"name": n, "a": a, "b": b} for n, a, b in comparison.shapes]
    return summary


def plain_number(value: float) -> float | str:
    """A number for JSON: infinities and NaN as texts."""
    return value if abs(value) < float("inf") else str(value)


def _name_file(path: Path, sentence: str) -> str:
    """A sentence about a case, beginning with the path as it was given, folder included."""
    rest = sentence.removeprefix(path.name)
    return f"{path}{rest}" if rest != sentence else f"{path}: {sentence}"


def _refuse_same_id(outcome: Outcome, before: Sequence[Outcome]) -> Outcome:
    for other in before:
        if outcome.case is not None and other.case == outcome.case:
            error = f'{other.path} and {outcome.path} have the same id, "{outcome.case}"'
            return Outcome(outcome.path, outcome.case, {}, error)
    return outcome
