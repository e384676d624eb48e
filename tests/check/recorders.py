"""Recordings of our own programs, in copies of processes that have loaded what a recorder needs.

Programs of others run behind the wall, each in a new process; thousands of our own need no wall,
and what each of them would load again is most of their time. A copy does what the new process
would: in Python it runs the same recorder, in R it reads the same lines.
"""

from __future__ import annotations

import os
import re
import resource
import select
import signal
import site
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from twinprop.check.watch import DRAWS, RECORDER
from twinprop.check.watch_r import START
from twinprop.engines.beside import lay_out
from twinprop.engines.r_library import find_rscript, r_variables
from twinprop.engines.sandbox import KERNELS, RESULT, Ended, Limits

LONGEST = 120  # seconds of processor time
SOON = 4  # within which most programs end
# A program that asks for these would notice that its process is a copy.
TELLING = re.compile(rb"commandArgs|Sys\.getpid|\bq(uit)?\(|\bos\.|\bsys\.|subprocess")
# What R reads at once of a file: what is beyond, one copy would take from the others.
ONE_BLOCK = 4096


class Recorder:
    """A process that makes a copy of itself for each program that it is told of."""

    def __init__(
        self, command: Sequence[str], seconds: int, variables: Mapping[str, str], lines: str = ""
    ):
        self.folder = tempfile.TemporaryDirectory(prefix="twinprop-", ignore_cleanup_errors=True)
        self.printed = Path(self.folder.name) / "printed"
        home = {"HOME": self.folder.name, "TMPDIR": self.folder.name, "LC_ALL": "C.UTF-8"}
        one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        kept = {name: os.environ[name] for name in ("PATH", *KERNELS) if name in os.environ}
        (Path(self.folder.name) / "lines.R").write_text(lines)
        orders, self.orders = os.pipe()
        self.done, done = os.pipe()

        def limit() -> None:
            most = Limits().memory_mb * 2**20
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (most, most))

        with self.printed.open("ab") as printed:
            self.process = subprocess.Popen(
                [*command, str(orders), str(done)],
                stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, cwd=self.folder.name,
                env={**kept, **home, **one, **variables}, pass_fds=(orders, done),
                start_new_session=True, preexec_fn=limit,
            )  # fmt: skip
        os.close(orders)
        os.close(done)

    def record(self, folder: Path, name: str, draws: str, out: Path, seconds: float) -> str | None:
        """What a program of a folder printed; None where it did not end in time."""
        os.truncate(self.printed, 0)
        os.write(self.orders, "".join(f"{x}\n" for x in (folder, name, draws, out)).encode())
        ready, _, _ = select.select([self.done], [], [], seconds)
        if not ready or not os.read(self.done, 1):
            self.end()
            return None
        return self.printed.read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        """End it, with its copy that may still run."""
        os.close(self.orders)
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.done)
        self.folder.cleanup()


class Recorders:
    """Record programs of both languages, one after the other."""

    def __init__(self, seconds: int = LONGEST) -> None:
        self.seconds = seconds
        self.running: dict[str, Recorder] = {}

    def record(self, program: Path, language: str) -> bytes:
        """What a recorder writes of a program; nothing where it could not."""
        out = program.with_suffix(".recording")
        kind = _kind(program.read_bytes(), language)
        self._run(kind, program.parent, program.name, "", out)
        return out.read_bytes() if out.exists() else b""

    def run(
        self, command: Sequence[str], given: Mapping[str, Any], beside: Path, wall: str
    ) -> Ended | None:
        """What run_sandboxed gives of a program that ends as it should; None of any other."""
        python = command[:3] == [sys.executable, str(RECORDER), RESULT]
        if not python and command[:3] != ["sh", "-c", START]:
            return None
        *arguments, name = command[3:]
        text = b"".join(path.read_bytes() for path in beside.iterdir() if path.is_file())
        if len(arguments) != (not python) or TELLING.search(text):
            return None
        with tempfile.TemporaryDirectory(prefix="twinprop-") as made:
            folder, out, draws = (Path(made) / part for part in ("beside", "out", DRAWS))
            lay_out(beside, folder)
            if DRAWS in given:
                draws.write_text(given[DRAWS])
            kind = _kind(text, "python" if python else "r")
            printed = self._run(kind, folder, name, str(draws) if DRAWS in given else "", out)
            result = out.read_bytes() if out.exists() else b""
        ends = re.findall(rb'"status": ?"(\w+)"', result)
        too_much = printed is not None and len(printed) > Limits().printed_kb * 1024
        if printed is None or too_much or ends[-1:] != [b"ok"]:
            return None
        return Ended(0, None, printed, result, wall)

    def _run(self, kind: str, folder: Path, name: str, draws: str, out: Path) -> str | None:
        kept = self.running.get(kind)
        if kept is None or kept.process.poll() is not None:
            kept = self.running[kind] = _start(kind, self.seconds)
        return kept.record(folder, name, draws, out, 5.0 * self.seconds)

    def end(self) -> None:
        """End all of them."""
        for recorder in self.running.values():
            if recorder.process.poll() is None:
                recorder.end()


def _kind(text: bytes, language: str) -> str:
    """Which process records a program: what has not asked for numpy must not have it."""
    return "numpy" if language == "python" and b"numpy" in text else language


def _start(kind: str, seconds: int) -> Recorder:
    here = Path(__file__).parent
    if kind == "r":
        begin = f"source({str(here / 'record_many.R')!r})\ntwinprop:::begin_recording()\n"
        each = ".twinprop_next()\n.twinprop\n"
        lines = begin + each * ((ONE_BLOCK - len(begin.encode())) // len(each))
        command = [str(Path(find_rscript()).with_name("R")), "--no-echo", "--no-restore"]
        return Recorder(
            [*command, "--file=lines.R", "--args"],
            seconds,
            {**r_variables(), "R_NSIZE": "1M"},
            lines,
        )
    variables = {
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "MPLBACKEND": "Agg",
        "PYTHONUSERBASE": site.getuserbase(),
    }  # fmt: skip
    command = [sys.executable, str(here / "record_many.py"), str(RECORDER), kind]
    return Recorder(command, seconds, variables)
