"""The catalogue: aliases, the article's steps, mistakes; one file that R reads too."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("catalogue.json")


@functools.cache
def read_catalogue() -> dict[str, Any]:
    """The content of catalogue.json.

    Returns
    -------
    dict
        Keys aliases, article_steps, tolerance, mistakes, structural.
    """
    return json.loads(PATH.read_text(encoding="utf-8"))


def cause_text(name: str) -> str:
    """The sentence for the learner of a mistake, by its id."""
    catalogue = read_catalogue()
    if name in catalogue["structural"]:
        return catalogue["structural"][name]
    return next(m["text"] for m in catalogue["mistakes"] if m["id"] == name)
