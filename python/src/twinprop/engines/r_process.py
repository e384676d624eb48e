"""R in a process of its own, which can be stopped: a case in, a JSON trace out."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from twinprop.cases.traces import Run, receive_run
from twinprop.engines.document import Document
from twinprop.engines.installing import how_to_install
from twinprop.engines.r_library import find_rscript, r_variables
from twinprop.ground.errors import EngineError, InputError, MissingPart

_PACKAGE_MISSING = "there is no package called"


def run_in_process(document: Document, arithmetic: str) -> Run:
    """Run a case by Rscript.

    Parameters
    ----------
    document : Document
        The case.
    arithmetic : str
        "native" or "strict".

    Returns
    -------
    Run
        What R computed.
    """
    with tempfile.TemporaryDirectory(prefix="twinprop-") as folder:
        out_path = str(Path(folder) / "trace.json")
        arguments = [document.written_in(folder), arithmetic, out_path]
        arguments += [] if document.seed is None else [str(document.seed)]
        command = [find_rscript(), "--vanilla", "-e", "twinprop::main_run_case()", *arguments]
        code, said = run_command(command, folder)
        if not Path(out_path).exists():
            raise _failure(code, said)
        return receive_run(out_path, "the trace from R")


def run_command(command: list[str], folder: str | None = None) -> tuple[int, str]:
    """Run a command of R; an interrupt ends it with all that it started.

    On Linux R also ends where this process is killed.

    Parameters
    ----------
    command : list of str
        The program and its arguments.
    folder : str or None
        Where it puts its temporary files, which R leaves behind where it is ended; None has it
        choose.

    Returns
    -------
    tuple of int and str
        Its exit status and what it wrote on standard error.
    """
    dies_along = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
    with subprocess.Popen(
        [*dies_along, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **r_variables(), **({"TMPDIR": folder} if folder else {})},
        start_new_session=True,
    ) as process:
        try:
            _, said = process.communicate()
        except BaseException:
            _end_group(process)
            raise
    return process.returncode, said.decode("utf-8", errors="replace").strip()


def _end_group(process: subprocess.Popen[bytes]) -> None:
    # Rscript is a shell script that starts R: ending it alone would leave R running.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _failure(code: int, said: str) -> Exception:
    if _PACKAGE_MISSING in said:
        return MissingPart(
            "the R package twinprop or one that it needs is not installed for this R; "
            + how_to_install("twinprop")
        )
    lines = [line.strip() for line in said.splitlines() if line != "Execution halted"]
    last = lines[-1] if lines else "it said nothing"
    if last.startswith("cannot write"):
        return InputError(f"R {last}; TMPDIR names another folder for temporary files")
    if code == -signal.SIGXFSZ:
        return InputError(
            "R may not write a file as large as its trace; `ulimit -f` sets how large"
        )
    if code < 0:
        return EngineError(f"R was ended by the signal {signal.Signals(-code).name}")
    return EngineError(f"R stopped with status {code}: {last}")
