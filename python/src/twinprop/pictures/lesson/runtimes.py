"""One case on every runtime there is: how many numbers differ from Python's, native and strict."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.traces import Run, read_run
from twinprop.engines.choices import ARITHMETICS
from twinprop.engines.document import Document
from twinprop.engines.running import run
from twinprop.ground.errors import MissingPart
from twinprop.pictures.lesson.machines import SETTINGS

# Of the article's case, by `make test-aarch64`'s programs: for machines that do not have them.
# None of the numbers differs in strict arithmetic; these do in native.
RECORDED_ON, RECORDED_NUMBERS = "2026-11-29", 613
RECORDED = {"Python for ARM, run by QEMU": 186, "R for ARM, run by QEMU": 107}

Runner = Callable[[Document, str], Run]


class OnRuntime(NamedTuple):
    """What a runtime makes of a case; `missing` says how to have it where it is not there."""

    says: str
    language: str
    numbers: int = 0
    native_differing: int = 0
    strict_differing: int = 0
    missing: str = ""
    recorded: str = ""  # the day of the run that it is taken from, where that was another one


def compare_runtimes(case: Path) -> Iterator[OnRuntime]:
    """A case on each runtime against Python on this machine.

    Parameters
    ----------
    case : Path
        The case.

    Yields
    ------
    OnRuntime
        One for each runtime, Python itself first.
    """
    document = Document(case)
    usual = {arithmetic: run(document, "python", arithmetic) for arithmetic in ARITHMETICS["r"]}
    runners: list[tuple[str, str, Runner]] = [
        ("Python with numpy", "python", lambda document, arithmetic: usual[arithmetic]),
        (SETTINGS[0].says, "python", _run_without_wide_registers),
        ("R", "r", lambda document, arithmetic: run(document, "r", arithmetic)),
        ("Pyodide: Python as WebAssembly", "python", _by("python", "pyodide")),
        ("webR: R as WebAssembly", "r", _by("r", "webr")),
        ("Python for ARM, run by QEMU", "python", _by("python", "python-aarch64")),
        ("R for ARM, run by QEMU", "r", _by("r", "r-aarch64")),
    ]
    numbers = sum(np.size(values) for values in usual["native"].trace.values())
    for says, language, runner in runners:
        try:
            found = {arithmetic: runner(document, arithmetic) for arithmetic in usual}
        except MissingPart as error:
            yield _recorded(says, language, numbers, str(error))
            continue
        native, strict = (_differing(usual[name], found[name]) for name in ("native", "strict"))
        yield OnRuntime(says, language, numbers, native, strict)


def _recorded(says: str, language: str, numbers: int, missing: str) -> OnRuntime:
    """What was recorded of a runtime that is not here, if it was."""
    native = RECORDED.get(says) if numbers == RECORDED_NUMBERS else None
    if native is None:
        return OnRuntime(says, language, missing=missing)
    return OnRuntime(says, language, numbers, native, recorded=RECORDED_ON)


def _by(language: str, engine: str) -> Runner:
    return lambda document, arithmetic: run(document, language, arithmetic, engine)


def _run_without_wide_registers(document: Document, arithmetic: str) -> Run:
    """Python in a process of its own, with the variables of the setting."""
    with tempfile.TemporaryDirectory(prefix="twinprop-") as folder:
        out = str(Path(folder) / "trace.json")
        command = [sys.executable, "-m", "twinprop.cli.main", "run", document.place]
        command += ["--language", "python", "--arithmetic", arithmetic, "--out", out]
        variables = {**os.environ, **SETTINGS[0].variables}
        subprocess.run(command, env=variables, check=True, capture_output=True)
        return read_run(out)


def _differing(a: Run, b: Run) -> int:
    return sum(int((~same_bits(a.trace[name], b.trace[name])).sum()) for name in a.trace)
