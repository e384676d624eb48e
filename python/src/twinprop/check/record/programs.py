"""The text of a program: a file of Python, or the cells of a notebook in their order."""

from __future__ import annotations

import io
import json
import re
import tokenize
from typing import Any

# Cell magics under which the rest of the cell is still Python.
PYTHON_CELLS = ("time", "timeit", "capture", "prun", "matplotlib", "python", "python3")


class Program:
    """Its text, and for each line of it where a person finds the line."""

    def __init__(self, text: str, places: list[tuple[int, int | None]] | None = None):
        self.text = text
        self.lines = text.split("\n")
        self.places = places

    def place(self, line: int) -> tuple[int, int | None]:
        """The line in the file as the person sees it, and the number of the notebook's cell."""
        if self.places is None:
            return line, None
        return self.places[line - 1] if 0 < line <= len(self.places) else (line, None)

    def column(self, line: int, column: int) -> int:
        """A column in characters instead of bytes."""
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        if text.isascii():
            return column
        return len(text.encode("utf-8")[:column].decode("utf-8", "replace"))


def read_program(data: bytes, name: str) -> Program:
    """The program in a file's bytes."""
    if name.lower().endswith(".ipynb"):
        return read_notebook(data.decode("utf-8-sig"))
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = io.TextIOWrapper(io.BytesIO(data), encoding).read()
    return Program(text)


def read_notebook(text: str) -> Program:
    """The cells of a notebook that hold Python, as one program; magics are left out."""
    document = json.loads(text)
    finder = _Finder(text)
    lines: list[str] = []
    places: list[tuple[int, int | None]] = []
    number = 0
    for cell in document.get("cells", []):
        source = cell.get("source", "")
        source = source if isinstance(source, str) else "".join(source)
        if cell.get("cell_type") != "code":
            continue
        number += 1
        own = source.split("\n")
        at = finder.find(cell.get("source", ""), own)
        for line, place in zip(_without_magics(own), at):
            lines.append(line)
            places.append((place, number))
    return Program("\n".join(lines) + "\n", places)


def _without_magics(lines: list[str]) -> list[str]:
    """The lines of a cell in which what only a notebook understands is taken out."""
    first = next((k for k, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        word = lines[first][2:].split(maxsplit=1)
        if not word or word[0] not in PYTHON_CELLS:
            return ["" for _ in lines]
        lines = [*lines[:first], "", *lines[first + 1 :]]
    return [_without_magic(line) for line in lines]


def _without_magic(line: str) -> str:
    inner = line.lstrip()
    if inner.startswith(("%", "!", "?")) or re.fullmatch(r"[\w.]+\?{1,2}\s*", inner):
        timed = re.match(r"%(time|timeit(?: -\w+ *\d+)*)\s+(?=\S)", inner)
        rest = inner[timed.end() :] if timed else "pass"
        return line[: len(line) - len(inner)] + rest
    assigned = re.match(r"(\s*[\w, ]+=\s*)[!%]", line)
    return assigned.group(1) + "None" if assigned else line


class _Finder:
    """The line of the file on which each line of a cell stands."""

    def __init__(self, text: str):
        self.lines = text.split("\n")
        self.at = 0

    def find(self, source: Any, own: list[str]) -> list[int]:
        """Lines of the file from 1 on; where they cannot be told apart, that of the cell."""
        if not isinstance(source, list):
            return [self.at + 1] * len(own)
        found = []
        for part in source:
            wanted = part
            for k in range(self.at, len(self.lines)):
                if _is_string(self.lines[k], wanted):
                    self.at = k + 1
                    break
            found += [self.at] * part.count("\n")
        return (found + [self.at] * len(own))[: len(own)]


def _is_string(line: str, wanted: str) -> bool:
    inner = line.strip().rstrip(",")
    if not inner.startswith('"') or not inner.endswith('"'):
        return False
    try:
        return bool(json.loads(inner) == wanted)
    except ValueError:
        return False
