"""Source of Python or R as HTML with its words told apart: comments, texts, numbers, keywords."""

from __future__ import annotations

import re

from markupsafe import Markup

_WORDS = {
    "python": "def return for in if else elif with import from as not and or is None True False "
    "while yield lambda class raise",
    "r": "function return for in if else while next break NULL TRUE FALSE",
}
_KINDS = r"""(?P<comment>\#[^\n]*)|(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
|(?P<number>\b\d+(?:\.\d+)?(?:[eE][-+]?\d+)?L?\b)|(?P<word>\b[A-Za-z_][A-Za-z_0-9]*\b)
|(?P<operator><-|%\*%)"""
_PATTERN = re.compile(_KINDS, re.VERBOSE)


def highlight(source: str, language: str) -> Markup:
    """Source with spans around its words; everything else is escaped as it is.

    Parameters
    ----------
    source : str
        Any text.
    language : str
        "python" or "r".

    Returns
    -------
    Markup
        To be put into an element `pre`.
    """
    keywords = _WORDS[language].split()
    pieces, end = [], 0
    for found in _PATTERN.finditer(source):
        kind = found.lastgroup
        if kind == "word":
            kind = "keyword" if found[0] in keywords else None
        if kind is None:
            continue
        pieces.append(Markup("{}").format(source[end : found.start()]))
        pieces.append(Markup('<span class="{}">{}</span>').format(f"code-{kind}", found[0]))
        end = found.end()
    pieces.append(Markup("{}").format(source[end:]))
    return Markup("").join(pieces)
