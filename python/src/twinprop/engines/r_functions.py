"""Functions of an R file or package, called with arrays, tables and lists of Python."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.engines.r_session import call_function, find_function, start_r
from twinprop.ground.errors import InputError, quote_value

RFunction = Callable[..., Any]


class RFunctions:
    """The functions of an R file or package, as attributes."""

    def __init__(self, where: str | os.PathLike[str]) -> None:
        self._where = os.fspath(where)
        self._scope = _source(Path(where)) if _is_file(self._where) else _namespace(self._where)

    def __getattr__(self, name: str) -> RFunction:
        if name.startswith("_"):
            raise AttributeError(name)
        base = start_r().baseenv
        if not base["exists"](name, envir=self._scope, inherits=False)[0]:
            raise AttributeError(f"{self._where} has no {quote_value(name)}")
        function = base["get"](name, envir=self._scope)

        def call(*args: Any, **named: Any) -> Any:
            return call_r_function(function, *args, **named)

        call.__name__ = name
        return call


def call_r_function(function: Any, *args: Any, **named: Any) -> Any:
    """Call a function of R; see RFunctions."""
    plain = [_plain(value) for value in args]
    plain_named = {name: _plain(value) for name, value in named.items()}
    value = call_function(find_function("call_for_python"), function, *plain, **plain_named)[0]
    return _without_na(value)


def _without_na(value: Any) -> Any:
    """Texts of R that are missing are None."""
    rinterface: Any = start_r()
    if isinstance(value, list):
        return [_without_na(each) for each in value]
    if isinstance(value, dict):
        return {name: _without_na(each) for name, each in value.items()}
    return None if value is rinterface.NA_Character else value


def _is_file(where: str) -> bool:
    return where.lower().endswith(".r") or os.sep in where


def _source(path: Path) -> Any:
    if not path.is_file():
        raise InputError(f"{path} cannot be read; wanted a file of R")
    base = start_r().baseenv
    scope = base["new.env"](parent=base["globalenv"]())
    base["sys.source"](str(path.resolve()), envir=scope, chdir=True)
    return scope


def _namespace(name: str) -> Any:
    rinterface: Any = start_r()
    try:
        return rinterface.baseenv["asNamespace"](name)
    except rinterface.embedded.RRuntimeError as error:
        raise InputError(f"the R package {quote_value(name)} is not installed") from error


def _plain(value: Any) -> Any:
    """Tables, series and lists of one kind as what the bridge takes over."""
    if hasattr(value, "columns") and hasattr(value, "to_dict"):
        columns = {str(name): _plain(value[name]) for name in value.columns}
        return call_function(find_function("table_for_r"), columns, raw=True)[0]
    if hasattr(value, "to_numpy"):
        value = value.to_numpy()
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind in "OUT":
        value = value.tolist()
    if isinstance(value, (list, tuple)) and value:
        kinds = {type(each) for each in value}
        # Pandas has NaN for a text that is missing.
        if str in kinds and all(isinstance(one, str) or one is None or one != one for one in value):
            return _texts(value)
        if kinds <= {int, float, bool, np.float64, np.int64}:
            return np.asarray(value)
        return [_plain(each) for each in value]
    return value


def _texts(values: Any) -> Any:
    rinterface: Any = start_r()
    items = [each if isinstance(each, str) else rinterface.NA_Character for each in values]
    return rinterface.StrSexpVector(items)
