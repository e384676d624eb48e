"""What is wrong in a text that should be JSON, and where; twin of r/R/ground_json_faults.R.

The parsers of the two languages only say that they failed, each in its own words. This reads the
text again, piece by piece, and stops at the first piece that does not fit.
"""

from __future__ import annotations

import math
import re
from typing import NoReturn

from twinprop.ground.errors import quote_value, refuse, shorten_text

# A text up to its closing quotation mark, or as far as it is good.
GOOD_TEXT = r'"[^"\\\x01-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x01-\x1f]*+)*+'
PIECE = re.compile(GOOD_TEXT + r'"?|[][{},:]|[^][{},:" \t\r\n]+')
CLOSED_TEXT = re.compile(GOOD_TEXT + '"')
JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?")
# What may be beyond float64: all others have fewer digits and a smaller exponent.
LARGE_EXPONENT = re.compile("[eE][+]?0*[1-9][0-9]{2}")
MAYBE_TOO_LARGE = re.compile("(?<![0-9])[0-9]{200}|" + LARGE_EXPONENT.pattern)
ALL_DIGITS_ZERO = bytes(48 if 48 <= i <= 57 else i for i in range(256))
NOT_FINITE = re.compile(r"[-+]?(?:nan|inf|infinity)", re.IGNORECASE)

# What may stand next, as kinds of pieces (t for a text, v for another value), and how it is called.
NEXT = {
    "value": ("tv[{", "a value"),
    "item": ("tv[{]", 'a value or "]"'),
    "member": ("t}", 'a key in quotation marks or "}"'),
    "key": ("t", "a key in quotation marks"),
    "colon": (":", '":"'),
    "list": (",]", '"," or "]"'),
    "object": (",}", '"," or "}"'),
    "end": ("", "the end of the file"),
}


def is_maybe_not_json(outside: str) -> bool:
    """Whether a parser may pass over something outside of texts, or take a number for infinite."""
    # Comments, and other blanks than JSON has; each is looked for in the quickest way that there
    # is, for a text may hold millions of numbers.
    return (
        any(mark in outside for mark in "/\v\f")
        or LARGE_EXPONENT.search(outside) is not None
        or b"0" * 200 in outside.encode("utf-8", "replace").translate(ALL_DIGITS_ZERO)
    )


def check_json(text: str, where: str) -> None:
    """Refuse a text that is not JSON, or has a number beyond float64, at its first fault."""
    inside, state, end = "", "value", 0
    for match in PIECE.finditer(text):
        piece, end = match.group(), match.end()
        kind = kind_of(piece)
        allowed, wanted = NEXT[state]
        if kind not in allowed:
            refuse_piece(piece, f"{where}: {place_of(text, match.start())}", wanted)
        if kind == "t" and not CLOSED_TEXT.fullmatch(piece):
            refuse_text(text, end, where)
        if kind == "v" and is_too_large(piece):
            found = f"{shorten_text(piece)}, beyond the range of float64"
            refuse(f"{where}: {place_of(text, match.start())}", found, "a finite number")
        if kind in "[{":
            inside += kind
        elif kind in "]}":
            inside = inside[:-1]
        state = next_state(kind, inside, state)
    if end == 0:
        refuse(where, "empty", "a JSON file")
    refuse_end(state, text, end, where)


def refuse_end(state: str, text: str, end: int, where: str) -> None:
    """Refuse a text that ends before its value does."""
    if state != "end":
        refuse(f"{where}: {place_of(text, end)}", "the end of the file", NEXT[state][1])


def kind_of(piece: str) -> str:
    """The kind of a piece: t for a text, v for another value, x for what is none, or itself."""
    if piece[0] in "[]{},:":
        return piece
    if piece[0] == '"':
        return "t"
    return "v" if piece in ("true", "false", "null") or JSON_NUMBER.fullmatch(piece) else "x"


def next_state(kind: str, inside: str, state: str) -> str:
    """What may stand after a piece, inside the brackets that are open."""
    opened = {"[": "item", "{": "member", ":": "value"}
    if kind in opened:
        return opened[kind]
    if kind == ",":
        return "value" if inside.endswith("[") else "key"
    if state in ("member", "key") and kind == "t":
        return "colon"
    if inside == "":
        return "end"
    return "list" if inside.endswith("[") else "object"


def refuse_piece(piece: str, place: str, wanted: str) -> NoReturn:
    """Refuse a piece that does not fit, and name the usual slips."""
    if NOT_FINITE.fullmatch(piece):
        refuse(place, piece, "a finite number")
    if piece.startswith(("//", "/*")):
        refuse(place, "a comment", "none, for JSON has no comments")
    if piece.startswith("'"):
        refuse(place, "a single quotation mark", "a double one")
    if kind_of(piece) == "t":
        piece = piece[1:].removesuffix('"')
    refuse(place, quote_value(piece), wanted)


def refuse_text(text: str, end: int, where: str) -> NoReturn:
    """Refuse a text in quotation marks at the character before which it is good."""
    place = f"{where}: {place_of(text, end)}"
    if end == len(text):
        refuse(place, "the end of the file", "a closing quotation mark")
    if text[end] in "\r\n":
        refuse(place, "the end of the line", "a closing quotation mark")
    if text[end] == "\\":
        refuse(place, quote_value(text[end : end + 2]), "a code of JSON, such as \\n, or \\\\")
    refuse(place, "a control character", "its code, such as \\t")


def is_too_large(piece: str) -> bool:
    """Whether a number of JSON is beyond the range of float64."""
    return MAYBE_TOO_LARGE.search(piece) is not None and math.isinf(float(piece))


def place_of(text: str, position: int) -> str:
    """Line and column of a character, both counted from 1."""
    lines = re.split("\r\n?|\n", text[:position])
    return f"line {len(lines)}, column {len(lines[-1]) + 1}"
