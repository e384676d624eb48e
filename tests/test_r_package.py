"""The R package's own tests, which need no Python: run as `make test-r` does."""

import os
import re
import subprocess

import pytest

from twinprop.engines.r_library import find_rscript, r_variables

# Which of its files, and how many expectations they have at least; each is of one part.
PARTS = {"^check_file$": 60, "^check_(?!file$)": 60, "^(?!check_)": 300}
RUN = "library(testthat); library(twinprop); test_check('twinprop', filter = '{}', perl = TRUE)"


@pytest.mark.parametrize("part", PARTS)
def test_the_r_package_passes_its_own_tests(repository, part):
    done = subprocess.run(
        [find_rscript(), "--vanilla", "-e", RUN.format(part)],
        cwd=repository / "r" / "tests",
        env={**os.environ, **r_variables()},
        capture_output=True,
        text=True,
        check=False,
    )
    output = done.stdout + done.stderr
    passed = re.search(r"\[ FAIL 0 \| WARN 0 \| SKIP 0 \| PASS (\d+) \]", output)
    assert done.returncode == 0, output[-4000:]
    assert passed, output[-4000:]
    assert int(passed[1]) >= PARTS[part], "tests of the R package have gone missing"
