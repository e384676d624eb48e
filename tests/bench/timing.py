"""Seconds of several calls in turn, so that a slow moment of the machine falls on all of them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from twinprop.arithmetic import native, strict
from twinprop.cases.case import Case, run_case
from twinprop.engines.r_library import find_rscript, r_variables

ROUNDS = 7
SPEED_IN_R = Path(__file__).resolve().with_name("speed.R")


def time_in_turn(*calls: Callable[[], object], rounds: int = ROUNDS) -> list[list[float]]:
    """Seconds of each call, round by round."""
    seconds: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, times in zip(calls, seconds, strict=True):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return seconds


def time_r(path: Path, *programs: str, rounds: int = ROUNDS) -> list[list[float]]:
    """Seconds per epoch in R of each program of speed.R: plain, native, strict."""
    done = subprocess.run(
        [find_rscript(), "--vanilla", str(SPEED_IN_R), str(path), str(rounds), *programs],
        capture_output=True,
        text=True,
        check=True,
        env=r_variables(),
    )
    rows = [[float(cell) for cell in line.split()] for line in done.stdout.splitlines()]
    return [list(column) for column in zip(*rows, strict=True)]


def median_ratio(above: list[float], below: list[float]) -> float:
    """Median of the ratios, round by round."""
    return median(a / b for a, b in zip(above, below, strict=True))


def strict_cost(case: Case, path: Path, rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds of strict arithmetic over those of native, in each language."""
    native_, strict_ = time_in_turn(
        lambda: run_case(case, native), lambda: run_case(case, strict), rounds=rounds
    )
    native_r, strict_r = time_r(path, "native", "strict", rounds=rounds)
    return {
        "Python": median_ratio(strict_, native_),
        "R": median_ratio(strict_r, native_r),
    }
