"""What tests of several folders share: the command line, and verify with runs that are made up."""

import os
import subprocess
import sys

import pytest

from twinprop.comparing.distances import Truth
from twinprop.comparing.reference import Reference
from twinprop.comparing.tolerances import tolerance_bound
from twinprop.engines import running
from twinprop.studies import verify

COMMAND = [sys.executable, "-m", "twinprop.cli.main"]


def twinprop(*args, cwd=None, **variables):
    """The command line in a process of its own, with more variables of the environment."""
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


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
