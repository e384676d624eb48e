"""Lines that a wrong one may have meant, by its cause; whether one is right only a run can say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.explain.expressions import names_in, replace_name, split_top, wrap

INDEX = re.compile(r"\[(?:-1|0|1|i|n)?:(?:-1|1)?\]|\[(?:1|-1|n|-n|seq_len\(n - 1\)), ?, ?"
                   r"drop = FALSE\]")  # fmt: skip


@dataclass
class Known:
    """What the program calls the values around its mistake, the likeliest names first."""

    slope: list[str] = field(default_factory=list)  # written out, or the name that holds it
    error: list[str] = field(default_factory=list)
    delta: list[str] = field(default_factory=list)
    activation: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)  # what the weights are multiplied with
    above: list[str] = field(default_factory=list)  # the delta of the layer above
    bias: list[str] = field(default_factory=list)
    count: list[str] = field(default_factory=list)
    rate: list[str] = field(default_factory=list)
    form: str = ""  # the slope of this activation, with {} for the value that it is taken of


def corrected_expressions(text: str, cause: str, known: Known, is_r: bool) -> Iterator[str]:
    """What may have been meant by an expression.

    Parameters
    ----------
    text : str
        The expression in which the mistake is.
    cause : str
        The id of its cause.
    known : Known
        The program's names.
    is_r : bool
        Whether the program is R's.

    Yields
    ------
    str
        Expressions, the likeliest first.
    """
    for name in read_knowledge()["corrections"].get(cause, ()):
        yield from EDITS[name](text, known, is_r)


def _times(*factors: str) -> str:
    return " * ".join(wrap(factor) for factor in factors)


def _with_slope(text: str, known: Known, is_r: bool) -> Iterator[str]:
    yield from (f"{wrap(text)} * {_factor(slope)}" for slope in known.slope)


def _factor(slope: str) -> str:
    return wrap(slope) if len(split_top(slope, ("*",))) == 1 else slope


def _own_slope(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """The slope in place of the expression, or of the last factors of it."""
    parts = split_top(text, ("*", "/"))
    for slope in known.slope[:2]:
        for i in range(1, len(parts), 2):
            yield f"{' '.join(parts[:i])} * {_factor(slope)}"
        yield slope
    if known.form:
        own = dict.fromkeys(name for name in names_in(text) if not name.endswith("T"))
        yield from (known.form.replace("{}", name) for name in own)


def _product(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """A product in place of a sum or a quotient."""
    for sign in ("+", "/"):
        parts = split_top(text, (sign,))
        if len(parts) == 3:
            yield _times(parts[0], parts[2])


def _shorter(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """One factor or divisor less, the last ones first; then only the first ones."""
    parts = split_top(text, ("*", "/"))
    for i in range(len(parts) - 1, 0, -2):
        yield " ".join(parts[: i - 1] + parts[i + 1 :])
    if len(parts) > 1 and parts[1] == "*":
        yield " ".join(parts[2:])
    yield from (" ".join(parts[:i]) for i in range(len(parts) - 4, 0, -2))


def _averaged(text: str, known: Known, is_r: bool) -> Iterator[str]:
    yield from (f"{wrap(text)} / {n}" for n in known.count)


def _other_sign(text: str, known: Known, is_r: bool) -> Iterator[str]:
    if text.startswith("-"):
        yield text[1:].strip()
    parts = split_top(text, ("+", "-"))
    if len(parts) == 3:
        yield " ".join([parts[0], "+" if parts[1] == "-" else "-", parts[2]])
        if parts[1] == "-":
            yield f"{parts[2]} - {parts[0]}"
    yield f"-{wrap(text)}"


def _minus_target(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """The target taken away: the sign that is right is that which the update wants."""
    parts = split_top(text, ("+",))
    if len(parts) == 3:
        yield f"{parts[0]} - {parts[2]}"
        yield f"{parts[2]} - {parts[0]}"


def _plain_error(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """Without the square, the absolute value or the rounding around it."""
    for pattern in (r"\s*(?:\*\*|\^)\s*2\b", r"\b(?:np\.)?(?:square|abs|fabs|round)(?=\()"):
        if re.search(pattern, text):
            yield re.sub(pattern, "", text)


def _renamed(names: Callable[[Known], list[str]]) -> Callable[[str, Known, bool], Iterator[str]]:
    """One name of the expression replaced by one of those that belong there."""

    def edit(text: str, known: Known, is_r: bool) -> Iterator[str]:
        for meant in names(known)[:2]:
            for found in dict.fromkeys(names_in(text)):
                if found != meant:
                    yield replace_name(text, found, meant)

    return edit


def _transposed(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """One operand of a matrix product the other way round."""
    both = re.match(r"t\((.+)\) %\*% (\S+)$" if is_r else r"(\S+)\.T @ (\S+)$", text)
    if both:
        yield f"t({both[2]}) %*% {both[1]}" if is_r else f"{both[2]}.T @ {both[1]}"
    if is_r:
        parts = split_top(text, ("%*%",))
        if len(parts) == 3:
            a, b = parts[0], parts[2]
            yield f"{a} %*% t({b})"
            yield f"t({a}) %*% {b}"
            yield f"t({text})"
        return
    parts = split_top(text, ("@",))
    if len(parts) == 3:
        a, b = parts[0], parts[2]
        yield f"{a} @ {b}.T" if not b.endswith(".T") else f"{a} @ {b[:-2]}"
        yield f"{a}.T @ {b}" if not a.endswith(".T") else f"{a[:-2]} @ {b}"
        yield f"({text}).T"
    yield from (re.sub(r"\.dot\((\w[\w.]*)\)", r".dot(\1.T)", text) for _ in range(".dot(" in text))


def _sum_of_columns(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """A bias's gradient is the sum over the samples."""
    if "rowSums" in text:
        yield text.replace("rowSums", "colSums")
    if re.search(r"axis\s*=\s*1", text):
        other = re.sub(r"axis(\s*)=(\s*)1", r"axis\1=\g<2>0", text)
        yield other
        yield re.sub(r"(axis\s*=\s*0)\)", r"\1, keepdims=True)", other)
    if re.search(r"axis\s*=\s*0", text):  # of rows that are units
        yield re.sub(r"axis(\s*)=(\s*)0", r"axis\1=\g<2>1", text)
    if is_r:
        yield re.sub(r"(?<![\w.])sum\(", "colSums(", text)
        yield re.sub(r"(?<![\w.])sum\((\w[\w.$]*)\)", r"matrix(colSums(\1), 1)", text)
    else:
        yield re.sub(r"\.sum\(\)", ".sum(axis=0, keepdims=True)", text)
        yield re.sub(r"np\.sum\((\w[^()]*)\)", r"np.sum(\1, axis=0, keepdims=True)", text)
        yield re.sub(r"\.sum\(\)", ".sum(axis=0)", text)
        yield re.sub(r"np\.sum\((\w[^()]*)\)", r"np.sum(\1, axis=0)", text)


def _summed(text: str, known: Known, is_r: bool) -> Iterator[str]:
    for delta in known.delta[:2]:
        whole = f"colSums({delta})" if is_r else f"{delta}.sum(axis=0, keepdims=True)"
        found = replace_name(text, delta, whole)
        yield found
        yield (
            found.replace(", keepdims=True", "")
            if not is_r
            else found.replace(whole, f"matrix({whole}, 1)")
        )


def _all_samples(text: str, known: Known, is_r: bool) -> Iterator[str]:
    if INDEX.search(text):
        yield INDEX.sub("", text)


def _with_rate(text: str, known: Known, is_r: bool) -> Iterator[str]:
    parts = split_top(text, ("+", "-"))
    for rate in known.rate:
        if len(parts) == 3:
            yield f"{parts[0]} {parts[1]} {rate} * {wrap(parts[2])}"
        yield f"{rate} * {wrap(text)}"


def _with_bias(text: str, known: Known, is_r: bool) -> Iterator[str]:
    for bias in known.bias:
        yield f'sweep({text}, 2, {bias}, "+")' if is_r else f"{text} + {bias}"


def _sigmoid(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """The sigmoid's brackets and sign, and one of two."""
    inner = re.search(r"((?:np\.|math\.)?exp)\(\s*(-?)\s*(.*)\)", text)
    if inner:
        rest = inner[3].rstrip(")") if inner[3].count(")") > inner[3].count("(") else inner[3]
        power = f"{inner[1]}(-{wrap(rest)})"
        yield f"1 / (1 + {power})" if "/" in text else power
    twice = re.match(r"(\w[\w.]*)\(\1\((.*)\)\)$", text)
    if twice:
        yield f"{twice[1]}({twice[2]})"


def _by_sample(text: str, known: Known, is_r: bool) -> Iterator[str]:
    """A softmax over the outputs of each sample."""
    if is_r:
        yield re.sub(r"/ sum\(", "/ rowSums(", text)
    else:
        yield re.sub(r"axis(\s*)=(\s*)0", r"axis\1=\g<2>1", text)
        yield re.sub(r"\.sum\(\)", ".sum(axis=1, keepdims=True)", text)


EDITS: dict[str, Callable[[str, Known, bool], Iterator[str]]] = {
    "own_slope": _own_slope,
    "with_slope": _with_slope,
    "shorter": _shorter,
    "product": _product,
    "minus_target": _minus_target,
    "plain_error": _plain_error,
    "to_activation": _renamed(lambda k: k.activation),
    "to_above": _renamed(lambda k: k.above),
    "to_delta": _renamed(lambda k: k.delta),
    "to_given": _renamed(lambda k: k.given),
    "transposed": _transposed,
    "sum_of_columns": _sum_of_columns,
    "summed": _summed,
    "all_samples": _all_samples,
    "averaged": _averaged,
    "other_sign": _other_sign,
    "with_rate": _with_rate,
    "with_bias": _with_bias,
    "sigmoid": _sigmoid,
    "by_sample": _by_sample,
}
