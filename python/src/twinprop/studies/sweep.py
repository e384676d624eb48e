"""Many random networks: strict bits of both languages, native differences against the bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np

from twinprop.arithmetic import Array, get_arithmetic
from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.case import Case, run_case
from twinprop.cases.random_cases import EPOCHS, FAMILIES, family_of, random_case
from twinprop.cases.random_everything import random_case_of_everything
from twinprop.comparing.comparison import ANY_FINITE, VERDICTS, Comparison, compare_traces
from twinprop.comparing.reference import ROUNDING_EXPLAINS
from twinprop.comparing.rounding import rounding_bound
from twinprop.comparing.sentences import describe_comparison
from twinprop.comparing.tolerances import no_difference
from twinprop.engines.choices import LANGUAGES
from twinprop.engines.document import Document, traces_in_r
from twinprop.ground.names import QuantityName, name_element, parse_name

# What is drawn: networks like the article's, or everything that there is.
KINDS: Mapping[str, Callable[[int, int], dict[str, Any]]] = {
    "sigmoid": random_case,
    "everything": random_case_of_everything,
}
GRADIENTS = ("dW", "db")
RUNS = ("strict", "native")

Traces = Mapping[str, Array]
Key = TypeVar("Key", str, int)


class PlantedError(NamedTuple):
    """The smallest error that is found for certain: in any element, over the largest of its
    gradient; and in one element chosen at random, over that element, which may be near 0.
    """

    of_largest: float
    of_element: float


@dataclass(frozen=True)
class Swept:
    """One random network: what both languages made of it.

    `strict_differing` counts the numbers whose strict bits differ. `share` is the largest part of
    its bound that a native difference uses up, in the element `share_at`; `shares` has the largest
    of each kind of quantity, such as "z" or "loss", that has a bound, `shares_by_epoch` that of
    each recorded epoch. `planted` has for each gradient the smallest errors that would be found in
    it for certain, see smallest_errors.
    """

    index: int
    family: str
    depth: int
    width: int
    compared: int
    strict_differing: int
    native: str
    sentence: str
    share: float
    share_at: str | None
    shares: Mapping[str, float]
    shares_by_epoch: Mapping[int, float]
    planted: Mapping[str, PlantedError]


def sweep_some(seed: int, indices: Sequence[int], kind: str = "sigmoid") -> list[Swept]:
    """Run some random networks in both languages, strict and native, and judge the differences.

    R is called once for all of them.

    Parameters
    ----------
    seed : int
        Of the whole sweep.
    indices : list of int
        Numbers of the networks.
    kind : str
        One of KINDS.

    Returns
    -------
    list of Swept
        In order.
    """
    documents = [draw_document(kind, seed, index) for index in indices]
    return [
        _judge(seed, index, document.case, in_r)
        for index, document, in_r in zip(
            indices, documents, traces_in_r(documents, RUNS), strict=True
        )
    ]


def draw_document(kind: str, seed: int, index: int) -> Document:
    """A random network, as a case that no file holds."""
    values = KINDS[kind](seed, index)
    return Document(f"{values['id']}.json", values)


def _judge(seed: int, index: int, case: Case, in_r: Mapping[str, Traces]) -> Swept:
    strict, native = (run_case(case, get_arithmetic(name)) for name in RUNS)
    bounds = rounding_bound(case).bounds
    compared = compare_traces(native, in_r["native"], bounds)
    nearest = compared.nearest_bound
    generator = np.random.default_rng([seed, index])
    return Swept(
        index=index,
        family=family_of(index),
        depth=len(case.network),
        width=max(layer.weights.shape[1] for layer in case.network),
        compared=sum(array.size for array in native.values()),
        strict_differing=_count_differing(strict, in_r["strict"]),
        native=compared.verdict,
        sentence=describe_comparison(compared, LANGUAGES, ROUNDING_EXPLAINS),
        share=nearest.share if nearest else 0.0,
        share_at=name_element(nearest.name, nearest.share_at or ()) if nearest else None,
        shares=_largest_shares(compared, bounds, lambda parts: parts.kind),
        shares_by_epoch=_largest_shares(compared, bounds, epoch_of),
        planted=smallest_errors(native, in_r["native"], bounds, generator),
    )


def epoch_of(parts: QuantityName) -> int:
    """The epoch of a quantity, whatever its batch."""
    return int(parts.step.partition(".")[0])


def _largest_shares(
    compared: Comparison, bounds: Traces, key: Callable[[QuantityName], Key]
) -> dict[Key, float]:
    """The largest share of each kind or epoch; none where all of it are without a bound."""
    shares: dict[Key, float] = {}
    for quantity in compared.quantities:
        parts = parse_name(quantity.name)
        if parts is not None and parts.step != "0" and (bounds[quantity.name] < ANY_FINITE).any():
            shares[key(parts)] = max(quantity.share, shares.get(key(parts), 0.0))
    return shares


def smallest_errors(
    python: Traces, r: Traces, bounds: Traces, generator: np.random.Generator
) -> dict[str, PlantedError]:
    """How small an error in one element of a gradient is found for certain.

    Parameters
    ----------
    python, r : trace
        Two right native traces.
    bounds : dict of float64 arrays
        Of rounding_bound.
    generator : Generator
        Chooses an element of each gradient.

    Returns
    -------
    dict of PlantedError
        By the gradient's name; none for one that is chaotic or 0.
    """
    found = {}
    for name, values in python.items():
        parts = parse_name(name)
        if parts is None or parts.kind not in GRADIENTS:
            continue
        index = tuple(int(generator.integers(n)) for n in values.shape)
        size = np.abs(values)
        # A planted error that works against the difference already there has to be larger, and one
        # step more, since the sum of value and error is rounded.
        needed = bounds[name] + np.abs(values - r[name]) + np.spacing(size)
        if size[index] > 0 and (needed < ANY_FINITE).all():
            found[name] = PlantedError(
                of_largest=float(needed.max() / size.max()),
                of_element=float(needed[index] / size[index]),
            )
    return found


def summarize_family(swept: Sequence[Swept], family: str) -> dict[str, Any]:
    """What was found in the networks of one family, or of all.

    Parameters
    ----------
    swept : list of Swept
        Of sweep_networks.
    family : str
        One of FAMILIES, or "all".

    Returns
    -------
    dict
        Plain values. The planted errors are those of the first recorded step and those of the
        last: what is found in 999 of 1000 gradients and what is found in all, over the largest
        element of the gradient; and what is found in half of the elements, over the element itself.
    """
    part = [one for one in swept if family in ("all", one.family)]
    verdicts = [one.native for one in part]
    summary: dict[str, Any] = {
        "family": family,
        "networks": len(part),
        "numbers": sum(one.compared for one in part),
        "strict_differing": sum(one.strict_differing for one in part),
        **{verdict: verdicts.count(verdict) for verdict in VERDICTS},
        "largest_share": max((one.share for one in part), default=0.0),
    }
    for when, epoch in (("first", 1), ("last", EPOCHS)):
        planted = [
            error
            for one in part
            for name, error in one.planted.items()
            if name.partition("/")[0].partition(".")[0] == str(epoch)
        ]
        summary[f"gradients_{when}"] = len(planted)
        largest = [error.of_largest for error in planted]
        summary[f"planted_{when}_999"] = float(np.quantile(largest, 0.999)) if planted else None
        summary[f"planted_{when}_always"] = max(largest, default=None)
        summary[f"planted_{when}_median"] = (
            float(np.median([e.of_element for e in planted])) if planted else None
        )
    return summary


def summarize_sweep(swept: Sequence[Swept]) -> list[dict[str, Any]]:
    """A summary for each family that was met, and one for all."""
    met = {one.family for one in swept}
    return [summarize_family(swept, name) for name in (*FAMILIES, "all") if name in {*met, "all"}]


def find_wrong(swept: Sequence[Swept]) -> list[Swept]:
    """The networks with other strict bits, or with native results that are different."""
    return [one for one in swept if one.strict_differing or one.native == "different"]


def _count_differing(python: Traces, r: Traces) -> int:
    """Numbers without the same bits; all of a quantity that is missing or has another shape."""
    comparison = compare_traces(python, r, no_difference)
    names = {*comparison.missing, *comparison.extra, *(name for name, _, _ in comparison.shapes)}
    whole = sum(max(trace[name].size for trace in (python, r) if name in trace) for name in names)
    differing = [q.name for q in comparison.quantities if q.verdict != "identical"]
    return whole + sum(int((~same_bits(python[name], r[name])).sum()) for name in differing)
