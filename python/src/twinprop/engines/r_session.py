"""R inside the Python process: started when first needed, called with arrays.

Only rpy2's lower level is used.
"""

from __future__ import annotations

import atexit
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from types import FrameType
from typing import Any

from twinprop.engines.installing import how_to_install
from twinprop.engines.r_library import find_rscript, r_variables
from twinprop.engines.r_values import from_r, to_r
from twinprop.ground.errors import EngineError, InputError, MissingPart

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
    with _environment(r_variables()), _interrupts_held_back():
        try:
            embedded: Any = import_module("rpy2.rinterface_lib.embedded")
            callbacks: Any = import_module("rpy2.rinterface_lib.callbacks")
            if not embedded.isinitialized():
                embedded.set_initoptions(("rpy2", "--quiet", "--vanilla"))
            rinterface: Any = import_module("rpy2.rinterface")
            rinterface.initr(interactive=False)
        except StopIteration as error:  # rpy2 found empty what it had R write there
            raise InputError(
                "R cannot write to the folder for temporary files; make room there, or name "
                "another by TMPDIR"
            ) from error
        except (ImportError, OSError, ValueError, RuntimeError) as error:
            reason = str(error).partition("\n")[0]
            raise MissingPart(
                f"rpy2 cannot load R ({reason}); {how_to_install('rpy2', 'Python')}, "
                "and --engine rscript does without"
            ) from error
    # Registered after R's own, so done before it: R ends in order, its temporary folder removed.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
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
        with _interrupts_held_back():
            namespace = base["asNamespace"](PACKAGE)
    except rinterface.embedded.RRuntimeError as error:
        raise MissingPart(
            f"the R package {PACKAGE} is not installed for this R; {how_to_install(PACKAGE)}"
        ) from error
    # Some of R's own functions have a dot in their name.
    whole = base["exists"](name, envir=namespace)[0]
    found, *parts = [name] if whole else name.split(".")
    try:
        value = base["get"](found, envir=namespace)
        for part in parts:
            value = base["[["](value, part)
    except rinterface.embedded.RRuntimeError as error:
        raise InputError(f"the R package {PACKAGE} has no {name}") from error
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
    return call_function(find_function(name), *args, **named)


def call_function(
    function: Any, *args: Any, raw: bool = False, **named: Any
) -> tuple[Any, tuple[str, ...]]:
    """As call_guarded, for a function that was found; `raw` leaves the value as R has it."""
    rinterface = start_r()
    arguments = [to_r(value) for value in args] + [to_r(value) for value in named.values()]
    r_args = rinterface.ListSexpVector(arguments)
    if named:
        r_args.names = rinterface.StrSexpVector([""] * len(args) + list(named))
    with _interruptible():
        outcome = find_function("guarded_call")(function, r_args)
    parts = dict(zip(outcome.names, outcome, strict=True))
    if "error" in parts:
        kind = InputError if parts["is_input_error"][0] else EngineError
        raise kind(str(parts["error"][0]).strip())
    value = parts["value"] if raw else from_r(parts["value"])
    return value, tuple(parts["messages"])


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end a call of R, and be raised once R is back.

    An exception in a callback of R would be swallowed, so the handler tells R instead, which looks
    for it between two evaluations.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    rlib: Any = import_module("rpy2.rinterface_lib.openrlib").rlib
    interrupted = []

    def tell_r(number: int, frame: object) -> None:
        interrupted.append(number)
        rlib.R_interrupts_pending = 1

    before = signal.signal(signal.SIGINT, tell_r)
    try:
        yield
    except Exception:
        # Whatever R stopped with: the reason was the interrupt.
        if not interrupted:
            raise
    finally:
        rlib.R_interrupts_pending = 0
        signal.signal(signal.SIGINT, before)
    if interrupted:
        raise KeyboardInterrupt


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let Ctrl-C wait while R starts, which puts its own handler in place of the caller's."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    noted: list[tuple[int, FrameType | None]] = []
    # Held back from this thread, it may reach one of BLAS, and Python acts on it here all the same.
    before = signal.signal(signal.SIGINT, lambda *given: noted.append(given))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    if noted and callable(before):
        before(*noted[0])


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Environment variables for the time of a block, in which R is started.

    Afterwards only those remain that R has set for itself: it also changes the search path of
    libraries and other things that programs started later would see.
    """
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in set(os.environ) - set(before):
            if name in variables or not name.startswith("R_"):
                del os.environ[name]
        os.environ.update(before)


__all__ = ["call_guarded", "call_r", "find_function", "from_r", "start_r", "to_r"]
