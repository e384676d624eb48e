"""The corrected line of a wrong program: it is told only where the program is right with it."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from twinprop.check.align.recording import Graph
from twinprop.check.explain.answer import escape
from twinprop.check.explain.corrections import corrected_expressions
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.expressions import split_top
from twinprop.check.explain.known import known_around
from twinprop.check.program import Plan, check_program
from twinprop.check.watch import Watched
from twinprop.ground.errors import InputError

MOST_TRIES = 8
MOST_SECONDS = 30.0  # for all of them
LONGEST_LINE = 500
ASSIGNMENTS = ("=", "+=", "-=", "<-", "<<-")


def find_corrected(
    file: Path, plan: Plan, watched: Watched, evidence: Evidence, answer: Mapping[str, Any]
) -> str | None:
    """The line that makes a program right.

    Parameters
    ----------
    file : Path
        The program.
    plan : Plan
        How it is run; with each line that may have been meant it is run again.
    watched : Watched
        Its run.
    evidence : Evidence
        What the answer stands on.
    answer : dict
        Of check_program.

    Returns
    -------
    str or None
        None where no line makes it right, or the line is in another file.
    """
    first, graph = answer["first"], watched.graph
    if graph is None or not answer["cause"] or first["file"] != file.name:
        return None
    lines = watched.sources[graph.header["files"].index(file.name)].split("\n")
    until = time.monotonic() + MOST_SECONDS
    for meant in lines_to_try(graph, evidence, answer, lines)[:MOST_TRIES]:
        if time.monotonic() > until:
            break
        line = lines[first["line"] - 1]
        if _is_right(file, plan, first["line"], line, meant, answer["seen"]["parameters"]):
            return escape(meant.strip())
    return None


def lines_to_try(
    graph: Graph, evidence: Evidence, answer: Mapping[str, Any], lines: Sequence[str]
) -> list[str]:
    """What may have been meant by the line of the first difference, the likeliest first."""
    first = answer["first"]
    line = lines[first["line"] - 1] if 0 < (first["line"] or 0) <= len(lines) else ""
    one = first["span"]["line"] == first["span"]["end_line"]
    if evidence.fault is None or not 0 < len(line) <= LONGEST_LINE or not one:
        return []
    span = (first["span"]["column"], first["span"]["end_column"])
    known = known_around(graph, evidence, first["line"])
    is_r = graph.header["language"] == "r"
    made = dict.fromkeys(corrected_lines(line, span, answer["cause"]["id"], known, is_r))
    return [meant for meant in made if meant != line]


def corrected_lines(
    line: str, span: tuple[int, int], cause: str, known: Any, is_r: bool
) -> Iterator[str]:
    """A line with what may have been meant in place of its wrong part."""
    before, text, after = line[: span[0]], line[span[0] : span[1]], line[span[1] :]
    if cause == "wrong_sign" and re.search(r"[+-]=", line):
        other = {"+=": "-=", "-=": "+="}
        yield re.sub(r"[+-]=", lambda sign: other[sign[0]], line, count=1)
    parts = split_top(text, ASSIGNMENTS)
    if len(parts) > 2:
        at = text.index(parts[-1], len(parts[0]) + len(parts[1]))
        before, text = before + text[:at], text[at:]
    for made in corrected_expressions(text, cause, known, is_r):
        yield before + made + after


def _is_right(file: Path, plan: Plan, number: int, line: str, meant: str, parameters: int) -> bool:
    """Whether the program with one other line is right in as many parameters, of a copy."""
    data = file.read_bytes()
    text = _with_line(data, file.suffix.lower(), number, line, meant)
    if text is None:
        return False
    with tempfile.TemporaryDirectory(prefix="twinprop-") as made:
        for entry in file.resolve().parent.iterdir():
            if entry.name != file.name:
                (Path(made) / entry.name).symlink_to(entry)
        other = Path(made) / file.name
        other.write_bytes(text)
        try:
            answer = check_program(other, replace(plan, lines=False))
        except InputError:
            return False
    # With a line that stops it half-way through a step fewer are seen, and those may be right.
    return bool(answer["verdict"] == "right" and answer["seen"]["parameters"] >= parameters)


def _with_line(data: bytes, suffix: str, number: int, line: str, meant: str) -> bytes | None:
    """The program's bytes with one other line."""
    ends = re.split(rb"(\r\n|\r|\n)", data)
    at = 2 * (number - 1)
    if at >= len(ends):
        return None
    raw = ends[at].decode("utf-8", errors="surrogateescape")
    if suffix == ".ipynb":
        old, new = (json.dumps(x, ensure_ascii=False)[1:-1] for x in (line, meant))
    else:
        old, new = line, meant
    if old not in raw:
        return None
    ends[at] = raw.replace(old, new, 1).encode("utf-8", errors="surrogateescape")
    return b"".join(ends)
