"""A class: many programs, each in a process that judges them one after the other."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

from twinprop.check.judges import JudgeProcess
from twinprop.check.program import Plan


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
    scheduler: str | None = None,
    on_worker: Callable[[Mapping[str, str]], object] = lambda facts: None,
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
    scheduler : str or None
        Of a cluster of dask, which judges then.
    on_worker : callable
        Called with the facts of the cluster's worker that judged a program.
    """
    left: list[tuple[int, Path]] = []
    for number, file in enumerate(files):
        answer = journal.answers.get(journal.key(file))
        if answer is None:
            left.append((number, file))
        else:
            on_answer(number, file, answer)
    if scheduler:
        from twinprop.check.many_elsewhere import answers_elsewhere

        answers = answers_elsewhere(left, plan, scheduler, on_worker)
    else:
        answers = _answers(left, plan, min(jobs, len(left)))
    for number, file, answer in answers:
        on_answer(number, file, answer)
        journal.keep(file, answer)


def _answers(
    left: list[tuple[int, Path]], plan: Plan, jobs: int
) -> Iterator[tuple[int, Path, dict[str, Any]]]:
    """The answers, in the order in which they come."""
    open_files = iter(left)
    workers = [JudgeProcess(plan) for _ in range(jobs)]
    try:
        for worker in workers:
            worker.take(next(open_files, None))
        while any(worker.file for worker in workers):
            busy = {worker.pipe: worker for worker in workers if worker.file}
            ready = [busy[p] for p in wait(list(busy), timeout=1)]
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
