"""A class: many programs, each in a process that judges them one after the other."""

from __future__ import annotations

import contextlib
import hashlib
import json
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from twinprop.check.program import Plan, check_program
from twinprop.ground.errors import InputError

GRACE_SECONDS = 240  # for judging, beside what a program may run
MEMORY_MB = 4096  # of a process that judges


class Journal:
    """A file with one answer a line: what is in it need not be done again.

    A program counts as done where its bytes, and what was asked of it, are the same as then.
    """

    def __init__(self, path: str | None, plan: Plan):
        self.path, self.asked = path, repr(plan)
        self.answers: dict[str, dict[str, Any]] = {}
        if path is not None and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    self._read(line)

    def _read(self, line: str) -> None:
        try:
            entry = json.loads(line)
            self.answers[entry["key"]] = entry["answer"]
        except (ValueError, KeyError, TypeError):
            return  # a line that was cut off when the last run ended

    def key(self, file: Path) -> str:
        """By what a program is known again."""
        digest = hashlib.sha256(os.fsencode(file) + f"\0{self.asked}\0".encode())
        digest.update(file.read_bytes() if file.is_file() else b"")
        return digest.hexdigest()

    def keep(self, file: Path, answer: dict[str, Any]) -> None:
        """Write an answer down at once."""
        if self.path is not None:
            # Lines are many, and were written as a page by now.
            kept = {key: value for key, value in answer.items() if key != "lines"}
            entry = json.dumps({"key": self.key(file), "answer": kept})
            with open(self.path, "a", encoding="utf-8") as journal:
                journal.write(entry + "\n")

    def remove(self) -> None:
        """All is done, and stands in the results."""
        if self.path is not None and os.path.exists(self.path):
            os.unlink(self.path)


def check_many(
    files: Sequence[Path],
    plan: Plan,
    jobs: int,
    journal: Journal,
    on_answer: Callable[[int, Path, dict[str, Any]], None],
) -> None:
    """Check many programs; each answer is handed on, and then written down, when it is there.

    Parameters
    ----------
    files : sequence of Path
        The programs.
    plan : Plan
        How they are run.
    jobs : int
        How many at once.
    journal : Journal
        What was done before.
    on_answer : callable
        Gets the number of the program, its path and its answer.
    """
    left: list[tuple[int, Path]] = []
    for number, file in enumerate(files):
        answer = journal.answers.get(journal.key(file))
        if answer is None:
            left.append((number, file))
        else:
            on_answer(number, file, answer)
    for number, file, answer in _answers(left, plan, min(jobs, len(left))):
        on_answer(number, file, answer)
        journal.keep(file, answer)


def _answers(
    left: list[tuple[int, Path]], plan: Plan, jobs: int
) -> Iterator[tuple[int, Path, dict[str, Any]]]:
    """The answers, in the order in which they come."""
    open_files = iter(left)
    workers = [_Worker(plan) for _ in range(jobs)]
    try:
        for worker in workers:
            worker.take(next(open_files, None))
        while any(worker.file for worker in workers):
            busy = {worker.pipe: worker for worker in workers if worker.file}
            ready = [busy[p] for p in wait(list(busy), timeout=1)]  # type: ignore[index]
            late = [w for w in busy.values() if w not in ready and w.is_late()]
            for worker in [*ready, *late]:
                number, file = worker.number, worker.file
                assert file is not None
                answer = worker.answer(worker in late)
                worker.take(next(open_files, None))
                yield number, file, answer
    finally:
        for worker in workers:
            worker.end()


class _Worker:
    """A process that checks one program after the other."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.file: Path | None = None
        self.number = 0
        self.until = 0.0
        self._start()

    def _start(self) -> None:
        self.pipe, inner = multiprocessing.Pipe()
        self.process = multiprocessing.Process(
            target=_serve, args=(inner, self.pipe, self.plan), daemon=True
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


def _serve(pipe: Connection, outer: Connection, plan: Plan) -> None:
    outer.close()
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
