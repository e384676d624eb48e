"""The documentation of a formula as users see it, with the words that stand once in its file.

In the file a formula has its own words only. What its arguments are and what it returns is filled
in from the docstring of the formula that it belongs to, as sigmoid_grad to sigmoid, or of the file;
so are examples.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")


class Words(NamedTuple):
    """The parts of a docstring."""

    about: str
    arguments: dict[str, str]
    value: str
    examples: str


def as_users_see_it(checked: Callable[Given, Found]) -> Callable[Given, Found]:
    """A formula behind its checks, with its full documentation."""
    checked.__doc__ = full_text(inspect.unwrap(checked))
    checked.__module__ = "twinprop"  # where users find it; the bare one is in its file
    return checked


def full_text(function: Callable[..., Any]) -> str:
    """The documentation of a formula in numpydoc's sections."""
    module = sys.modules[function.__module__]
    owners = [other for name, other in vars(module).items() if is_part(function.__name__, name)]
    own, *others = [words_of(holder) for holder in (function, *owners, module)]
    arguments = {
        name: entry for words in (*reversed(others), own) for name, entry in words.arguments.items()
    }
    parameters = [arguments[name] for name in inspect.signature(function).parameters]
    value = next(words.value for words in (own, *others) if words.value)
    examples = next((words.examples for words in (own, *others) if words.examples), "")
    sections = {"Parameters": "\n".join(parameters), "Returns": value, "Examples": examples}
    parts = [f"{title}\n{'-' * len(title)}\n{text}" for title, text in sections.items() if text]
    return "\n\n".join([own.about, *parts]) + "\n"


def words_of(holder: Any) -> Words:
    """The parts of the docstring of a function or a module."""
    text = inspect.getdoc(holder) or ""
    about, *sections = re.split(r"\n\n(Parameters|Returns|Examples)\n-+\n", text)
    found = dict(zip(sections[::2], sections[1::2], strict=True))
    entries = re.split(r"\n(?=\S)", found.get("Parameters", ""))
    arguments = {entry.split(" : ")[0]: entry for entry in entries if " : " in entry}
    about, _, examples = about.partition("\n\n>>> ")
    examples = f">>> {examples}" if examples else found.get("Examples", "")
    return Words(about, arguments, found.get("Returns", ""), examples)


def is_part(name: str, owner: str) -> bool:
    """Whether a function belongs to another, whose name its own begins with."""
    return name.startswith(f"{owner}_")
