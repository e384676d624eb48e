"""Every case in both languages, native and strict, and what the comparison says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from twinprop.errors import InputError
from twinprop.harness import engines
from twinprop.harness.case_paths import find_cases
from twinprop.harness.comparison import Comparison, compare_traces
from twinprop.harness.errors import EngineError
from twinprop.harness.sentences import describe_comparison
from twinprop.harness.tolerances import no_difference, tolerance_bound
from twinprop.harness.traces import Run

ACCURACY = "held_out/accuracy"
ARITHMETICS = ("native", "strict")
AGREE, DIFFER, BAD_INPUT = 0, 1, 2

Runner = Callable[..., Run]


@dataclass(frozen=True)
class Pair:
    """One case in one arithmetic, run by both languages.

    `accuracy` is that on held-out rows, by language; empty where a case holds out none. `runs` has
    all values, by language, for pictures.
    """

    arithmetic: str
    comparison: Comparison
    seconds: dict[str, float]
    accuracy: dict[str, float]
    messages: tuple[str, ...]
    runs: Mapping[str, Run] = field(default_factory=dict, repr=False)

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
            pairs[arithmetic] = pair_runs(python, r)
    except (InputError, EngineError) as error:
        return Outcome(path, case, {}, _name_file(path, str(error)))
    return Outcome(path, case, pairs)


def pair_runs(python: Run, r: Run) -> Pair:
    """Compare the two languages' runs of one case in one arithmetic.

    Parameters
    ----------
    python, r : Run
        In the same arithmetic.

    Returns
    -------
    Pair
        Strict runs have to have the same bits.
    """
    runs = {"python": python, "r": r}
    bound = no_difference if python.arithmetic == "strict" else tolerance_bound
    return Pair(
        python.arithmetic,
        compare_traces(python.trace, r.trace, bound),
        seconds={language: run.seconds for language, run in runs.items()},
        accuracy={
            language: float(run.trace[ACCURACY])
            for language, run in runs.items()
            if ACCURACY in run.trace
        },
        messages=python.messages + r.messages,
        runs=runs,
    )


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
