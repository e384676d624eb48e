"""How the formulas are evaluated: native, strict, exact, noisy or written.

An arithmetic holds the few operations that the formulas of the network need beside
elementwise ``+ - * /``, the same in all; no formula asks which one it has been given.
"""

from __future__ import annotations

from typing import Any, Protocol

from twinprop.arithmetic import native, strict
from twinprop.ground.array import Array
from twinprop.ground.errors import check_name


class Arithmetic(Protocol):
    """The operations that every arithmetic has."""

    def matmul(self, a: Array, b: Array) -> Array: ...
    def crossprod(self, a: Array, b: Array) -> Array: ...
    def tcrossprod(self, a: Array, b: Array) -> Array: ...
    def add_bias(self, z: Array, b: Array) -> Array: ...
    def column_sums(self, a: Array) -> Array: ...
    def row_sums(self, a: Array) -> Array: ...
    def row_max(self, a: Array) -> Array: ...
    def total(self, a: Array) -> float: ...
    def exp(self, x: Array) -> Array: ...
    def log(self, x: Array) -> Array: ...
    def log1p(self, x: Array) -> Array: ...
    def tanh(self, x: Array) -> Array: ...
    def sigmoid(self, x: Array) -> Array: ...
    def sqrt(self, x: Array) -> Array: ...
    def where(self, condition: Any, yes: Any, no: Any) -> Array: ...


def get_arithmetic(name: str) -> Arithmetic:
    """The arithmetic of a name, "native" or "strict".

    Strict arithmetic is refused on a machine whose floating point fails its self-test.

    Parameters
    ----------
    name : str
        One of "native", "strict".

    Returns
    -------
    arithmetic
        Its operations.
    """
    if check_name("arithmetic", name, ["native", "strict"]) == "native":
        return native
    strict.self_test()
    return strict


__all__ = ["Arithmetic", "Array", "get_arithmetic", "native", "strict"]
