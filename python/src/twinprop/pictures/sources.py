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
    "formulas.activations_smooth",
    "formulas.activations_piecewise",
    "formulas.activations_slopes",
    "formulas.losses",
    "formulas.losses_squared",
    "formulas.losses_entropy",
    "formulas.initializers",
    "network.layers",
    "network.dropout",
    "network.backward",
    "formulas.optimizers",
    "network.training",
    "formulas.metrics",
    "formulas.random_numbers",
    "cases.case",
    "arithmetic.native",
)


class Place(NamedTuple):
    """A statement: the function it stands in, what it assigns to, and what it holds."""

    function: str
    target: str
    holds: str = ""


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


def twin_statement(python: Place, r: Place) -> TwinSource:
    """One statement in both languages.

    Parameters
    ----------
    python : Place
        What Python assigns to, as in "slope"; "z.append" for that call, "return" for a value.
    r : Place
        What R assigns to, as in "z[[i]]"; "value" for the last statement of a function.

    Returns
    -------
    TwinSource
        Each with its file and line.
    """
    return TwinSource(python_statement(python), r_statement(r))


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
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    assert isinstance(tree, ast.FunctionDef)
    statements = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    if [_python_target(node) for node in statements] != ["return"] or len(found["statements"]) != 1:
        return twin_function(name)
    return twin_statement(Place(name, "return"), Place(name, "value"))


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
    return dict(found)


def python_statement(place: Place) -> Source:
    """One statement of a Python function."""
    function = python_functions()[place.function]
    lines, first = inspect.getsourcelines(function)
    text = textwrap.dedent("".join(lines))
    nodes = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.stmt)]
    nodes.sort(key=lambda node: node.lineno)
    found = [(_python_target(n), ast.get_source_segment(text, n) or "", n) for n in nodes]
    node = _choose(found, place, "Python")
    cut = "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno])
    return Source("python", _file_of(function), first + node.lineno - 1, textwrap.dedent(cut))


def r_statement(place: Place) -> Source:
    """One statement of an R function."""
    found = r_functions().get(place.function)
    if found is None:
        raise EngineError(f"R has no function {place.function} with its source")
    statements = [(s["target"], s["text"], s) for s in found["statements"]]
    chosen = _choose(statements, place, "R")
    # The first line of a statement stands without its indentation, the others with it.
    text = textwrap.dedent(" " * chosen["indent"] + chosen["text"])
    return Source("r", f"r/R/{found['file']}", chosen["line"], text)


def _choose(candidates: list[tuple[str, str, Any]], place: Place, language: str) -> Any:
    for target, text, node in candidates:
        if target == place.target and place.holds in text:
            return node
    holding = f" something with {place.holds}" if place.holds else ""
    raise EngineError(
        f"{language}'s {place.function} assigns{holding} to {place.target} nowhere any more"
    )


def _python_target(node: ast.stmt) -> str:
    if isinstance(node, ast.Return):
        return "return"
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0])
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return ast.unparse(node.value.func)
    return ""


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
