"""The proof of check: mistakes planted in programs of every style, and right programs."""

from __future__ import annotations

import argparse
import difflib
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from layouts import LAYOUTS, SUFFIXES
from plants import PLAN_PLANTS, PLANTS, SOFTMAX_PLANTS
from plants.base import Plant
from plants.optimizers import RIGHT, batch_changes, changes
from plants.softmax import SOFTMAX_VARIANTS
from recorders import Recorders
from scripts import write_script
from variants import VARIANTS

from twinprop.check.explain.judge import judge_recording
from twinprop.check.received import read_received
from twinprop.check.watch import read_source
from twinprop.ground.errors import InputError
from twinprop.ground.exit_status import INTERRUPTED

TOLD_AFTER = 50  # programs
Shape = dict[str, Any]
SHAPES: dict[str, Shape] = {
    "4-3-1": {"n": 3, "n0": 4, "n1": 3, "n2": 1, "mean": False, "lr": 0.1},
    "5-4-2-mean": {"n": 6, "n0": 5, "n1": 4, "n2": 2, "mean": True, "lr": 0.6},
    "3-3-3": {"n": 3, "n0": 3, "n1": 3, "n2": 3, "mean": False, "lr": 0.3},
    "7-2-3": {"n": 5, "n0": 7, "n1": 2, "n2": 3, "mean": False, "lr": 0.25},
}
_PLAN = {"n": 7, "n0": 5, "n1": 4, "n2": 2, "mean": False, "lr": 0.05}
_SOFTMAX = {"n": 6, "n0": 4, "n1": 5, "n2": 3, "mean": True, "lr": 0.2}
SOFTMAX: dict[str, Shape] = {
    "softmax": _SOFTMAX,
    "softmax-sum": {**_SOFTMAX, "n": 5, "n2": 2, "mean": False, "lr": 0.04},
}
PLANS: dict[str, Shape] = {
    "momentum": {**_PLAN, "optimizer": "momentum"},
    "rmsprop": {**_PLAN, "optimizer": "rmsprop"},
    "adam": {**_PLAN, "optimizer": "adam"},
    "batches": {**_PLAN, "optimizer": "gradient_descent", "batch": 3},
    "adam-batches": {**_PLAN, "optimizer": "adam", "batch": 3, "mean": True},
}
FAMILIES = ((PLANTS, SHAPES), (PLAN_PLANTS, PLANS), (SOFTMAX_PLANTS, SOFTMAX))


class Trial(NamedTuple):
    """A program and what check should say of it; the id is empty where it is right.

    `lines` are those in which the mistake is; none where it is a line that is missing.
    """

    id: str
    language: str
    style: str
    shape: str
    source: str
    lines: frozenset[int]


class Outcome(NamedTuple):
    """What check said."""

    trial: Trial
    verdict: str
    line: int | None
    cause: str

    @property
    def is_at_line(self) -> bool:
        """Whether a mistake was found on its line; one that is a missing line only found."""
        found = self.verdict == "different"
        return found and (not self.trial.lines or self.line in self.trial.lines)


def list_mistakes(languages: Iterable[str]) -> Iterator[Trial]:
    """Every mistake in every style that can have it, each style with another network."""
    for plants, shapes in FAMILIES:
        for i, plant in enumerate(plants):
            for language in languages:
                fitting = [k for k, shape in shapes.items() if _shows(plant, shape, language)]
                for j, style in enumerate(LAYOUTS[language]):
                    change = getattr(plant, language)
                    if fitting and _takes(language, style, change):
                        key = fitting[(i + j) % len(fitting)]
                        yield _plant(plant.id, language, style, key, shapes[key], plants, change)


def _plant(
    id: str, language: str, style: str, key: str, shape: Shape, plants: Any, change: dict[str, str]
) -> Trial:
    right = write_script(language, style, shape, _right(language, shape, plants))
    wrong = write_script(language, style, shape, change)
    return Trial(id, language, style, key, wrong, changed_lines(right, wrong))


def _right(language: str, shape: Shape, plants: Any) -> dict[str, str]:
    """The right program that a mistake is planted in."""
    if plants is SOFTMAX_PLANTS:
        return SOFTMAX_VARIANTS["plain"][language == "r"]
    optimizer = str(shape.get("optimizer", ""))
    if "batch" in shape:
        return batch_changes(language, optimizer)
    return changes(language, optimizer, RIGHT[optimizer], {}) if optimizer else {}


def changed_lines(right: str, wrong: str) -> frozenset[int]:
    """The lines of a text that are not as in another one, counted from 1."""
    matcher = difflib.SequenceMatcher(None, right.split("\n"), wrong.split("\n"), autojunk=False)
    return frozenset(
        line + 1
        for tag, _, _, begin, end in matcher.get_opcodes()
        if tag != "equal"
        for line in range(begin, end)
    )


def _takes(language: str, style: str, change: dict[str, str]) -> bool:
    return LAYOUTS[language][style].whole or not {"order", "each", "range", "head"} & set(change)


def _shows(plant: Plant, shape: Shape, language: str) -> bool:
    facts = {"batch": 0, **shape, "python": language == "python"}
    if facts["batch"] and "batch" not in plant.needs:
        return False
    return not plant.needs or bool(eval(plant.needs, {}, facts))


def list_right(languages: Iterable[str]) -> Iterator[Trial]:
    """Right programs: every manner in every style that can have it."""
    for language in languages:
        manners: list[tuple[dict[str, str], dict[str, Shape]]] = [
            *((pair[language == "r"], SHAPES) for pair in VARIANTS.values()),
            *((pair[language == "r"], SOFTMAX) for pair in SOFTMAX_VARIANTS.values()),
            *((_right(language, shape, PLAN_PLANTS), {key: shape}) for key, shape in PLANS.items()),
        ]
        for i, (change, shapes) in enumerate(manners):
            for j, style in enumerate(LAYOUTS[language]):
                if _takes(language, style, change):
                    key = list(shapes)[(i + j) % len(shapes)]
                    source = write_script(language, style, shapes[key], change)
                    yield Trial("", language, style, key, source, frozenset())


_recorders: Recorders | None = None  # of a process that checks


def _begin() -> None:
    """In a process that checks: an interrupt is its parent's to tell."""
    global _recorders
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _recorders = Recorders()


def _check(numbered: tuple[Path, Trial]) -> Outcome:
    """What the judge says of a program, which is recorded as `twinprop check` does."""
    place, trial = numbered
    assert _recorders is not None
    suffix = SUFFIXES.get(trial.style, ".py" if trial.language == "python" else ".R")
    place.mkdir()
    file = place / f"their{suffix}"
    file.write_text(trial.source, encoding="utf-8")
    data = _recorders.record(file, trial.language)
    try:
        graph = read_received(data, file.name)
    except InputError:
        graph = None
    if graph is None:
        return Outcome(trial, "not followed", None, "")
    sources = [read_source(file, name) for name in graph.header["files"]]
    shutil.rmtree(place)
    answer = judge_recording(graph, sources)
    first, cause = answer["first"] or {}, answer["cause"] or {}
    return Outcome(trial, answer["verdict"], first.get("line"), cause.get("id", ""))


def run_trials(
    trials: Sequence[Trial],
    folder: Path,
    jobs: int = 2,
    on_done: Callable[[], object] = lambda: None,
) -> list[Outcome]:
    """Check every program, so many at a time; on_done is called when one more is."""
    numbered = [(folder / str(number), trial) for number, trial in enumerate(trials)]
    outcomes = []
    with multiprocessing.get_context("fork").Pool(jobs, _begin) as pool:
        for outcome in pool.imap(_check, numbered):
            outcomes.append(outcome)
            on_done()
    return outcomes


def print_figures(mistakes: list[Outcome], right: list[Outcome]) -> None:
    """How many mistakes were found, where, and with which cause; how many right ones were not."""
    styles = {(o.trial.language, o.trial.style) for o in [*mistakes, *right]}
    ids, n = {o.trial.id for o in mistakes}, len(mistakes)
    found = [o for o in mistakes if o.verdict == "different"]
    named = [o for o in found if o.cause]
    print(f"{len(ids)} mistakes planted in {n} programs of {len(styles)} styles")
    print(f"  found:        {len(found)} of {n}")
    print(f"  at the line:  {sum(o.is_at_line for o in mistakes)} of {n}")
    print(f"  called right: {sum(o.verdict == 'right' for o in mistakes)} of {n}")
    print(
        f"  cause named:  {len(named)}, of them right {sum(o.cause == o.trial.id for o in named)}"
    )
    print(f"right programs: {len(right)}, called right "
          f"{sum(o.verdict == 'right' for o in right)}, called wrong "
          f"{sum(o.verdict == 'different' for o in right)}")  # fmt: skip


class Progress:
    """How many programs are checked, on standard error."""

    def __init__(self, total: int):
        self.total, self.done = total, 0

    def __call__(self) -> None:
        """One more is checked."""
        self.done += 1
        if self.done % TOLD_AFTER == 0 or self.done == self.total:
            self.tell()

    def tell(self) -> None:
        """Print how many are."""
        end = "\r" if sys.stderr.isatty() and self.done < self.total else "\n"
        print(f"{self.done} of {self.total} programs", end=end, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Plant every mistake in both languages, check all programs, and print what was found.

    The status is 1 where a right program is called wrong.
    """
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at once")
    parser.add_argument("--step", type=int, default=1, help="take one program of so many")
    options = parser.parse_args(arguments)
    mistakes = list(list_mistakes(LAYOUTS))[:: options.step]
    right = list(list_right(LAYOUTS))[:: options.step]
    progress = Progress(len(mistakes) + len(right))
    try:
        progress.tell()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            outcomes = run_trials([*mistakes, *right], Path(folder), options.jobs, progress)
    except KeyboardInterrupt:
        said = f"interrupted when {progress.done} of {progress.total} programs were checked"
        print(f"mistakes: {said}", file=sys.stderr)
        return INTERRUPTED
    print_figures(outcomes[: len(mistakes)], outcomes[len(mistakes) :])
    for o in outcomes:
        if not (o.is_at_line if o.trial.id else o.verdict == "right"):
            t = o.trial
            where = f"{t.id or '(right)':26}{t.language:7}{t.shape:13}{t.style:20}"
            print(f"{where}lines {sorted(t.lines)[:3]}: {o.verdict} {o.line} {o.cause}")
    return int(any(o.verdict == "different" and not o.trial.id for o in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
