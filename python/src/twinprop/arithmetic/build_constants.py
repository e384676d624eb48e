"""Build strict_constants.txt, the numbers that both languages' strict arithmetic reads.

Each number is proved with ball arithmetic and written as a hexadecimal float, because R reads a
decimal with its own parser and may be one unit in the last place off. The last line is the SHA-256
of the lines before it.
"""

import hashlib
import math
from fractions import Fraction
from pathlib import Path

from flint import arb, ctx

EXP_STEPS = 256  # exp(x) is 2^(n / 256) exp(r) with |r| at most ln(2) / 512
HIGH_BITS = 34  # n has at most 19 bits, so n times a step of 34 bits is exact
LOG_STEPS = range(90, 183)  # log(z) for z near i / 128, from sqrt(1 / 2) to sqrt(2)
LOG_GRID = Fraction(1, 2**42)  # sums of 1100 multiples below 0.7 of this are exact

# Wichura (1988), Algorithm AS241, routine PPND16: coefficients from the highest power down.
AS241 = {
    "a": "2509.0809287301226727 33430.575583588128105 67265.770927008700853 "
    "45921.953931549871457 13731.693765509461125 1971.5909503065514427 "
    "133.14166789178437745 3.387132872796366608",
    "b": "5226.495278852854561 28729.085735721942674 39307.89580009271061 "
    "21213.794301586595867 5394.1960214247511077 687.1870074920579083 "
    "42.313330701600911252 1",
    "c": "7.7454501427834140764e-4 .0227238449892691845833 .24178072517745061177 "
    "1.27045825245236838258 3.64784832476320460504 5.7694972214606914055 "
    "4.6303378461565452959 1.42343711074968357734",
    "d": "1.05075007164441684324e-9 5.475938084995344946e-4 .0151986665636164571966 "
    ".14810397642748007459 .68976733498510000455 1.6763848301838038494 "
    "2.05319162663775882187 1",
    "e": "2.01033439929228813265e-7 2.71155556874348757815e-5 .0012426609473880784386 "
    ".026532189526576123093 .29656057182850489123 1.7848265399172913358 "
    "5.4637849111641143699 6.6579046435011037772",
    "f": "2.04426310338993978564e-15 1.4215117583164458887e-7 1.8463183175100546818e-5 "
    "7.868691311456132591e-4 .0148753612908506148525 .13692988092273580531 "
    ".59983220655588793769 1",
}


def to_fraction(ball: arb) -> Fraction:
    """Midpoint of a ball; its radius, near 2^-390, decides no rounding made here."""
    mantissa, exponent = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def nearest(ball: arb) -> float:
    """The double nearest to a ball."""
    value = to_fraction(ball)
    return value.numerator / value.denominator  # Python rounds a ratio of integers correctly


def high_and_low(ball: arb) -> tuple[float, float]:
    """A ball as the nearest double and the double nearest to what is left."""
    high = nearest(ball)
    return high, nearest(ball - arb(high))


def on_grid(ball: arb) -> tuple[float, float]:
    """A ball as a multiple of the grid of the logarithm and the double nearest to what is left."""
    high = float(math.floor(to_fraction(ball) / LOG_GRID + Fraction(1, 2)) * LOG_GRID)
    return high, nearest(ball - arb(high))


def exp_constants() -> dict[str, list[float]]:
    """Step of the range reduction, table of 2^(j / 256) and the polynomial of exp(r)."""
    step = arb(2).log() / EXP_STEPS
    mantissa, exponent = math.frexp(nearest(step))
    high = math.ldexp(math.floor(mantissa * 2**HIGH_BITS), exponent - HIGH_BITS)
    table = [(step * j).exp() if j else arb(1) for j in range(EXP_STEPS)]
    pairs = [high_and_low(value) for value in table]
    return {
        "exp_inverse_step": [nearest(1 / step)],
        "exp_step": [high, nearest(step - arb(high))],
        "exp_high": [pair[0] for pair in pairs],
        "exp_low": [pair[1] for pair in pairs],
        "exp_polynomial": [nearest(arb(1) / math.factorial(k)) for k in (5, 4, 3)],
    }


def log_constants() -> dict[str, list[float]]:
    """Inverses of few bits, minus their logarithms in two parts, ln 2, and the polynomial."""
    inverse = [math.floor(Fraction(128, i) * 512 + Fraction(1, 2)) / 512 for i in LOG_STEPS]
    pairs = [on_grid(-arb(value).log()) if value != 1 else (0.0, 0.0) for value in inverse]
    return {
        "log_inverse": inverse,
        "log_high": [pair[0] for pair in pairs],
        "log_low": [pair[1] for pair in pairs],
        "log_of_two": list(on_grid(arb(2).log())),
        "log_polynomial": [nearest((-1) ** (k + 1) * arb(1) / k) for k in range(9, 2, -1)],
    }


def constants_text() -> str:
    """The whole text of strict_constants.txt."""
    with ctx.workprec(400):
        constants = exp_constants() | log_constants()
    for name, decimals in AS241.items():
        constants["as241_" + name] = [float(decimal) for decimal in decimals.split()]
    text = ""
    for name, values in constants.items():
        text += " ".join([name, *(float(value).hex() for value in values)]) + "\n"
    return text + f"sha256 {hashlib.sha256(text.encode()).hexdigest()}\n"


if __name__ == "__main__":
    Path(__file__).with_name("strict_constants.txt").write_text(constants_text(), newline="\n")
