"""Strict arithmetic: the same bits on every machine and in both languages.

It uses only what IEEE 754 rounds correctly, + - * / and the square root, with comparisons,
selections and tables, in a written order; no function of the platform, no BLAS, no built-in sum.
Numbers of other kinds are taken as float64, missing ones as NaN; complex numbers, text and None are
refused.
"""

import numpy as np

from twinprop.arithmetic.common import add_bias, sqrt, where
from twinprop.arithmetic.strict_constants import constants, powers
from twinprop.arithmetic.strict_exp import exp, sigmoid, tanh
from twinprop.arithmetic.strict_log import log, log1p
from twinprop.arithmetic.strict_sums import (
    column_sums,
    crossprod,
    matmul,
    row_max,
    row_sums,
    tcrossprod,
    total,
)
from twinprop.ground.array import Array
from twinprop.ground.errors import InputError

__all__ = [
    "add_bias",
    "column_sums",
    "crossprod",
    "exp",
    "log",
    "log1p",
    "matmul",
    "row_max",
    "row_sums",
    "self_test",
    "sigmoid",
    "sqrt",
    "tanh",
    "tcrossprod",
    "total",
    "where",
]


def self_test() -> None:
    """Refuse a machine whose floating point is not IEEE 754 binary64, and damaged constants.

    Checked are subnormal numbers, rounding to the nearest (ties to even), rounding twice as with
    extended precision, and multiplication fused with addition.
    """
    constants()
    one = np.ones(9)  # long enough for the vector loops and for what they leave over
    half_unit = one * powers[1074 - 53]
    smallest_normal = one * powers[1074 - 1022]
    checks = {
        "subnormal numbers": smallest_normal * 0.5 * 2.0 == smallest_normal,
        "rounding to even": (one + half_unit == 1.0)
        & (one + half_unit * 3.0 == 1.0 + half_unit * 4.0),
        "rounding once": one + (half_unit + half_unit * powers[1074 - 12]) == 1.0 + half_unit * 2.0,
        "products that are not fused": fused_residue(one + powers[1074 - 27]) == 0.0,
    }
    for name, holds in checks.items():
        if not holds.all():
            raise InputError(
                f"strict arithmetic needs {name}, which this machine's floating point lacks; "
                "use native arithmetic"
            )


def fused_residue(a: Array) -> Array:
    """Zero where a a is rounded before the subtraction; a is 1 + 2^-27."""
    return a * a - (a + (a - 1.0))
