"""What tests of several folders share: the command line, and verify with runs that are made up."""

import contextlib
import os
import subprocess
import sys
import tempfile
from functools import partial

import pytest

from twinprop.cli import main
from twinprop.comparing.distances import Truth
from twinprop.comparing.reference import Reference
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.engines import running
from twinprop.studies import verify

COMMAND = [sys.executable, "-m", "twinprop.cli.main"]


def twinprop(*args, cwd=None, encoding="utf-8", **variables):
    """The command line, in a process of its own where it is given variables of the environment.

    Else in this process, where the modules are loaded and R runs already; both its streams, which
    have an encoding, are caught with what R and other processes write there.
    """
    words = [*map(str, args)]
    if variables:
        return subprocess.run(
            [*COMMAND, *words],
            cwd=cwd,
            env={**os.environ, **variables},
            capture_output=True,
            encoding=encoding,
            timeout=300,
            check=False,
        )
    new_file = partial(tempfile.TemporaryFile, "w+", encoding=encoding)
    with new_file() as out, new_file() as err:
        with contextlib.chdir(cwd or "."), caught("stdout", out), caught("stderr", err):
            try:
                main.main(words)
            except SystemExit as ended:
                status = ended.code
        texts = [file.seek(0) or file.read() for file in (out, err)]
    return subprocess.CompletedProcess(words, status, *texts)


@contextlib.contextmanager
def caught(name, file):
    """Let what is written to a stream go to a file, whoever in this process writes it."""
    stream, number = getattr(sys, name), {"stdout": 1, "stderr": 2}[name]
    stream.flush()
    kept = os.dup(number)
    os.dup2(file.fileno(), number)
    try:
        with open(number, "w", encoding=file.encoding, closefd=False) as ours:
            setattr(sys, name, ours)
            yield
    finally:
        setattr(sys, name, stream)
        os.dup2(kept, number)
        os.close(kept)


def find_faults(page):
    """What axe finds on a page in a browser: by all its rules, and all that breaks one.

    What keeps a rule is not listed element by element, which would take time of its own.
    """
    from axe_playwright_python.sync_playwright import Axe

    return Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]


def make_files(folder, *names):
    for name in names:
        (folder / name).write_text("{}")


def plain_reference(document):
    """The table of tolerances, no exact values, nothing recorded."""
    return Reference(tolerance_bound, Truth({}, 0, "unknown: none are given"), {})


def with_runs(run, verify_it, *args, reference=plain_reference, **named):
    """What verify_case or verify_cases gives where a function stands for both languages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "run", run)
        patch.setattr(verify, "read_reference", reference)
        return verify_it(*args, **named)
