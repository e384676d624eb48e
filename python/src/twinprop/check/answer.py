"""The answer to a check: a document for --json, and the same as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from twinprop.arithmetic import Array
from twinprop.check.aliases import SETTINGS
from twinprop.check.catalogue import read_catalogue
from twinprop.check.findings import FORM, RIGHT, UNSEEN, StepFindings
from twinprop.check.judge import First, Judgement
from twinprop.check.matching import agrees
from twinprop.check.problem import Problem
from twinprop.check.steps import step_number
from twinprop.engines.sandbox import NO_WALL, Ended

MARKS = {"right": "\N{CHECK MARK}", "different": "\N{BALLOT X}", "not seen": "\N{MIDDLE DOT}"}
SHOWN_LINES = 20
_STATUS_WORDS = {RIGHT: "right", FORM: "right"}


def make_answer(
    problem: Problem,
    recording: Mapping[str, Any],
    judgement: Judgement,
    source: str,
    file: str,
    language: str,
    ended: Ended,
) -> dict[str, Any]:
    """Everything that a check found, as JSON has it.

    Returns
    -------
    dict
        Keys format, file, language, case, verdict, sentence, first, cause, others, steps,
        replaced, guesses, printed, wall.
    """
    lines = source.split("\n")
    first = judgement.first
    answer: dict[str, Any] = {
        "format": 1,
        "file": file,
        "language": language,
        "case": problem.case.id,
        "unshuffled": problem.unshuffled,
        "verdict": judgement.verdict,
        "sentence": _sentence(problem, recording, judgement, file),
        "first": _describe(first, lines) if first else None,
        "cause": _cause(first) if first else None,
        "others": [{**_describe(o, lines), "cause": _cause(o)} for o in judgement.others],
        "steps": _list_steps(problem, recording, judgement),
        "replaced": [
            {"name": r["name"], "line": r["line"], "quantity": r["quantity"]}
            for r in recording["replaced"]
        ],
        "guesses": dict(judgement.guesses),
        "printed": [
            escape(line) for line in ended.printed.split("\n")[:SHOWN_LINES] if line.strip()
        ],
        "wall": ended.wall,
    }
    return answer


def exit_status(answer: Mapping[str, Any]) -> int:
    """0 where the program is right, 1 where it differs or stops, 2 where nothing was judged."""
    return {"right": 0, "unseen": 2}.get(answer["verdict"], 1)


def escape(line: str) -> str:
    """A line that somebody's program printed, with every control character written out."""
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)
    return shown if len(shown) <= 200 else shown[:197] + "..."


def format_answer(answer: Mapping[str, Any]) -> str:
    """An answer as text, for the terminal."""
    order = ", its samples not shuffled" if answer["unshuffled"] else ""
    lines = [f"{answer['file']}, checked with case {answer['case']}{order}", ""]
    if answer["replaced"]:
        given = [f"{r['name']} (line {r['line']})" for r in answer["replaced"]]
        lines += ["Given the case's value: " + ", ".join(given), ""]
    for name, quantity in answer["guesses"].items():
        lines.append(f"Guessed: {name} is {quantity}, by its shape or value (--map says better)")
    for step in answer["steps"]:
        names = ", ".join(step["variables"])
        note = "" if step["status"] != "not seen" else "not seen"
        text = f" {MARKS[step['status']]} {step['number']:2} {step['title']:41} {names or note}"
        lines.append(text.rstrip())
    lines += ["", answer["sentence"]]
    if answer["first"]:
        lines += _format_first(answer["first"], answer["cause"])
    for other in answer["others"]:
        lines += ["", f"Besides, {other['name']}:"]
        lines += _format_first(other, other["cause"])
    if answer["wall"] == "none":
        lines += ["", NO_WALL]
    if answer["printed"]:
        lines += ["", "It printed:", *(f"  | {line}" for line in answer["printed"])]
    return "\n".join(lines) + "\n"


def _format_first(first: Mapping[str, Any], cause: Mapping[str, Any] | None) -> list[str]:
    lines = []
    if first["line"]:
        lines.append(f"  line {first['line']}: {first['source']}")
    if first["yours"] is not None:
        at = f", row {first['row']}, column {first['column']}" if first["row"] else ""
        yours, right = (_format_number(first[key]) for key in ("yours", "right"))
        lines.append(f"  {first['name']}{at}: yours {yours}, right {right}")
    elif first["your_shape"] != first["right_shape"]:
        lines.append(
            f"  {first['name']}: yours is {first['your_shape']}, right is {first['right_shape']}"
        )
    if cause:
        lines.append(f"  Likely cause: {cause['text']} [{cause['id']}]")
    return lines


def _cause(first: First) -> dict[str, str] | None:
    return None if first.cause is None else {"id": first.cause.id, "text": first.cause.text}


def _describe(first: First, lines: list[str]) -> dict[str, Any]:
    """Where a difference is, its line of source, and one element of both values."""
    line = first.line if first.line and 1 <= first.line <= len(lines) else None
    document: dict[str, Any] = {
        "name": f"{first.step}/{first.quantity}",
        "line": line,
        "source": escape(lines[line - 1].strip()) if line else None,
        "row": None,
        "column": None,
        "yours": None,
        "right": None,
        "your_shape": _shape(first.theirs),
        "right_shape": _shape(first.right),
    }
    theirs, right = first.theirs, first.right
    if theirs is not None and right is not None and theirs.shape == right.shape:
        i, j = _first_different(theirs, right)
        document |= {"row": i + 1, "column": j + 1}
        document |= {"yours": _number(theirs[i, j]), "right": _number(right[i, j])}
    return document


def _first_different(theirs: Array, right: Array) -> tuple[int, int]:
    for i, j in np.ndindex(*theirs.shape):
        if not agrees(theirs[i : i + 1, j : j + 1], right[i : i + 1, j : j + 1]):
            return i, j
    return 0, 0


def _number(value: float) -> float | str:
    return float(value) if np.isfinite(value) else str(float(value))


def _format_number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"


def _shape(value: Array | None) -> str | None:
    return None if value is None else " x ".join(str(n) for n in value.shape)


def _sentence(
    problem: Problem, recording: Mapping[str, Any], judgement: Judgement, file: str
) -> str:
    stop, first = recording["stop"], judgement.first
    halted = ""
    if stop is not None:
        halted = f"{describe_stop(recording, problem, file)}."
    if first is not None:
        number = 2 if first.step == "0" else step_number(first.quantity, problem.depth)
        found = (
            f"Different: the first difference is in step {number}, {first.step}/{first.quantity}."
        )
        return f"{found} {halted}".strip()
    if judgement.ungiven:
        what = {"x": "samples", "y": "targets"}[judgement.ungiven]
        return (
            f"The {what} of {file} were not recognised, so it ran with its own: "
            f"--map NAME={judgement.ungiven} says which variable holds them."
        )
    if judgement.verdict == "unseen":
        return halted or (
            f"No step of the network was recognised in {file}: --map NAME=QUANTITY says what a "
            f"variable holds, such as --map wh=W1."
        )
    if judgement.verdict == "stopped":
        return f"{halted} All that was computed before is right."
    epochs = ", ".join(s.evidence.step.name for s in judgement.steps)
    return f"Right: every quantity that was seen is the twin's but for rounding (epochs {epochs})."


def describe_stop(recording: Mapping[str, Any], problem: Problem, file: str) -> str:
    """What ended a script before its end, as the beginning of a sentence."""
    stop = recording["stop"]
    where = f" on line {stop['line']}" if stop["line"] else ""
    said = f"{file} stopped{where}: {escape(stop['message'])}"
    for misfit in recording["misfits"][:1]:
        name, line, quantity = misfit["name"], misfit["line"], misfit["quantity"]
        shape = " x ".join(str(n) for n in misfit["shape"])
        right = " x ".join(str(n) for n in problem.trace[f"0/{quantity}"].shape)
        said += (
            f"; it was given the case's {quantity}, {right}, for its {name} of {shape} (line {line}"
            f"): choose a --case of your shape, and keep the biases apart from the weights"
        )
    return said


def _list_steps(
    problem: Problem, recording: Mapping[str, Any], judgement: Judgement
) -> list[dict[str, Any]]:
    """The article's twelve steps: at the first difference, or at the first step looked at."""
    first = judgement.first
    at = next((s for s in judgement.steps if first and s.evidence.step.name == first.step), None)
    at = at or (judgement.steps[0] if judgement.steps else None)
    at = None if judgement.verdict == "unseen" else at
    replaced: dict[int, list[str]] = {1: [], 2: []}
    for r in recording["replaced"]:
        if r["quantity"] in ("x", "y") or r["quantity"] not in SETTINGS:
            replaced[1 if r["quantity"] in ("x", "y") else 2].append(r["name"])
    steps = []
    for entry in read_catalogue()["article_steps"]:
        number = int(entry["number"])
        if number <= 2:
            wrong = number == 2 and first is not None and first.step == "0"
            status = "different" if wrong else "right" if replaced[number] else "not seen"
            variables = list(dict.fromkeys(replaced[number]))
        else:
            status, variables = _status_of(problem, at, number)
        steps.append(
            {"number": number, "title": entry["title"], "status": status, "variables": variables}
        )
    return steps


def _status_of(problem: Problem, at: StepFindings | None, number: int) -> tuple[str, list[str]]:
    findings = list(at.findings.values()) if at else []
    here = [f for f in findings if step_number(f.quantity, problem.depth) == number]
    # A loss that is no mistake of the catalogue is another measure, not a step of the network.
    here = [f for f in here if f.status != UNSEEN and f.quantity != "loss"]
    names = [f.sighting.name for f in here if f.sighting]
    if not here:
        return "not seen", []
    right = all(f.status in _STATUS_WORDS for f in here)
    return ("right" if right else "different"), list(dict.fromkeys(names))
