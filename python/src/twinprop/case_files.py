"""The files of a case as text and as JSON, twin of r/R/case_files.R."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

from twinprop.errors import InputError, quote_value

DEEPEST = 20
INVALID = "not valid JSON (cut off, mistyped, or with NaN or Infinity)"
JSON_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
# Zero, and the halves of a pair of surrogates that stand alone.
HIGH, LOW = r"\\u[dD][89abAB][0-9a-fA-F]{2}", r"\\u[dD][c-fC-F]"
NO_CHARACTER = re.compile(rf"\\u0000|{HIGH}(?!{LOW})|(?<!{HIGH}){LOW}")


def refuse(where: str, found: str, wanted: str) -> NoReturn:
    """Stop with the sentence that names what was found and what was wanted."""
    raise InputError(f"{where} is {found}; wanted {wanted}")


def read_text(path: Path, where: str, wanted: str) -> str:
    """The text of a file in UTF-8."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    except OSError as error:
        raise InputError(f"{where} cannot be read ({error.strerror}); wanted {wanted}") from error
    if "\0" in text:
        refuse(where, "not a text in UTF-8", wanted)
    return text


def split_lines(text: str) -> list[str]:
    """The lines of a text, whatever ends them."""
    lines = re.split("\r\n?|\n", text)
    return lines[:-1] if lines[-1] == "" else lines


def read_json(path: Path, where: str) -> Any:
    """The document of a JSON file in which no key stands twice."""

    def check_unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        document: dict[str, Any] = {}
        for key, value in pairs:
            if key in document:
                raise InputError(f"{where} has the key {quote_value(key)} twice; keep one")
            document[key] = value
        return document

    def refuse_constant(name: str) -> NoReturn:
        raise ValueError(name)

    file = where.removesuffix(":")
    text = read_text(path, file, "a JSON file")
    check_json_text(text, file)
    try:
        return json.loads(text, object_pairs_hook=check_unique, parse_constant=refuse_constant)
    except InputError:
        raise
    except ValueError:
        refuse(file, INVALID, "a JSON file")


def check_json_text(text: str, where: str) -> None:
    """Refuse a JSON text that parsers read in different ways or cannot be trusted with.

    That is one with deeply nested brackets, with a comment, or with the code of a character that
    is none: zero, or half of a pair.
    """
    steps = {"[": 1, "{": 1, "]": -1, "}": -1}
    outside = JSON_TEXT.sub("", text)
    brackets = re.sub(r"[^][{}]", "", outside)
    deepest = max(accumulate((steps[bracket] for bracket in brackets), initial=0))
    if deepest > DEEPEST:
        refuse(where, f"nested {deepest} brackets deep", f"at most {DEEPEST}")
    if "/" in outside:
        refuse(where, INVALID, "a JSON file")
    if NO_CHARACTER.search(text.replace(r"\\", "")):
        refuse(where, r"with the code \u of no character", "a JSON file")
