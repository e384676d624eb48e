"""What check and port say, as pages: each program with its lines and the values behind them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from twinprop.check.explain.answer import MARKS, format_first
from twinprop.pictures.pages import render_page

Answer = Mapping[str, Any]
FRAME = re.compile(r'\s*(?:"[^"]+": .*|[\[\]{}]+,?)$')
LANGUAGES = {".r": "r", ".rmd": "r", ".qmd": "r"}
# How the status of a line is shown and said.
STATUSES = {
    "right": (MARKS["right"], "right"),
    "different": (MARKS["different"], "the first difference"),
    "follows": ("\N{DOWNWARDS ARROW WITH TIP RIGHTWARDS}", "differs because of it"),
    "given": ("\N{WHITE CIRCLE}", "taken as it is"),
    "not seen": (MARKS["not seen"], "not looked at"),
}


def answer_page(answer: Answer, above: str = "") -> str:
    """The page of one program.

    Parameters
    ----------
    answer : dict
        Of check_program, with lines.
    above : str
        The page that leads to this one, if any.

    Returns
    -------
    str
        HTML, complete in itself.
    """
    first = answer.get("first") or {}
    text = format_first(first, answer["cause"]) if first.get("line") else []
    return render_page(
        "check.html.j2",
        answer={"exercise": None, "printed": [], **answer},
        above=above,
        first=first,
        shown="\n".join(text[: 2 if len(text) > 1 and "^" in text[1] else 1]),
        numbers=_first_numbers(first),
        files=_files(answer.get("lines") or []),
        statuses=STATUSES,
        marks=MARKS,
    )


def class_page(answers: Sequence[Answer], names: Sequence[str]) -> str:
    """The page of a class: one line for each program, which leads to its own page.

    Parameters
    ----------
    answers : list of dict
        Of check_program.
    names : list of str
        The file of each one's page.

    Returns
    -------
    str
        HTML, complete in itself.
    """
    verdicts = [answer["verdict"] for answer in answers]
    causes = [a["cause"] for a in answers if a.get("cause")]
    counts = {cause["id"]: [c["id"] for c in causes].count(cause["id"]) for cause in causes}
    texts = {cause["id"]: cause["text"] for cause in causes}
    return render_page(
        "check_class.html.j2",
        rows=list(zip(answers, names, strict=True)),
        counts={v: verdicts.count(v) for v in ("right", "different", "not followed")},
        causes=sorted(((n, texts[i]) for i, n in counts.items()), key=lambda c: (-c[0], c[1])),
    )


def port_page(answer: Answer) -> str:
    """The page of a program and its port, side by side, with the pairs that differ.

    Parameters
    ----------
    answer : dict
        Of port.

    Returns
    -------
    str
        HTML, complete in itself.
    """
    said = {"right": "the same in both", "different": "the first pair", "follows": "a further pair"}
    return render_page(
        "port.html.j2",
        answer=answer,
        pairs=[answer["first"], *answer["further"]] if answer["first"] else [],
        files={side: _files(lines) for side, lines in answer["lines"].items()},
        statuses={k: (mark, said.get(k, text)) for k, (mark, text) in STATUSES.items()},
    )


def _files(lines: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lines of each file, which is one of the program's own."""
    return [
        {
            "name": name,
            "key": k,
            "language": LANGUAGES.get(os.path.splitext(name)[1].lower(), "python"),
            "lines": [line for line in own if not _is_frame(name, str(line["source"]))],
        }
        for k, (name, own) in enumerate(groupby(lines, key=lambda line: str(line["file"])))
    ]


def _is_frame(file: str, source: str) -> bool:
    """Whether a line of a notebook is JSON around the program and not a line of it."""
    return file.endswith(".ipynb") and FRAME.match(source) is not None


def _first_numbers(first: Mapping[str, Any]) -> dict[str, str]:
    """Both values of the first difference, as far as they are known."""
    names = {"yours": "yours", "right": "right", "ratio": "yours is"}
    found = {names[key]: first.get(key) for key in names}
    if first.get("your_shape") != first.get("right_shape") and first.get("right_shape"):
        found |= {"yours": first["your_shape"], "right": first["right_shape"]}
    return {
        name: value if isinstance(value, str) else f"{value:.10g}"
        for name, value in found.items()
        if value is not None
    }
