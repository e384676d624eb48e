"""What a program calls the values around its mistake: names that a corrected line may use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from twinprop.check.align.knowledge import read_knowledge
from twinprop.check.align.layers import Activation
from twinprop.check.align.recording import Graph, span_of
from twinprop.check.align.rules import ratio
from twinprop.check.explain.around import forms
from twinprop.check.explain.corrections import Known
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.network import Product, count_samples, find_products, owner_of
from twinprop.check.explain.table import is_near
from twinprop.check.explain.trials import find_place

MOST_NAMES = 3


def known_around(graph: Graph, evidence: Evidence, line: int) -> Known:
    """The names of the values around a fault, those that were bound nearest above its line first.

    Parameters
    ----------
    graph : Graph
        A recording.
    evidence : Evidence
        What the answer stands on.
    line : int
        Where the fault is.

    Returns
    -------
    Known
        Empty where the program has no names for them.
    """
    return _Names(graph, evidence, line).known()


def slope_form(activation: str, language: str) -> str:
    """How the slope of an activation is written, with {} for its value; nothing if not so."""
    forms = read_knowledge()["slope_forms"].get(activation, {})
    return str(forms.get(language, ""))


class _Names:
    def __init__(self, graph: Graph, evidence: Evidence, line: int):
        assert evidence.alignment is not None
        assert evidence.table is not None
        assert evidence.fault is not None
        self.graph, self.line, self.fault = graph, line, evidence.fault
        self.table, self.view = evidence.table, evidence.table.view
        self.activations = evidence.table.slopes
        self.owner = evidence.alignment.found.owner
        self.place = find_place(
            graph, evidence.alignment, evidence.fault, evidence.step, self.activations
        )
        self.products = find_products(graph, self.view, self.owner)

    def known(self) -> Known:
        """All of it."""
        known, is_r = Known(), self.graph.header["language"] == "r"
        layer = self._layer()
        self._simple(known, is_r)
        if layer is None:
            return known
        product = self.products[layer]
        x = self._activation(layer)
        if isinstance(product.other, int):
            known.given = self.names([product.other])
        if x is not None:
            known.form = slope_form(x.name, self.graph.header["language"])
            known.activation = self.names([x.a])
            known.error = self.like(self.table.adjoint.get(x.a))
            known.delta = self.like(self.table.adjoint.get(x.z))
            known.slope = self.slopes(x, known.form)
        above = self._activation(layer + 1)
        if above is not None:
            known.above = self.like(self.table.adjoint.get(above.z))
        return known

    def _layer(self) -> int | None:
        """Which layer a fault belongs to, from 0."""
        place = self.place
        if place is None:
            ends = [i for i, p in enumerate(self.products) if p.node <= self.fault.node]
            return max(ends, default=None)
        if place.role == "change":
            own = (i for i, p in enumerate(self.products) if place.index in self._parameters(i, p))
            return next(own, None)
        a = self.activations[place.index].a
        return max((i for i, p in enumerate(self.products) if p.node < a), default=None)

    def _parameters(self, i: int, product: Product) -> set[int | None]:
        """The weights and the bias of a layer."""
        until = self.products[i + 1].node if i + 1 < len(self.products) else self.graph.size
        sums = (n for n in self.view.forward if product.node < n < until)
        added = {owner_of(self.graph, self.owner, p) for n in sums for p in self.graph.parents[n]}
        return {product.k} | added

    def _activation(self, layer: int) -> Activation | None:
        if not 0 <= layer < len(self.products):
            return None
        ends = [p.node for p in self.products] + [self.graph.size]
        begin, end = ends[layer], ends[layer + 1]
        return next((x for x in self.activations if begin <= x.z and x.a < end), None)

    def _simple(self, known: Known, is_r: bool) -> None:
        """How many samples there are, the rate, the biases that nothing is made of."""
        graph, samples = self.graph, count_samples(self.graph, self.view)
        inputs = self.names([p.other for p in self.products[:1] if isinstance(p.other, int)])
        count = "nrow({})" if is_r else "len({})"
        known.count = [count.format(name) for name in inputs]
        single = [n for n in graph.names if not graph.shape[n] and n < self.fault.node]
        plain = [n for n in single if n not in self.view.moved and n not in self.view.after]
        known.count = self.names(n for n in plain if graph.value(n) == samples) + known.count
        used = [n for n in plain if any(u in self.view.after for u in graph.users()[n])]
        known.rate = self.names(n for n in used if 0 < (graph.value(n) or 0) < 2)
        known.bias = self.names(n for n in graph.names if self._is_unused(n))

    def _is_unused(self, n: int) -> bool:
        """Whether a value is updated, as a bias is, though nothing of the network is made of it."""
        graph, size = self.graph, np.size(self.graph.value(self.fault.node))
        users, own = graph.users()[n], set(graph.names[n])
        again = [
            u for u in users if graph.op[u] in ("add", "sub") and own & set(graph.names.get(u, ()))
        ]
        some = 0 < np.size(graph.value(n)) <= size
        return bool(again) and some and not any(u in self.view.forward for u in users)

    def slopes(self, x: Activation, form: str) -> list[str]:
        """The slope of an activation: what holds it, or its formula."""
        held = []
        if x.slope is not None and np.size(x.slope) > 1:
            held = self.names(
                n for n in self.graph.names
                if self.view.step.begin < n < self.fault.node and self._is(n, x.slope, exactly=True)
            )  # fmt: skip
        names = self.names([x.a, x.z] if x.name == "relu" else [x.a])
        return [*held, *(form.replace("{}", name) for name in names if form)]

    def like(self, adjoint: Any) -> list[str]:
        """The names of what is a derivative, or a multiple of it."""
        if adjoint is None:
            return []
        nodes = [n for n in self.view.after if n in self.graph.names and n < self.fault.node]
        return self.names(n for n in nodes if self._is(n, adjoint))

    def _is(self, n: int, wanted: Any, exactly: bool = False) -> bool:
        value = self.graph.value(n)
        if value is None or np.size(value) != np.size(wanted) or n == self.fault.node:
            return False
        for form in forms(wanted, np.shape(value)):
            f = 1.0 if exactly else ratio(value, form)
            if f and is_near(value, f * np.asarray(form)):
                return True
        return False

    def names(self, nodes: Iterable[int]) -> list[str]:
        """The names of values, each once; those bound nearest above the line first."""
        found: dict[str, int] = {}
        for n in sorted(set(nodes)):
            for name, site in zip(self.graph.names.get(n, ()), self.graph.bound[n], strict=True) \
                    if n in self.graph.names else ():  # fmt: skip
                line = span_of(self.graph, site)["line"] if site >= 0 else 0
                off = self.line - line if 0 < line < self.line else 100_000 + abs(line - self.line)
                found[name] = min(off, found.get(name, off))
        return sorted(found, key=lambda name: found[name])[:MOST_NAMES]
