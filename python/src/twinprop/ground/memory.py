"""The memory that a case needs, and that there is; twin of r/R/ground_memory.R."""

from __future__ import annotations

import math
import os

from twinprop.ground.errors import InputError


def check_memory(shape: tuple[int, ...], units: list[int], where: str) -> None:
    """Refuse layers for which there is not enough memory."""
    needed, present = 8 * numbers_of_step(shape, units) / 2**30, present_memory() / 2**30
    if needed > present:
        raise InputError(
            f"{where} layers need {needed:.1f} GiB of memory; there are {present:.1f} GiB; "
            f"use fewer units"
        )


def check_matrix_memory(rows: int, columns: int, where: str) -> None:
    """Refuse a matrix for which there is not enough memory."""
    needed, present = 8.0 * rows * columns / 2**30, present_memory() / 2**30
    if needed > present:
        raise InputError(
            f"{where} of {rows} rows and {columns} columns needs {needed:.1f} GiB of memory; "
            f"there are {present:.1f} GiB; use fewer of them"
        )


def numbers_of_step(shape: tuple[int, ...], units: list[int]) -> float:
    """How many numbers a step of training holds.

    These are each layer's weights three times (before, gradient, after) and six matrices of its
    size for all samples (z, a, e, slope, delta and one in the making).
    """
    numbers, n_in = 0.0, float(shape[1])
    for n_out in units:
        numbers += 3 * (n_in + 1) * n_out + 6.0 * shape[0] * n_out
        n_in = float(n_out)
    return numbers


def present_memory() -> float:
    """Bytes of memory that there are; infinite where the system does not tell."""
    try:
        import resource  # not on every system

        # What this process may have can be less than the machine has.
        limit = resource.getrlimit(resource.RLIMIT_AS)[0]
        machine = float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
        return machine if limit == resource.RLIM_INFINITY else min(machine, limit)
    except (ImportError, AttributeError, ValueError, OSError):
        return math.inf
