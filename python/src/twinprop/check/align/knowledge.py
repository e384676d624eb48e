"""What both languages know of operations, activations and mistakes: one file of data."""

from __future__ import annotations

import functools
import json
import math
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PATH = Path(__file__).parents[1] / "knowledge.json"


def _normal(x: Any) -> NDArray[np.float64]:
    """The distribution function of the normal distribution."""
    flat = np.ravel(np.asarray(x, dtype=np.float64)) / math.sqrt(2)
    return np.array([0.5 * math.erfc(-v) for v in flat.tolist()]).reshape(np.shape(x))


_FUNCTIONS: dict[str, Any] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power,
    "neg": np.negative, "exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p,
    "sqrt": np.sqrt, "square": np.square, "sin": np.sin, "cos": np.cos, "tanh": np.tanh,
    "atan": np.arctan, "normal_cdf": _normal,
    "abs": np.abs, "sign": np.sign, "maximum": np.maximum, "minimum": np.minimum,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "matmul": np.matmul, "transpose": np.transpose,
    "row_sums": lambda x: np.sum(x, axis=1, keepdims=True), "total": np.sum,
    "column_sums": lambda x: np.sum(x, axis=0, keepdims=True),
    "first_row": lambda x: x[:1], "last_row": lambda x: x[-1:],
}  # fmt: skip
# The same of plain numbers, which is a hundred times as fast.
_OF_NUMBERS: dict[str, Callable[..., float]] = {
    "add": operator.add, "sub": operator.sub, "mul": operator.mul, "div": operator.truediv,
    "neg": operator.neg, "exp": math.exp, "expm1": math.expm1, "log1p": math.log1p,
    "square": lambda x: x * x, "sin": math.sin, "tanh": math.tanh, "atan": math.atan,
    "abs": abs, "maximum": max, "minimum": min, "greater": lambda a, b: float(a > b),
    "normal_cdf": lambda x: 0.5 * math.erfc(-x / math.sqrt(2)),
}  # fmt: skip


@functools.cache
def read_knowledge() -> dict[str, Any]:
    """The content of knowledge.json."""
    return dict(json.loads(PATH.read_text(encoding="utf-8")))


@functools.cache
def _spellings() -> dict[str, str]:
    operations = read_knowledge()["operations"]
    return {text: name for name, texts in operations.items() for text in texts}


@functools.cache
def canonical_operation(spelled: str) -> str:
    """The operation that a language spells so, whatever module it is of; else the spelling."""
    known = _spellings()
    if spelled in known:
        return known[spelled]
    last = spelled.rsplit(".", 1)[-1] or spelled
    return known.get(last, last)


def evaluate(formula: Any, values: dict[str, Any]) -> Any:
    """The value of a formula written as nested lists: ["mul", "g", "y"]."""
    if isinstance(formula, str):
        return values[formula]
    if not isinstance(formula, list):
        return float(formula)
    parts = [evaluate(part, values) for part in formula[1:]]
    if formula[0] == "greater":
        return np.greater(parts[0], parts[1]) * 1.0
    return _FUNCTIONS[formula[0]](*parts)


def compile_for_numbers(formula: Any) -> Callable[[dict[str, float]], float]:
    """What evaluate gives where all values are plain numbers, made ready to be asked for often."""
    if isinstance(formula, str):
        return operator.itemgetter(formula)
    if not isinstance(formula, list):
        number = float(formula)
        return lambda values: number
    function = _OF_NUMBERS[formula[0]]
    first, *more = (compile_for_numbers(part) for part in formula[1:])
    if not more:
        return lambda values: function(first(values))
    (second,) = more
    return lambda values: function(first(values), second(values))
