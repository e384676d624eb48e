"""What network a program trains, in the words of a case and in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from twinprop.check.align.adaptive import numbers_of
from twinprop.check.align.align import Alignment
from twinprop.check.align.layers import Activation, find_activations
from twinprop.check.align.losses import is_made_by
from twinprop.check.align.recording import Graph
from twinprop.check.align.rules import PRODUCTS, Reading
from twinprop.check.align.steps import View
from twinprop.check.align.thresholds import find_jump
from twinprop.check.explain.minimised import is_minimised

LOSSES = {
    "squared_error": "squared error",
    "binary_cross_entropy": "binary cross-entropy",
    "cross_entropy": "cross-entropy",
    "absolute_error": "absolute error",
    "perceptron": "the perceptron's rule",
    "own": "a loss of its own",
}
RULES = {
    "gradient_descent": "gradient descent",
    "momentum": "momentum",
    "rmsprop": "RMSprop",
    "adagrad": "AdaGrad",
    "adam": "Adam",
    "adam_folded": "Adam with its correction in the rate",
    "amsgrad": "AMSGrad",
    "adam_uncorrected": "Adam without the correction of its start",
    "nadam": "Nadam",
    "adamax": "AdaMax",
    "adadelta": "AdaDelta",
    "rprop": "Rprop",
    "minimiser": "a minimiser that is given the gradient",
    "unknown": "a rule of its own",
}


def describe_network(graph: Graph, alignment: Alignment) -> dict[str, Any] | None:
    """The network of a recording.

    Returns
    -------
    dict or None
        Keys sentence, inputs, layers, loss, training; layers are empty where the units are single
        numbers, or where none was recognised.
    """
    best = alignment.best
    if best is None:
        return None
    view = alignment.views[0]
    inputs, layers = list_layers(graph, view, alignment.found.owner)
    samples = count_samples(graph, view)
    rate, reduction = _read_rate(graph, view, best, samples)
    optimizer = _optimizer(best, rate)
    if is_minimised(graph, alignment.views):
        optimizer["name"] = "minimiser"
    document: dict[str, Any] = {
        "inputs": inputs,
        "layers": layers,
        "loss": {"name": _loss(graph, view, best, alignment.found.gates), "reduction": reduction},
        "training": {"optimizer": optimizer, "batch": samples},
    }
    document["sentence"] = _sentence(document, best)
    return document


def list_layers(
    graph: Graph, view: View, owner: dict[int, int]
) -> tuple[int | None, list[dict[str, Any]]]:
    """Inputs, and units and activation of each layer, in order."""
    activations = find_activations(graph, view)
    products = find_products(graph, view, owner)
    layers: list[dict[str, Any]] = []
    inputs = None
    for i, product in enumerate(products):
        n, shape = product.node, graph.shape[product.weights]
        until = products[i + 1].node if i + 1 < len(products) else graph.size
        ins, outs = (shape[0], shape[-1]) if len(shape) == 2 else (int(np.prod(shape)), 1)
        if product.side == 0 and len(shape) == 2:
            ins, outs = outs, ins
        if layers and layers[-1]["units"] == 1 and ins != 1:
            return None, []  # each unit has a vector of its own
        inputs = int(ins) if inputs is None else inputs
        layers.append({"units": int(outs), "activation": _between(activations, n, until)})
    if layers and layers[-1]["activation"] == "identity":  # in 1 / (1 + exp(-h %*% w)) is no z
        turned = is_made_by(graph, view.pairs[0][0], "sigmoid")
        layers[-1]["activation"] = "sigmoid" if turned else "identity"
    return inputs, layers


def _loss(graph: Graph, view: View, best: Reading, gates: Sequence[int]) -> str:
    """The loss, or the rule of an output that jumps and so has none, or is held against 0 alone."""
    jumps = any(find_jump(graph, view, a) for a, _ in view.pairs)
    asks = bool(gates) and all(y == [0] for _, y in view.pairs)
    return "perceptron" if jumps or asks else best.family


class Product(NamedTuple):
    """Where weights are multiplied first: the product, on which side they stand, and the rest."""

    node: int
    side: int
    k: int
    weights: int
    other: Any


def find_products(graph: Graph, view: View, owner: dict[int, int]) -> list[Product]:
    """The products of the way forward, one for each matrix of weights, in order."""
    seen: set[int] = set()
    products = []
    for n in sorted(view.forward):
        if graph.op[n] not in PRODUCTS or graph.op[n] == "mul":
            continue
        for side, p in enumerate(graph.args[n][:2]):
            k = owner_of(graph, owner, p) if isinstance(p, int) else None
            other = graph.args[n][1 - side] if len(graph.args[n]) > 1 else p
            if k is not None and k not in seen and not _is_ones(graph, other):
                seen.add(k)
                products.append(Product(n, side, k, p, graph.args[n][1 - side]))
    return products


def _is_ones(graph: Graph, argument: Any) -> bool:
    """Whether an operand is a column of ones, which spreads a bias over the samples."""
    value = graph.operand(argument)
    return np.size(value) > 1 and min(np.shape(value)) == 1 and bool(np.all(value == 1))


def owner_of(graph: Graph, owner: dict[int, int], n: int) -> int | None:
    """The parameter that a value is, perhaps transposed or a part of it."""
    for _ in range(6):
        if n in owner:
            return owner[n]
        if graph.op[n] != "move" or not graph.parents[n]:
            return None
        n = graph.parents[n][0]
    return None


def _between(activations: list[Activation], n: int, until: int) -> str:
    return next((x.name for x in activations if n <= x.z and n < x.a < until), "identity")


def count_samples(graph: Graph, view: View) -> int:
    """How many samples a step takes; 1 where all that is known of them is a loss."""
    targets = [y[0] if isinstance(y, list) else None for _, y in view.pairs]
    if all(isinstance(y, float) and y == 0 for y in targets):
        return 1
    rows = 0
    for a, _ in view.pairs:
        shape = graph.shape[a]
        axis = 0 if len(shape) != 2 or not _in_columns(graph, view) else 1
        rows += shape[axis] if shape else 1
    return int(rows)


def _in_columns(graph: Graph, view: View) -> bool:
    """Whether samples are columns: weights stand on the left of the product."""
    for n in sorted(view.forward):
        if graph.op[n] == "matmul":
            first = graph.args[n][0]
            return isinstance(first, int) and first in view.moved
    return False


def _read_rate(graph: Graph, view: View, best: Reading, samples: int) -> tuple[float, str]:
    """The learning rate as it is written, and whether the loss is a sum or a mean."""
    factor = best.factors[0]
    written = [x for x in numbers_of(graph, view) if x > 0]

    def stands(x: float) -> bool:
        return any(abs(x - w) <= 1e-9 * abs(x) for w in written)

    if samples > 1 and not stands(factor):
        for rate in (factor * samples, factor * samples / 2):
            if stands(rate):
                return rate, "mean"
    return factor, "sum"


def _optimizer(best: Reading, rate: float) -> dict[str, Any]:
    rule = {k: v for k, v in best.rule.items() if k not in ("inside", "no_root", "ahead")}
    if rule["name"] in ("gradient_descent", "momentum"):
        rule["rate"] = rule.pop("cut_off", rate)
    decay = next(iter(best.decays.values()), None)
    if decay is not None and "decay" not in rule:
        rule["l2"] = decay / best.factors[0] if best.factors[0] else decay
    rule["learning_rate"] = rule.pop("rate")
    return rule


def _sentence(document: dict[str, Any], best: Reading) -> str:
    layers = document["layers"]
    if layers:
        sizes = "-".join(str(n) for n in (document["inputs"], *(x["units"] for x in layers)))
        shape = f"{sizes}, {', '.join(x['activation'] for x in layers)}"
    else:
        single = all(np.size(r.old) == 1 for r in best.rows[0])
        kept = "single numbers" if single else "parameters"
        shape = f"a network of {len(best.rows[0])} {kept}"
    optimizer = document["training"]["optimizer"]
    batch = document["training"]["batch"]
    taken = "one sample at a time" if batch == 1 else f"{batch} samples in a step"
    if document["loss"]["reduction"] == "mean":
        taken = f"mean over {batch} samples in a step"
    text = f"{shape} with {LOSSES[document['loss']['name']]}, {taken}, {RULES[optimizer['name']]}"
    if optimizer["name"] not in ("unknown", "minimiser"):
        text += f", rate {optimizer['learning_rate']:.6g}"
    if "momentum" in optimizer:
        text += f", momentum {optimizer['momentum']:.6g}"
    return text + (f", L2 {optimizer['l2']:.6g}" if "l2" in optimizer else "")
