"""A program and its port: run, watched, and compared where they first differ."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.ended import describe_end
from twinprop.check.endings import describe_ending
from twinprop.check.explain.judge import judge_recording
from twinprop.check.port.causes import find_cause, in_words, used_at
from twinprop.check.port.compared import Compared
from twinprop.check.port.differences import Difference, Search
from twinprop.check.port.facts import drawn_alone, fact, other_batch, other_length
from twinprop.check.port.forward import constant_ratio
from twinprop.check.port.handing import Plan, plan_draws
from twinprop.check.port.joint import take_apart
from twinprop.check.port.places import Side, place_in, quantity
from twinprop.check.port.problems import odd_parameter, share_of_data, sizes
from twinprop.check.port.training import laid_out, pair_parameters, read_training
from twinprop.check.port.world import as_laid_out
from twinprop.check.program import Plan as RunPlan
from twinprop.check.program import shown_lines
from twinprop.check.watch import Watched, watch_program
from twinprop.engines.sandbox import NO_WALL
from twinprop.ground.errors import InputError

Judge = Callable[[Graph, Sequence[str]], dict[str, Any]]
WAY_OUT = (
    "For programs that cannot be followed put note(name, value) into both, and feed(name, value) "
    "for what is drawn, and compare what was noted."
)


def port(a: Path, b: Path, plan: RunPlan | None = None) -> dict[str, Any]:
    """Say whether a program's port is right, and if not, where they first differ.

    Parameters
    ----------
    a : Path
        A program of Python or R.
    b : Path
        Its port, in either language. It is given what `a` draws.
    plan : Plan or None
        How both are run.

    Returns
    -------
    dict
        The answer, as answer.schema.json beside this file describes it; with the lines of both
        programs, where the plan asks for them.
    """
    plan = plan or RunPlan()
    compared = Compared()
    files = {"A": Path(a), "B": Path(b)}
    following = follow_port({letter: file.name for letter, file in files.items()}, plan, compared)
    wanted = next(following)
    while True:
        watched = watch_program(
            files[wanted.letter], plan.arguments, plan.python, plan.limits, plan.trust, wanted.draws
        )
        try:
            wanted = following.send(watched)
        except StopIteration as done:
            answer: dict[str, Any] = done.value
            return {**answer, "lines": compared.lines(answer)} if plan.lines else answer


class Wanted(NamedTuple):
    """The program that is to run next, and what its calls of random generators are to give."""

    letter: str
    draws: str = ""


def follow_port(
    names: dict[str, str], plan: RunPlan, compared: Compared, judge: Judge = judge_recording
) -> Generator[Wanted, Watched, dict[str, Any]]:
    """The comparison itself, whoever runs the programs: it asks for a run, and is sent it.

    Parameters
    ----------
    names : dict of str
        The programs' files by their letters, A and B.
    plan : Plan
        How they are run, for the words of errors.
    compared : Compared
        Is filled with what was looked at.
    judge : callable
        Says of a recording which network it trains; whoever has judged it already knows.

    Yields
    ------
    Wanted
        The program whose run is to be sent.

    Returns
    -------
    dict
        The answer, without lines.
    """
    mine = _side("A", names, plan, (yield Wanted("A")))
    theirs = _side("B", names, plan, (yield Wanted("B")))
    compared.watch(mine.watched, theirs.watched)
    answer = _new_answer(judge, mine, theirs)
    for side in (mine, theirs):
        if side.training is None:
            return _not_followed(answer, _untrained(side))
    assert mine.training is not None
    assert theirs.training is not None
    share = share_of_data(mine.training, theirs.training)
    if share is not None and share < 0.5:
        text = (
            f"{mine.file} and {theirs.file} do not learn from the same data: of A's numbers "
            f"{share:.0%} are among B's; give both the same file."
        )
        return _not_followed(answer, text)
    pairs = pair_parameters(mine.training, theirs.training)
    if pairs is None:
        return _other_network(answer, mine, theirs)
    drawn = plan_draws(mine.training, theirs.training, pairs)
    if drawn.units:
        theirs = _side("B", names, plan, (yield Wanted("B", drawn.text())))
        compared.watch(mine.watched, theirs.watched)
    return _compare(answer, mine, theirs, drawn, compared)


def _side(letter: str, names: dict[str, str], plan: RunPlan, watched: Watched) -> Side:
    if watched.graph is None:
        raise InputError(describe_end(watched.ended, names[letter], plan.limits))
    return Side(letter, names[letter], watched, watched.graph, read_training(watched.graph))


def _new_answer(judge: Judge, *sides: Side) -> dict[str, Any]:
    problems = {}
    for side in sides:
        judged = judge(side.graph, side.watched.sources)
        network = judged.get("network")
        problems[side.letter.lower()] = {
            "file": side.file,
            "language": side.graph.header["language"],
            "network": network,
            "sentence": network["sentence"] if network else "not recognised as a network",
            "printed": shown_lines(side.watched.ended),
        }
    remarks = [NO_WALL] if any(s.watched.ended.wall == "none" for s in sides) else []
    return {
        "schema": "twinprop.port", "version": 1, "verdict": "not followed", "sentence": "",
        "problems": problems, "seen": None, "first": None, "cause": None, "further": [],
        "remarks": remarks,
    }  # fmt: skip


def _untrained(side: Side) -> str:
    ending = describe_ending(side.graph.header, side.file)
    if ending is not None:
        return ending
    why = "nothing in it is updated from itself, as weights are"
    return f"{side.file} could not be followed: {why}."


def _not_followed(answer: dict[str, Any], sentence: str) -> dict[str, Any]:
    end = "" if sentence.endswith((".", "?", "!")) else "."  # an error of a program may have none
    return {**answer, "verdict": "not followed", "sentence": f"{sentence}{end} {WAY_OUT}"}


def _other_network(answer: dict[str, Any], mine: Side, theirs: Side) -> dict[str, Any]:
    """The parameters of both do not fit one another."""
    assert mine.training is not None
    assert theirs.training is not None
    p, q = odd_parameter(mine.training, theirs.training)
    shapes = [", ".join(sizes(t)) for t in (mine.training, theirs.training)]
    totals = [sum(count(p.shape) for p in t.parameters) for t in (mine.training, theirs.training)]
    if totals[0] == totals[1]:
        text = f"Both keep {totals[0]} parameters, but laid out so that they could not be paired."
        return _not_followed(answer, text)
    ends = [(t.parameters[0].shape[:1], t.parameters[-1].shape[-1:])
            for t in (mine.training, theirs.training)]  # fmt: skip
    text = f"The parameters of A are {shapes[0]}; those of B are {shapes[1]}."
    if ends[0] != ends[1] and share_of_data(mine.training, theirs.training) is None:
        return _not_followed(answer, f"These are two different problems. {text}")
    cause = {"id": "parameters", "text": text, "evidence": "Counted in the first step."}
    first = fact("parameters", 0, shapes[0], shapes[1], cause)
    for side, parameter in ((mine, p), (theirs, q)):
        assert side.training is not None
        root = (parameter or side.training.parameters[-1]).roots[0]
        first |= place_in(side, root)
    return {
        **answer, "verdict": "different", "first": first, "cause": cause,
        "sentence": f"{theirs.file} is no port of {mine.file}: it trains another network.",
    }  # fmt: skip


def _compare(
    answer: dict[str, Any], mine: Side, theirs: Side, drawn: Plan, compared: Compared
) -> dict[str, Any]:
    if theirs.training is None:
        return _not_followed(answer, f"{theirs.file} does not train with A's draws.")
    assert mine.training is not None
    pairs = pair_parameters(mine.training, theirs.training)
    if pairs is None:
        return _not_followed(answer, f"{theirs.file} trains another network with A's draws.")
    search = compared.search = Search(mine.training, theirs.training, pairs, laid_out(pairs))
    answer["remarks"] = [*answer["remarks"], *drawn.remarks]
    steps = search.steps
    ends = [t.graph.header["cut"] is None for t in (mine.training, theirs.training)]
    answer["seen"] = {
        "steps": steps, "parameters": len(pairs), "handed": len(drawn.units),
        "text": f"{steps} steps, {len(pairs)} parameters, {len(drawn.units)} draws handed to B",
    }  # fmt: skip
    before = other_batch(mine, theirs) or drawn_alone(mine, theirs, drawn)
    if before is not None:
        found = [before]
    else:
        compared.found = search.run(take_apart)
        found = [_describe(search, d, mine, theirs) for d in compared.found]
    counts = [len(mine.training.steps), len(theirs.training.steps)]
    if not found and all(ends) and counts[0] != counts[1]:
        found = [other_length(mine, theirs, counts)]
    if not found:
        return {
            **answer, "verdict": "right",
            "sentence": f"{theirs.file} is a right port of {mine.file}: the same after each of "
            f"{steps} steps, but for rounding.",
        }  # fmt: skip
    if before is None and drawn.unmet and (found[0]["step"] or not found[0]["shown"]):
        text = "What A draws could not be handed to B, so that they cannot be compared."
        return _not_followed(answer, f"{text} {drawn.remarks[0]}")
    first, *further = found
    return {
        **answer, "verdict": "different", "first": first, "cause": first["cause"],
        "further": further,
        "sentence": f"{theirs.file} differs from {mine.file}, first in {first['quantity']}: "
        f"line {first['line_a']} in A, line {first['line_b']} in B.",
    }  # fmt: skip


def _describe(search: Search, d: Difference, mine: Side, theirs: Side) -> dict[str, Any]:
    graph = mine.graph
    value = as_laid_out(d.value_b, graph.shape[d.a], search.turned)
    x = np.atleast_1d(np.asarray(d.value_a if d.value_a is not None else np.nan, dtype=float))
    fits = value is not None and np.size(value) == x.size
    y = np.asarray(value).reshape(x.shape) if fits else np.full(x.shape, np.nan)
    with np.errstate(all="ignore"):
        off = np.abs(x - y)
    at = np.unravel_index(int(np.argmax(np.where(np.isfinite(off), off, np.inf))), x.shape)
    ratio = constant_ratio(x, y)
    step = sum(1 for s in search.a.steps if s.end < d.a) + 1
    inside = d.a > min((s.first[k] for s in search.a.steps[:1] for k in s.first), default=0)
    cause = find_cause(search, d)
    ends = (d.a, d.b)
    if cause is not None and cause["id"] == "updated_weights":
        ends = (used_at(search.a, d.a), used_at(search.b, d.b))
    return {
        "quantity": d.name or quantity(graph, d.a),
        "step": step if inside and search.a.alignment.views else 0,
        "value_a": float(x[at]), "value_b": float(y[at]),
        "row": int(at[0]) + 1 if x.ndim == 2 else None, "column": int(at[-1]) + 1,
        "ratio": in_words(ratio, {"rows": x.shape[0]}) if ratio is not None else None,
        "shown": d.shown, "cause": cause,
        **place_in(mine, ends[0]), **place_in(theirs, ends[1]),
    }  # fmt: skip
