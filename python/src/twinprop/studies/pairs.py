"""Right pairs of random networks: how much of their bounds they use up, by kind of quantity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from twinprop.arithmetic import get_arithmetic
from twinprop.cases.case import run_case
from twinprop.cases.random_cases import family_of
from twinprop.comparing.calibration import ANY, facts_of
from twinprop.comparing.comparison import Quantity, compare_traces
from twinprop.comparing.rounding import rounding_bound
from twinprop.engines import running
from twinprop.engines.choices import LANGUAGES
from twinprop.engines.document import traces_in_r
from twinprop.ground.names import parse_name
from twinprop.studies.sweep import draw_document


class PairShares(NamedTuple):
    """One random network, run by both languages: the largest share by kind of quantity.

    `facts` are those of the machine, see facts_of.
    """

    number: int
    family: str
    verdict: str
    shares: Mapping[str, float]
    facts: Mapping[str, str]


def shares_of_pairs(kind: str, seed: int, indices: Sequence[int]) -> list[PairShares]:
    """Run random networks natively in both languages, and compare.

    Parameters
    ----------
    kind : str
        One of KINDS.
    seed : int
        Of all networks.
    indices : list of int
        Their numbers.

    Returns
    -------
    list of PairShares
        In order.
    """
    documents = [draw_document(kind, seed, index) for index in indices]
    facts = _facts_here()
    found = []
    for index, document, in_r in zip(
        indices, documents, traces_in_r(documents, ("native",)), strict=True
    ):
        python = run_case(document.case, get_arithmetic("native"))
        bounds = rounding_bound(document.case).bounds
        compared = compare_traces(python, in_r["native"], bounds)
        shares = largest_shares(compared.quantities)
        found.append(PairShares(index, family_of(index), compared.verdict, shares, facts))
    return found


def largest_shares(quantities: Iterable[Quantity]) -> dict[str, float]:
    """The largest share of each kind of quantity, and of any.

    Parameters
    ----------
    quantities : list of Quantity
        Of a comparison.

    Returns
    -------
    dict of float
        By the kinds of ground/names.py, of those that are computed, and by ANY.
    """
    found = {ANY: 0.0}
    for quantity in quantities:
        parts = parse_name(quantity.name)
        if parts is None or parts.step == "0":
            continue
        for kind in (parts.kind, ANY):
            found[kind] = max(found.get(kind, 0.0), quantity.share)
    return found


@cache
def _facts_here() -> Mapping[str, str]:
    document = draw_document("sigmoid", 1, 0)
    runs = (running.run(document, name, "native") for name in LANGUAGES)
    return facts_of(*(run.environment for run in runs))
