"""How a program ended, where that is why nothing could be judged: in a sentence with a way out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from twinprop.check.explain.answer import shorten

FRAMEWORKS = {
    "torch": "torch", "tensorflow": "tensorflow", "keras": "keras", "sklearn": "scikit-learn",
    "jax": "jax", "autograd": "autograd", "paddle": "paddle", "mxnet": "mxnet", "flax": "flax",
    "theano": "theano", "nnet": "nnet", "neuralnet": "neuralnet", "RSNNS": "RSNNS",
}  # fmt: skip


def describe_ending(header: Mapping[str, Any], name: str) -> str | None:
    """What ended a program early, or who trained instead of it.

    Parameters
    ----------
    header : dict
        Of the recording.
    name : str
        The program's.

    Returns
    -------
    str or None
        A sentence; None where it ran to its end and trained by itself, or not at all.
    """
    message = header.get("message")
    if isinstance(message, Mapping) and isinstance(message.get("text"), str):
        return _describe_error(message, name, header.get("language") == "r")
    used = header.get("used")
    if isinstance(used, Mapping) and used:
        library, line = next(iter(used.items()))
        said = FRAMEWORKS.get(str(library), "a library")
        return (
            f"{name} is trained by {said} (line {line}): its gradients are {said}'s and are not "
            "checked; port compares its results with those of another program."
        )
    return None


def _describe_error(message: Mapping[str, Any], name: str, in_r: bool) -> str:
    text = str(message["text"])
    line = message.get("line")
    where = f" on line {line}" if isinstance(line, int) and line > 0 else ""
    column = message.get("column")
    at = f"{where}, column {column}" if where and isinstance(column, int) else where
    missing = re.match(r"(?:ModuleNotFound|Import)Error: No module named '([\w.]+)'", text)
    absent = re.search(r"there is no package called \W?([\w.]+)", text)
    if missing:
        return (
            f"{name} needs the package {missing[1]}{where}, which this Python does not have: "
            "--python PATH names an interpreter that has it."
        )
    if absent:
        return (
            f"{name} needs the package {absent[1]}{where}, which this R does not have: "
            f'install.packages("{absent[1]}") installs it.'
        )
    if text.startswith("EOFError"):
        return (
            f"{name} asks for input{where}, and there is nobody to give it: put the answer into "
            "the program, or hand it over as an argument (-- ANSWER)."
        )
    if is_python_2(text):
        return (
            f"{name} is written in Python 2{where}: 2to3 or `python -m lib2to3` turns it into "
            "Python 3, which check reads."
        )
    if text.startswith(("SyntaxError", "IndentationError", "TabError")):
        return f"{name} is no valid Python{at}: {_one_line(text.partition(': ')[2])}."
    in_text = re.match(r"Error[^<]*<text>:(\d+):(\d+): ([^\n]*)", text)
    if in_text:
        line, column, what = in_text.groups()
        return f"{name} is no valid R on line {line}, column {column}: {_one_line(what)}."
    if text.startswith("SystemExit"):
        return f"{name} ended itself{where}, before anything was seen to be trained."
    return f"{name} stopped{where}: {_one_line(text)}"


def is_python_2(text: str) -> bool:
    """Whether an error of syntax is one that programs of Python 2 make."""
    signs = ("Missing parentheses in call to", "multiple exception types must be parenthesized")
    return text.startswith("SyntaxError") and any(sign in text for sign in signs)


def _one_line(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shorten(shown)
