"""Somebody else's program in a process of its own, behind a wall and within limits.

What this protects from: behind a wall (bubblewrap, or namespaces that the kernel lets users make;
`doctor` says which) the program has no network, sees no process but its own and none of the
caller's environment variables, and can write nowhere but in its own folders, which are in memory,
of bounded size, and gone afterwards; all that it started ends with it, and with the process that
asked for it, however that ends. Time, memory (of each process and of all together), processes,
printed text, files and the result are limited. The result comes back through a pipe, so that
nothing which the program can make in a folder is ever opened. Where no wall can be built the
program does not run, unless it is trusted.

What it does not protect from: the program can read every file that you can read (it cannot send it
anywhere, but it can print it); it can speak to a service by a socket in the file system that is
open to you, such as docker's; it can use the processor up to its limits; it can write its own
recording, and so deceive you about itself; and a fault in the kernel may let it out. A trusted
program without a wall can also write your files and use the network, and a process of it that
leaves its group and clears its environment survives. Check code that you distrust in a virtual
machine.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from twinprop.engines.beside import lay_out
from twinprop.ground.errors import InputError, check_name
from twinprop.ground.files import read_bounded

LAUNCHER = Path(__file__).with_name("sandbox.sh")
WALLS = ("bwrap", "unshare")
# The one wall to be tried, for tests and to find out what is wrong with one; "none" for none.
WALL_VARIABLE = "TWINPROP_WALL"
RESULT = "/dev/fd/3"  # where the program writes its result, once and from front to back
# They choose the routines of a BLAS, and so the last bits of what a program computes.
KERNELS = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "MKL_CBWR", "BLIS_ARCH_TYPE")
GIVEN = "{given}"  # in a command: the folder of the given files
INSIDE = b"inside\n"  # the launcher's own first line of a result
NO_WALL = (
    "It ran without a wall, since you trust it: it could write your files and use the network."
)
_PROBE_SECONDS = 60
_GRACE_SECONDS = 30


class Limits(NamedTuple):
    """What a program may use; memory is that of each process and of all together."""

    seconds: float = 60.0
    memory_mb: int = 2048
    printed_kb: int = 1024
    file_mb: int = 64
    processes: int = 64
    disk_mb: int = 256
    result_mb: int = 256


class Ended(NamedTuple):
    """How a program ended: its status, as in a shell, or why it was ended; what it left.

    `reason` is None or one of "time", "memory", "processes", "disk", "files", "printed",
    "result", "small", "stopped" and "unwatched"; `wall` is the wall behind which it ran.
    """

    status: int
    reason: str | None
    printed: str
    result: bytes
    wall: str


def run_sandboxed(
    command: Sequence[str],
    given: Mapping[str, str | bytes],
    variables: Mapping[str, str],
    limits: Limits,
    beside: Path | None = None,
    trust: bool = False,
) -> Ended:
    """Run a command behind the wall, within limits, in a folder of its own.

    Parameters
    ----------
    command : list of str
        Program and arguments; GIVEN in them, and in variables, stands for the folder of the given
        files. It writes its result to RESULT.
    given : dict of str or bytes
        Files that it may read, by name.
    variables : dict of str
        Its environment, beyond the few that everything needs.
    limits : Limits
        What it may use.
    beside : Path or None
        A folder of which it finds copies of the files in its own.
    trust : bool
        Whether it may run where no wall can be built.

    Returns
    -------
    Ended
        How it ended.
    """
    wall = choose_wall(trust)
    with tempfile.TemporaryDirectory(prefix="twinprop-", ignore_cleanup_errors=True) as made:
        folder = Path(os.path.realpath(made))
        (folder / "given").mkdir()
        for name, content in given.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            (folder / "given" / name).write_bytes(data)
        if beside is not None:
            lay_out(beside, folder / "beside")
        words = [word.replace(GIVEN, str(folder / "given")) for word in command]
        told = {k: v.replace(GIVEN, str(folder / "given")) for k, v in variables.items()}
        in_time = _launch(wall, folder, beside, limits, words, told)
        return _read_end(wall, folder, limits, in_time)


def choose_wall(trust: bool) -> str:
    """The wall behind which a program runs; where there is none it has to be trusted.

    Parameters
    ----------
    trust : bool
        Whether it is.

    Returns
    -------
    str
        One of WALLS, or "none".
    """
    wall = find_wall()
    if wall == "none" and not trust:
        raise InputError(
            "no wall can be built here that keeps a program from your files and the network "
            f"({missing_walls()}); install bubblewrap, or run a program that you wrote or trust "
            "without a wall: --trust"
        )
    return wall


def find_wall() -> str:
    """The strongest wall of this machine: "bwrap", "unshare" or "none"."""
    chosen = os.environ.get(WALL_VARIABLE) or None
    if chosen:
        check_name(WALL_VARIABLE, chosen, [*WALLS, "none"])
    walls = [wall for wall in WALLS if chosen in (None, wall)]
    return next((wall for wall in walls if why_not(wall) is None), "none")


def missing_walls() -> str:
    """Why each wall does not stand here."""
    chosen = os.environ.get(WALL_VARIABLE)
    if chosen == "none":
        return f"{WALL_VARIABLE} is none"
    names = {"bwrap": "bubblewrap", "unshare": "user namespaces"}
    tried = [wall for wall in WALLS if chosen in (None, "", wall)]
    return "; ".join(f"{names[wall]}: {why_not(wall)}" for wall in tried)


@functools.cache
def why_not(wall: str) -> str | None:
    """Why a wall cannot be built here, or None where it can: something harmless is run behind it.

    Parameters
    ----------
    wall : str
        One of WALLS.

    Returns
    -------
    str or None
        The reason, as the system gives it.
    """
    if not sys.platform.startswith("linux"):
        return "only on Linux"
    if shutil.which(wall) is None:
        return "not installed"
    with tempfile.TemporaryDirectory(prefix="twinprop-", ignore_cleanup_errors=True) as made:
        folder = Path(os.path.realpath(made))
        limits = Limits(seconds=_PROBE_SECONDS)
        in_time = _launch(wall, folder, None, limits, ["true"], {})
        ended = _read_end(wall, folder, limits, in_time)
    if ended.status == 0 and ended.reason is None:
        return None
    if ended.reason == "time":
        return f"not built in {_PROBE_SECONDS} seconds"
    return ended.printed.strip().partition("\n")[0] or f"status {ended.status}"


def _launch(
    wall: str,
    folder: Path,
    beside: Path | None,
    limits: Limits,
    command: Sequence[str],
    variables: Mapping[str, str],
) -> bool:
    """Start the launcher; whether it ended in time. If not, it is ended with all that it started.

    It ends the program itself when its time is over, but on a machine that is too busy for that.
    """
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        **{name: os.environ[name] for name in KERNELS if name in os.environ},
        **variables,
    }
    numbers = [
        os.getpid(),
        int(limits.seconds * 10),
        limits.memory_mb,
        limits.file_mb,
        limits.disk_mb,
        limits.processes,
        limits.printed_kb * 1024,
        limits.result_mb * 1024 * 1024 + len(INSIDE),
    ]
    place = "" if beside is None else os.path.realpath(beside)
    with subprocess.Popen(
        ["sh", str(LAUNCHER), "run", wall, str(folder), place, *map(str, numbers), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            process.wait(limits.seconds + _GRACE_SECONDS)
        except BaseException as error:
            _stop(process, folder)
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
            return False
    return True


def _stop(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Ask the launcher to end what it started; where it does not, end the launcher."""
    (folder / "stop").touch()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read_end(wall: str, folder: Path, limits: Limits, in_time: bool) -> Ended:
    said = read_bounded(folder / "status", 100) or b"137 unwatched"
    said = said if in_time else b"137 time"
    printed = read_bounded(folder / "printed", limits.printed_kb * 1024 + 1) or b""
    most = limits.result_mb * 1024 * 1024
    result = read_bounded(folder / "result", most + len(INSIDE) + 1) or b""
    status, reason = [*said.decode("ascii", errors="replace").split(), ""][:2]
    ended_early = reason in ("time", "memory", "stopped") or len(printed) > limits.printed_kb * 1024
    if not ended_early and not result.startswith(INSIDE):
        return Ended(int(status), "wall", printed.decode("utf-8", errors="replace"), b"", wall)
    result = result.removeprefix(INSIDE)
    if len(printed) > limits.printed_kb * 1024:
        reason = "printed"
    elif len(result) > most:
        reason = "result"
    text = printed[: limits.printed_kb * 1024].decode("utf-8", errors="replace")
    return Ended(int(status), reason or None, text, result, wall)


def protections() -> dict[str, str]:
    """Which protections hold on this machine, for `doctor`.

    Returns
    -------
    dict of str
        A sentence's worth for each.
    """
    wall = find_wall()
    by = {"bwrap": "by bubblewrap", "unshare": "by user namespaces"}.get(wall)
    missing = f"does not hold ({missing_walls()}): check refuses to run, but with --trust"
    limits = Limits()
    return {
        "wall": f"holds, {by}" if by else missing,
        "no network": f"holds, {by}" if by else "does not hold",
        "file system read-only": f"holds, {by}" if by else "does not hold",
        "started processes end": f"holds, {by}" if by else "holds for those that stay in its group",
        "no environment variables": "holds",
        "limits": f"{limits.seconds:g} s, {limits.memory_mb} MB of memory, {limits.processes} "
        f"processes, {limits.disk_mb} MB of disk in files of {limits.file_mb} MB, "
        f"{limits.printed_kb} KB printed",
    }
