"""Training by full batches and mini-batches, and its trace; twin of r/R/training.R."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.case_checks import check_integer, check_number
from twinprop.errors import check_name
from twinprop.losses import LOSSES, REDUCTIONS
from twinprop.network import Cache, Gradients, Network, backward, check_shape, forward
from twinprop.optimizers import OPTIMIZERS
from twinprop.random_numbers import Generator, new_generator, random_permutation

Trace = dict[str, Array]


class Training(NamedTuple):
    """A trained network, and the trace of how it got there."""

    network: Network
    trace: Trace


def train(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    loss: str = "squared_error",
    reduction: str = "sum",
    optimizer: str = "gradient_descent",
    learning_rate: float = 0.1,
    epochs: int = 1,
    batch_size: int | None = None,
    shuffle_seed: int | None = None,
    record: Sequence[int] | None = None,
    arithmetic: Arithmetic = native,
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
    loss : str
        Name of the loss.
    reduction : str
        "sum" or "mean" over the samples of a step.
    optimizer : str
        Name of the rule that moves the parameters.
    learning_rate : float64
        Length of the step.
    epochs : int
        How often all samples are used.
    batch_size : int or None
        Samples of a step; None takes all. The last batch of an epoch may be smaller.
    shuffle_seed : int or None
        Seed of a new order of the samples in each epoch; None keeps them in order.
    record : list of int or None
        Epochs to trace; None traces the last.
    arithmetic : arithmetic
        How the formulas are evaluated.

    Returns
    -------
    training
        The trained network and the trace.

    Examples
    --------
    >>> from twinprop.network import draw_network
    >>> network = draw_network(2, [1], ["sigmoid"], seed=1)
    >>> training = train(network, [[0.0, 1.0], [1.0, 0.0]], [[1.0], [0.0]], epochs=3)
    >>> round(float(training.trace["3/loss"]), 6)
    0.276226
    """
    x, y = checked_data(network, x, y)
    check_plan(loss, reduction, optimizer, learning_rate, epochs, batch_size)
    recorded = frozenset([epochs] if record is None else record)
    generator = None if shuffle_seed is None else new_generator(shuffle_seed)
    move, depth = OPTIMIZERS[optimizer], len(network.weights)
    trace: Trace = {}
    state = None
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        for epoch in range(1, epochs + 1):
            for step, x_step, y_step in batches(x, y, epoch, batch_size, generator):
                cache = forward(network, x_step, arithmetic)
                gradients = backward(network, cache, y_step, loss, reduction, arithmetic)
                parameters, state = move(
                    network.weights + network.biases,
                    gradients.weights + gradients.biases,
                    state,
                    learning_rate,
                    arithmetic,
                )
                network = Network(parameters[:depth], parameters[depth:], network.activations)
                if epoch in recorded:
                    value = LOSSES[loss].value(cache.a[-1], y_step, reduction, arithmetic)
                    record_step(trace, step, cache, value, gradients)
                    record_parameters(trace, step, network)
    return Training(network, trace)


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
    depth = len(cache.z)
    for i in range(depth):
        trace[f"{step}/z{i + 1}"] = cache.z[i]
        trace[f"{step}/a{i + 1}"] = cache.a[i + 1]
    trace[f"{step}/loss"] = np.asanyarray(loss)
    for i in range(depth - 1, -1, -1):
        trace[f"{step}/e{i + 1}"] = gradients.e[i]
        trace[f"{step}/slope{i + 1}"] = gradients.slope[i]
        trace[f"{step}/delta{i + 1}"] = gradients.delta[i]
        trace[f"{step}/dW{i + 1}"] = gradients.weights[i]
        trace[f"{step}/db{i + 1}"] = gradients.biases[i]


def record_parameters(trace: Trace, step: str, network: Network) -> None:
    """Add the weights and biases of a network to a trace."""
    for i, (weights, bias) in enumerate(zip(network.weights, network.biases, strict=True), 1):
        trace[f"{step}/W{i}"] = weights
        trace[f"{step}/b{i}"] = bias


def checked_data(network: Network, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Samples and targets as matrices whose shapes fit the network and each other."""
    x, y = (np.array(values, ndmin=2, subok=True) for values in (x, y))
    x, y = (v if v.dtype == object else v.astype(np.float64, order="C") for v in (x, y))
    check_shape("x", x.shape, (x.shape[0], network.weights[0].shape[0]))
    check_shape("y", y.shape, (x.shape[0], network.weights[-1].shape[1]))
    return x, y


def check_plan(
    loss: str,
    reduction: str,
    optimizer: str,
    learning_rate: float,
    epochs: int,
    batch_size: int | None,
) -> None:
    """Refuse names that are not known and numbers with which nothing can be trained."""
    check_name("loss", loss, list(LOSSES))
    check_name("reduction", reduction, REDUCTIONS)
    check_name("optimizer", optimizer, list(OPTIMIZERS))
    check_number(learning_rate, "learning_rate")
    check_integer(epochs, "epochs", 1)
    if batch_size is not None:
        check_integer(batch_size, "batch_size", 1)
