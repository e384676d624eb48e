"""How often one language disagrees with itself where the machine is told to compute otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from twinprop.arithmetic import Array
from twinprop.engines.r_library import find_rscript, r_variables

COUNT, _SIDE = 100_000, 200
_PYTHON = f"""
import sys
import numpy as np
from twinprop.arithmetic import native
from twinprop.formulas.random_numbers import new_generator, random_normal, random_uniform
generator = new_generator(1)
x = random_uniform(generator, {COUNT}, -10.0, 10.0)
a = random_normal(generator, {_SIDE**2}).reshape({_SIDE}, {_SIDE})
np.concatenate([native.exp(x), native.matmul(a, a).ravel()]).tofile(sys.argv[1])
"""
_R = f"""
library(twinprop)
generator <- new_generator(1)
x <- random_uniform(generator, {COUNT}, -10, 10)
a <- matrix(random_normal(generator, {_SIDE**2}), {_SIDE}, byrow = TRUE)
file <- file(commandArgs(TRUE)[[1]], "wb")
writeBin(c(exp(x), t(a %*% a)), file)
close(file)
"""


class Setting(NamedTuple):
    """A way to make a language compute otherwise: variables of its environment."""

    language: str
    operation: str
    says: str
    variables: Mapping[str, str]


class Itself(NamedTuple):
    """How many results of an operation differ from those without the setting."""

    setting: Setting
    numbers: int
    differing: int


SETTINGS = (
    Setting(
        "python",
        "exp",
        "numpy without its code for wide registers",
        {"NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"},
    ),
    Setting(
        "python",
        "matmul",
        "OpenBLAS as on an older processor",
        {"OPENBLAS_CORETYPE": "Sandybridge"},
    ),
    Setting("python", "matmul", "OpenBLAS with one thread", {"OPENBLAS_NUM_THREADS": "1"}),
    Setting(
        "r",
        "exp",
        "the C library without fused multiply-add",
        {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"},
    ),
)


def compare_settings() -> Iterator[Itself]:
    """Every setting against the same language without it.

    Yields
    ------
    Itself
        One for each setting that this machine's libraries accept.
    """
    for setting in SETTINGS:
        usual, other = (
            _results(setting.language, ()),
            _results(setting.language, tuple(setting.variables.items())),
        )
        part = slice(0, COUNT) if setting.operation == "exp" else slice(COUNT, None)
        if usual is not None and other is not None:
            differing = np.count_nonzero(usual[part] != other[part])
            yield Itself(setting, usual[part].size, int(differing))


@cache
def _results(language: str, variables: tuple[tuple[str, str], ...]) -> Array | None:
    """What a language of its own computes in a process with these variables."""
    with tempfile.TemporaryDirectory(prefix="twinprop-") as folder:
        target = Path(folder) / "numbers"
        command = [sys.executable, "-c", _PYTHON]
        if language == "r":
            command = [find_rscript(), "--vanilla", "-e", _R]
        done = subprocess.run(
            [*command, str(target)],
            env={**os.environ, **r_variables(), **dict(variables)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return np.fromfile(target) if done.returncode == 0 else None
