"""What an update keeps of the old value and of the step before: decay and momentum."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from twinprop.check.align.linear import fit_linear
from twinprop.check.align.rules import CLOSE, Reading, Row, ratio

REST = 1e-9


def judge_past(reading: Reading) -> None:
    """Find the momentum and the decay that all parameters have, and mark those that differ.

    `reading.odd` says of a parameter in a step what is odd about it: "past" (it keeps another
    share of the step before), "accumulated" (all of it), "growth" (it grows where it should decay).
    """
    shares: list[float] = []
    unclear = False
    for s in range(1, len(reading.rows)):
        before = {r.k: r for r in reading.rows[s - 1]}
        found = {r.k: _share(r, before.get(r.k)) for r in reading.rows[s]}
        known = [round(m, 7) for m in found.values() if m is not None]
        if not known or not any(known):
            continue
        unclear = unclear or len(known) < len(found) / 2
        counts = Counter(_meant(known, reading.rows[s]))
        share = max(counts, key=lambda m: (counts[m], abs(m)))  # of as many the usual one is large
        shares.append(share)
        plain = _plain_biases(reading.rows[s])
        for r in reading.rows[s]:
            own = found[r.k]
            if r.k in plain and share:
                continue
            if own == 0 and abs(share - 1) < REST:
                continue  # set back, where others go on
            if own is None and not np.any(r.past):
                continue  # it did not move before, so there is nothing of which to keep a share
            if own is None or abs(own - share) > 1e-5 * max(1.0, abs(share)):
                reading.odd[(s, r.k)] = "past"
            elif abs(share - 1) < REST:
                reading.odd[(s, r.k)] = "accumulated"
            elif share < 0:
                reading.odd[(s, r.k)] = "past sign"
    _judge_growth(reading)
    if shares:
        reading.rule = {"name": "momentum", "rate": reading.factors[0], "momentum": shares[0]}
    if shares and (unclear or reading.odd):
        _try_other_momentum(reading)


def _meant(known: list[float], rows: list[Row]) -> list[float]:
    """The shares that count: where every update is written with momentum, 0 is nobody's aim."""
    written = all(r.parts is not None and r.parts.past for r in rows)
    return [m for m in known if m] if written else known


def _plain_biases(rows: list[Row]) -> set[int]:
    """The biases, where all of them and no weight are without momentum: that is a choice."""
    without = {r.k for r in rows if r.parts is not None and not r.parts.past}
    biases = {r.k for r in rows if sum(n > 1 for n in np.shape(r.old)) < 2}
    return biases if without == biases and len(biases) < len(rows) else set()


def _share(row: Row, before: Row | None) -> float | None:
    """Which share of its last step a parameter repeats; None if what it keeps is no such share."""
    if before is None or np.shape(before.whole) != np.shape(row.whole):
        return None
    size = float(np.max(np.abs(row.past)))
    if size == 0:
        return 0.0 if np.any(before.whole) else None
    share = ratio(np.broadcast_to(row.past, np.shape(row.whole)), before.whole)
    left = np.max(np.abs(row.past - share * before.whole))
    lost = 4 * 2.0**-52 * np.max(np.abs(before.old)) * abs(share)
    return share if left <= CLOSE * size + lost else None


def _judge_growth(reading: Reading) -> None:
    last = {r.k: r.parts.decay for r in reading.rows[-1] if r.parts is not None}
    for s, rows in enumerate(reading.rows):
        for r in rows:
            if r.parts is None or r.parts.decay == 0:
                continue
            reading.decays[(s, r.k)] = r.parts.decay
            if r.parts.decay < 0 and last.get(r.k, 0) < 0:  # a mistake in the text stays
                reading.odd[(s, r.k)] = "growth"


def _try_other_momentum(reading: Reading) -> None:
    """Forms of momentum that keep more than a share of the last step, such as Nesterov's."""
    kept: dict[str, Any] = {"good": reading.good, "factors": reading.factors, "rule": reading.rule}
    reading.good = [[False] * len(rows) for rows in reading.rows]
    fit_linear(reading)
    if reading.is_fitting and reading.rule.get("momentum", -1) > 0:
        reading.odd = {}
        return
    for name, value in kept.items():
        setattr(reading, name, value)
