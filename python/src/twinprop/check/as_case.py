"""The problem that a program solves, written as a case: what check understood, for run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import numpy as np

from twinprop.cases.case import parse_case, train_case
from twinprop.check.align.align import Alignment
from twinprop.check.align.layers import find_activations
from twinprop.check.align.recognise import recognise_activation
from twinprop.check.align.recording import Graph
from twinprop.check.explain.evidence import Evidence
from twinprop.check.explain.network import Product, find_products, owner_of
from twinprop.ground.errors import InputError

OPTIONS = {
    "gradient_descent": {}, "momentum": {"momentum": "momentum"},
    "rmsprop": {"decay": "decay", "epsilon": "epsilon"},
    "adam": {"beta_1": "beta_1", "decay": "beta_2", "epsilon": "epsilon"},
}  # fmt: skip
ADAPTIVE = ("rmsprop", "adam")
LOSSES = ("squared_error", "binary_cross_entropy", "cross_entropy")
NEAR = 1e-8  # of the largest number: what rounding in a few steps explains
STEPS = 6
WITHIN = 8  # how far after a product its bias is added


class Weights(NamedTuple):
    """What a program keeps for one matrix of the case: the parameter, and how it is laid out."""

    k: int
    turned: bool
    shape: tuple[int, ...]


def case_of_program(graph: Graph, evidence: Evidence, answer: Mapping[str, Any]) -> dict[str, Any]:
    """The case of a program that was judged.

    Parameters
    ----------
    graph : Graph
        Its recording.
    evidence : Evidence
        What the answer stands on.
    answer : dict
        Of check_program, "right" or "different".

    Returns
    -------
    dict
        A case. Where the program is right, running it gives the numbers of the program's steps.

    Raises
    ------
    InputError
        Where the problem cannot be a case: it names the part that cannot.
    """
    file = answer["file"]
    assert evidence.alignment is not None
    writer = _Writer(graph, evidence.alignment, answer)
    if "networks" in answer:
        writer.refuse(f"it trains {len(answer['networks'])} networks, and a case has one")
    document, weights = writer.document(), writer.weights
    last: InputError | None = None
    for form in _forms(document):
        try:
            case = parse_case(form, f"{file}, as a case:", Path(file))
        except InputError as error:
            last = error
            continue
        if answer["verdict"] != "right":
            return form
        wrong = _first_other(graph, evidence.alignment, case, weights)
        if wrong is None:
            return form
        why = _why_other(graph, evidence.alignment)
        last = last or InputError(
            f"{file} cannot be written as a case: running the case gives another {wrong}, {why}"
        )
    raise last or InputError(f"{file} cannot be written as a case: its training is no case's")


def _why_other(graph: Graph, alignment: Alignment) -> str:
    """What a program does that a case cannot say, as far as it is seen."""
    begin = min(alignment.views[0].moved - alignment.views[0].cut, default=0)
    if any(n > begin for n in graph.header["random"]):
        return (
            "since the program draws while it trains (an order of samples, or a mask), which a "
            "case does with a generator of its own"
        )
    return "so that something of its training is not said by a case, such as a rate that changes"


def _forms(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The case, and with a rule that scales its gradients also with the other reductions."""
    yield document
    name = document["loss"]["name"]
    if document["training"]["optimizer"]["name"] in ADAPTIVE:
        for loss, reduction in ((name, "mean"), (name, "sum"), ("sum_squared_error", "sum"),
                                ("mean_squared_error", "mean")):  # fmt: skip
            if loss == name or name == "squared_error":
                yield {**document, "loss": {**document["loss"], "name": loss,
                                            "reduction": reduction}}  # fmt: skip


class _Writer:
    """One program's problem, put together part by part."""

    def __init__(self, graph: Graph, alignment: Alignment, answer: Mapping[str, Any]):
        self.graph, self.alignment, self.answer = graph, alignment, answer
        self.view = alignment.views[0]
        self.owner = alignment.found.owner
        self.weights: dict[str, Weights] = {}

    def refuse(self, part: str) -> NoReturn:
        """Stop with the part that a case cannot say."""
        raise InputError(f"{self.answer['file']} cannot be written as a case: {part}")

    def document(self) -> dict[str, Any]:
        """The case."""
        network = self.answer["network"]
        products = find_products(self.graph, self.view, self.owner)
        if not network["layers"] or len(products) != len(network["layers"]):
            self.refuse("its units are single numbers, not layers")
        if network["loss"]["name"] not in LOSSES:
            self.refuse("its loss is none that a case has")
        initial: dict[str, Any] = {}
        for number, (layer, product) in enumerate(
            zip(network["layers"], products, strict=True), start=1
        ):
            initial |= self._parameters(number, layer["units"], product)
        x, y, batch = self._data(products[0], network)
        return {
            "format": 1,
            "id": re.sub("[^a-z0-9]+", "-", Path(self.answer["file"]).stem.lower()).strip("-")[:99]
            or "program",
            "title": f"The network of {self.answer['file']}: {network['sentence']}"[:500],
            "source": str(self.answer["file"]),
            "layers": self._layers(network["layers"]),
            "loss": self._loss(network),
            "data": {"x": x.tolist(), "y": y.tolist()},
            "initial": initial,
            "training": self._training(network, len(x), batch),
        }

    def _parameters(self, number: int, units: int, product: Product) -> dict[str, Any]:
        """Weights and biases of a layer at the start."""
        graph, k = self.graph, product.k
        own = graph.value(product.weights)
        start = graph.value(self.alignment.steps[0].first[k])
        turned = product.side == 0
        w = np.asarray(own, dtype=np.float64)
        w = w.reshape(len(w), -1) if w.ndim else w.reshape(1, 1)
        w = w.T if turned else w
        stored = np.atleast_2d(np.asarray(start, dtype=np.float64))
        flip = w.shape != stored.shape or not np.array_equal(w, stored)
        self.weights[f"W{number}"] = Weights(k, flip, w.shape)
        bias = self._bias(product.node)
        if bias is None:
            self.refuse(f"layer {number} has no biases added to its product; in a case it has them")
        value = graph.value(self.alignment.steps[0].first[bias])
        if np.size(value) != units:
            self.refuse(
                f"layer {number} has {np.size(value)} biases for {units} units; in a case each "
                "unit has one"
            )
        self.weights[f"b{number}"] = Weights(bias, False, (1, units))
        return {f"W{number}": w.tolist(), f"b{number}": np.ravel(value).tolist()}

    def _bias(self, n: int) -> int | None:
        """The parameter that is added to a product."""
        for _ in range(WITHIN):
            users = [u for u in self.graph.users()[n] if u in self.view.forward]
            if len(users) != 1:
                return None
            for p in self.graph.parents[users[0]]:
                k = owner_of(self.graph, self.owner, p)
                if p != n and k is not None and self.graph.op[users[0]] in ("add", "sweep"):
                    return k
            if self.graph.op[users[0]] != "move":
                return None
            n = users[0]
        return None

    def _data(
        self, product: Product, network: Mapping[str, Any]
    ) -> tuple[np.ndarray, np.ndarray, int | None]:
        """All samples with their targets, and how many of them a step takes."""
        graph, batch = self.graph, network["training"]["batch"]
        x, y = product.other, self.view.pairs[0][1]
        if len(self.view.pairs) != 1 or not isinstance(x, int) or not isinstance(y, int):
            self.refuse("its samples or targets are not matrices")
        x, y = self._whole(x), self._whole(y)
        units = network["layers"][-1]["units"]
        inputs = self._rows(graph.value(x), network["inputs"], product.side == 0)
        targets = self._rows(graph.value(y), units, product.side == 0)
        if inputs is None or targets is None or len(inputs) != len(targets):
            self.refuse("its samples and targets are not two matrices with as many rows")
        return inputs, targets, batch if batch < len(inputs) else None

    def _whole(self, n: int) -> int:
        """The data that a batch is taken from; of all samples they themselves."""
        graph, size, before = self.graph, np.size(self.graph.value(n)), n
        for _ in range(WITHIN):
            if graph.op[before] != "move" or len(set(graph.parents[before])) != 1:
                break
            before = graph.parents[before][0]
            if np.size(graph.value(before)) > size:
                return before
        return n

    def _rows(self, value: Any, columns: int, turned: bool) -> np.ndarray | None:
        """Samples as rows."""
        if value is None or np.ndim(value) > 2:
            return None
        x = np.asarray(value, dtype=np.float64)
        if x.ndim < 2:
            return x.reshape(-1, columns) if x.size % columns == 0 else None
        if turned and x.shape[0] == columns:
            return x.T
        return x if x.shape[1] == columns else None

    def _layers(self, layers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Units and activations, with the options of those that have any."""
        found = {x.name: x for x in find_activations(self.graph, self.view)}
        written = []
        for layer in layers:
            name = layer["activation"]
            options = {}
            if name == "leaky_relu" and name in found:
                z, a = (self.graph.value(n) for n in (found[name].z, found[name].a))
                options = {"slope": _slope(z, a)}
            activation = {"name": name, **options} if options else name
            written.append({"units": layer["units"], "activation": activation})
        return written

    def _loss(self, network: Mapping[str, Any]) -> dict[str, Any]:
        loss, rule = dict(network["loss"]), network["training"]["optimizer"]
        if "l2" in rule:
            best = self.alignment.best
            assert best is not None
            loss["l2"] = abs(rule["l2"] * best.factors[0] / rule["learning_rate"])
        return loss

    def _training(
        self, network: Mapping[str, Any], samples: int, batch: int | None
    ) -> dict[str, Any]:
        rule = network["training"]["optimizer"]
        if rule["name"] not in OPTIONS:
            self.refuse(f"its optimizer ({rule['name'].replace('_', ' ')}) is none that a case has")
        options = {ours: rule[own] for own, ours in OPTIONS[rule["name"]].items() if own in rule}
        each = 1 if batch is None else -(-samples // batch)
        epochs = max(1, len(self.alignment.steps) // each)
        training = {
            "optimizer": {
                "name": rule["name"], "learning_rate": float(f"{rule['learning_rate']:.12g}"),
                **options,
            },
            "epochs": epochs,
            "record": sorted({1, epochs}),
        }  # fmt: skip
        return training if batch is None else {**training, "batch_size": batch}


def _slope(z: Any, a: Any) -> float:
    """The slope of a leaky relu below zero, as it is written."""
    at = np.argmin(np.ravel(z))
    k = float(np.ravel(a)[at] / np.ravel(z)[at])
    return float(f"{k:.12g}") if recognise_activation(z, a) else k


def _first_other(
    graph: Graph, alignment: Alignment, case: Any, weights: Mapping[str, Weights]
) -> str | None:
    """The first weight after a step that is not as in the program; None where all are."""
    steps = min(STEPS, len(alignment.steps))
    each = 1
    if case.plan.batch_size is not None:
        each = -(-len(case.data.x) // case.plan.batch_size)
    epochs = min(-(-steps // each), case.plan.epochs)
    plan = case.plan._replace(epochs=epochs, record=list(range(1, epochs + 1)))
    with np.errstate(all="ignore"):
        trace = train_case(case._replace(plan=plan)).trace
    for step in range(min(steps, epochs * each)):
        epoch, batch = divmod(step, each)
        name = f"{epoch + 1}" if each == 1 else f"{epoch + 1}.{batch + 1}"
        for key, own in weights.items():
            value = graph.value(alignment.steps[step].last[own.k])
            theirs = np.atleast_2d(np.asarray(value, dtype=np.float64))
            theirs = (theirs.T if own.turned else theirs).reshape(own.shape)
            ours = trace[f"{name}/{key}"]
            if not np.max(np.abs(theirs - ours)) <= NEAR * np.max(np.abs(ours)) + 1e-12:
                return f"{key} after step {step + 1}"
    return None
