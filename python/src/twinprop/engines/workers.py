"""Who works on a piece of a study: what it runs with, and whether it may.

Whoever does a piece says what it runs with: other code or other versions than those of who asks
are refused, and so is a machine whose floating point fails strict arithmetic's test of itself. So
who did the work makes no difference to its strict numbers, and can be told beside all of them.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from twinprop.arithmetic import strict
from twinprop.engines.r_session import call_r
from twinprop.engines.running import package_version, python_environment
from twinprop.ground.errors import EngineError, InputError, visible_bytes
from twinprop.ground.folders import find_upwards

# Networks are so small that a second thread of BLAS costs more than it brings.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
# What a worker says of itself: see worker_facts.
FACTS = (
    *("worker", "machine", "system", "code", "python", "numpy", "python_blas", "dask", "r"),
    *("r_blas", "strict"),
)
# What has to be the same for all who work on one thing.
_SAME = ("code", "python", "numpy", "r", "dask")


class Done(NamedTuple):
    """A piece of work, what came of it, and the facts of who did it."""

    given: Any
    result: Any
    worker: Mapping[str, str]


def do_piece(
    function: Callable[[Any], Any], wanted: Mapping[str, str], one: Any
) -> tuple[Any, dict[str, str]]:
    """What comes of one thing, where this process is one that may do it, and its facts."""
    found = worker_facts()
    check_worker(found, wanted)
    return function(one), found


def check_worker(found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    """Refuse a worker that has other code or other versions than the one who asks."""
    other = [name for name in _SAME if found[name] != wanted[name]]
    if other:
        told = ", ".join(f"{name} {found[name]} and not {wanted[name]}" for name in other)
        raise EngineError(f"the worker {found['worker']} has {told}; install the same there")


@cache
def worker_facts() -> dict[str, str]:
    """What this process works with; R is started, and strict arithmetic tests itself in both."""
    strict.self_test()
    call_r("strict_self_test")
    python, r = python_environment(), call_r("describe_environment")
    values = (
        f"{platform.node()}-{os.getpid()}",
        platform.node(),
        platform.platform(),
        digest_package(),
        python["python"],
        python["numpy"],
        python["blas"],
        package_version("distributed"),
        r["r"],
        r["blas"].rpartition("/")[2],
        "tested in both languages",
    )
    return dict(zip(FACTS, values, strict=True))


def gather_workers(workers: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Who did some work: how many processes of each machine, and what they had.

    Parameters
    ----------
    workers : iterable of dict
        Of worker_facts, any number of each.

    Returns
    -------
    list of dict
        One for each machine, with the number of its processes.
    """
    processes: dict[tuple[tuple[str, str], ...], set[str]] = {}
    for facts in workers:
        rest = tuple((name, value) for name, value in facts.items() if name != "worker")
        processes.setdefault(rest, set()).add(facts["worker"])
    return [{"processes": len(processes[key]), **dict(key)} for key in sorted(processes)]


def digest_package() -> str:
    """A digest of all code of the package: Python's, and R's in a checkout."""
    package = Path(__file__).resolve().parents[1]
    r = find_upwards("r/R", package)
    return digest_files([*package.rglob("*.py"), *(r.glob("*.R") if r else ())])


def digest_file(file: Path) -> str:
    """A digest of a file's bytes; of what is no file that of nothing."""
    return hashlib.sha256(file.read_bytes() if file.is_file() else b"").hexdigest()


def check_file(file: Path, digest: str) -> None:
    """Refuse to work on a file that is another here than for who asks, or is not here."""
    if not file.parent.is_dir() or digest_file(file) != digest:
        raise InputError(
            f"{platform.node()} has another {visible_bytes(str(file))} than is here, or none; put "
            "it where all machines have it at the same place"
        )


def digest_files(files: Iterable[Path]) -> str:
    """A digest of the names and the bytes of files, in whatever order they come."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
