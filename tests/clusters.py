"""Schedulers and workers of dask, as people start them: each a process of its own."""

import contextlib
import subprocess
import sys
import time

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
# As `dask worker` does, where Python can be told beforehand what it has not.
DASK = "{before}\nfrom distributed.cli.dask_{name} import main\nmain()"


def wait_for(condition, seconds=120):
    """Wait until something is so; the last look is the answer."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


@contextlib.contextmanager
def ended(process):
    """A process that is killed afterwards, if it still runs."""
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def scheduler(file, before=""):
    """A scheduler that says in a file where it is."""
    words = [sys.executable, "-c", DASK.format(before=before, name="scheduler")]
    words += ["--scheduler-file", str(file)]
    with ended(subprocess.Popen([*words, "--port", "0", "--no-dashboard"], **QUIET)) as process:
        assert wait_for(file.is_file)
        yield process


@contextlib.contextmanager
def worker(file, before="", **variables):
    """A worker of one thread, without a nanny, so that it is this process; it ends with others."""
    words = [sys.executable, "-c", DASK.format(before=before, name="worker")]
    words += ["--scheduler-file", str(file)]
    words += ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "20"]
    with ended(subprocess.Popen(words, env=variables or None, **QUIET)) as process:
        yield process
