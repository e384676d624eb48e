"""Names of quantities in a trace, such as `10/dW2` or `3.2/loss`."""

from __future__ import annotations

import re
from typing import NamedTuple

_PATTERN = re.compile(
    r"(?P<step>[0-9]{1,10}(?:\.[0-9]{1,10})?|held_out)/(?P<kind>[A-Za-z]+)(?P<layer>[0-9]{0,10})"
)

PARAMETERS = ("W", "b")

# Every kind of quantity that a trace of a case can have, in the order of computation.
KINDS = {
    "z": "the layer's weighted input",
    "drawn": "slopes of rrelu, drawn for this step",
    "a": "the layer's output",
    "mask": "what dropout multiplies the output by",
    "dropped": "the output after dropout, which feeds the next layer",
    "loss": "the loss, with its penalty",
    "e": "derivative of the loss with respect to a",
    "slope": "derivative of the activation",
    "delta": "derivative of the loss with respect to z",
    "dW": "derivative with respect to the weights, with the penalty's",
    "db": "derivative with respect to the bias",
    "dalpha": "derivative with respect to the slopes of prelu",
    "W": "the weights after the step",
    "b": "the bias after the step",
    "alpha": "the slopes of prelu after the step",
    "accuracy": "share of the held-out rows that are judged rightly",
    "rsquared": "R squared of the held-out rows",
}


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
