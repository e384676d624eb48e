"""What reproduce found, for machines that build: JUnit, Markdown, annotations of GitHub."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from twinprop.studies.command_record import FileAgain

_AGREE = ("identical", "rounding", "chaotic")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def agrees(row: FileAgain) -> bool:
    """Whether a row needs nobody's attention."""
    return row.verdict in _AGREE


def format_junit(rows: Sequence[FileAgain]) -> str:
    """A test suite in which each file or case is a test.

    Parameters
    ----------
    rows : list of FileAgain
        Names, verdicts and sentences.

    Returns
    -------
    str
        XML.
    """
    failures = sum(not agrees(row) for row in rows)
    suite = ElementTree.Element(
        "testsuite", name="twinprop reproduce", tests=str(len(rows)), failures=str(failures)
    )
    for row in rows:
        case = ElementTree.SubElement(
            suite, "testcase", classname="twinprop.reproduce", name=_NO_XML.sub("?", row.name)
        )
        where = ElementTree.SubElement(case, "system-out" if agrees(row) else "failure")
        if not agrees(row):
            where.set("message", _NO_XML.sub("?", row.sentence))
        where.text = _NO_XML.sub("?", f"{row.verdict}: {row.sentence}")
    ElementTree.indent(suite)
    text = ElementTree.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def format_markdown(rows: Sequence[FileAgain], changes: Sequence[tuple[str, str, str]]) -> str:
    """A table as GitHub shows it in a step's summary, and what changed in the environment."""
    differ = sum(not agrees(row) for row in rows)
    said = f"{differ} of {len(rows)} differ" if differ else f"all {len(rows)} agree"
    lines = [f"### twinprop reproduce: {said}", "", "| what | verdict | |", "| --- | --- | --- |"]
    lines += [f"| {_cell(row.name)} | {row.verdict} | {_cell(row.sentence)} |" for row in rows]
    if changes:
        lines += ["", "| environment | recorded | now |", "| --- | --- | --- |"]
        lines += [f"| {' | '.join(map(_cell, change))} |" for change in changes]
    return "\n".join(lines) + "\n"


def format_annotations(rows: Sequence[FileAgain]) -> list[str]:
    """One error for each row that differs, as GitHub reads them from the output of a step."""
    return [
        f"::error file={_property(row.name)},title=twinprop reproduce::{_message(row.sentence)}"
        for row in rows
        if not agrees(row)
    ]


def _cell(text: str) -> str:
    text = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("`", "\\`")


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
