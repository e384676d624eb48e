"""The digest of a case, by which what was recorded for it is known to be for it as it is now."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from twinprop.cases.case import Case
from twinprop.cases.traces import digest

DIGITS = 12  # of a digest in a file: 48 bits tell apart what differs by accident


def digest_input(case: Case) -> str:
    """The beginning of a digest of all that a case gives to compute with.

    Parameters
    ----------
    case : Case
        Read from its file.

    Returns
    -------
    str
        The same for another spelling of the same case, such as other spaces.
    """
    found = hashlib.sha256()

    def add(value: Any) -> None:
        if isinstance(value, np.ndarray):
            found.update(f"{value.dtype.kind}{value.shape}{digest(value)}".encode())
        elif isinstance(value, np.generic):
            add(value.item())
        elif isinstance(value, Mapping):
            add(sorted(value.items()))
        elif isinstance(value, (list, tuple)):
            found.update(f"({len(value)}".encode())
            for item in value:
                add(item)
        else:
            found.update(repr(value).encode() + b";")

    # In the order and with the gaps of the first digests, which stand in files.
    parts = ((w.weights, w.bias, w.activation, w.options, w.dropout) for w in case.network)
    weights, biases, activations, options, dropout = map(list, zip(*parts, strict=True))
    learned = [i for i, name in enumerate(activations) if name == "prelu"]
    network: Any = (weights, biases, activations, options, [], dropout, learned, None)
    loss, reduction, *moves = case.plan
    l2 = moves.pop(6)
    training = moves if case.plan.epochs else None
    add([case.id, "", "", network, loss, reduction, l2, case.data, training])
    return found.hexdigest()[:DIGITS]
