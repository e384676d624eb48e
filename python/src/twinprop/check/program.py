"""One program is checked: run, watched, judged; with an exercise also compared with that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twinprop.check.align.recording import Graph
from twinprop.check.ended import describe_end
from twinprop.check.endings import (
    describe_asking,
    describe_ending,
    describe_overflow,
    describe_stop,
    without_wall,
)
from twinprop.check.exercise import compare_with_exercise
from twinprop.check.explain.answer import escape, shorten
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.judge import judge_recording
from twinprop.check.explain.lines import list_lines
from twinprop.check.watch import LANGUAGES, Watched, uses, watch_program
from twinprop.engines.sandbox import NO_WALL, Ended, Limits
from twinprop.ground.errors import InputError

SHOWN_LINES = 20


@dataclass(frozen=True)
class Plan:
    """How programs are run, and what is asked of them.

    Attributes
    ----------
    arguments : tuple of str
        Their own arguments.
    python : str or None
        The interpreter that has their packages.
    limits : Limits
        What they may use.
    trust : bool
        Whether they may run where no wall can be built.
    exercise : dict or None
        The network that is asked for, as an answer describes one.
    lines : bool
        Whether the answer is to hold each line of the program with the values that it makes.
    """

    arguments: tuple[str, ...] = ()
    python: str | None = None
    limits: Limits = field(default_factory=Limits)
    trust: bool = False
    exercise: Mapping[str, Any] | None = None
    lines: bool = False


def check_program(file: Path, plan: Plan) -> dict[str, Any]:
    """Whether a program is right, and if not, on which line it begins.

    Parameters
    ----------
    file : Path
        The program.
    plan : Plan
        How it is run.

    Returns
    -------
    dict
        The answer, as answer.schema.json describes it.
    """
    return judge_watched(watch(file, plan), file.name, plan)


def watch(file: Path, plan: Plan) -> Watched:
    """A program is run as planned."""
    return watch_program(file, plan.arguments, plan.python, plan.limits, plan.trust)


def judge_watched(
    watched: Watched, name: str, plan: Plan, evidence: Evidence | None = None
) -> dict[str, Any]:
    """The answer to a program that was watched; evidence is filled with what it stands on."""
    if watched.graph is None:
        raise InputError(describe_end(watched.ended, name, plan.limits))
    header = watched.graph.header
    loss = (plan.exercise or {}).get("loss", {}).get("name")
    evidence = evidence or Evidence()
    answer = judge_recording(watched.graph, watched.sources, loss, evidence)
    if plan.lines:
        answer["lines"] = list_lines(watched.graph, watched.sources, evidence, answer)
    answer["file"] = name
    remarks = list(answer.get("remarks", ()))
    if answer["verdict"] == "not followed":
        answer["sentence"] = _why_not_followed(watched, watched.graph, name, plan, answer)
    else:
        failed = header["status"] == "error" and watched.ended.reason is None
        ending = describe_ending(header, name) if failed else None
        remarks += [x for x in (describe_overflow(watched.graph, given=False), ending) if x]
    if header["status"] == "killed" or watched.ended.reason is not None:
        remarks.append(f"{describe_end(watched.ended, name, plan.limits)}; what it did until then "
                       "was judged.")  # fmt: skip
    answer["wall"] = watched.ended.wall
    if watched.ended.wall == "none":
        remarks.append(NO_WALL)
    answer["remarks"] = remarks
    answer["printed"] = shown_lines(watched.ended)
    answer["processor"] = header.get("processor")
    if plan.exercise is not None:
        answer = compare_with_exercise(answer, plan.exercise)
    return answer


def _why_not_followed(
    watched: Watched, graph: Graph, name: str, plan: Plan, answer: Mapping[str, Any]
) -> str:
    """How the program ended, where that is why; else what the judge says, and what overflowed."""
    if watched.ended.reason is not None:
        return describe_end(watched.ended, name, plan.limits)
    ending = describe_stop(graph.header, name)
    if graph.header["language"] == "r":
        ending = describe_asking(next(iter(watched.sources), ""), name) or ending
    if ending is not None:
        return ending
    more = describe_overflow(graph, given=True)
    return f"{answer['sentence']} {more}" if more else str(answer["sentence"])


def shown_lines(ended: Ended) -> list[str]:
    """The first lines that a program printed, with every control character written out."""
    printed = ended.printed.split("\n")[:SHOWN_LINES]
    lines = [without_wall(line) for line in printed if line.strip()]
    return [shorten(escape(line)) for line in lines]


def find_programs(paths: Sequence[str]) -> list[Path]:
    """The programs that are named, or lie in the folders that are named.

    In a folder each program counts; where a folder has folders, each of those is one person's, and
    of its files the one that is called main, or the only one that is no module of another.

    Parameters
    ----------
    paths : sequence of str
        Files and folders.

    Returns
    -------
    list of Path
        In the order of their names.
    """
    found: list[Path] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            inside = programs_in(path)
            if not inside:
                raise InputError(f"{text} has no program in it: no .py, .ipynb, .R, .Rmd or .qmd")
            found += inside
        else:
            found.append(path)
    return found


def programs_in(folder: Path) -> list[Path]:
    """The programs of a class's folder."""
    found = []
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_dir():
            here = folder.resolve()
            if entry.resolve() in (here, *here.parents):
                continue  # a link that leads around in a circle
            found += main_program(programs_in(entry), entry)
        elif entry.suffix.lower() in LANGUAGES:
            found.append(entry)
    return found


def main_program(programs: list[Path], folder: Path) -> list[Path]:
    """Of one person's files those that are programs, not modules that another one uses."""
    for program in programs:
        if program.stem.lower() in ("main", "__main__", folder.name.lower()):
            return [program]
    texts = {p: p.read_text("utf-8", errors="replace") for p in programs if p.is_file()}
    modules = {
        p for p in programs if any(p is not q and uses(text, p) for q, text in texts.items())
    }
    return [p for p in programs if p not in modules] or programs
