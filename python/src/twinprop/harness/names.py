"""Names of quantities in a trace, such as `10/dW2` or `3.2/loss`."""

from __future__ import annotations

import re
from typing import NamedTuple

_PATTERN = re.compile(r"(?P<step>\d+(?:\.\d+)?|held_out)/(?P<kind>[A-Za-z]+)(?P<layer>\d*)")

PARAMETERS = ("W", "b")


class QuantityName(NamedTuple):
    """A name in its parts: step `3.2` (epoch and batch), kind `dW`, layer 2 (None for the loss).

    What is computed for rows that were held out from training has that word as its step.
    """

    step: str
    kind: str
    layer: int | None


def parse_name(name: str) -> QuantityName | None:
    """The parts of a quantity's name, or None if it is not formed like one.

    Parameters
    ----------
    name : str
        Such as `10/dW2`.

    Returns
    -------
    QuantityName or None
        Its parts.

    Examples
    --------
    >>> parse_name("10/dW2")
    QuantityName(step='10', kind='dW', layer=2)
    """
    found = _PATTERN.fullmatch(name)
    if found is None:
        return None
    layer = found["layer"]
    return QuantityName(found["step"], found["kind"], int(layer) if layer else None)


def name_element(name: str, index: tuple[int, ...]) -> str:
    """One element of a quantity, such as `10/dW2[0,1]`, counted from 0.

    Parameters
    ----------
    name : str
        The quantity's name.
    index : tuple of int
        Empty for a scalar.

    Returns
    -------
    str
        Name and index.
    """
    return f"{name}[{','.join(str(i) for i in index)}]" if index else name
