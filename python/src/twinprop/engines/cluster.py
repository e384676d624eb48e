"""A cluster of dask.distributed: its workers checked, and work given to them.

Each worker process has one thread for work, and one R, which is started before any work in its
main thread: R is not thread-safe, and elsewhere it could not set its signals.
"""

from __future__ import annotations

import asyncio
import logging
import os
import platform
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from distributed import CancelledError, Client, KilledWorker, as_completed, get_worker
from distributed.comm import CommClosedError, normalize_address, resolve_address
from distributed.versions import VersionMismatchWarning

from twinprop.engines.running import package_version
from twinprop.engines.workers import (
    ONE_THREAD,
    Done,
    check_worker,
    digest_package,
    do_piece,
    worker_facts,
)
from twinprop.ground.errors import EngineError, InputError, MissingPart
from twinprop.ground.files import read_json

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
        Workers that come later are checked before their first piece of work.
    """
    # What dask would say of other versions and of lost connections is told in one sentence of ours.
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    address = _address_of(scheduler)
    try:
        # A client that was given what is no address would not end for a minute.
        resolve_address(normalize_address(address))
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"no scheduler of dask answers at {scheduler}; `dask scheduler` starts one, and "
            "`dask worker ADDRESS --nthreads 1` its workers"
        ) from error
    with client:
        _prepare_workers(client, scheduler)
        yield client


def _address_of(scheduler: str) -> str:
    """An address as it is; of a scheduler's file the one that stands in it."""
    if not Path(scheduler).is_file():
        return scheduler
    document = read_json(scheduler, scheduler)
    address = document.get("address") if isinstance(document, dict) else None
    if not isinstance(address, str):
        raise InputError(
            f"{scheduler} has no address of a scheduler; `dask scheduler --scheduler-file "
            f"{scheduler}` writes it"
        )
    return address


def _prepare_workers(client: Client, scheduler: str) -> None:
    theirs = client.get_versions()["scheduler"]["packages"]["distributed"]
    ours = package_version("distributed")
    if theirs != ours:
        raise EngineError(
            f"the scheduler at {scheduler} has dask {theirs} and not {ours}; install the same there"
        )
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError as error:
        raise InputError(
            f"the scheduler at {scheduler} has no worker; `dask worker --nthreads 1` with its "
            "address, or with --scheduler-file, starts one"
        ) from error
    try:
        client.run_on_scheduler(digest_package)  # it reads what it hands on, so has to have it, too
        try:
            client.run(prepare, worker_facts())
        except OSError:  # of a worker that ended at this moment; by now the scheduler knows
            client.run(prepare, worker_facts())
    except EngineError:
        raise
    except Exception as error:  # of whatever kind, what a worker says that cannot read what it got
        said = str(error).partition("\n")[0][:200]
        raise EngineError(
            f"the scheduler at {scheduler} or a worker cannot work for twinprop ({said}); install "
            "there what is installed here"
        ) from error


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
    task = partial(do_on_worker, function, worker_facts())
    # Named by dask after all that they are given: what another client has done of it is known.
    futures = dict(zip(client.map(task, given, pure=True), given, strict=True))
    try:
        for future in as_completed(list(futures), loop=client.loop):
            yield Done(futures.pop(future), *future.result())
    except KilledWorker as error:
        raise EngineError(
            "several workers ended over the same piece of work, as where a machine has not the "
            "memory for it; give them more, and the same words go on from what was kept"
        ) from error
    except (CommClosedError, CancelledError) as error:
        raise EngineError(
            "the cluster is lost: its scheduler does not answer any more; start one, and the same "
            "words go on from what was kept"
        ) from error


def do_on_worker(
    function: Callable[[Any], Any], wanted: Mapping[str, str], one: Any
) -> tuple[Any, dict[str, str]]:
    """As do_piece, by a worker that may have come after the others were prepared."""
    worker = get_worker()

    async def in_main_thread() -> None:
        prepare(wanted, worker)

    asyncio.run_coroutine_threadsafe(in_main_thread(), worker.loop.asyncio_loop).result()
    return do_piece(function, wanted, one)


def prepare(wanted: Mapping[str, str], dask_worker: Any) -> None:
    """Start the R of a worker, and refuse one that has other versions or code, or more threads."""
    complaint = _unfit(dask_worker.state.nthreads)
    if complaint:
        raise EngineError(f"the worker {platform.node()}-{os.getpid()} {complaint}")
    try:
        check_worker(worker_facts(), wanted)
    except (InputError, MissingPart) as error:
        raise EngineError(f"the worker {platform.node()}-{os.getpid()}: {error}") from error


def _unfit(threads: int) -> str | None:
    """Why R, or a single thread of BLAS, cannot be had in this process."""
    if threads != 1:
        return f"has {threads} threads, and R bears one; start it with --nthreads 1"
    if threading.current_thread() is not threading.main_thread():
        return "shares its process, and R bears no other thread; start it by `dask worker`"
    if not any(os.environ.get(name) == one for name, one in ONE_THREAD.items()):
        return "lets BLAS have several threads; start it with OMP_NUM_THREADS=1"
    return None
