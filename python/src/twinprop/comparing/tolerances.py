"""How far two native runs may differ if their case is not known: a table, with reasons.

Of a known case rounding itself tells, see rounding.py.

A difference is within tolerance where |a - b| <= absolute + relative * |b|, element by element,
as numpy.testing.assert_allclose has it. The figures are at least fifty times what was seen in the
project's own cases, so that another BLAS passes, and a thousand times less than what an error in a
formula makes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twinprop.arithmetic import Array
from twinprop.ground.names import parse_name


class Tolerance(NamedTuple):
    """The two parts of a tolerance and why they are of that size."""

    absolute: float
    relative: float
    reason: str


TOLERANCES = {
    "z": Tolerance(1e-12, 1e-12, "a sum of products that cancel, of weights that grew apart"),
    "a": Tolerance(1e-13, 1e-12, "an activation flattens the error of z, a sigmoid fourfold"),
    "loss": Tolerance(1e-13, 1e-12, "a sum of squares, in which nothing cancels"),
    "e": Tolerance(1e-13, 1e-12, "in a - y the digits cancel: the error of a stays, absolute"),
    "slope": Tolerance(1e-13, 1e-12, "a (1 - a) is at most 1/4 and carries the error of a"),
    "delta": Tolerance(1e-13, 1e-12, "a product of e and slope"),
    "dW": Tolerance(1e-13, 1e-12, "a sum over samples, in whatever order the BLAS takes"),
    "db": Tolerance(1e-13, 1e-12, "a sum over samples: R's in long double, numpy's in pairs"),
    "dalpha": Tolerance(1e-13, 1e-12, "a sum over samples, as db is"),
    "W": Tolerance(1e-13, 1e-12, "gathers the differences of dW over thousands of epochs"),
    "b": Tolerance(1e-13, 1e-12, "gathers the differences of db over thousands of epochs"),
    "alpha": Tolerance(1e-13, 1e-12, "gathers the differences of dalpha, as b does those of db"),
    "drawn": Tolerance(0.0, 0.0, "of the shared generator, whose numbers are the same bits"),
    "mask": Tolerance(0.0, 0.0, "0 or 1 / (1 - rate), by the shared generator"),
    "dropped": Tolerance(1e-13, 1e-12, "an activation times its mask, the error of a in each"),
    "rsquared": Tolerance(1e-12, 1e-12, "1 less a quotient of sums, where digits cancel"),
    "accuracy": Tolerance(0.0, 0.0, "rows over rows: any difference is a row judged otherwise"),
}

# For quantities that are no part of the table, such as those of somebody else's trace.
OTHERS = Tolerance(1e-12, 1e-12, "of an unknown kind: as for a sum of products")


def tolerance_bound(name: str, a: Array, b: Array) -> Array:
    """Largest absolute difference that the table allows, element by element.

    Parameters
    ----------
    name : str
        The quantity's name, such as `10/dW2`.
    a, b : float64
        Its two values, of one shape. Only `b`, the reference, matters.

    Returns
    -------
    float64
        Of the same shape.
    """
    parts = parse_name(name)
    tolerance = TOLERANCES.get(parts.kind, OTHERS) if parts else OTHERS
    # Beside an infinite value everything finite would be within a relative tolerance.
    size = np.where(np.isfinite(b), np.abs(b), 0.0)
    return np.asarray(tolerance.absolute + tolerance.relative * size)


def no_difference(name: str, a: Array, b: Array) -> Array:
    """The bound of strict arithmetic: nothing but the same bits.

    Parameters
    ----------
    name : str
        The quantity's name.
    a, b : float64
        Its two values.

    Returns
    -------
    float64
        Minus one: no difference is within it, not even that of zero and minus zero.
    """
    return np.full(np.shape(a), -1.0)
