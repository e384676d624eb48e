"""Somebody else's code in a process of its own, with limits and behind a wall where there is one.

What this protects from: the process has a new process group, an empty folder as its working folder
and home, none of the caller's environment variables, nothing on standard input, and limits of
time, memory, printed text, file size and processes. On Linux, with bubblewrap or where the kernel
lets users make namespaces, it also has no network, sees no process but its own, and can write
nowhere but in its folder; all that it started ends with it.

What it does not protect from: the script can read every file that you can read (it cannot send
it anywhere where the wall holds, but it can print it); it can speak to a service by a socket in
the file system that is open to you, such as docker's; it can use the processor and disk up to its
limits; it can write its own recording, and so deceive you about itself; and a fault in the kernel
itself may let it out. Without a wall (`doctor` says so) it can
also write your files and use the network, and a process that leaves its group and clears its
environment survives. Check code that you distrust in a virtual machine.
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, NamedTuple

LAUNCHER = Path(__file__).with_name("sandbox.sh")
MARK = "TWINPROP_CHECK"
WALLS = ("bwrap", "unshare")


class Limits(NamedTuple):
    """What a script may use."""

    seconds: float = 60.0
    memory_mb: int = 2048
    printed_kb: int = 1024
    file_mb: int = 64
    processes: int = 64


class Ended(NamedTuple):
    """How a process ended: its status, or why it was ended; and what it printed."""

    status: int
    reason: str | None
    printed: str


@functools.cache
def find_wall() -> str:
    """The strongest wall of this machine: "bwrap", "unshare" or "none"."""
    linux = sys.platform.startswith("linux")
    return next((wall for wall in WALLS if linux and stands(wall)), "none")


def stands(wall: str) -> bool:
    """Whether a wall can be built here: something harmless is run behind it."""
    with tempfile.TemporaryDirectory(prefix="twinprop-") as folder:
        Path(folder, "work").mkdir()
        command = _command(wall, Path(folder), Limits(), ["true"])
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            said = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=20, check=False
            )
            return said.returncode == 0
    return False


def protections() -> dict[str, str]:
    """Which protections hold on this machine, for `doctor`.

    Returns
    -------
    dict of str
        A sentence's worth for each.
    """
    wall = find_wall()
    by = {"bwrap": "by bubblewrap", "unshare": "by user namespaces"}.get(wall)
    missing = "does not hold (install bubblewrap, or allow user namespaces)"
    limits = Limits()
    return {
        "own process group": "holds",
        "limits": f"{limits.seconds:g} s, {limits.memory_mb} MB of memory, {limits.printed_kb} KB "
        f"printed, files of {limits.file_mb} MB"
        + ("" if sys.platform.startswith("linux") else " (memory: not on this system)"),
        "no environment variables": "holds",
        "no network": f"holds, {by}" if by else missing,
        "file system read-only": f"holds, {by}" if by else missing,
        "started processes end": f"holds, {by}" if by else "holds for those of its group",
    }


def run_sandboxed(
    command: list[str], folder: Path, variables: dict[str, str], limits: Limits
) -> Ended:
    """Run a command with limits, in the folder `work` of a folder that it may write to.

    Parameters
    ----------
    command : list of str
        Program and arguments.
    folder : Path
        An empty one, but for what the command needs; it gets the folder `work`.
    variables : dict of str
        All of its environment.
    limits : Limits
        What it may use.

    Returns
    -------
    Ended
        Status, the reason if it was ended ("time" or "printed"), and what it printed.
    """
    work = folder / "work"
    work.mkdir()
    mark = secrets.token_hex(16)
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(work),
        "TMPDIR": str(work),
        "LC_ALL": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        MARK: mark,
        **variables,
    }
    with subprocess.Popen(
        _command(find_wall(), folder, limits, command),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    ) as process:
        reader = _Reader(process, limits.printed_kb * 1024)
        reason = None
        try:
            process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            reason = "time"
        finally:
            end_all(process, mark)
        reader.join(5)
    return Ended(process.returncode, "printed" if reader.full else reason, reader.text())


def _command(wall: str, folder: Path, limits: Limits, command: list[str]) -> list[str]:
    memory, file = limits.memory_mb * 1024, limits.file_mb * 1024
    cpu = int(limits.seconds) + 1
    numbers = [str(n) for n in (memory, cpu, file, limits.processes)]
    return ["sh", str(LAUNCHER), wall, str(folder), *numbers, *command]


def end_all(process: subprocess.Popen[bytes], mark: str) -> None:
    """End a process, its group, and what left its group but still carries its mark."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    for _ in range(3):
        marked = _marked(f"{MARK}={mark}".encode())
        for pid in marked:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not marked:
            break
    process.wait()


def _marked(mark: bytes) -> list[int]:
    """Processes that inherited an environment variable; on Linux, where /proc shows them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if mark in entry.read_bytes().split(b"\0"):
                found.append(int(entry.parent.name))
    return [pid for pid in found if pid != os.getpid()]


class _Reader(threading.Thread):
    """Reads what a process prints, and ends it where that is too much."""

    def __init__(self, process: subprocess.Popen[bytes], limit: int):
        super().__init__(daemon=True)
        self.process, self.limit = process, limit
        self.kept = bytearray()
        self.full = False
        self.start()

    def run(self) -> None:
        stream: IO[bytes] | None = self.process.stdout
        while stream is not None and (chunk := stream.read1(65536)):  # type: ignore[attr-defined]
            room = self.limit - len(self.kept)
            self.kept += chunk[:room]
            if len(chunk) > room:
                self.full = True
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.process.pid, signal.SIGKILL)
                return

    def text(self) -> str:
        """What was printed, as far as the limit."""
        return self.kept.decode("utf-8", errors="replace")
