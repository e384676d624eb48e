"""Files that are tried in another process first, since damaged ones bring their libraries down.

A damaged hdf5 file may have h5py run for ever, a damaged mat file scipy break off Python. So
another process reads them before this one does, with a limit of time and memory; one serves for
all files.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import math
import os
import signal
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path

from twinprop.ground.errors import InputError
from twinprop.ground.memory import present_memory

# What reading may take, beside a second for each of so many bytes.
SECONDS = 60
_BYTES_A_SECOND = 1 << 22
_READ = "read\n"


def try_apart(module: str, function: str, place: Path) -> None:
    """Refuse a file on which its reader runs too long, or breaks off."""
    if os.name != "posix":
        return
    seconds = SECONDS + place.stat().st_size // _BYTES_A_SECOND
    process = _other_process()
    assert process.stdin
    assert process.stdout
    with contextlib.suppress(BrokenPipeError):  # it ended, as its status says
        process.stdin.write(json.dumps([module, function, str(place), seconds]) + "\n")
        process.stdin.flush()
    if process.stdout.readline() == _READ:
        return
    status = process.wait()
    _end(process)
    _other_process.cache_clear()
    if status == -signal.SIGALRM:
        raise InputError(f"{place} is damaged: reading it did not end in {seconds} seconds")
    how = f"by the signal {signal.Signals(-status).name}" if status < 0 else "for want of memory"
    raise InputError(f"{place} is damaged: what reads it was broken off {how}")


@cache
def _other_process() -> subprocess.Popen[str]:
    program = f"import sys; sys.path[:] = sys.argv[1:]; from {__name__} import serve; serve()"
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", program, *filter(None, sys.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    """It ends when nothing more can be asked."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
    process.wait()


def serve() -> None:
    """Read the files that are named on standard input, until it ends or one of them is too much."""
    import resource  # not on every system

    most = present_memory()
    if math.isfinite(most):
        resource.setrlimit(resource.RLIMIT_DATA, (int(most), int(most)))
    answers = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    for line in sys.stdin:
        module, function, place, seconds = json.loads(line)
        signal.alarm(seconds)
        try:
            getattr(import_module(module), function)(Path(place))
        except MemoryError:
            raise
        except Exception:
            pass  # the process that asked will meet it itself
        signal.alarm(0)
        os.write(answers, _READ.encode())
