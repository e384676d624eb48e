"""Programs run alone and watched, without a wall."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from twinprop.check.align.recording import Graph
from twinprop.check.watch import RECORDER


class Run(NamedTuple):
    """How a process ended, and what it wrote."""

    status: int
    out: str
    err: str


def run_alone(file: Path, *args: str, seconds: float = 60) -> Run:
    """A program as Python runs it; what is random begins with the same seed."""
    return _run([sys.executable, file.name, *args], file.parent, seconds)


def run_watched(file: Path, out: Path, *args: str, seconds: float = 60) -> Run:
    """The same program watched."""
    command = [sys.executable, str(RECORDER), str(out), file.name, *args]
    return _run(command, file.parent, seconds)


SEED = """import random
random.seed(1)
try:
    import numpy
    numpy.random.seed(1)
    seeded = numpy.random.default_rng
    numpy.random.default_rng = lambda seed=7: seeded(seed)
except ImportError:
    pass
"""


def _run(command: list[str], folder: Path, seconds: float) -> Run:
    seeds = folder.parent / "seeds"
    seeds.mkdir(exist_ok=True)
    (seeds / "sitecustomize.py").write_text(SEED)
    environment = {
        **os.environ, "PYTHONPATH": str(seeds), "PYTHONHASHSEED": "0", "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=seconds, check=False,
    )  # fmt: skip
    return Run(done.returncode, done.stdout, done.stderr)


def named(graph: Graph, name: str) -> int:
    """The last node that a name was bound to while the program was watched."""
    bound = [n for n, names in graph.names.items() if name in names and graph.spelled[n] != "final"]
    return max(bound)
