"""What an answer stands on, kept for what shows or uses more of it than the answer says."""

from __future__ import annotations

from dataclasses import dataclass

from twinprop.check.align.align import Alignment
from twinprop.check.explain.table import Fault, Table


@dataclass
class Evidence:
    """The training that was read; where it was judged, one step of it, and what is wrong in that.

    Attributes
    ----------
    alignment : Alignment or None
        Parameters, steps, output and target.
    table : Table or None
        What is right on the way back of the step; None where the program could not be followed.
    fault : Fault or None
        The first difference.
    step : int
        Which of the steps that were looked at, from 0.
    """

    alignment: Alignment | None = None
    table: Table | None = None
    fault: Fault | None = None
    step: int = 0
