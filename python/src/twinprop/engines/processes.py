"""Other processes of Python for what can be computed beside or ahead."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing.context import SpawnContext, SpawnProcess
from multiprocessing.process import BaseProcess
from tempfile import TemporaryDirectory
from typing import ClassVar


@contextmanager
def start_processes(number: int) -> Iterator[ProcessPoolExecutor]:
    """Processes to give work to by `submit`.

    Each starts anew, since a forked one would share the state of R with its parent. An interrupt
    from the keyboard reaches all of them: they leave it to this process, which ends them. However
    this process ends, they end with it.

    Parameters
    ----------
    number : int
        How many, at most.

    Yields
    ------
    ProcessPoolExecutor
        Which, other than a pool of multiprocessing, notices where a process dies. Do not cancel
        what it gave, nor use its `map`, which does: in Python 3.11 it then complains when it ends.
    """
    # Processes that an interrupt ends leave their temporary files, and those of their R.
    with TemporaryDirectory(prefix="twinprop-", ignore_cleanup_errors=True) as folder:
        executor = ProcessPoolExecutor(
            number, _QuietContext(), initializer=_begin_helping, initargs=(folder,)
        )
        before = multiprocessing.active_children()
        try:
            yield executor
        except BaseException:
            for process in multiprocessing.active_children():
                if process not in before:
                    _end(process)
            executor.shutdown()  # waits until they have ended
            raise
        executor.shutdown(cancel_futures=True)


class _QuietProcess(SpawnProcess):
    """Started with interrupts held back, for it cannot say anything to them yet."""

    def start(self) -> None:
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)


class _QuietContext(SpawnContext):
    Process: ClassVar[type[SpawnProcess]] = _QuietProcess


def _end(process: BaseProcess) -> None:
    """With what it started: R, which would complain that its folder is gone."""
    if process.pid is not None:
        with suppress(ProcessLookupError):  # it has no group of its own yet
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


def _begin_helping(folder: str) -> None:
    os.setpgrp()
    os.environ["TMPDIR"] = folder
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Wait until the parent has ended, by a signal as well; R and numpy let other threads run."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.killpg(0, signal.SIGKILL)
