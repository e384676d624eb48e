"""Training by full batches and mini-batches, and its trace; twin of r/R/network_training.R."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas.activation_options import bind_options
from twinprop.formulas.optimizers import OPTIMIZERS
from twinprop.formulas.random_numbers import Generator, new_generator, random_permutation
from twinprop.ground.array_checks import check_arithmetic, check_shape, checked_matrix
from twinprop.ground.errors import quote_value, refuse
from twinprop.network.checks import check_network
from twinprop.network.dropout import draw_step, step_generator
from twinprop.network.layers import Layer, Network
from twinprop.network.passes import Cache, Gradients, backward, forward, loss_value
from twinprop.network.plan import Plan, check_plan

Trace = dict[str, Array]


class Training(NamedTuple):
    """A trained network, and the trace of how it got there."""

    network: Network
    trace: Trace


def train(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    plan: Plan,
    arithmetic: Arithmetic = native,
    on_epoch: Callable[[int], object] | None = None,
) -> Training:
    """Train a network: in each step a forward pass, the gradients, one update.

    The trace has the quantities of the recorded epochs in the order of computation, named as in
    "10/z1" (epoch 10) or, with mini-batches, "10.2/z1" (its second batch).

    Parameters
    ----------
    network : network
        Where to start.
    x : (n, n_in) float64
        Samples in rows.
    y : (n, n_out) float64
        Targets in rows.
    plan : plan
        Of new_plan.
    arithmetic : arithmetic
        How the formulas are evaluated.
    on_epoch : function or None
        Called with the number of each epoch when it is done, as for a progress bar.

    Returns
    -------
    training
        The trained network and the trace.

    Examples
    --------
    >>> from twinprop.network.layers import draw_network
    >>> from twinprop.network.plan import new_plan
    >>> network = draw_network(2, [1], ["sigmoid"], seed=1)
    >>> training = train(network, [[0.0, 1.0], [1.0, 0.0]], [[1.0], [0.0]], new_plan(epochs=3))
    >>> round(float(training.trace["3/loss"]), 6)
    0.276226
    """
    check_network(network)
    check_arithmetic(arithmetic)
    x, y = checked_data(network, x, y)
    check_plan(plan)
    if on_epoch is not None and not callable(on_epoch):
        refuse("on_epoch", quote_value(on_epoch), "a function")
    loss, reduction, optimizer, rate, epochs, batch_size, shuffle_seed, *_ = plan
    move = partial(OPTIMIZERS[optimizer], learning_rate=rate, arithmetic=arithmetic, **plan.options)
    move = getattr(arithmetic, "at_once", lambda rule: rule)(move)
    l2, recorded = plan.l2, frozenset(plan.record)
    shuffler = None if shuffle_seed is None else new_generator(shuffle_seed)
    drawer = step_generator(network, plan.draw_seed)
    trace: Trace = {}
    network = Network(map(copy, network))  # the given one stays as it is
    learned = learned_layers(network)
    parameters, state = parameters_of(network), None
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        for epoch in range(1, epochs + 1):
            for step, x_step, y_step in batches(x, y, epoch, batch_size, shuffler):
                drawn = None if drawer is None else draw_step(network, len(x_step), drawer)
                cache = forward(network, x_step, arithmetic, drawn)
                gradients = backward(network, cache, y_step, loss, reduction, arithmetic, l2)
                if epoch in recorded:
                    value = loss_value(network, cache, y_step, loss, reduction, arithmetic, l2)
                    record_step(trace, step, cache, value, gradients)
                slopes = gradients.weights + gradients.biases
                slopes += [gradients.alpha[i] for i in learned]
                parameters, state = move(parameters, slopes, state)
                set_parameters(network, parameters)
                if epoch in recorded:
                    record_parameters(trace, step, network)
            if on_epoch is not None:
                on_epoch(epoch)
    return Training(network, trace)


def learned_layers(network: Network) -> list[int]:
    """The layers whose activation has slopes that are learned."""
    return [i for i, layer in enumerate(network) if layer.activation == "prelu"]


def parameters_of(network: Network) -> list[Array]:
    """What an optimizer moves: all weights, then all biases, then the learned slopes."""
    alphas = [network[i].options["alpha"] for i in learned_layers(network)]
    return [layer.weights for layer in network] + [layer.bias for layer in network] + alphas


def set_parameters(network: Network, parameters: list[Array]) -> None:
    """Put other parameters into a network, in the same order."""
    depth = len(network)
    for layer, weights, bias in zip(network, parameters, parameters[depth:], strict=False):
        layer.weights, layer.bias = weights, bias
    if len(parameters) > 2 * depth:
        learned = [network[i] for i in learned_layers(network)]
        for layer, alpha in zip(learned, parameters[2 * depth :], strict=True):
            set_alpha(layer, alpha)


def set_alpha(layer: Layer, alpha: Array) -> None:
    """Put other learned slopes into a layer."""
    layer.options = {"alpha": alpha}
    layer.f = bind_options(layer.activation, layer.options)


def batches(
    x: Array, y: Array, epoch: int, batch_size: int | None, generator: Generator | None
) -> Iterator[tuple[str, Array, Array]]:
    """The steps of one epoch: their names, samples and targets."""
    n = x.shape[0]
    if generator is not None:
        order = random_permutation(generator, n)
        x, y = x[order], y[order]
    if batch_size is None:
        yield str(epoch), x, y
        return
    for batch, first in enumerate(range(0, n, batch_size), start=1):
        last = first + batch_size
        yield f"{epoch}.{batch}", x[first:last], y[first:last]


def record_step(trace: Trace, step: str, cache: Cache, loss: float, gradients: Gradients) -> None:
    """Add one step to a trace: forward pass, loss, and gradients from the last layer back."""
    depth, drawn = len(cache.z), cache.step
    for i in range(depth):
        trace[f"{step}/z{i + 1}"] = cache.z[i]
        if drawn is not None and drawn.slopes[i] is not None:
            trace[f"{step}/drawn{i + 1}"] = drawn.slopes[i]
        trace[f"{step}/a{i + 1}"] = cache.a[i + 1]
        if drawn is not None and drawn.masks[i] is not None:
            trace[f"{step}/mask{i + 1}"] = drawn.masks[i]
            trace[f"{step}/dropped{i + 1}"] = cache.fed[i + 1]
    trace[f"{step}/loss"] = np.asanyarray(loss)
    names = ["e", "slope", "delta", "dW", "db", "dalpha"]
    for i in range(depth - 1, -1, -1):
        for name, values in zip(names, gradients, strict=True):
            if values[i] is not None:
                trace[f"{step}/{name}{i + 1}"] = values[i]


def record_parameters(trace: Trace, step: str, network: Network) -> None:
    """Add the weights, biases and learned slopes of a network to a trace."""
    for i, layer in enumerate(network, start=1):
        trace[f"{step}/W{i}"] = layer.weights
        trace[f"{step}/b{i}"] = layer.bias
        if layer.activation == "prelu":
            trace[f"{step}/alpha{i}"] = layer.options["alpha"]


def recorded_network(network: Network, trace: Mapping[str, Any], step: str) -> Network:
    """The network with the parameters that a trace has for a step."""
    names = [f"{kind}{i}" for kind in ("W", "b") for i in range(1, len(network) + 1)]
    names += [f"alpha{i}" for i, layer in enumerate(network, 1) if layer.activation == "prelu"]
    network = Network(map(copy, network))
    set_parameters(network, [trace[f"{step}/{name}"] for name in names])
    return network


def checked_data(network: Network, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Samples and targets as matrices whose shapes fit a finite network and each other."""
    for i, layer in enumerate(network, start=1):
        checked_matrix(layer.weights, f"W{i}")  # somebody may have set them
        checked_matrix(layer.bias, f"b{i}")
    x, y = checked_matrix(x, "x"), checked_matrix(y, "y")
    check_shape("x", x.shape, (x.shape[0], network[0].weights.shape[0]))
    check_shape("y", y.shape, (x.shape[0], network[-1].weights.shape[1]))
    return x, y
