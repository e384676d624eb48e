"""Random networks are run by processes of this machine or by a cluster: who did it, and parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from twinprop.engines.work import working
from twinprop.ground.errors import InputError, check_name
from twinprop.studies.parts import SIZE, Part, parts_left, read_parts, write_part
from twinprop.studies.sweep import KINDS, Swept, sweep_some
from twinprop.studies.sweep_parts import plan_sweep, rows_of_sweep, swept_of_rows, worker_of_row

_AT_ONCE = 5  # networks in a piece of work that is not kept


def sweep_networks(
    networks: int,
    seed: int = 1,
    processes: int | None = None,
    on_network: Callable[[int], object] = lambda done: None,
    kind: str = "sigmoid",
    *,
    scheduler: str | None = None,
    folder: Path | None = None,
    on_worker: Callable[[Mapping[str, str]], object] = lambda facts: None,
) -> list[Swept]:
    """Run random networks in both languages, on several cores or on a cluster.

    Parameters
    ----------
    networks : int
        How many.
    seed : int
        The same seed gives the same networks.
    processes : int or None
        How many at once; by default as many as there are cores.
    on_network : callable
        Called with the number done, whenever some are.
    kind : str
        One of KINDS.
    scheduler : str or None
        Of a cluster of dask, which runs them then.
    folder : Path or None
        Where what is done is kept, in parts; what is there is not done again.
    on_worker : callable
        Called with the facts of who did some of them.

    Returns
    -------
    list of Swept
        In order.
    """
    check_name("kind", kind, list(KINDS))
    if networks < 1 or seed < 0:
        raise InputError(
            f"networks is {networks} and seed {seed}; wanted at least 1 and at least 0"
        )
    parts = plan_sweep(kind, seed, networks, SIZE if folder else _AT_ONCE)
    left = parts_left(parts, folder) if folder else parts
    done = networks - sum(part.size for part in left)
    on_network(done)
    swept: list[Swept] = []
    with working(sweep_part, left, processes, scheduler) as found:
        for part, some, worker in found:
            if folder:
                write_part(part, rows_of_sweep(some, worker), folder)
            else:
                swept += some
                on_worker(worker)
            done += part.size
            on_network(done)
    if folder:
        for part in parts:
            rows = list(read_parts([part], folder))
            swept += swept_of_rows(rows)
            on_worker(worker_of_row(rows[0]))
    return sorted(swept, key=lambda one: one.index)


def sweep_part(part: Part) -> list[Swept]:
    """The networks of a part."""
    return sweep_some(part.seed, part.indices, part.kind)
