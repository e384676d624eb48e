"""The numbers of strict arithmetic, read from one file of hexadecimal floats in both languages."""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np

from twinprop.ground.array import Array
from twinprop.ground.errors import InputError
from twinprop.ground.files import read_text


def read_constants(path: str | Path) -> dict[str, Array]:
    """The named vectors of a file of constants.

    Each line is a name and hexadecimal floats. The last line holds the SHA-256 of the lines before
    it, and a file that does not match is refused.

    Parameters
    ----------
    path : str
        The file.

    Returns
    -------
    list of float64
        The vectors by name.
    """
    wanted = "the constants of strict arithmetic; install twinprop again"
    text = read_text(path, Path(path).name, wanted).replace("\r\n", "\n")
    body, _, digest = text.rpartition("sha256 ")
    if hashlib.sha256(body.encode()).hexdigest() != digest.strip():
        raise InputError(f"{Path(path).name} does not match its SHA-256; wanted {wanted}")
    lines = [line.split() for line in body.splitlines()]
    return {name: np.array([float.fromhex(value) for value in values]) for name, *values in lines}


def powers_of_two() -> Array:
    """The doubles 2^-1074, 2^-1073, ..., 2^1023, by doubling.

    Returns
    -------
    (2098,) float64
        All exact.
    """
    powers = [1.0]
    while len(powers) <= 1023:
        powers.append(powers[-1] * 2.0)
    while len(powers) <= 1023 + 1074:
        powers.insert(0, powers[0] * 0.5)
    return np.array(powers)


@cache
def constants() -> dict[str, Array]:
    """The vectors of the file that comes with the package, read when they are first needed."""
    return read_constants(Path(__file__).with_name("strict_constants.txt"))


powers = powers_of_two()
