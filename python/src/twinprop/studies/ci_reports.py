"""What compare and reproduce found, for machines that build: JUnit, Markdown, GitHub's marks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree import ElementTree

from twinprop.cases.traces import describe_shape
from twinprop.comparing.anything import Answer
from twinprop.comparing.comparison import Quantity
from twinprop.ground.names import name_element

SAME_BITS = "The same bits."
# Of a longer table only the rows that have other bits are shown, and no more of them than this.
MOST_ROWS = 200
# GitHub shows no more marks of a step.
MOST_MARKS = 10
_AGREE = ("identical", "rounding", "chaotic")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Row(NamedTuple):
    """One file, case or array, compared."""

    name: str
    verdict: str
    sentence: str


def agrees(row: Row) -> bool:
    """Whether a row needs nobody's attention."""
    return row.verdict in _AGREE


def rows_of(answer: Answer) -> list[Row]:
    """A comparison array by array: those of both files, then those of one."""
    comparison = answer.comparison
    first = comparison.first and comparison.first.name
    rows = [
        Row(q.name, q.verdict, answer.sentence if q.name == first else _describe(q, answer))
        for q in comparison.quantities
    ]
    rows += [
        Row(
            name,
            "different",
            f"{describe_shape(a)} in A, {describe_shape(b)} in B.{_likely(name, answer)}",
        )
        for name, a, b in comparison.shapes
    ]
    rows += [Row(name, "different", "Missing in A.") for name in comparison.missing]
    rows += [Row(name, "different", "Missing in B.") for name in comparison.extra]
    return rows


def _describe(quantity: Quantity, answer: Answer) -> str:
    if quantity.verdict == "identical":
        return SAME_BITS
    place = name_element("", quantity.max_abs_at or ())
    at = f" at {place}" if place else ""
    if math.isinf(quantity.max_abs):
        said = f"Other values{at}, which no rounding explains."
    else:
        said = f"At most {quantity.max_abs:.3g} apart{at}."
    normal = " That is normal." if quantity.verdict in _AGREE else ""
    return f"{said}{normal}{_likely(quantity.name, answer)}"


def _likely(name: str, answer: Answer) -> str:
    cause = answer.causes.get(name)
    return f" Likely cause: {cause}." if cause else ""


def format_junit(rows: Sequence[Row], command: str) -> str:
    """A test suite in which each file, case or array is a test.

    Parameters
    ----------
    rows : list of Row
        Names, verdicts and sentences.
    command : str
        Of twinprop, that found them.

    Returns
    -------
    str
        XML.
    """
    failures = sum(not agrees(row) for row in rows)
    suite = ElementTree.Element(
        "testsuite", name=f"twinprop {command}", tests=str(len(rows)), failures=str(failures)
    )
    for row in rows:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"twinprop.{command}", name=_NO_XML.sub("?", row.name)
        )
        where = ElementTree.SubElement(case, "system-out" if agrees(row) else "failure")
        if not agrees(row):
            where.set("message", _NO_XML.sub("?", row.sentence))
        where.text = _NO_XML.sub("?", f"{row.verdict}: {row.sentence}")
    ElementTree.indent(suite)
    text = ElementTree.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def format_markdown(
    rows: Sequence[Row], command: str, changes: Sequence[tuple[str, str, str]] = (), said: str = ""
) -> str:
    """A table as GitHub shows it in a step's summary, and what changed in the environment.

    `said` is the whole in a sentence, where there is one.
    """
    differ = sum(not agrees(row) for row in rows)
    found = f"{differ} of {len(rows)} differ" if differ else f"all {len(rows)} agree"
    lines = [f"### twinprop {command}: {found}", ""]
    lines += [_cell(said), ""] if said else []
    lines += ["| what | verdict | |", "| --- | --- | --- |", *_shown_rows(rows)]
    if changes:
        lines += ["", "| environment | recorded | now |", "| --- | --- | --- |"]
        lines += [f"| {' | '.join(map(_cell, change))} |" for change in changes]
    return "\n".join(lines) + "\n"


def _shown_rows(rows: Sequence[Row]) -> Iterator[str]:
    short = len(rows) <= MOST_ROWS
    shown = [row for row in rows if short or row.verdict != "identical"][:MOST_ROWS]
    yield from (f"| {_cell(row.name)} | {row.verdict} | {_cell(row.sentence)} |" for row in shown)
    if len(shown) < len(rows):
        yield f"| and {len(rows) - len(shown)} more | | |"


def format_marks(rows: Sequence[Row], command: str, file: str | None = None) -> list[str]:
    """Errors as GitHub reads them from the output of a step, one for each row that differs.

    Each stands at a file, which is that of the row if none is given.
    """
    wrong = [row for row in rows if not agrees(row)]
    title = f"title=twinprop {command}"
    marks = [
        f"::error file={_property(file or row.name)},{title}::"
        + _message(row.sentence if file is None else f"{row.name}: {row.sentence}")
        for row in wrong[:MOST_MARKS]
    ]
    left = len(wrong) - len(marks)
    return [*marks, f"::notice {title}::{left} more differ"] if left else marks


def _cell(text: str) -> str:
    text = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("`", "\\`")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
