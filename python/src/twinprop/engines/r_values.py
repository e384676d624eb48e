"""Values between Python and R, over rpy2's lower level.

Arrays go over column by column, as R has them, and come back out of R's memory.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from twinprop.ground.case_checks import LARGEST_INTEGER


def to_r(value: Any) -> Any:
    """A Python value as a value of R.

    Parameters
    ----------
    value : object
        An array (float64, integer or bool), number, text, None, list, dict or value of R.

    Returns
    -------
    object
        A value of R.
    """
    rinterface: Any = import_module("rpy2.rinterface")
    if value is None:
        return rinterface.NULL
    if isinstance(value, str):
        return rinterface.StrSexpVector([value])
    if isinstance(value, dict):
        converted = rinterface.ListSexpVector([to_r(item) for item in value.values()])
        converted.names = rinterface.StrSexpVector(list(value))
        return converted
    if isinstance(value, (list, tuple)):
        return rinterface.ListSexpVector([to_r(item) for item in value])
    if isinstance(value, (bool, int, float, np.ndarray, np.generic)):
        return _array_to_r(np.asarray(value))
    return value


def from_r(value: Any) -> Any:
    """A value of R as a Python value.

    Parameters
    ----------
    value : object
        What a call of R returned.

    Returns
    -------
    object
        As call_r says.
    """
    convert = _FROM_R.get(value.typeof.name)
    return value if convert is None else convert(value)


def _array_to_r(array: np.ndarray[Any, Any]) -> Any:
    rinterface: Any = import_module("rpy2.rinterface")
    # Beyond it R has whole numbers only as doubles; its negative is NA.
    if array.dtype.kind == "i" and array.size and np.abs(array).max() > LARGEST_INTEGER:
        array = array.astype(np.float64)
    kinds: dict[str, tuple[Any, Any]] = {
        "f": (rinterface.FloatSexpVector, np.float64),
        "i": (rinterface.IntSexpVector, np.int32),
        "b": (rinterface.BoolSexpVector, np.int32),
    }
    vector, dtype = kinds[array.dtype.kind]
    flat = np.ascontiguousarray(array.ravel(order="F"), dtype=dtype)
    converted = vector.from_memoryview(flat.data)
    if array.ndim > 1:
        converted = rinterface.baseenv["array"](
            converted, dim=rinterface.IntSexpVector(list(array.shape))
        )
    return converted


def _array_from_r(stored: str, dtype: type) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        protocol = import_module("rpy2.rinterface_lib.bufferprotocol")
        shape = protocol.getshape(value.__sexp__._cdata)
        # A copy, row by row: the memory belongs to R.
        array: np.ndarray[Any, Any] = np.array(
            _read_memory(value, stored).reshape(shape, order="F"), dtype=dtype, order="C"
        )
        return array[0].item() if array.shape == (1,) else array

    return convert


def _read_memory(value: Any, stored: str) -> np.ndarray[Any, Any]:
    """The elements of a vector where R has them.

    rpy2's own memoryview gives back one reference to None too many at each call (rpy2 3.6.5 on
    Python before 3.12), and after some thousand matrices the process ends.
    """
    if len(value) == 0:
        return np.empty(0, dtype=stored)
    ffi = import_module("rpy2.rinterface_lib.openrlib").ffi
    pointer = value._R_GET_PTR(value.__sexp__._cdata)
    return np.frombuffer(ffi.buffer(pointer, len(value) * np.dtype(stored).itemsize), dtype=stored)


def _text_from_r(value: Any) -> Any:
    return value[0] if len(value) == 1 else list(value)


def _list_from_r(value: Any) -> Any:
    items = [from_r(item) for item in value]
    rinterface: Any = import_module("rpy2.rinterface")
    if value.names is rinterface.NULL:
        return items
    return dict(zip(value.names, items, strict=True))


_FROM_R: dict[str, Callable[[Any], Any]] = {
    "NILSXP": lambda value: None,
    "REALSXP": _array_from_r("f8", np.float64),
    "INTSXP": _array_from_r("i4", np.int64),
    "LGLSXP": _array_from_r("i4", np.bool_),
    "STRSXP": _text_from_r,
    "VECSXP": _list_from_r,
}
