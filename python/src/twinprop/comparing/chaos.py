"""Why a case is chaotic: how many bits an epoch its training loses, and when none is left.

The noisy runs of a case spread as far as rounding is carried. Where training amplifies it, the
spread of the weights grows by a factor from epoch to epoch; the binary logarithm of that factor is
what an epoch loses in bits. It is fitted by least squares while the spread can be seen and is
still small: later runs go ways of their own, as far apart as there is room, and no faster. Where
a choice hangs on rounding, or rounding is divided by itself, all is lost in one epoch instead.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, takewhile

import numpy as np

from twinprop.arithmetic import Array
from twinprop.cases.case import Case
from twinprop.comparing.rounding import CHAOTIC_SHARE, RUNS, count_elements, noisy_runs
from twinprop.ground.errors import count_of
from twinprop.ground.names import parse_name

MOST_EPOCHS = 100  # that are looked at
FEWEST_EPOCHS = 3  # a line through two points says nothing of how well it fits
_MOST_NUMBERS = 2**24  # of all runs in all epochs that are looked at
_SEEN = (2.0**-50, CHAOTIC_SHARE)  # relative spreads from which growth is read
_NO_DIGIT = 0.1
_AT_ONCE = 2.0**20  # more than a factor of so much from one epoch to the next is no growth


@dataclass(frozen=True)
class Chaos:
    """How training amplifies rounding.

    `bits` are lost in an epoch, or all in one, `at_once`. After the epoch `lost_after` half of the
    weights of a layer have no decimal digit left, None where `digits` are left at the end.
    """

    bits: float
    at_once: int | None
    lost_after: int | None
    digits: int

    @property
    def sentence(self) -> str:
        """What an epoch loses, and what that leads to."""
        are = "is" if self.digits == 1 else "are"
        left = f"{count_of(self.digits, 'digit')} of 16 {are} left at its end"
        if self.at_once is not None:
            lost = (
                f"{self.bits:.0f} bits in epoch {self.at_once}, as where a choice hangs on rounding"
            )
            left = left if self.lost_after is None else "no digit is left"
        else:
            lost = f"{self.bits:.2g} bits an epoch"
            left = (
                left
                if self.lost_after is None
                else f"after epoch {self.lost_after} no digit is left"
            )
        return f"Training loses {lost}; {left}."


def explain_chaos(case: Case) -> Chaos | None:
    """How fast the training of a case amplifies rounding.

    Parameters
    ----------
    case : Case
        One whose native results are chaotic.

    Returns
    -------
    Chaos or None
        None where its spread does not grow over epochs in a way that can be read, as where values
        overflow at once.
    """
    last = case.plan.epochs
    if last < FEWEST_EPOCHS:
        return None
    most = int(np.clip(_MOST_NUMBERS // (RUNS * count_elements(case)), 10, MOST_EPOCHS))
    looked_at = [int(epoch) for epoch in np.unique(np.linspace(1, last, min(most, last)).round())]
    traced = case._replace(
        plan=case.plan._replace(record=looked_at),
        data=case.data._replace(held_out_x=None, held_out_y=None),
    )
    with np.errstate(over="ignore", invalid="ignore"):
        return fit_growth(relative_spreads(noisy_runs(traced, RUNS)))


def relative_spreads(trace: Mapping[str, Array]) -> dict[int, float]:
    """For each epoch the spread of a weight over its size, of half of the weights of a layer.

    Parameters
    ----------
    trace : dict of float64 arrays
        Of noisy_runs.

    Returns
    -------
    dict of float
        By epoch, after its last batch, of the layer in which it is largest; only as far as all
        are finite.
    """
    found: dict[int, dict[str, float]] = {}
    for name, values in trace.items():
        parts = parse_name(name)
        if parts is None or parts.kind != "W" or parts.step == "0":
            continue
        size = np.abs(values).max(axis=-1)
        with np.errstate(over="ignore", invalid="ignore"):
            shares = values.std(axis=-1, ddof=1) / np.where(size > 0, size, 1.0)
        epoch = found.setdefault(int(parts.step.partition(".")[0]), {})
        epoch[name.partition("/")[2]] = float(np.median(shares))
    spreads: dict[int, float] = {}
    for step, layers in found.items():
        if not all(map(math.isfinite, layers.values())):
            break
        spreads[step] = max(layers.values())
    return spreads


def fit_growth(spreads: Mapping[int, float]) -> Chaos | None:
    """The bits lost in an epoch, by least squares, and where no digit is left.

    Parameters
    ----------
    spreads : dict of float
        Of relative_spreads.

    Returns
    -------
    Chaos or None
        None where fewer than FEWEST_EPOCHS are seen to grow.

    Examples
    --------
    >>> fit_growth({epoch: 2.0 ** (3 * epoch - 53) for epoch in range(1, 21)})
    Chaos(bits=3.0, at_once=None, lost_after=16, digits=0)
    """
    spreads = {epoch: max(spread, 2.0**-53) for epoch, spread in spreads.items()}
    lost_after = _last_with_digits(spreads)
    digits = 0
    if spreads and lost_after is None:
        digits = math.floor(-math.log10(list(spreads.values())[-1]))
    for (before, small), (epoch, large) in pairwise(spreads.items()):
        if small < _SEEN[1] and large > _AT_ONCE ** (epoch - before) * small:
            return Chaos(round(math.log2(large / small), 6), epoch, lost_after, digits)
    small_ones = takewhile(lambda pair: pair[1] <= _SEEN[1], spreads.items())
    seen = [(epoch, math.log2(spread)) for epoch, spread in small_ones if spread > _SEEN[0]]
    if len(seen) < FEWEST_EPOCHS:
        return None
    bits = round(float(np.polyfit([epoch for epoch, _ in seen], [log for _, log in seen], 1)[0]), 6)
    return Chaos(bits, None, lost_after, digits) if bits > 0 else None


def _last_with_digits(spreads: Mapping[int, float]) -> int | None:
    """The last epoch before the first without a digit, between those that were looked at, too."""
    for (before, small), (epoch, large) in pairwise(spreads.items()):
        if large >= _NO_DIGIT:
            share = math.log(_NO_DIGIT / small) / math.log(large / small)
            return before + max(0, math.ceil(share * (epoch - before)) - 1)
    return None
