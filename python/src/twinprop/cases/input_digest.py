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

    # The functions of a network follow from its activations and their options.
    given = case._replace(title="", source="", network=case.network._replace(functions=[]))
    add([value for name, value in given._asdict().items() if name != "notes"])
    return found.hexdigest()[:DIGITS]
