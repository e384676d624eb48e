"""The catalogue: aliases, the article's steps, mistakes; one file that R reads too."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("catalogue.json")


@functools.cache
def read_catalogue() -> dict[str, Any]:
    """The content of catalogue.json.

    Returns
    -------
    dict
        Keys aliases, article_steps, tolerance, updates, mistakes, structural. A mistake in the
        update is one in W and in b.
    """
    content = json.loads(PATH.read_text(encoding="utf-8"))
    for mistake in content["mistakes"]:
        texts = mistake["formulas"].pop("update", None)
        if texts:
            for parameter in ("W", "b"):
                mistake["formulas"][parameter] = [update_of(parameter, text) for text in texts]
    return content


def update_of(parameter: str, text: str) -> str:
    """A formula of an update, whose p is a weight or a bias, for one of them.

    Examples
    --------
    >>> update_of("b", "p - lr * dp")
    'b - lr * db'
    """
    text = re.sub(r"\bdps\b", f"d{parameter}_all", text)
    return re.sub(r"\b(d?)p(_right|_previous)?\b", rf"\1{parameter}\2", text)


def cause_text(name: str) -> str:
    """The sentence for the learner of a mistake, by its id."""
    catalogue = read_catalogue()
    if name in catalogue["structural"]:
        return catalogue["structural"][name]
    return next(m["text"] for m in catalogue["mistakes"] if m["id"] == name)
