"""How a program ended, where that is why nothing could be judged: in a sentence with a way out."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from twinprop.check.align.recording import Graph, count
from twinprop.check.explain.answer import shorten

FRAMEWORKS = {
    "torch": "torch", "tensorflow": "tensorflow", "keras": "keras", "sklearn": "scikit-learn",
    "jax": "jax", "autograd": "autograd", "paddle": "paddle", "mxnet": "mxnet", "flax": "flax",
    "theano": "theano", "nnet": "nnet", "neuralnet": "neuralnet", "RSNNS": "RSNNS",
}  # fmt: skip


NOBODY = (
    ", and there is nobody to give it: put the answer into the program, or hand it over as an "
    "argument (-- ANSWER)."
)
ELSEWHERE = (
    "{} needs the package {}{}, which is not here: in the browser Python has numpy, and R the "
    "packages that come with it. Run it on a machine of your own."
)
NAMED_WITHIN = 2_000  # characters of a text in which files are looked for
ASKING = re.compile(r"""^[^#"']*(?:\breadline\s*\(|\bstdin\s*\(\s*\)|["']stdin["'])""")


def describe_asking(source: str, name: str) -> str | None:
    """Where a program of R asks for input, which R answers with nothing; None where it does not."""
    lines = source.split("\n")
    line = next((n for n, text in enumerate(lines, start=1) if ASKING.search(text)), None)
    return None if line is None else f"{name} asks for input on line {line}{NOBODY}"


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


def describe_stop(header: Mapping[str, Any], name: str) -> str | None:
    """What ended a program of which nothing could be judged, with what to do."""
    ending = describe_ending(header, name)
    if ending is not None and ending.startswith(f"{name} stopped"):
        ending = (
            f"{ending.rstrip('. ')}; mend that first: until then nothing was seen to be trained."
        )
    return ending


def describe_overflow(graph: Graph, given: bool) -> str | None:
    """Where numbers of a program begin not to be finite; None where all are.

    Those that are given or moved, as gaps that are filled later, and not computed, count only where
    that is asked for.
    """
    if np.isfinite(graph.block).all():
        return None
    for n in range(graph.size):
        value = graph.value(n)
        if value is None or np.isfinite(value).all() or not graph.line(n):
            continue
        if not given and _is_given(graph, n, value):
            continue
        named = graph.name(n)
        what = f"{named} on line {graph.line(n)}" if named else f"what line {graph.line(n)} makes"
        return (
            f"From {what} on numbers are not finite (an overflow, a division by zero, or missing "
            "data): a smaller rate, or scaled data, may keep them finite."
        )
    return None


def _is_given(graph: Graph, n: int, value: Any) -> bool:
    """Whether a value was not computed: it was there, was moved, or is a gap of a certain size."""
    parents = graph.parents[n]
    is_gap = np.size(value) > 1 and np.isnan(value).all()
    return (
        not parents
        or graph.op[n] == "move"
        or bool(is_gap and all(count(graph.shape[p]) == 1 for p in parents))
    )


def _describe_error(message: Mapping[str, Any], name: str, in_r: bool) -> str:
    text = without_wall(str(message["text"]))
    line = message.get("line")
    where = f" on line {line}" if isinstance(line, int) and line > 0 else ""
    column = message.get("column")
    at = f"{where}, column {column}" if where and isinstance(column, int) else where
    missing = re.match(
        r"(?:ModuleNotFound|Import)Error: (?:No module named|The module) '([\w.]+)'", text
    )
    absent = re.search(r"there is no package called \W?([\w.]+)", text)
    package = missing or absent
    if package and sys.platform == "emscripten":
        return ELSEWHERE.format(name, package[1], where)
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
        return f"{name} asks for input{where}{NOBODY}"
    if text.startswith("MemoryError") or "annot allocate" in text:
        return f"{name} needs more memory than it may use{where}: --memory MB gives it more."
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
        what = re.sub(r" \d+: .*", "", what)  # the lines that R shows below it
        return f"{name} is no valid R on line {line}, column {column}: {_one_line(what)}."
    if text.startswith("SystemExit"):
        return f"{name} ended itself{where}, before anything was seen to be trained."
    return f"{name} stopped{where}: {_one_line(text)}"


def without_wall(text: str) -> str:
    """A text in which files are named as from the program's own folder, not its copy's.

    Parameters
    ----------
    text : str
        What a program printed, or why it ended.

    Returns
    -------
    str
        Without the folder in which it ran behind the wall.
    """
    folder = r"[^\s'\"(]*/twinprop-\w+/space/work"
    head, rest = text[:NAMED_WITHIN], text[NAMED_WITHIN:]  # of a line without end the first part
    return re.sub(folder, ".", re.sub(f"{folder}/", "", head)) + rest


def is_python_2(text: str) -> bool:
    """Whether an error is one that programs of Python 2 make."""
    if re.match(r"NameError: name '(xrange|raw_input|basestring|unicode)' is not defined", text):
        return True
    signs = ("Missing parentheses in call to", "multiple exception types must be parenthesized")
    return text.startswith("SyntaxError") and any(sign in text for sign in signs)


def _one_line(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shorten(shown)
