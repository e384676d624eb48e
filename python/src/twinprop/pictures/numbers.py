"""Numbers and matrices as a walk writes them."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

from twinprop.arithmetic import Array

MOST_ROWS = 12
# A sum over more terms than this is cut; so are the matrices on a page.
MOST_TERMS = 10
MOST_COLUMNS = MOST_TERMS
_THOUSANDTH = Decimal("0.001")
_TWO_DIGITS = Context(prec=2, rounding=ROUND_HALF_UP)


def short_number(value: float) -> str:
    """A number in at most three decimals; a smaller one in two digits with a power of ten.

    A half is rounded up, as browsers do.

    Parameters
    ----------
    value : float
        Any double.

    Returns
    -------
    str
        With a minus sign, not a hyphen.

    Examples
    --------
    >>> short_number(-0.0625), short_number(3.0), short_number(0.00012)
    ('−0.063', '3', '1.2e−4')
    """
    if not math.isfinite(value):
        text = str(value)
    elif value == int(value) and abs(value) < 1e6:
        text = str(int(value))
    elif 0.0005 <= abs(value) < 1e6:
        text = str(Decimal(value).quantize(_THOUSANDTH, ROUND_HALF_UP))
    else:
        mantissa, _, power = f"{_TWO_DIGITS.create_decimal(value):.1e}".partition("e")
        text = f"{mantissa}e{int(power)}"
    return text.replace("-", "−")


def number_beside(value: float, other: float) -> str:
    """A number with as many digits as tell it from another one, which stands beside it.

    Examples
    --------
    >>> number_beside(0.12345, 0.12346), number_beside(-2.0, 1.0)
    ('0.12345', '−2')
    """
    digits = next((d for d in (4, 6, 10) if f"{value:.{d}g}" != f"{other:.{d}g}"), 17)
    return f"{value:.{digits}g}".replace("-", "−")


def hex_number(value: float) -> str:
    """All bits of a number, as C and R's sprintf("%a") write them.

    Examples
    --------
    >>> hex_number(0.5), hex_number(1.0), hex_number(0.1)
    ('0x1p-1', '0x1p+0', '0x1.999999999999ap-4')
    """
    if not math.isfinite(value):
        return str(value)
    head, _, power = value.hex().partition("p")
    return f"{head.rstrip('0').rstrip('.') if '.' in head else head}p{power}"


def shown_extent(array: Array) -> tuple[int, int]:
    """How many rows and columns of a matrix are shown: a little too many are not worth a cut."""
    rows, columns = array.shape
    return min(rows, MOST_ROWS), min(columns, MOST_COLUMNS)
