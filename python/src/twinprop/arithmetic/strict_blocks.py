"""Apply a function of the elements block by block."""

from collections.abc import Callable

import numpy as np

from twinprop.arithmetic.common import as_doubles
from twinprop.ground.array import Array

BLOCK = 4096  # the dozen vectors of one block fit in the cache next to the processor


def in_blocks(function: Callable[[Array], Array], x: Array) -> Array:
    """A function of each element, without warnings, in the shape of x.

    Parameters
    ----------
    function : callable
        From a block to a new block.
    x : (n, m) float64
        Any shape.

    Returns
    -------
    (n, m) float64
        The values.
    """
    x = np.asarray(as_doubles(x), order="C")
    with np.errstate(all="ignore"):
        if x.size <= BLOCK and x.ndim:
            return function(x)
        flat = x.reshape(-1)
        out = np.empty(flat.shape)
        for start in range(0, flat.size, BLOCK):
            out[start : start + BLOCK] = function(flat[start : start + BLOCK])
        return out.reshape(x.shape)
