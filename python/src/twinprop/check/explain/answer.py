"""The answer to a check as text, and what it means for a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twinprop.check.explain.networks import kind_of_training

MARKS = {"right": "\N{CHECK MARK}", "different": "\N{BALLOT X}", "not seen": "\N{MIDDLE DOT}"}
STATUS = {"right": 0, "different": 1}


def exit_status(answer: Mapping[str, Any]) -> int:
    """0 where the program is right, 1 where it differs, 2 where it could not be followed."""
    return STATUS.get(answer["verdict"], 2)


def escape(line: str) -> str:
    """A line of somebody's, with what could act on a terminal written out."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in line)


def shorten(line: str) -> str:
    """A line of at most 200 characters."""
    return line if len(line) <= 200 else line[:197] + "..."


def format_answer(answer: Mapping[str, Any]) -> str:
    """An answer as text, for the terminal.

    Parameters
    ----------
    answer : dict
        Of judge_recording.

    Returns
    -------
    str
        Lines that end in a newline.
    """
    lines = [str(answer["file"]), ""]
    several = answer.get("networks", ())
    what = kind_of_training(several).capitalize()
    for number, network in enumerate(several, start=1):
        described = network["network"] or {"sentence": "not understood"}
        lines.append(f"{what} {number}: {described['sentence']}.")
        lines += [f"  {network['sentence']}", ""]
    if answer["network"] and "networks" not in answer:
        lines += [f"Your network: {answer['network']['sentence']}.", ""]
    for step in answer["steps"]:
        names = ", ".join(step["variables"])
        note = names or ("not seen" if step["status"] == "not seen" else "")
        text = f" {MARKS[step['status']]} {step['number']:2} {step['title']:41} {note}"
        lines.append(text.rstrip())
    lines += [""] if answer["steps"] else []
    lines.append(answer["sentence"])
    if answer["first"]:
        lines += format_first(answer["first"], answer["cause"])
    lines += [f"Note: {remark}" for remark in answer["remarks"]]
    lines += answer.get("exercise") or []
    if answer.get("printed"):
        lines += ["", "It printed:", *(f"  | {line}" for line in answer["printed"])]
    return "\n".join(lines) + "\n"


def format_first(first: Mapping[str, Any], cause: Mapping[str, Any] | None) -> list[str]:
    """The first difference: its line with the place underlined, both values, the cause."""
    lines = []
    if first["line"]:
        start = f"  line {first['line']}: "
        lines.append(f"{start}{first['source'] or ''}".rstrip())
        mark = _underline(first)
        lines += [" " * len(start) + mark] if mark else []
    at = ""
    if first["row"]:
        at = f", row {first['row']}, column {first['column']}"
    if first["yours"] is not None and first["right"] is not None:
        yours, right = format_number(first["yours"]), format_number(first["right"])
        ratio = f" (yours is {first['ratio']})" if first["ratio"] else ""
        lines.append(
            f"  {first['name']}{at}, in step {first['step']}: yours {yours}, right {right}{ratio}"
        )
    elif first["your_shape"] != first["right_shape"]:
        lines.append(
            f"  {first['name']}: yours is {first['your_shape']}, right is {first['right_shape']}"
        )
    if cause:
        lines.append(f"  Likely cause: {cause['text']} [{cause['id']}]")
        lines.append(f"  {cause['evidence']}")
        if cause.get("corrected"):
            lines.append(f"  Corrected: {cause['corrected']}")
    return lines


def _underline(first: Mapping[str, Any]) -> str:
    span, source = first["span"], first["source"]
    if not source or span["end_line"] != span["line"] or span["end_column"] <= span["column"]:
        return ""
    begin = span["column"] - first["indent"]
    width = min(span["end_column"] - span["column"], len(source) - begin)
    return " " * begin + "^" * width if begin >= 0 and width > 0 else ""


def format_number(value: float | str) -> str:
    """A number with ten digits."""
    return value if isinstance(value, str) else f"{value:.10g}"
