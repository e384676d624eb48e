"""Every case in both languages, native and strict, and what the comparison says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from twinprop.cases.paths import find_cases, name_file, same_id
from twinprop.cases.traces import Run, digest
from twinprop.comparing.changes import Changes, describe_changes, find_changes
from twinprop.comparing.comparison import Comparison, compare_traces
from twinprop.comparing.distances import Distance, Truth, distance_to_truth
from twinprop.comparing.explained import explain_verdict
from twinprop.comparing.reference import ROUNDING_EXPLAINS, Reference, read_reference
from twinprop.comparing.sentences import describe_comparison
from twinprop.comparing.tolerances import no_difference
from twinprop.engines import choices, running
from twinprop.engines.choices import LANGUAGES, USUAL, Engines
from twinprop.engines.document import Document
from twinprop.engines.processes import start_processes
from twinprop.ground.errors import EngineError, InputError
from twinprop.ground.exit_status import AGREE, BAD_INPUT, DIFFER

ACCURACY = "held_out/accuracy"
ARITHMETICS = choices.ARITHMETICS["r"]  # those that both languages have
_MANY = 5  # cases for which other processes are worth their start


@dataclass(frozen=True)
class Pair:
    """One case in one arithmetic, run by both languages.

    `truth` is each language's distance from the exact values, None where none are known.
    `not_recorded` names the quantities whose strict bits are not as recorded for the case.
    `accuracy` is that on held-out rows, by language; empty where a case holds out none. `explained`
    says how sure the verdict is, or why it is chaotic. `runs` has all values, by language, for
    pictures.
    """

    arithmetic: str
    comparison: Comparison
    truth: dict[str, Distance | None]
    not_recorded: Changes
    seconds: dict[str, float]
    accuracy: dict[str, float]
    messages: tuple[str, ...]
    explained: str = ""
    runs: Mapping[str, Run] = field(default_factory=dict, repr=False)

    @property
    def verdict(self) -> str:
        """That of the comparison; strict bits other than those recorded are different too."""
        return "different" if any(self.not_recorded) else self.comparison.verdict

    @property
    def agrees(self) -> bool:
        """Strict results agree bit for bit, native ones as far as they can be compared."""
        return self.verdict != "different"

    @property
    def sentence(self) -> str:
        """The outcome in one sentence."""
        if any(self.not_recorded) and self.comparison.verdict == "identical":
            changes = describe_changes(self.not_recorded)
            return f"Not normal: strict results are not as recorded for the case: {changes}."
        return describe_comparison(self.comparison, LANGUAGES, ROUNDING_EXPLAINS, self.explained)


@dataclass(frozen=True)
class Outcome:
    """One case file: its pairs by arithmetic, or why it could not be run.

    `truth` and `reference`, for pictures, are what the runs were judged by.
    """

    path: Path
    case: str | None
    pairs: dict[str, Pair]
    error: str | None = None
    truth: Truth | None = None
    reference: Reference | None = field(default=None, repr=False)


class Interrupted(KeyboardInterrupt):
    """An interrupt between or within cases; `outcomes` are those of the cases that are done."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


def verify_case(path: Path, engines: Engines = USUAL) -> Outcome:
    """Run one case in both languages, native and strict, and compare.

    Parameters
    ----------
    path : Path
        The case.
    engines : dict of str
        Who runs each language, of ENGINES.

    Returns
    -------
    Outcome
        With the error's sentence instead of results where the case could not be run.
    """
    pairs = {}
    case = None
    reference = None
    document = Document(path)
    try:
        for arithmetic in ARITHMETICS:
            python = running.run(document, "python", arithmetic, engines["python"])
            r = running.run(document, "r", arithmetic, engines["r"])
            case = python.case
            reference = reference or read_reference(document)
            pairs[arithmetic] = pair_runs(python, r, reference)
    except (InputError, EngineError) as error:
        return Outcome(path, case, {}, name_file(path, str(error)))
    truth = reference.truth if reference else None
    return Outcome(path, case, pairs, truth=truth, reference=reference)


def pair_runs(python: Run, r: Run, reference: Reference) -> Pair:
    """Compare the two languages' runs of one case in one arithmetic.

    Parameters
    ----------
    python, r : Run
        In the same arithmetic.
    reference : Reference
        What they are judged by.

    Returns
    -------
    Pair
        Strict runs have to have the same bits.
    """
    runs = {"python": python, "r": r}
    is_strict = python.arithmetic == "strict"
    bound = no_difference if is_strict else reference.bound
    is_recorded = is_strict and reference.strict
    now = {name: digest(array) for name, array in python.trace.items()} if is_recorded else {}
    comparison = compare_traces(python.trace, r.trace, bound)
    case = None if is_strict else reference.case
    return Pair(
        python.arithmetic,
        comparison,
        truth={
            language: distance_to_truth(run.trace, reference.truth)
            for language, run in runs.items()
        },
        not_recorded=find_changes(reference.strict, now) if is_recorded else Changes(),
        seconds={language: run.seconds for language, run in runs.items()},
        accuracy={
            language: float(run.trace[ACCURACY])
            for language, run in runs.items()
            if ACCURACY in run.trace
        },
        messages=python.messages + r.messages,
        explained=explain_verdict(comparison, case, (python, r)) if case else "",
        runs=runs,
    )


def verify_cases(
    paths: Sequence[str | os.PathLike[str]],
    engines: Engines = USUAL,
    on_case: Callable[[int, int, Path], object] = lambda done, total, path: None,
    jobs: int | None = None,
) -> list[Outcome]:
    """Verify cases; a bad one does not stop the others.

    Parameters
    ----------
    paths : list of path
        As for find_cases.
    engines : dict of str
        Who runs each language, of ENGINES.
    on_case : callable
        Called before each case with the number done, the number of all, and the file.
    jobs : int or None
        How many at once, each in a process of its own with its own R; 1 stays in this process. By
        default as many as there are cores, where the cases are many.

    Returns
    -------
    list of Outcome
        In the order of the files.

    Raises
    ------
    Interrupted
        With the outcomes so far, where Ctrl-C ends it.
    """
    found = list(find_cases(paths))
    good = [path for path, error in found if not error]
    outcomes: list[Outcome] = []
    if jobs is None:
        jobs = os.cpu_count() or 1 if len(good) >= _MANY else 1
    try:
        with _verifier(good, engines, jobs) as verified:
            for done, (path, error) in enumerate(found):
                on_case(done, len(found), path)
                outcome = Outcome(path, None, {}, error) if error else verified(path)
                outcomes.append(_refuse_same_id(outcome, outcomes))
    except KeyboardInterrupt:
        raise Interrupted(outcomes) from None
    return outcomes


@contextmanager
def _verifier(
    paths: Sequence[Path], engines: Engines, jobs: int
) -> Iterator[Callable[[Path], Outcome]]:
    """What verifies one of these cases: here, or other processes that are at work ahead."""
    jobs = min(jobs, len(paths))
    if jobs < 2:
        yield lambda path: verify_case(path, engines)
        return
    with start_processes(jobs) as executor:
        ahead = {path: executor.submit(verify_case, path, engines) for path in paths}
        yield lambda path: ahead[path].result()


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


def _refuse_same_id(outcome: Outcome, before: Sequence[Outcome]) -> Outcome:
    for other in before:
        if outcome.case is not None and other.case == outcome.case:
            error = same_id(other.path, outcome.path, outcome.case)
            return Outcome(outcome.path, outcome.case, {}, error)
    return outcome
