"""A cluster of dask.distributed: its workers checked, and work given to them.

Each worker process has one thread and one R, which is started when the worker starts, in its main
thread: R is not thread-safe, and elsewhere it could not set its signals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from distributed import CancelledError, Client, KilledWorker, as_completed
from distributed.diagnostics.plugin import WorkerPlugin

from twinprop import __version__
from twinprop.arithmetic import strict
from twinprop.engines.running import package_version
from twinprop.ground.errors import EngineError, InputError

RETRIES = 3  # deaths of a worker under one piece of work
_SECONDS = 20.0  # for a scheduler to answer

Given = TypeVar("Given")


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
        Workers that come later are checked as well.
    """
    is_file = Path(scheduler).is_file()
    try:
        client = Client(
            **({"scheduler_file": scheduler} if is_file else {"address": scheduler}),
            timeout=_SECONDS,
            set_as_default=False,
        )
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(
            f"no scheduler of dask answers at {scheduler}; `dask scheduler` starts one, and "
            "`dask worker ADDRESS --nthreads 1` its workers"
        ) from error
    with client:
        client.register_plugin(FitWorker(_versions()), name="twinprop")
        yield client


def work(
    client: Client,
    function: Callable[[Given], Any],
    given: Sequence[Given],
    name: Callable[[Given], str],
) -> Iterator[tuple[Given, Any]]:
    """Have a function done by the workers, on each of many things.

    Parameters
    ----------
    client : Client
        Of connect.
    function : callable
        Of one thing.
    given : list
        The things.
    name : callable
        A name of each, by which the cluster knows the work.

    Yields
    ------
    tuple
        A thing and what came of it, as they are done.
    """
    futures = {
        client.submit(function, one, key=f"twinprop-{name(one)}", retries=RETRIES): one
        for one in given
    }
    try:
        for future in as_completed(futures, loop=client.loop):
            yield futures[future], future.result()
    except (OSError, TimeoutError, CancelledError, KilledWorker) as error:
        reason = f"{type(error).__name__}: {error}".partition("\n")[0][:120]
        raise EngineError(
            f"the cluster is lost ({reason}); the same words go on where this was"
        ) from error


class FitWorker(WorkerPlugin):  # type: ignore[misc]  # dask ships no types
    """Refuses a worker with another twinprop or numpy, or with more threads than R can bear."""

    def __init__(self, versions: dict[str, str]) -> None:
        self.versions = versions

    def setup(self, worker: Any) -> None:
        """Check the worker, and start its R."""
        found = _versions()
        other = [name for name, version in self.versions.items() if found[name] != version]
        if other:
            told = ", ".join(
                f"{name} {found[name]} and not {self.versions[name]}" for name in other
            )
            raise EngineError(f"the worker {worker.name} has {told}; install the same there")
        if worker.state.nthreads != 1:
            raise EngineError(
                f"the worker {worker.name} has {worker.state.nthreads} threads, and R bears one; "
                "start it with --nthreads 1"
            )
        strict.self_test()
        from twinprop.engines.r_session import find_function

        find_function("guarded_call")


def _versions() -> dict[str, str]:
    return {"twinprop": __version__, "numpy": package_version("numpy")}
