"""The arrays that every arithmetic computes with."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
"""A matrix or vector of float64 (in exact arithmetic: of balls)."""
