"""Expressions of somebody's as text: taken apart where no brackets are, names replaced."""

from __future__ import annotations

import re
from collections.abc import Sequence

TOKEN = re.compile(
    r"""\s+|"[^"]*"|'[^']*'|\#.*|%[^%\s]*%|\*\*|//|<<?-|==|<=|>=|\d+\.?\d*(?:[eE][-+]?\d+)?
    |[^\W\d][\w.]*|.""",
    re.VERBOSE,
)
OPEN, CLOSE = "([{", ")]}"


def tokens_of(text: str) -> list[str]:
    """The words and signs of a text; joined they are the text."""
    return TOKEN.findall(text)


def split_top(text: str, signs: Sequence[str]) -> list[str]:
    """The parts of an expression between signs that stand in no brackets, and the signs."""
    parts, depth, last = [""], 0, ""
    for token in tokens_of(text):
        depth += (token in OPEN) - (token in CLOSE)
        binary = last and (last[-1].isalnum() or last[-1] in "_.\"'" or last in CLOSE)
        if depth == 0 and token in signs and binary:
            parts += [token, ""]
        else:
            parts[-1] += token
        last = token.strip() or last
    return [part.strip() for part in parts]


def wrap(text: str, signs: Sequence[str] = ("+", "-")) -> str:
    """An expression as a factor: in brackets where it is a sum."""
    return f"({text})" if len(split_top(text, signs)) > 1 or text.startswith("-") else text


def names_in(text: str) -> list[str]:
    """Names with what they are taken from: a, self.a, p["a"], net$a, a[[1]]."""
    pattern = r"""[^\W\d][\w.]*(?:\$\w+|\[\[?(?:\d+|["'][^"']*["'])\]?\])*(?!\s*\(|\w)"""
    return [x.removesuffix(".T") for x in re.findall(pattern, text)]


def replace_name(text: str, found: str, meant: str) -> str:
    """An expression in which one name stands in place of another."""
    pattern = rf"(?<![\w.$\"']){re.escape(found)}(?![\w\[$]|\.(?!T\b|dot|sum))"
    return re.sub(pattern, lambda _: meant, text)
