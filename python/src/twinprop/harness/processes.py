"""Other processes of Python for what can be computed beside or ahead."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor


def start_processes(number: int) -> ProcessPoolExecutor:
    """Processes to give work to.

    Each starts anew, since a forked one would share the state of R with its parent. An interrupt
    from the keyboard, which reaches all of them, ends them without a word.

    Parameters
    ----------
    number : int
        How many, at most.

    Returns
    -------
    ProcessPoolExecutor
        Which, other than a pool of multiprocessing, notices where a process dies.
    """
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(number, context, initializer=_end_at_interrupt)


def _end_at_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
