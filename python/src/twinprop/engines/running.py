"""A case run by one of the two languages, by one of its engines."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, cast

import numpy as np

from twinprop import __version__
from twinprop.arithmetic import Array, get_arithmetic
from twinprop.cases.case import Case, run_case
from twinprop.cases.paths import naming
from twinprop.cases.traces import Run
from twinprop.engines.choices import ARITHMETICS, ENGINES, EXACT_SECONDS, LANGUAGES, USUAL
from twinprop.engines.document import Document
from twinprop.ground.errors import EngineError, InputError, check_name


def run(
    case: str | os.PathLike[str] | Document,
    language: str,
    arithmetic: str,
    engine: str | None = None,
    max_seconds: float = EXACT_SECONDS,
    on_epoch: Callable[[int, int, int], object] | None = None,
) -> Run:
    """Run a case in one language, one call for the whole case.

    Parameters
    ----------
    case : path or Document
        A file, or a case that is run more than once and read only once.
    language : str
        One of "python", "r".
    arithmetic : str
        One of "native", "strict"; for Python also "exact".
    engine : str or None
        One of the language's ENGINES; None takes the usual one.
    max_seconds, on_epoch : float, callable or None
        As for exact_trace, and for exact runs alone.

    Returns
    -------
    Run
        The trace, float64 arrays in both languages alike, and the seconds inside the language.
    """
    check_name("language", language, list(LANGUAGES))
    check_name(f"arithmetic of {language}", arithmetic, list(ARITHMETICS[language]))
    engine = engine or USUAL[language]
    check_name(f"engine of {language}", engine, list(ENGINES[language]))
    document = case if isinstance(case, Document) else Document(case)
    try:
        with naming(document.path):
            if engine == "python":
                return _run_python(document, arithmetic, max_seconds, on_epoch)
            if engine == "rpy2":
                return _run_rpy2(document, arithmetic)
            if engine == "rscript":
                from twinprop.engines.r_process import run_in_process

                return run_in_process(document, arithmetic)
            from twinprop.engines.runtimes.runtime import run_in_runtime

            return run_in_runtime(document, engine, arithmetic)
    except EngineError as error:
        raise EngineError(
            f"{Path(document.path).stem}, {language}, {arithmetic}: {error}"
        ) from error
    except MemoryError as error:
        from twinprop.ground.memory import present_memory

        raise InputError(
            f"{document.path} needs more memory than the {present_memory() / 2**30:.1f} GiB "
            "there are; use fewer units, samples or recorded epochs"
        ) from error


def _run_python(
    document: Document,
    arithmetic: str,
    max_seconds: float,
    on_epoch: Callable[[int, int, int], object] | None,
) -> Run:
    messages: tuple[str, ...] = ()
    case = document.case
    started = time.perf_counter()
    if arithmetic == "exact":
        trace, messages = _run_exact(case, max_seconds, on_epoch)
    else:
        trace = run_case(case, get_arithmetic(arithmetic))
    seconds = time.perf_counter() - started
    return Run(case.id, "python", arithmetic, trace, seconds, python_environment(), messages)


def _run_exact(
    case: Case, max_seconds: float, on_epoch: Callable[[int, int, int], object] | None
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """The correctly rounded values, and whether they are proved to be that."""
    from twinprop.engines.exact_run import exact_trace

    found = exact_trace(case, max_seconds=max_seconds, on_epoch=on_epoch)
    agreed = [name for name, evidence in found.evidence.items() if evidence == "agreed"]
    if not agreed:
        return found.values, ("proved: every value is the exact one, correctly rounded",)
    return found.values, (f"not proved, but agreed at two precisions: {', '.join(agreed)}",)


def _run_rpy2(document: Document, arithmetic: str) -> Run:
    from twinprop.engines.r_session import call_guarded

    case, said = document.in_r
    report, messages = call_guarded("report_run", case, arithmetic)
    return Run(
        report["case"],
        "r",
        arithmetic,
        trace={name: np.asarray(value) for name, value in report["trace"].items()},
        seconds=report["seconds"],
        environment=report["environment"],
        messages=said + messages,
    )


def python_environment() -> dict[str, str]:
    """What a result of Python may depend on.

    Returns
    -------
    dict of str
        Versions, platform and the library behind the matrix product.
    """
    return {
        "python": platform.python_version(),
        "twinprop": __version__,
        "numpy": np.__version__,
        "platform": platform.platform(),
        "blas": numpy_blas(),
    }


def numpy_blas() -> str:
    """Name and version of the library behind numpy's matrix product."""
    config = cast(dict[str, Any], np.show_config(mode="dicts"))
    blas = config.get("Build Dependencies", {}).get("blas", {})
    return f"{blas.get('name', 'unknown')} {blas.get('version', '')}".strip()


def package_version(name: str) -> str:
    """The version of an installed Python package, or "not installed"."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
