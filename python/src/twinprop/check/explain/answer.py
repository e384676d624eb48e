"""An answer as text for the terminal, and as an exit status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARKS = {"right": "\N{CHECK MARK}", "different": "\N{BALLOT X}", "not seen": "\N{MIDDLE DOT}"}
STATUS = {"right": 0, "different": 1}


def exit_status(answer: Mapping[str, Any]) -> int:
    """0 where the program is right, 1 where it differs, 2 where it could not be followed."""
    return STATUS.get(answer["verdict"], 2)


def format_answer(answer: Mapping[str, Any]) -> str:
    """An answer as text.

    Parameters
    ----------
    answer : dict
        As answer.schema.json describes it.

    Returns
    -------
    str
        Its lines, the last one ended, too.
    """
    network = (answer.get("network") or {}).get("sentence")
    lines = [f"{answer['file']}: {network}" if network else str(answer["file"]), ""]
    lines += _steps(answer.get("steps") or ())
    lines.append(str(answer["sentence"]))
    if answer.get("first"):
        lines += _first(answer["first"])
    if answer.get("cause"):
        lines += _cause(answer["cause"])
    for title, key in (("The exercise:", "exercise"), ("Besides:", "remarks")):
        if answer.get(key):
            lines += ["", title, *(f"  {text}" for text in answer[key])]
    if answer.get("printed"):
        lines += ["", "It printed:", *(f"  | {line}" for line in answer["printed"])]
    return "\n".join(lines) + "\n"


def _steps(steps: Any) -> list[str]:
    """The steps with their marks; nothing where none was seen."""
    if all(step["status"] == "not seen" for step in steps):
        return []
    lines = []
    for step in steps:
        note = ", ".join(step["variables"]) or ("not seen" if step["status"] == "not seen" else "")
        text = f" {MARKS[step['status']]} {step['number']:2} {step['title']:41} {note}"
        lines.append(text.rstrip())
    return [*lines, ""]


def _first(first: Mapping[str, Any]) -> list[str]:
    """The line with its columns underlined, and both values."""
    lines = []
    if first.get("source"):
        where = f"  line {first['line']}: "
        source = str(first["source"])
        lines.append(where + source.strip())
        lines += _underlined(first.get("span"), source, len(where))
    if first.get("yours") is not None and first.get("right") is not None:
        at = f", row {first['row']}, column {first['column']}" if first.get("row") else ""
        ratio = f" ({first['ratio']})" if first.get("ratio") else ""
        yours, right = (_number(first[key]) for key in ("yours", "right"))
        lines.append(f"  {first['name']}{at}: yours {yours}, right {right}{ratio}")
    elif first.get("your_shape") != first.get("right_shape") and first.get("right_shape"):
        lines.append(
            f"  {first['name']}: yours is {first['your_shape']}, right is {first['right_shape']}"
        )
    return lines


def _underlined(span: Any, source: str, before: int) -> list[str]:
    """A line of marks below the expression, where it stands on one line."""
    if not span or span["line"] != span["end_line"]:
        return []
    cut = len(source) - len(source.lstrip())
    begin, end = span["column"] - cut, span["end_column"] - cut
    if begin < 0 or end <= begin or end > len(source.strip()):
        return []
    return [" " * (before + begin) + "~" * (end - begin)]


def _cause(cause: Mapping[str, Any]) -> list[str]:
    lines = [f"  Likely cause: {cause['text']} [{cause['id']}]"]
    lines += [f"  {cause['evidence']}"] if cause.get("evidence") else []
    return lines + ([f"  Corrected: {cause['corrected']}"] if cause.get("corrected") else [])


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.10g}"
