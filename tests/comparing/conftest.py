"""What the tests of comparing share: the command, in a process of its own."""

import json
import subprocess
import sys

import pytest


@pytest.fixture(scope="session")
def compare():
    """Run `twinprop compare` and return what its JSON says, with its exit status."""

    def run(*args):
        command = [sys.executable, "-m", "twinprop.cli.main", "compare", *map(str, args)]
        done = subprocess.run(
            [*command, "--json", "-"],
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode in (0, 1), done.stderr
        return {**json.loads(done.stdout), "status": done.returncode}

    return run
