"""The lines of Python and of R that compute something, read from the twins themselves.

Nothing here is a copy: Python's lines come from the running modules, R's from the installed
package, which keeps its source. So what a page shows cannot differ from what was run.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import os
import re
import subprocess
import textwrap
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

from twinprop.engines.installing import how_to_install
from twinprop.engines.r_library import find_rscript, r_variables
from twinprop.ground.errors import EngineError, MissingPart

MODULES = (
    "formulas.activations",
    "formulas.losses",
    "formulas.initializers",
    "network.layers",
    "network.dropout",
    "network.passes",
    "formulas.optimizers",
    "network.training",
    "formulas.metrics",
    "formulas.random_numbers",
    "cases.case",
    "arithmetic.native",
)


class Label(NamedTuple):
    """A statement by the comment behind it, such as `# z`; in that function, if one is named."""

    text: str
    function: str = ""


class Source(NamedTuple):
    """A piece of a language's own source."""

    language: str
    file: str
    line: int
    text: str


class TwinSource(NamedTuple):
    """The same thing in both languages."""

    python: Source
    r: Source


@cache
def twin_source(place: Label | str) -> TwinSource:
    """A statement by its label, or a function by its name, in both languages."""
    if isinstance(place, str):
        return twin_body(place)
    return TwinSource(python_statement(place), r_statement(place))


def twin_function(name: str) -> TwinSource:
    """A whole function in both languages, in Python without its documentation and decorator."""
    function = python_functions()[name]
    lines, first = inspect.getsourcelines(function)
    while lines[0].startswith("@"):
        lines, first = lines[1:], first + 1
    text = _without_docstring(textwrap.dedent("".join(lines)))
    found = r_functions()[name]
    return TwinSource(
        Source("python", _file_of(function), first, text),
        Source("r", f"r/R/{found['file']}", found["line"], f"{name} <- {found['text']}"),
    )


def twin_body(name: str) -> TwinSource:
    """A function in both languages; where it is one statement in both, only that statement."""
    function, found = python_functions()[name], r_functions()[name]
    text = textwrap.dedent(inspect.getsource(function))
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.FunctionDef)
    statements = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    is_short = len(statements) == len(found["statements"]) == 1
    if not is_short or not isinstance(statements[0], ast.Return):
        return twin_function(name)
    return TwinSource(
        _python_source(function, statements[0]), _r_source(found, found["statements"][0])
    )


@cache
def python_functions() -> dict[str, FunctionType]:
    """The functions of the twin modules by R's name: native_exp for exp of arithmetic/native.py."""
    found: dict[str, FunctionType] = {}
    for stem in MODULES:
        module = importlib.import_module(f"twinprop.{stem}")
        prefix = "native_" if stem == "arithmetic.native" else ""
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__:
                found[prefix + name] = value
    return found


@cache
def r_functions() -> dict[str, Any]:
    """What sources.R says of the functions of the installed R package.

    Returns
    -------
    dict of dict
        By name: file, line, text and statements.
    """
    script = Path(__file__).with_name("sources.R")
    said = subprocess.run(
        [find_rscript(), "--vanilla", str(script)],
        env={**os.environ, **r_variables()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    if said.returncode != 0:
        raise MissingPart(
            "the R package twinprop or one that it needs is not installed for this R; "
            + how_to_install("twinprop")
        )
    found = json.loads(said.stdout)
    if not found:
        how = how_to_install("twinprop")
        raise EngineError(f"the R package was installed without its source; {how} anew")
    for function in found.values():
        columns = function["statements"]
        rows = zip(*columns.values(), strict=True)
        function["statements"] = [dict(zip(columns, row, strict=True)) for row in rows]
    return dict(found)


def python_statement(label: Label) -> Source:
    """The statement of a Python function that has a label."""
    for name, function in python_functions().items():
        if label.function in ("", name):
            text = textwrap.dedent(inspect.getsource(function))
            line = _labelled_line(text, label)
            if line:
                nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.stmt)]
                around = [n for n in nodes if n.lineno <= line <= (n.end_lineno or 0)]
                node = min(around, key=lambda n: (n.end_lineno or 0) - n.lineno)
                return _python_source(function, node)
    raise _missing("Python", label)


def r_statement(label: Label) -> Source:
    """The statement of an R function that has a label."""
    for name, found in r_functions().items():
        if label.function in ("", name):
            line = _labelled_line(found["text"], label)
            if line:
                line += found["line"] - 1
                sizes = [(s["text"].count("\n"), s) for s in found["statements"]]
                around = [(n, s) for n, s in sizes if s["line"] <= line <= s["line"] + n]
                return _r_source(found, min(around, key=lambda sized: sized[0])[1])
    raise _missing("R", label)


def _labelled_line(text: str, label: Label) -> int:
    """The line of a function that ends with a label, counted from 1; 0 for none."""
    lines = enumerate(text.splitlines(), start=1)
    return next((n for n, line in lines if line.endswith(f" # {label.text}")), 0)


def _missing(language: str, label: Label) -> EngineError:
    where = f" in {label.function}" if label.function else ""
    return EngineError(f'{language} has no statement "# {label.text}"{where} any more')


def _python_source(function: FunctionType, node: ast.stmt) -> Source:
    lines, first = inspect.getsourcelines(function)
    cut = "".join(lines[node.lineno - 1 : node.end_lineno])
    text = _without_label(textwrap.dedent(cut))
    return Source("python", _file_of(function), first + node.lineno - 1, text)


def _r_source(found: Any, statement: Any) -> Source:
    # The first line of a statement stands without its indentation, the others with it.
    text = textwrap.dedent(" " * statement["indent"] + statement["text"])
    return Source("r", f"r/R/{found['file']}", statement["line"], _without_label(text))


def _without_label(text: str) -> str:
    """A statement as it is shown, without the comment behind it."""
    return "\n".join(re.sub(r"(?<=\S) +# .*$", "", line) for line in text.splitlines())


def _file_of(function: FunctionType) -> str:
    return f"python/src/{function.__module__.replace('.', '/')}.py"


def _without_docstring(text: str) -> str:
    function = ast.parse(text).body[0]
    assert isinstance(function, ast.FunctionDef)
    lines = text.splitlines()
    if ast.get_docstring(function) is not None:
        end = function.body[0].end_lineno
        lines = lines[: function.body[0].lineno - 1] + lines[end:]
    return "\n".join(lines)
