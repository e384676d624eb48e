"""R inside the Python process: started when first needed, called with arrays.

Only rpy2's lower level is used. Values go over as vectors of R, column by column, and come back
through a memoryview.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from twinprop.errors import InputError
from twinprop.harness.errors import EngineError, MissingPart
from twinprop.harness.r_library import find_rscript, r_variables

PACKAGE = "twinprop"


@cache
def start_r() -> Any:
    """Start R in this process, once, with the project's library.

    Returns
    -------
    module
        rpy2.rinterface, ready for use.
    """
    find_rscript()
    # In its ABI mode rpy2 logs a line on standard error, which is no error.
    logging.getLogger("rpy2").addHandler(logging.NullHandler())
    logging.getLogger("rpy2").propagate = False
    with _environment(r_variables()):
        try:
            embedded: Any = import_module("rpy2.rinterface_lib.embedded")
            callbacks: Any = import_module("rpy2.rinterface_lib.callbacks")
            if not embedded.isinitialized():
                embedded.set_initoptions(("rpy2", "--quiet", "--vanilla"))
            rinterface: Any = import_module("rpy2.rinterface")
            rinterface.initr(interactive=False)
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            reason = str(error).partition("\n")[0]
            raise MissingPart(
                f"rpy2 cannot load R ({reason}); `make setup` installs both, "
                "and --bridge process does without rpy2"
            ) from error
    # What R prints must not reach our own output, which may be JSON.
    callbacks.consolewrite_print = logging.getLogger("rpy2").info
    callbacks.consolewrite_warnerror = logging.getLogger("rpy2").warning
    rinterface.baseenv["options"](**{"warn": 1})
    return rinterface


@cache
def find_function(name: str) -> Any:
    """A function of the R package, or of a list of functions in it.

    Parameters
    ----------
    name : str
        Such as "sigmoid" or "strict.exp"; not only those that are exported.

    Returns
    -------
    object
        R's function.
    """
    rinterface = start_r()
    base = rinterface.baseenv
    try:
        namespace = base["asNamespace"](PACKAGE)
    except rinterface.embedded.RRuntimeError as error:
        raise MissingPart(
            f"the R package {PACKAGE} is not installed for this R; `make setup` installs it"
        ) from error
    found, *parts = name.split(".")
    try:
        value = base["get"](found, envir=namespace)
    except rinterface.embedded.RRuntimeError as error:
        raise InputError(f"the R package {PACKAGE} has no {found}") from error
    for part in parts:
        value = base["[["](value, part)
    return value


def call_r(name: str, *args: Any, **named: Any) -> Any:
    """Call a function of the R package and return its value as arrays.

    Parameters
    ----------
    name : str
        Such as "sigmoid", "strict.exp" or "native.matmul".
    *args, **named : object
        Arrays, numbers, texts, None, lists, dicts, or what an earlier call returned.

    Returns
    -------
    object
        A matrix as a two-dimensional array, a vector of one element as a number, a longer one as
        an array, a list with names as a dict, and what has no counterpart in Python as it is.

    Raises
    ------
    InputError
        With R's message, where R was given something wrong.
    EngineError
        Where R stopped for another reason.
    """
    return call_guarded(name, *args, **named)[0]


def call_guarded(name: str, *args: Any, **named: Any) -> tuple[Any, tuple[str, ...]]:
    """As call_r, with R's warnings and messages beside the value."""
    rinterface = start_r()
    fun = find_function(name)
    arguments = [to_r(value) for value in args] + [to_r(value) for value in named.values()]
    r_args = rinterface.ListSexpVector(arguments)
    if named:
        r_args.names = rinterface.StrSexpVector([""] * len(args) + list(named))
    outcome = find_function("guarded_call")(fun, r_args)
    parts = dict(zip(outcome.names, outcome, strict=True))
    if "error" in parts:
        kind = InputError if parts["is_input_error"][0] else EngineError
        raise kind(str(parts["error"][0]).strip())
    return from_r(parts["value"]), tuple(parts["messages"])


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
    rinterface = start_r()
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
    rinterface = start_r()
    convert = _FROM_R.get(value.typeof.name)
    if convert is None:
        return value
    return convert(rinterface, value)


def _array_to_r(array: np.ndarray[Any, Any]) -> Any:
    rinterface = start_r()
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


def _array_from_r(dtype: type) -> Callable[[Any, Any], Any]:
    def convert(rinterface: Any, value: Any) -> Any:
        # A copy: the memory belongs to R.
        flat: np.ndarray[Any, Any] = np.array(value.memoryview(), dtype=dtype)
        shape = rinterface.baseenv["dim"](value)
        if shape is not rinterface.NULL:
            return np.ascontiguousarray(flat.reshape(tuple(shape), order="F"))
        return flat[0].item() if flat.size == 1 else flat

    return convert


def _text_from_r(rinterface: Any, value: Any) -> Any:
    return value[0] if len(value) == 1 else list(value)


def _list_from_r(rinterface: Any, value: Any) -> Any:
    items = [from_r(item) for item in value]
    names = value.names
    return items if names is rinterface.NULL else dict(zip(names, items, strict=True))


_FROM_R: dict[str, Callable[[Any, Any], Any]] = {
    "NILSXP": lambda rinterface, value: None,
    "REALSXP": _array_from_r(np.float64),
    "INTSXP": _array_from_r(np.int64),
    "LGLSXP": _array_from_r(np.bool_),
    "STRSXP": _text_from_r,
    "VECSXP": _list_from_r,
}


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Environment variables for the time of a block."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
