"""What `twinprop check` takes, against the checked script alone.

Both with the start of the language. Wanted: at most twice the script alone and one second.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from timing import time_in_turn

from twinprop.engines.r_library import find_rscript, r_variables

SCRIPTS = Path(__file__).resolve().parents[2] / "shared_fixtures" / "scripts"
ROUNDS = 5


def check_costs() -> list[tuple[str, float, float]]:
    """For each way to check the article's script: its name, seconds alone and checked."""
    python, r = str(SCRIPTS / "article.py"), str(SCRIPTS / "article.R")
    check = [sys.executable, "-m", "twinprop.cli.main", "check"]
    rscript = find_rscript()
    in_r = [rscript, "-e", "invisible(twinprop::check_file(commandArgs(TRUE)))", r]
    ways = [
        ("twinprop check article.py", [sys.executable, python], [*check, python]),
        ("twinprop check article.R", [rscript, r], [*check, r]),
        ("check_file in R", [rscript, r], in_r),
    ]
    costs = []
    for name, alone, checked in ways:
        times = time_in_turn(*(_run(command) for command in (alone, checked)), rounds=ROUNDS)
        costs.append((name, median(times[0]), median(times[1])))
    return costs


def _run(command: list[str]):
    variables = {**os.environ, **r_variables()}
    return lambda: subprocess.run(command, check=True, capture_output=True, env=variables)
