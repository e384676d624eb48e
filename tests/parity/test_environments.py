"""Strict results have the same bits whatever the processor's features, the BLAS and its threads.

Each environment is that of a process of its own, since all of this is decided when it starts.
"""

import glob
import json
import os
import subprocess
import sys

import numpy as np
import pytest

from twinprop.comparing.fixtures import read_expected

CASES = ["chaotic-20-16-4", "wide-7-40-3", "article-4-3-1-normal", "softmax-cross-entropy"]
CORES = ["Prescott", "Sandybridge", "Haswell"]
NO_FMA = "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX2_Usable,-FMA_Usable,-AVX512F_Usable"
BESIDE_PYTHON = os.path.join(sys.prefix, "openblas")
NO_OPENBLAS = (
    "no OpenBLAS for R to use is found; on Debian `make test-slow` fetches it, elsewhere "
    "name one: make test-slow TWINPROP_OPENBLAS=/path/to/libopenblas.so.0"
)

PROGRAM = """
import json, sys
from twinprop.engines import running
from twinprop.engines.choices import LANGUAGES
from twinprop.cases.traces import digest
digests = {}
for path in sys.argv[2:]:
    for language in LANGUAGES:
        for arithmetic in sys.argv[1].split(","):
            trace = running.run(path, language, arithmetic).trace
            name = f"{path} {language} {arithmetic}"
            digests[name] = {key: digest(array) for key, array in trace.items()}
print(json.dumps(digests))
"""


def simd_features():
    """The features that numpy has found in this processor, and that can be taken away."""
    return " ".join(np.show_config(mode="dicts").get("SIMD Extensions", {}).get("found", []))


def find_openblas():
    """The file of an OpenBLAS that R can be given, wherever it lies."""
    named = os.environ.get("TWINPROP_OPENBLAS")
    lies_in = [root + "/usr/lib/*/openblas*/libopenblas*.so.0" for root in ("", BESIDE_PYTHON)]
    found = [named] if named else sorted(path for place in lies_in for path in glob.glob(place))
    assert found, NO_OPENBLAS
    return found[0]


def digests_in(variables, paths, arithmetics="strict"):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, arithmetics, *map(str, paths)],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def check_strict_bits(variables, case_path, names=CASES):
    for name, found in digests_in(variables, [case_path(name) for name in names]).items():
        path, language, _ = name.rsplit(" ", 2)  # a path may have spaces
        expected = read_expected(case_path(os.path.basename(path).removesuffix(".json"))).strict
        wrong = [key for key in expected if found.get(key) != expected[key]]
        assert not wrong, f"{path}, {language}, under {variables}: {wrong[:3]}"
        assert list(found) == list(expected)


def test_without_simd_and_without_fma_in_the_c_library(r, case_path):
    variables = {"NPY_DISABLE_CPU_FEATURES": simd_features(), "GLIBC_TUNABLES": NO_FMA}
    check_strict_bits(variables, case_path, CASES[:2])


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("core", CORES)
def test_with_another_kind_of_core_and_number_of_threads(r, case_path, core, threads):
    check_strict_bits({"OPENBLAS_CORETYPE": core, "OPENBLAS_NUM_THREADS": str(threads)}, case_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    "variables",
    [{"NPY_DISABLE_CPU_FEATURES": simd_features()}, {"GLIBC_TUNABLES": NO_FMA}],
    ids=["numpy without SIMD", "C library without FMA"],
)
def test_with_fewer_features_of_the_processor(r, case_path, variables):
    check_strict_bits(variables, case_path)


@pytest.mark.slow
def test_with_openblas_in_r(r, case_path):
    folder, file = os.path.split(find_openblas())
    # Without the folder, since LD_PRELOAD takes no path with a space in it.
    preloaded = {"LD_PRELOAD": file, "LD_LIBRARY_PATH": folder}
    program = 'cat(basename(extSoftVersion()["BLAS"]))'
    blas = subprocess.run(
        ["Rscript", "--vanilla", "-e", program],
        env={**os.environ, **preloaded},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "openblas" in blas.stdout
    check_strict_bits(preloaded, case_path)


@pytest.mark.slow
def test_native_bits_do_change_with_the_environment(r, case_path):
    path = case_path("wide-7-40-3")
    before, after = (
        digests_in(variables, [path], "native")
        for variables in ({}, {"NPY_DISABLE_CPU_FEATURES": simd_features()})
    )
    changed = {name for name in before if before[name] != after[name]}
    # Without features to take away there is nothing to show.
    assert changed == ({f"{path} python native"} if simd_features() else set())
