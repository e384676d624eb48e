"""Formulas in a small notation, as MathML for pages and as plain text for the terminal.

The notation is a line such as `a_1 = 1 / (1 + e^{-z_1})`: `_` lowers and `^` raises the next sign
or the next group in braces, letters of one word stay together.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

_TOKEN = re.compile(r"\s+|[A-Za-zα-ωΑ-Ω∂′]+|\d+(?:\.\d+)?|[_^{}]|.")
_WORDS = ("if", "else", "max", "min", "log")
_LOW = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
_HIGH = str.maketrans("0123456789+-T", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀ")


def to_mathml(formula: str) -> Markup:
    """A formula as MathML, which browsers lay out by themselves.

    Parameters
    ----------
    formula : str
        In the notation of this module.

    Returns
    -------
    Markup
        An element `math`, safe to put into a page.

    Examples
    --------
    >>> print(to_mathml("z_1"))
    <math><mrow><msub><mi>z</mi><mn>1</mn></msub></mrow></math>
    """
    return Markup("<math><mrow>{}</mrow></math>").format(_markup(_parse(formula)))


def to_text(formula: str) -> str:
    """A formula as one line of text.

    Parameters
    ----------
    formula : str
        In the notation of this module.

    Returns
    -------
    str
        With small figures where Unicode has them.

    Examples
    --------
    >>> to_text("W_2 = a_1^T δ_2")
    'W₂ = a₁ᵀ δ₂'
    """
    text = re.sub(r"_(\d+|\{[\d+-]*\})", lambda m: m[1].strip("{}").translate(_LOW), formula)
    text = re.sub(r"\^T", "ᵀ", text)
    text = re.sub(r"\^(\d)", lambda m: m[1].translate(_HIGH), text)
    return re.sub(r"\^\{([^}]*)\}", r"^(\1)", text).replace("-", "−")


def _parse(formula: str) -> list[str]:
    return [token for token in _TOKEN.findall(formula) if not token.isspace()]


def _markup(tokens: list[str]) -> Markup:
    """One row of MathML from tokens; takes them from the front of the list."""
    pieces: list[Markup] = []
    while tokens and tokens[0] != "}":
        token = tokens.pop(0)
        if token in "_^" and pieces:
            _attach(pieces, "msub" if token == "_" else "msup", _argument(tokens))
        else:
            pieces.append(_atom(token))
    return Markup("").join(pieces)


def _attach(pieces: list[Markup], tag: str, argument: Markup) -> None:
    """Lower or raise something beside the last piece; lowered and raised become one element."""
    base = _pop_base(pieces)
    if tag == "msup" and base.startswith("<msub>"):
        inner = base.removeprefix("<msub>").removesuffix("</msub>")
        pieces.append(Markup("<msubsup>{}{}</msubsup>").format(Markup(inner), argument))
    else:
        pieces.append(Markup("<{0}>{1}{2}</{0}>").format(Markup(tag), base, argument))


def _pop_base(pieces: list[Markup]) -> Markup:
    """The last piece, or what stands in brackets with them, which is raised as a whole."""
    opened, closed = _atom("("), _atom(")")
    start, depth = len(pieces) - 1, 0
    while start >= 0:
        depth += (pieces[start] == closed) - (pieces[start] == opened)
        if depth == 0:
            break
        start -= 1
    taken = pieces[start:]
    del pieces[start:]
    return taken[0] if len(taken) == 1 else Markup("<mrow>{}</mrow>").format(Markup("").join(taken))


def _argument(tokens: list[str]) -> Markup:
    if tokens and tokens[0] == "{":
        tokens.pop(0)
        inner = Markup("<mrow>{}</mrow>").format(_markup(tokens))
        tokens.pop(0)
        return inner
    return _atom(tokens.pop(0))


def _atom(token: str) -> Markup:
    if token[0].isdigit():
        return Markup("<mn>{}</mn>").format(token)
    if token == "T":
        return Markup("<mo>⊤</mo>")
    if token in _WORDS:
        # Two letters of a formula stand close together, words do not.
        return Markup("<mtext>\u00a0{}\u00a0</mtext>").format(token)
    if token[0].isalpha() or token[0] == "∂":
        return Markup("<mi>{}</mi>").format(token)
    return Markup("<mo>{}</mo>").format(Markup(escape(token.replace("-", "−"))))
