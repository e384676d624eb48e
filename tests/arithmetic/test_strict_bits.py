"""Strict arithmetic gives pinned bits, whatever the processor, and its constants are proved."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from twinprop.arithmetic import build_constants, strict, strict_constants
from twinprop.ground.errors import InputError

# The first 16 digits of the SHA-256 of the values, the same on every machine and in both languages:
# r/tests/testthat/test-arithmetic_strict.R has them too.
DIGESTS = {
    "exp": "f4becd208481ef43",
    "sigmoid": "cdd8acf86753ec30",
    "tanh": "f5e5a6ecb319f746",
    "log": "276adb86d4d2e216",
    "log1p": "2f202c3292dddc05",
    "sqrt": "ccacf64fbe0ea914",
    "matmul": "da540f6ca4803b4d",
    "row_sums": "ab772e67603ad400",
}


def pinned_values():
    x = np.arange(-12000.0, 12001.0) * 0.0625
    values = {name: getattr(strict, name)(x) for name in ("exp", "sigmoid", "tanh")}
    values |= {name: getattr(strict, name)(np.abs(x)) for name in ("log", "log1p", "sqrt")}
    left, right = values["log1p"][:7700].reshape(70, 110), values["log"][:5500].reshape(110, 50)
    return values | {"matmul": strict.matmul(left, right), "row_sums": strict.row_sums(left)}


def digests():
    return {
        name: hashlib.sha256(value.astype("<f8").tobytes()).hexdigest()[:16]
        for name, value in pinned_values().items()
    }


def test_values_are_the_same_bits_as_on_every_other_machine():
    assert digests() == DIGESTS


def test_values_do_not_depend_on_the_vector_units_of_the_processor():
    units = [unit for unit in __cpu_dispatch__ if __cpu_features__[unit]]
    done = subprocess.run(
        [sys.executable, __file__],
        env=os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(units)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert done.stdout.split() == [*DIGESTS.values(), *(f"-{unit}" for unit in __cpu_dispatch__)]


def test_constants_are_those_that_ball_arithmetic_proves(repository):
    path = repository / "python/src/twinprop/arithmetic/strict_constants.txt"
    assert path.read_bytes() == build_constants.constants_text().encode()
    assert (repository / "r/inst/strict_constants.txt").read_bytes() == path.read_bytes()


def test_changed_constants_are_refused(tmp_path):
    path = tmp_path / "constants.txt"
    path.write_text(build_constants.constants_text().replace("0x1.62e42f", "0x1.62e42e", 1))
    with pytest.raises(InputError, match=r"^constants.txt does not match its SHA-256; wanted the"):
        strict_constants.read_constants(path)


if __name__ == "__main__":
    print(*digests().values())
    print(*(f"-{unit}" for unit in __cpu_dispatch__ if not __cpu_features__[unit]))
