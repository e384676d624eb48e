"""The causes in the order in which they are tried, from the plainest."""

from __future__ import annotations

import numpy as np

from twinprop.comparing.causes import cut, encoding, layout, scale
from twinprop.comparing.causes.evidence import Pair

CAUSES = (
    cut.find_missing,
    cut.find_float32,
    cut.find_rounding,
    layout.find_transposed,
    layout.find_filling,
    scale.find_sign,
    scale.find_factor,
    scale.find_offset,
    layout.find_column_order,
    layout.find_row_order,
    encoding.find_renumbering,
    layout.find_shift,
    layout.find_length,
    encoding.find_dropped_column,
    scale.find_standardising,
)


def find_loss(pair: Pair) -> str | None:
    """How digits were lost, where two arrays differ by no more than that."""
    with np.errstate(all="ignore"):
        return cut.find_float32(pair) or cut.find_rounding(pair)


def find_cause(pair: Pair) -> str | None:
    """The plainest cause that gives their numbers.

    Parameters
    ----------
    pair : Pair
        Two arrays that differ.

    Returns
    -------
    str or None
        In words, such as "A is B transposed"; None where none gives all the numbers.
    """
    if not pair.a.size or not pair.b.size:
        return None
    with np.errstate(all="ignore"):  # infinities, and the NaN that signals, which is NA
        return next((found for cause in CAUSES if (found := cause(pair))), None)
