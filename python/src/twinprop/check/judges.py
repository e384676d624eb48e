"""Processes that judge programs one after the other, within limits of memory and time."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from twinprop.check.program import Plan, check_program
from twinprop.ground.errors import InputError

GRACE_SECONDS = 240  # for judging, beside what a program may run
MEMORY_MB = 4096  # of a process that judges


class JudgeProcess:
    """A process that checks one program after the other.

    Parameters
    ----------
    plan : Plan
        How programs are run.
    context : module or context
        Of multiprocessing, which starts it.
    folder : Path or None
        Where it works; by default here.
    """

    def __init__(self, plan: Plan, context: Any = multiprocessing, folder: Path | None = None):
        self.plan, self.context, self.folder = plan, context, folder
        self.file: Path | None = None
        self.number = 0
        self.until = 0.0
        self._start()

    def _start(self) -> None:
        self.pipe, inner = self.context.Pipe()
        self.process = self.context.Process(
            target=_serve, args=(inner, self.pipe, self.plan, self.folder), daemon=True
        )
        self.process.start()
        inner.close()

    def take(self, task: tuple[int, Path] | None) -> None:
        """Begin with a program, if there is one left."""
        self.file = None
        if task is not None:
            self.number, self.file = task
            self.until = time.monotonic() + self.plan.limits.seconds + GRACE_SECONDS
            self.pipe.send(str(self.file))

    def is_late(self) -> bool:
        """Whether it takes much longer than it may."""
        return time.monotonic() > self.until

    def wait(self) -> dict[str, Any]:
        """The answer to the program that it was given, when it is there or too late."""
        return self.answer(not self.pipe.poll(self.until - time.monotonic()))

    def answer(self, late: bool) -> dict[str, Any]:
        """The answer; a process that broke, or takes too long, is replaced by another."""
        name = self.file.name if self.file else ""
        if not late:
            try:
                return dict(self.pipe.recv())
            except (EOFError, OSError):
                pass
        self.end()
        self._start()
        why = "took too long" if late else "needed more memory than there is"
        return not_judged(name, f"{name} could not be judged: judging it {why}; check it alone.")

    def end(self) -> None:
        """End the process."""
        self.pipe.close()
        self.process.kill()
        self.process.join()


def _serve(pipe: Connection, outer: Connection, plan: Plan, folder: Path | None) -> None:
    outer.close()
    if folder is not None:
        os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB * 2**20,) * 2)
    # An interrupt from the keyboard reaches this process, too; its parent says what is to be said.
    with contextlib.suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            file = Path(pipe.recv())
            began = time.process_time()
            answer = check_safely(file, plan)
            # What ran behind the wall is not ours to wait for, so it says itself what it used.
            used = time.process_time() - began + (answer.get("processor") or 0)
            answer["seconds"] = round(used, 3)
            pipe.send(answer)


def check_safely(file: Path, plan: Plan) -> dict[str, Any]:
    """The answer to one program of many: what cannot be judged says why."""
    try:
        return check_program(file, plan)
    except InputError as error:
        return not_judged(file.name, str(error))
    except MemoryError:
        return not_judged(file.name, f"{file.name} is too large to be judged among many.")
    except Exception as error:  # of one program; the others are still judged
        what = f"{type(error).__name__}: {error}".partition("\n")[0]
        said = f"{file.name} could not be judged: an error in twinprop itself, {what}"
        return not_judged(file.name, said)


def not_judged(name: str, sentence: str) -> dict[str, Any]:
    """The answer to a program of which nothing is known but why."""
    return {
        "schema": "twinprop.check", "version": 1, "file": name, "verdict": "not followed",
        "sentence": sentence, "network": None, "seen": None, "first": None, "cause": None,
        "steps": [], "remarks": [], "printed": [],
    }  # fmt: skip
