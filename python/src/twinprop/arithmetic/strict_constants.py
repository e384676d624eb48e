"""The numbers of strict arithmetic, read from one file of hexadecimal floats in both languages."""

import hashlib
from pathlib import Path

import numpy as np

from twinprop.arithmetic.array import Array
from twinprop.errors import InputError


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
    text = Path(path).read_bytes().replace(b"\r\n", b"\n")
    body, _, digest = text.rpartition(b"sha256 ")
    found = hashlib.sha256(body).hexdigest()
    wanted = digest.decode().strip()
    if found != wanted:
        raise InputError(
            f"the constants of strict arithmetic have SHA-256 {found}, not {wanted}; "
            "install twinprop again"
        )
    lines = [line.split() for line in body.decode().splitlines()]
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


constants = read_constants(Path(__file__).with_name("strict_constants.txt"))
powers = powers_of_two()
