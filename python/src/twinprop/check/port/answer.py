"""The answer to port as text, and what it means for a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from twinprop.check.explain.answer import escape

STATUS = {"right": 0, "different": 1}


def exit_status(answer: Mapping[str, Any]) -> int:
    """0 where the port is right, 1 where it differs, 2 where it could not be followed."""
    return STATUS.get(answer["verdict"], 2)


def format_answer(answer: Mapping[str, Any]) -> str:
    """An answer as text, for the terminal.

    Parameters
    ----------
    answer : dict
        Of port.

    Returns
    -------
    str
        Lines that end in a newline.
    """
    lines = []
    for letter, problem in answer["problems"].items():
        lines.append(f"{letter.upper()}  {problem['file']}: {problem['sentence']}.")
    if answer["seen"]:
        lines.append(f"Compared: {answer['seen']['text']}.")
    lines += ["", answer["sentence"]]
    if answer["first"]:
        lines += ["", *_format_difference(answer["first"], answer["cause"])]
    if answer["further"]:
        lines += ["", "With B's value there the rest differs still:"]
        for further in answer["further"]:
            lines += ["", *_format_difference(further, further["cause"])]
    elif answer["first"] and answer["first"].get("shown") and answer["seen"]:
        lines += ["", "With B's value there nothing else differs in the steps that were compared."]
    lines += [f"Note: {remark}" for remark in answer["remarks"]]
    return "\n".join(lines) + "\n"


def _format_difference(d: Mapping[str, Any], cause: Mapping[str, Any] | None) -> list[str]:
    """A pair of quantities: the line in each, both values, why."""
    when = f"in step {d['step']}" if d["step"] else "before the training"
    lines = [f"{d['quantity']}, {when}"]
    for letter in ("a", "b"):
        source = escape(d[f"source_{letter}"])
        lines.append(f"  {letter.upper()}  {d[f'file_{letter}']}:{d[f'line_{letter}']}  {source}")
    where = ""
    if d["column"]:
        where = (
            f" (row {d['row']}, column {d['column']})"
            if d["row"]
            else (f" (element {d['column']})")
        )
    lines.append(f"  A has {_shown(d['value_a'])}, B has {_shown(d['value_b'])}{where}.")
    if cause:
        lines.append(f"  {cause['text']} {cause['evidence']}")
    return lines


def _shown(value: Any) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
