"""Recordings of our own programs, by copies of processes that have loaded what a recorder needs.

Programs of others run behind the wall, each in a new process; thousands of our own need no wall,
and what each of them would load again is most of their time.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from twinprop.check.watch import RECORDER
from twinprop.engines.r_library import find_rscript, r_variables

MOST_SECONDS = 120  # of processor time


def _load_watch() -> Any:
    """What watches a program of Python, by the name that it has in a process of its own."""
    name = "_twinprop_record"
    spec = importlib.util.spec_from_file_location(
        name, RECORDER / "__init__.py", submodule_search_locations=[str(RECORDER)]
    )
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return importlib.import_module(f"{name}.run").Watch


def limit_time() -> None:
    """A process that goes on for too long is ended."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))


class Recorders:
    """Record programs of both languages, one after the other; each in a copy of a process."""

    def __init__(self) -> None:
        self.watch = _load_watch()
        self.r: subprocess.Popen[str] | None = None

    def record(self, program: Path, language: str) -> bytes:
        """What a recorder writes of a program; nothing where it could not."""
        out = program.with_suffix(".recording")
        if language == "python":
            self._record_python(program, out)
        else:
            self._record_r(program, out)
        return out.read_bytes() if out.exists() else b""

    def _record_python(self, program: Path, out: Path) -> None:
        child = os.fork()
        if child:
            os.waitpid(child, 0)
            return
        with contextlib.suppress(BaseException):
            limit_time()
            nothing = os.open(os.devnull, os.O_RDWR)
            for number in range(3):
                os.dup2(nothing, number)
            os.chdir(program.parent)
            sys.argv[:] = [program.name]
            with open(out, "wb") as stream:
                self.watch(program.name, stream).run()
        os._exit(0)

    def _record_r(self, program: Path, out: Path) -> None:
        if self.r is None or self.r.poll() is not None:
            self.r = subprocess.Popen(
                [find_rscript(), "--vanilla", str(Path(__file__).with_name("record_many.R"))],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                env={**os.environ, **r_variables()}, start_new_session=True, preexec_fn=limit_time,
            )  # fmt: skip
        assert self.r.stdin is not None
        assert self.r.stdout is not None
        self.r.stdin.write(f"{program}\n{out}\n")
        self.r.stdin.flush()
        self.r.stdout.readline()
