"""A page of the lesson in Chinese: the English one, with each of its sentences replaced.

English stands where it is made, in templates and programs; texts/zh.json has it beside the Chinese.
In both, what a sentence holds of code and numbers is {1}, {2}, ...; a word that varies has a name,
and where it may be several they are {words}, which have a Chinese of their own.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from twinprop.check.align.knowledge import read_knowledge
from twinprop.formulas.activations import ACTIVATIONS

# Code inside a sentence, and whole pieces of a page: neither is translated.
_INSIDE = "<(?:code|kbd|math|samp)\\b.*?</(?:code|kbd|math|samp)>"
_WHOLE = "<(?:script|style|pre)\\b.*?</(?:script|style|pre)>|<!.*?>"
_PIECE = re.compile(f"({_INSIDE}|{_WHOLE}|<[^>]*>)", re.DOTALL)
_IN_SENTENCE = re.compile(f"{_INSIDE}|</?(?:a|em|b)\\b[^>]*>", re.DOTALL)
_MARKED = re.compile(r"<(a|em|b)>[^<]*</\1>")
_NUMBER = re.compile(r"[−-]?\d(?:[\w.,/:\[\]−-]*[\w\]])?")
_LABEL = re.compile(r'(?<= )(aria-label|title)="([^"]*)"')
_WORD = re.compile(r"[A-Za-z_]{2,}")
_SLOT = re.compile(r"\{\w+\}|</?\w+>")
# What both languages call by the same name.
_NAMES = {"Python", "numpy", "OpenBLAS", "ULP", "exp", "log", *ACTIVATIONS}
Missing = Callable[[str], object]


class Sentence(NamedTuple):
    """The words of a piece of a page, and what it holds: places by name, tags in their order."""

    text: str
    places: dict[str, str]
    tags: list[str]


def in_chinese(page: str, missing: Missing = str) -> str:
    """A page of the lesson in Chinese.

    Parameters
    ----------
    page : str
        The English page.
    missing : callable
        Is told each text that has no Chinese, and stays.

    Returns
    -------
    str
        HTML, which leads to the other pages in Chinese.
    """
    done, run = [], ""
    for k, piece in enumerate(_PIECE.split(page)):
        if k % 2 == 0 or _IN_SENTENCE.fullmatch(piece):
            run += piece
            continue
        done += [_translate_run(run, missing), _translate_tag(piece, missing)]
        run = ""
    return "".join([*done, _translate_run(run, missing)])


def _translate_run(run: str, missing: Missing) -> str:
    """Text with the code and the links inside it; of links alone each is a text."""
    sentence, pieces = take_apart(run), _PIECE.split(run)
    if sentence.tags and not _MARKED.sub("", sentence.text).strip():
        parts = [_translate_tag(piece, missing) if k % 2 else _translate_run(piece, missing)
                 for k, piece in enumerate(pieces)]  # fmt: skip
        return "".join(parts)
    said = find_chinese(sentence.text, missing)
    if said is None:
        return "".join(_translate_tag(x, missing) if k % 2 else x for k, x in enumerate(pieces))
    before, after = run[: len(run) - len(run.lstrip())], run[len(run.rstrip()) :]
    return before + _fill(said, sentence) + after


def take_apart(run: str) -> Sentence:
    """The sentence of a run, in which numbers and code are places, and tags bare."""
    places: dict[str, str] = {}
    tags: list[str] = []
    parts: list[str] = []

    def place(content: str) -> str:
        places[f"{{{len(places) + 1}}}"] = content
        return f"{{{len(places)}}}"

    for k, piece in enumerate(_PIECE.split(run)):
        if k % 2 == 0:
            text = html.unescape(piece)
            parts.append(_NUMBER.sub(lambda number: place(html.escape(number[0])), text))
        elif re.match(r"</?(?:a|em|b)\b", piece):
            tags.append(_translate_tag(piece, str))
            parts.append(re.sub(r"\s[^>]*", "", piece))
        else:
            parts.append(place(piece))
    return Sentence(" ".join("".join(parts).split()), places, tags)


def _fill(chinese: str, sentence: Sentence) -> str:
    """The Chinese sentence as HTML, with what the English one holds."""
    tags = iter(sentence.tags)
    first, *others = _SLOT.split(chinese)
    filled = [html.escape(first)]
    for slot, text in zip(_SLOT.findall(chinese), others, strict=True):
        content = next(tags) if slot[0] == "<" else sentence.places.get(slot, slot)
        filled += [content, html.escape(text)]
    return "".join(filled)


def find_chinese(text: str, missing: Missing = str) -> str | None:
    """The Chinese of a sentence; None where both languages have the same."""
    found = read_chinese().get(text)
    if found is not None:
        return found
    for pattern, chinese in _patterns():
        match = pattern.fullmatch(text)
        if match:
            return _put_words(chinese, match.groupdict(), missing)
    words = _WORD.findall(_SLOT.sub(" ", text))
    if any(word not in _NAMES and "_" not in word for word in words):
        missing(text)
    return None


def _put_words(chinese: str, words: Mapping[str, str], missing: Missing) -> str:
    for name, word in words.items():
        said = find_chinese(word, missing) if name == "words" else None
        chinese = chinese.replace(f"{{{name}}}", said or word)
    return chinese


@cache
def read_chinese() -> dict[str, str]:
    """Each English sentence with its Chinese: those of the lesson, and the catalogue's."""
    path = files("twinprop.pictures").joinpath("texts", "zh.json")
    texts = json.loads(path.read_text("utf-8"))
    sentences = read_knowledge()["sentences"]
    catalogue = {take_apart(html.escape(sentences[name])).text: text
                 for name, text in texts["sentences"].items()}  # fmt: skip
    return {**catalogue, **texts["lesson"]}


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """The sentences in which a word varies; those with most words of their own come first."""
    found = []
    for english in sorted(read_chinese(), key=len, reverse=True):
        pieces = re.split(r"\{([a-z]+)\}", english)
        if len(pieces) > 1:
            pieces[::2] = [re.escape(piece) for piece in pieces[::2]]
            pieces[1::2] = [rf"(?P<{x}>{'.+' if x == 'words' else r'[^ ]+'})" for x in pieces[1::2]]
            found.append((re.compile("".join(pieces)), read_chinese()[english]))
    return found


def _translate_tag(tag: str, missing: Missing) -> str:
    """A tag with its labels, the language of the page, and where its links lead."""
    if not tag.startswith("<a "):
        head, end, rest = tag.partition(">")
        if head.startswith("<html"):
            head = head.replace('lang="en"', 'lang="zh-CN"')
        return _translate_labels(head, missing) + end + rest
    if "hreflang" in tag:
        return tag.replace(".zh.html", ".html?lang=en").replace('"zh"', '"en"')
    tag = tag.replace('"laboratory.html"', '"laboratory.html?lang=zh"')
    return _translate_labels(re.sub(r'href="([\w-]+)\.html"', r'href="\1.zh.html"', tag), missing)


def _translate_labels(tag: str, missing: Missing) -> str:
    def translate(label: re.Match[str]) -> str:
        sentence = take_apart(label[2])
        said = find_chinese(sentence.text, missing)
        return f'{label[1]}="{label[2] if said is None else _fill(said, sentence)}"'

    return _LABEL.sub(translate, tag)
