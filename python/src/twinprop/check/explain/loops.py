"""The loop around a line of a program, told by how the lines are indented."""

from __future__ import annotations

import re
from collections.abc import Sequence

LOOP = re.compile(r"\s*(?:for|while)\b")


def find_loop(lines: Sequence[str], line: int) -> int | None:
    """The line on which the innermost loop around a line begins; a line may hold all of it.

    Parameters
    ----------
    lines : sequence of str
        A program's lines.
    line : int
        A line, counted from 1.

    Returns
    -------
    int or None
        None where the line is in no loop.
    """
    if not 1 <= line <= len(lines):
        return None
    depth = depth_of(lines[line - 1])
    if LOOP.match(lines[line - 1]):
        return line
    for at in range(line - 1, 0, -1):
        text = lines[at - 1]
        if text.strip() and depth_of(text) < depth:
            depth = depth_of(text)
            if LOOP.match(text):
                return at
            if re.match(r"\s*(?:async\s+)?(?:def|class)\b", text) or "function(" in text:
                return None
    return None


def depth_of(text: str) -> int:
    """How far a line is indented."""
    return len(text) - len(text.lstrip())


def end_of_loop(lines: Sequence[str], loop: int) -> int:
    """The number of lines before the first that is no longer in a loop."""
    depth = depth_of(lines[loop - 1])
    for i in range(loop, len(lines)):
        if lines[i].strip() and depth_of(lines[i]) <= depth:
            return i
    return len(lines)
