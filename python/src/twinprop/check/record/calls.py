"""What a called function is: the program's own, one that only moves numbers, or another."""

from __future__ import annotations

import builtins
import functools
import itertools
import math
import sys
import types
from typing import Any

# They hand numbers on without changing them.
_MOVERS = """
reshape ravel flatten squeeze transpose swapaxes moveaxis rollaxis expand_dims atleast_1d
atleast_2d atleast_3d asarray array copy vstack hstack concatenate stack column_stack row_stack
dstack append insert select delete repeat tile broadcast_to roll flip fliplr flipud rot90 take diag
diagonal triu tril resize pad compress extract asmatrix matrix mat ascontiguousarray
asfortranarray asanyarray astype block getA to_numpy view float64 item array_split
"""
MOVERS = frozenset(_MOVERS.split())
ITERATORS = frozenset((zip, enumerate, map, filter, itertools.starmap))
# They use up an iterator at once, so that it may as well be a list.
COLLECTORS = frozenset(
    (sum, min, max, list, tuple, sorted, reversed, any, all, math.fsum, math.prod)
)
SEQUENCES = frozenset((list, tuple, sorted, reversed))
_UNSEEN = """
super print locals globals vars dir eval exec isinstance len range open type input str getattr
setattr hasattr format repr iter next id issubclass property staticmethod classmethod callable
hash dict set frozenset bool bytes object slice delattr chr ord hex bin breakpoint compile
memoryview bytearray any all list tuple sorted reversed zip enumerate map filter
"""
UNSEEN = frozenset(getattr(builtins, name) for name in _UNSEEN.split()) | {itertools.starmap}
# Arguments that stand at these places have a name.
PLACES = {
    "sum": "axis", "mean": "axis", "max": "axis", "min": "axis", "std": "axis", "var": "axis",
    "prod": "axis", "argmax": "axis", "argmin": "axis", "cumsum": "axis", "amax": "axis",
    "amin": "axis", "average": "axis", "median": "axis",
}  # fmt: skip
_FRAMEWORKS = """
torch tensorflow keras sklearn jax flax mxnet paddle theano autograd chainer lightgbm xgboost
pytorch_lightning statsmodels
"""
FRAMEWORKS = frozenset(_FRAMEWORKS.split())


class Callee:
    """A function that is not the program's own, as the recorder takes its call."""

    __slots__ = ("f", "me", "moves", "op", "random")

    def __init__(self, f: Any, op: str, me: Any):
        self.f, self.op, self.me = f, op, me
        last = op.rsplit(".", 1)[-1]
        self.random = op.startswith(("np.random.", "random."))
        self.moves = last in MOVERS and not self.random


_known: dict[Any, Any] = {}


def look_at(f: Any, own_files: set[str]) -> Callee | None:
    """How a call of `f` is recorded; None where it is looked through or is of no numbers."""
    try:
        if f in _known and not isinstance(f, types.MethodType):
            return _known[f]
    except TypeError:
        return None
    found = None if _is_own(f, own_files) or f in UNSEEN else _describe(f)
    if getattr(f, "__self__", None) is None or isinstance(f.__self__, types.ModuleType):
        _known[f] = found
    return found


def _is_own(f: Any, own_files: set[str]) -> bool:
    while isinstance(f, functools.partial):
        f = f.func
    code = getattr(getattr(f, "__func__", f), "__code__", None)
    if code is not None:
        return code.co_filename in own_files
    if isinstance(f, type):
        module = sys.modules.get(f.__module__)
        return getattr(module, "__file__", None) in own_files
    code = getattr(type(f).__call__ if callable(f) else None, "__code__", None)
    return code is not None and code.co_filename in own_files


def _describe(f: Any) -> Callee | None:
    name = getattr(f, "__name__", None) or type(f).__name__
    me = getattr(f, "__self__", None)
    if isinstance(me, (list, dict, set, str, bytes, types.GeneratorType)):
        return None
    if me is not None and not isinstance(me, (types.ModuleType, type)):
        return _describe_method(f, name, me)
    module = getattr(f, "__module__", None) or _module_of_ufunc(f, name)
    root = module.split(".")[0]
    if root == "numpy":
        inner = module.split(".")[1] if "." in module else ""
        part = f"{inner}." if inner in ("linalg", "random", "fft") else ""
        return Callee(f, f"np.{part}{name}", None)
    if type(f).__name__ == "vectorize":
        return Callee(f, f"np.vectorize.{getattr(f.pyfunc, '__name__', '')}", None)
    return Callee(f, name if root in ("builtins", "") else f"{module}.{name}", None)


def _describe_method(f: Any, name: str, me: Any) -> Callee | None:
    kind = type(me).__name__
    module = type(me).__module__ or ""
    if kind in ("RandomState", "Generator") and module.startswith("numpy"):
        return Callee(f, f"np.random.{name}", None)
    if isinstance(f, types.BuiltinMethodType) and type(me).__mro__[-2].__name__ == "Random":
        return Callee(f, f"random.{name}", None)
    if module == "random":
        return Callee(f, f"random.{name}", None)
    if kind == "ufunc":
        return Callee(f, f"np.{me.__name__}.{name}", None)
    if module.split(".")[0] in ("numpy", "pandas", "builtins"):
        return Callee(f, f".{name}", me)
    return Callee(f, f"{module}.{kind}.{name}", None)


def _module_of_ufunc(f: Any, name: str) -> str:
    np = sys.modules.get("numpy")
    if np is not None and getattr(np, name, None) is f:
        return "numpy"
    return "scipy.special" if type(f).__name__ == "ufunc" else ""
