"""Work in pieces, done by processes of this machine or by a cluster of dask."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import contextmanager
from typing import Any

from twinprop.engines.processes import start_processes
from twinprop.engines.workers import ONE_THREAD, Done, do_piece, worker_facts


@contextmanager
def working(
    function: Callable[[Any], Any],
    given: Sequence[Any],
    processes: int | None = None,
    scheduler: str | None = None,
) -> Iterator[Iterator[Done]]:
    """Have a function done on each of many things.

    Parameters
    ----------
    function : callable
        Of one thing; both are sent to other processes.
    given : list
        The things.
    processes : int or None
        How many of this machine, at most; by default as many as there are cores.
    scheduler : str or None
        Of a cluster of dask, which does the work then: its address or its file.

    Yields
    ------
    iterator of Done
        As they are done.
    """
    if not given:
        yield iter(())
    elif scheduler:
        from twinprop.engines.cluster import connect, work

        with connect(scheduler) as client:
            yield work(client, function, given)
    else:
        number = min(processes or os.cpu_count() or 1, len(given))
        with _variables_set(ONE_THREAD), start_processes(number) as executor:
            wanted = worker_facts()
            futures = {executor.submit(do_piece, function, wanted, one): one for one in given}
            yield (Done(futures[each], *each.result()) for each in as_completed(futures))


@contextmanager
def _variables_set(variables: Mapping[str, str]) -> Iterator[None]:
    """Variables for the processes that are started meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
