"""A class judged by a cluster of dask: each program by a process beside the worker it was given to.

The programs lie at the same place for all, as on a drive that the machines share: a program may
read what lies beside it, so that it alone could not be sent.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from twinprop.check.judges import JudgeProcess
from twinprop.check.program import Plan
from twinprop.engines.work import working
from twinprop.engines.workers import check_file, digest_file


class Task(NamedTuple):
    """A program of a class, as bytes of its path, with a digest of what is in it."""

    number: int
    file: bytes
    digest: str
    folder: bytes


def answers_elsewhere(
    left: Sequence[tuple[int, Path]],
    plan: Plan,
    scheduler: str,
    on_worker: Callable[[Mapping[str, str]], object],
) -> Iterator[tuple[int, Path, dict[str, Any]]]:
    """The answers to programs, in the order in which they come.

    Parameters
    ----------
    left : list of tuple
        Numbers and programs.
    plan : Plan
        How they are run.
    scheduler : str
        Of the cluster.
    on_worker : callable
        Called with the facts of who judged each.

    Yields
    ------
    tuple
        The number of the program, its path and its answer.
    """
    folder = os.fsencode(os.getcwd())
    tasks = [Task(number, os.fsencode(file), digest_file(file), folder) for number, file in left]
    files = dict(left)
    with working(partial(judge_beside, pickle.dumps(plan)), tasks, scheduler=scheduler) as found:
        for task, answer, worker in found:
            on_worker(worker)
            yield task.number, files[task.number], answer


def judge_beside(plan: bytes, task: Task) -> dict[str, Any]:
    """The answer to a program by a process beside this worker, which is there for one plan."""
    folder, file = Path(os.fsdecode(task.folder)), Path(os.fsdecode(task.file))
    check_file(folder / file, task.digest)
    # A nanny's workers are daemons, which may have no children, as these are.
    multiprocessing.current_process().daemon = False
    judge = _judge_for(plan, folder)
    judge.take((task.number, file))
    return judge.wait()


@lru_cache(maxsize=1)
def _judge_for(plan: bytes, folder: Path) -> JudgeProcess:
    """Started anew and not forked: R and threads are in this process."""
    return JudgeProcess(pickle.loads(plan), multiprocessing.get_context("spawn"), folder)
