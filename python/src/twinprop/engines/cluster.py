"""A cluster of dask.distributed: its workers checked, and work given to them.

Each worker process has one thread and one R, which is started when the worker starts, in its main
thread: R is not thread-safe, and elsewhere it could not set its signals.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from distributed import CancelledError, Client, KilledWorker, as_completed
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.versions import VersionMismatchWarning

from twinprop.engines.running import package_version
from twinprop.engines.workers import ONE_THREAD, Done, check_worker, do_piece, worker_facts
from twinprop.ground.errors import EngineError, InputError, MissingPart

_SECONDS = 20.0  # for a scheduler to answer


@contextmanager
def connect(scheduler: str) -> Iterator[Client]:
    """A connection to a scheduler whose workers are fit for work.

    Parameters
    ----------
    scheduler : str
        An address such as tcp://host:8786, or the file that `dask scheduler --scheduler-file`
        writes.

    Yields
    ------
    Client
        Workers that come later start their R as well.
    """
    named: dict[str, Any] = (
        {"scheduler_file": scheduler} if Path(scheduler).is_file() else {"address": scheduler}
    )
    # Other versions are told in one sentence of our own.
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)
    try:
        client = Client(**named, timeout=_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError, KeyError) as error:
        raise InputError(
            f"no scheduler of dask answers at {scheduler}; `dask scheduler` starts one, and "
            "`dask worker ADDRESS --nthreads 1` its workers"
        ) from error
    with client:
        name = f"twinprop-{client.id}"
        _prepare_workers(client, name, scheduler)
        yield client
        client.unregister_worker_plugin(name)


def _prepare_workers(client: Client, name: str, scheduler: str) -> None:
    theirs = client.get_versions()["scheduler"]["packages"]["distributed"]
    ours = package_version("distributed")
    if theirs != ours:
        raise EngineError(
            f"the scheduler at {scheduler} has dask {theirs} and not {ours}; install the same there"
        )
    try:
        ready = client.register_plugin(FitWorker(worker_facts()), name=name)
    except ModuleNotFoundError as error:
        raise EngineError(
            f"a worker of {scheduler} has no Python package {error.name}; install there what is "
            "installed here"
        ) from error
    if not ready:
        raise InputError(
            f"the scheduler at {scheduler} has no worker; `dask worker {scheduler} --nthreads 1` "
            "starts one"
        )


def work(client: Client, function: Callable[[Any], Any], given: Sequence[Any]) -> Iterator[Done]:
    """Have a function done by the workers, on each of many things.

    Parameters
    ----------
    client : Client
        Of connect.
    function : callable
        Of one thing.
    given : list
        The things.

    Yields
    ------
    Done
        As they are done.
    """
    task = partial(do_piece, function, worker_facts())
    # Named by dask after all that they are given: what another client has done of it is known.
    futures = dict(zip(client.map(task, given, pure=True), given, strict=True))
    try:
        for future in as_completed(list(futures), loop=client.loop):
            yield Done(futures.pop(future), *future.result())
    except (OSError, TimeoutError, CancelledError, KilledWorker) as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0][:120]
        raise EngineError(
            f"the cluster is lost ({reason}); the same words go on where this was"
        ) from error


class FitWorker(WorkerPlugin):  # type: ignore[misc]  # dask ships no types
    """Starts the R of a worker, and refuses one that has other versions or code, or more threads.

    dask gives work also to a worker that came later and was refused: do_piece refuses it again.
    """

    def __init__(self, wanted: Mapping[str, str]) -> None:
        self.wanted = wanted

    def setup(self, worker: Any) -> None:
        """Check the worker, and start its R."""
        if worker.state.nthreads != 1 or threading.current_thread() is not threading.main_thread():
            raise EngineError(
                f"the worker {worker.name} has {worker.state.nthreads} threads or shares its "
                "process, and R bears one; start it by `dask worker --nthreads 1`"
            )
        if not any(os.environ.get(name) == one for name, one in ONE_THREAD.items()):
            raise EngineError(
                f"the worker {worker.name} lets BLAS have several threads; start it with "
                "OMP_NUM_THREADS=1"
            )
        try:
            check_worker(worker_facts(), self.wanted)
        except (InputError, MissingPart) as error:
            raise EngineError(f"the worker {worker.name}: {error}") from error
