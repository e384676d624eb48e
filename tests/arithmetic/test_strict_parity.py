"""Strict arithmetic in R against Python, bit for bit, and what both say of a bad processor."""

import os
import platform
import shutil
import subprocess
import sys

import numpy as np
import pytest

from twinprop.arithmetic import strict
from twinprop.arithmetic.ulp import same_bits
from twinprop.engines.r_library import find_r_library, find_rscript, r_variables

ELEMENTWISE = ["exp", "log", "log1p", "tanh", "sigmoid", "sqrt"]
SHAPES = [(3, 4, 2), (1, 1, 1), (5, 1, 3), (2, 0, 3), (1, 300, 7), (45, 61, 37), (100, 784, 9)]
LIMITS = [0.0, 5e-324, 2.0**-1022, 1.0, 1.7976931348623157e308, np.inf]
SPECIAL = [np.nan, *LIMITS, *(-limit for limit in LIMITS)]
INTEL = platform.machine() in ("x86_64", "AMD64")

# Modes of floating point in which strict arithmetic would give other bits.
MODES = {
    "subnormal numbers": (
        "state = (ctypes.c_uint32 * 16)(); libm.fegetenv(state); "
        + ("state[7] |= 0x8040; " if INTEL else "state[0] |= 1 << 24; ")
        + "libm.fesetenv(state)"
    ),
    "rounding to even": f"libm.fesetround({0x800 if INTEL else 0x400000})",
}


def whole_range(function, n):
    """A third any bits, a third of moderate size, a third over the whole range of exp."""
    generator = np.random.default_rng(n)
    bits = generator.integers(0, 2**64, n // 3, dtype=np.uint64).view(np.float64)
    near = np.ldexp(generator.normal(size=n // 3), generator.integers(-60, 11, n // 3))
    if function in ("log", "log1p", "sqrt"):
        bits, near[::2] = np.abs(bits), np.abs(near[::2])
    return np.concatenate([SPECIAL, bits, near, generator.uniform(-750.0, 715.0, n // 3)])


def check_same_bits(r, function, n):
    x = whole_range(function, n)
    ours, theirs = getattr(strict, function)(x), r.call(f"strict.{function}", x)
    differ = np.flatnonzero(~same_bits(ours, theirs))
    assert differ.size == 0, [(x[i].hex(), ours[i].hex(), theirs[i].hex()) for i in differ[:5]]


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_functions_have_the_same_bits(r, function):
    check_same_bits(r, function, 100_000)


@pytest.mark.slow
@pytest.mark.parametrize("function", ELEMENTWISE)
def test_functions_have_the_same_bits_on_a_million_inputs(r, function):
    check_same_bits(r, function, 1_000_000)


@pytest.mark.parametrize(("n", "k", "m"), SHAPES)
def test_products_have_the_same_bits(r, n, k, m):
    generator = np.random.default_rng(k)
    a, b = generator.normal(size=(n, k)), generator.normal(size=(k, m))
    for function, left, right in (("matmul", a, b), ("crossprod", a.T, b), ("tcrossprod", a, b.T)):
        left, right = np.ascontiguousarray(left), np.ascontiguousarray(right)
        ours = getattr(strict, function)(left, right)
        theirs = np.reshape(r.call(f"strict.{function}", left, right), (n, m))
        assert same_bits(ours, theirs).all(), function


@pytest.mark.parametrize("shape", [(3, 4), (1, 1), (7, 1), (101, 13), (13, 101)])
def test_sums_have_the_same_bits(r, shape):
    a = np.random.default_rng(shape[0]).normal(size=shape)
    for function in ("column_sums", "row_sums", "row_max", "total"):
        ours, theirs = getattr(strict, function)(a), r.call(f"strict.{function}", a)
        assert same_bits(ours, np.reshape(theirs, np.shape(ours))).all(), function


def test_choices_and_biases_have_the_same_bits(r):
    z = np.array([[1.0, np.nan, -0.0], [-2.0, 3.0, 0.1]])
    b = np.array([[0.3, 0.7, -0.9]])
    assert same_bits(strict.add_bias(z, b), r.call("strict.add_bias", z, b)).all()
    assert same_bits(strict.where(z > 0, z, 0.5), r.call("strict.where", z > 0, z, 0.5)).all()


@pytest.mark.whole
@pytest.mark.parametrize("check", MODES)
@pytest.mark.parametrize("language", ["python", "r"])
def test_self_test_refuses_another_mode_of_floating_point(check, language):
    code = f"""
import ctypes
from twinprop.arithmetic import strict
from twinprop.ground.errors import InputError
from twinprop.engines.r_session import call_r, find_function
libm = ctypes.CDLL(None)
in_r = {language == "r"}
if in_r:
    call_r("strict_self_test")
{MODES[check]}
try:
    call_r("strict_self_test") if in_r else strict.self_test()
except InputError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == (
        f"strict arithmetic needs {check}, which this machine's floating point lacks; "
        "use native arithmetic"
    ), done.stderr


@pytest.mark.whole
def test_with_damaged_constants_r_refuses_strict_alone(tmp_path):
    shutil.copytree(find_r_library() / "twinprop", tmp_path / "twinprop")
    path = tmp_path / "twinprop" / "strict_constants.txt"
    path.write_text(path.read_text().replace("0x1.62e42f", "0x1.62e42e", 1))
    code = """
      library(twinprop); x <- matrix(1, 1, 2); network <- draw_network(2, 1, "sigmoid")
      say <- function(error) cat(conditionMessage(error))
      tryCatch(get_arithmetic("strict"), twinprop_input_error = say); cat("\n")
      tryCatch(predict(network, x, strict), twinprop_input_error = say)
      stopifnot(is.finite(predict(network, x)))
    """
    libraries = f"{tmp_path}{os.pathsep}{find_r_library()}"
    done = subprocess.run(
        [find_rscript(), "--vanilla", "-e", code],
        env={**r_variables(), "R_LIBS": libraries},
        capture_output=True,
        text=True,
        check=True,
    )
    sentence = (
        "strict_constants.txt does not match its SHA-256; wanted the constants of strict "
        "arithmetic; install twinprop again"
    )
    assert done.stdout == f"{sentence}\n{sentence}"
