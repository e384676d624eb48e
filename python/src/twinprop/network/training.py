"""Training by full batches and mini-batches, and its trace; twin of r/R/network_training.R."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas.activation_options import bind_options
from twinprop.formulas.losses import loss_reduction
from twinprop.formulas.optimizers import LEARNING_RATES, OPTIMIZERS, check_optimizer_options
from twinprop.formulas.random_numbers import Generator, new_generator, random_permutation
from twinprop.ground.array_checks import check_arithmetic, check_shape, checked_matrix, unchecked
from twinprop.ground.case_checks import check_integer, check_not_negative
from twinprop.ground.errors import check_name, quote_value, refuse
from twinprop.network.backward import Gradients, backward, loss_value
from twinprop.network.dropout import draw_layers, step_generator
from twinprop.network.layers import Cache, Network, Trace, Training, check_network, forward


def train(
    network: Network,
    x: ArrayLike,
    y: ArrayLike,
    loss: str = "squared_error",
    reduction: str | None = None,
    optimizer: str = "gradient_descent",
    learning_rate: float | None = None,
    epochs: int = 1,
    batch_size: int | None = None,
    shuffle_seed: int | None = None,
    record: Sequence[int] | None = None,
    arithmetic: Arithmetic = native,
    l2: float = 0.0,
    draw_seed: int | None = None,
    on_epoch: Callable[[int], object] | None = None,
    **options: float,
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
    reduction : str or None
        "sum" or "mean" over the samples of a step; None takes the loss's own, "sum" where it has
        both.
    optimizer : str
        Name of the rule that moves the parameters.
    learning_rate : float64 or None
        Length of the step; None takes the optimizer's own.
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
    l2 : float64
        Strength of the L2 penalty on the weights.
    draw_seed : int or None
        Seed of the numbers that dropout and rrelu draw in each step; None where there are none.
    on_epoch : function or None
        Called with the number of each epoch when it is done, as for a progress bar.
    **options : float64
        Options of the optimizer, such as momentum, or beta_1, beta_2 and epsilon.

    Returns
    -------
    training
        The trained network and the trace.

    Examples
    --------
    >>> from twinprop.network.layers import draw_network
    >>> network = draw_network(2, [1], ["sigmoid"], seed=1)
    >>> training = train(network, [[0.0, 1.0], [1.0, 0.0]], [[1.0], [0.0]], epochs=3)
    >>> round(float(training.trace["3/loss"]), 6)
    0.276226
    """
    check_network(network)
    check_arithmetic(arithmetic)
    x, y = checked_data(network, x, y)
    reduction = loss_reduction(loss, reduction)
    check_plan(optimizer, learning_rate, epochs, batch_size, l2, on_epoch)
    check_optimizer_options(optimizer, options)
    rate = LEARNING_RATES[optimizer] if learning_rate is None else learning_rate
    move = partial(OPTIMIZERS[optimizer], learning_rate=rate, arithmetic=arithmetic, **options)
    epochs, batch_size = int(epochs), None if batch_size is None else int(batch_size)
    recorded = checked_record(record, epochs)
    # What goes into the steps was checked.
    step_forward, step_backward = unchecked(forward), unchecked(backward)
    step_loss, step_layers = unchecked(loss_value), unchecked(draw_layers)
    shuffler = None if shuffle_seed is None else new_generator(shuffle_seed)
    drawer = step_generator(network, draw_seed)
    trace: Trace = {}
    state = None
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        for epoch in range(1, epochs + 1):
            for step, x_step, y_step in batches(x, y, epoch, batch_size, shuffler):
                drawn = network if drawer is None else step_layers(network, len(x_step), drawer)
                cache = step_forward(drawn, x_step, arithmetic)
                gradients = step_backward(drawn, cache, y_step, loss, reduction, arithmetic, l2)
                if epoch in recorded:
                    value = step_loss(drawn, cache, y_step, loss, reduction, arithmetic, l2)
                    record_step(trace, step, drawn, cache, value, gradients)
                network, state = update_network(network, gradients, state, move)
                if epoch in recorded:
                    record_parameters(trace, step, network)
            if on_epoch is not None:
                on_epoch(epoch)
    return Training(network, trace)


def update_network(
    network: Network, gradients: Gradients, state: Any, move: Callable[..., tuple[list[Array], Any]]
) -> tuple[Network, Any]:
    """Move weights, biases and learned slopes by one step of an optimizer."""
    weights, biases, activations, options, functions, dropout, learned, _ = network
    depth = len(weights)
    parameters: list[Any] = weights + biases
    slopes: list[Any] = gradients.weights + gradients.biases
    if learned:
        parameters += [options[i]["alpha"] for i in learned]
        slopes += [gradients.alpha[i] for i in learned]
    moved, state = move(parameters, slopes, state)
    if learned:
        alphas = dict(zip(learned, moved[2 * depth :], strict=True))
        options = [{"alpha": alphas[i]} if i in alphas else o for i, o in enumerate(options)]
        functions = bind_options(activations, options)
    weights, biases = moved[:depth], moved[depth : 2 * depth]
    return Network(weights, biases, activations, options, functions, dropout, learned), state


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


def record_step(
    trace: Trace, step: str, network: Network, cache: Cache, loss: float, gradients: Gradients
) -> None:
    """Add one step to a trace: forward pass, loss, and gradients from the last layer back."""
    depth = len(cache.z)
    for i in range(depth):
        trace[f"{step}/z{i + 1}"] = cache.z[i]
        if network.activations[i] == "rrelu" and "slope" in network.options[i]:
            trace[f"{step}/drawn{i + 1}"] = network.options[i]["slope"]
        trace[f"{step}/a{i + 1}"] = cache.a[i + 1]
        if network.masks is not None and network.masks[i] is not None:
            trace[f"{step}/mask{i + 1}"] = network.masks[i]
            trace[f"{step}/dropped{i + 1}"] = cache.fed[i + 1]
    trace[f"{step}/loss"] = np.asanyarray(loss)
    names = ["e", "slope", "delta", "dW", "db", "dalpha"]
    for i in range(depth - 1, -1, -1):
        for name, values in zip(names, gradients, strict=True):
            if values[i] is not None:
                trace[f"{step}/{name}{i + 1}"] = values[i]


def record_parameters(trace: Trace, step: str, network: Network) -> None:
    """Add the weights, biases and learned slopes of a network to a trace."""
    for i, (weights, bias) in enumerate(zip(network.weights, network.biases, strict=True), 1):
        trace[f"{step}/W{i}"] = weights
        trace[f"{step}/b{i}"] = bias
        if i - 1 in network.learned:
            trace[f"{step}/alpha{i}"] = network.options[i - 1]["alpha"]


def checked_data(network: Network, x: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
    """Samples and targets as matrices whose shapes fit a finite network and each other."""
    for i, (weights, bias) in enumerate(zip(network.weights, network.biases, strict=True), 1):
        checked_matrix(weights, f"W{i}")  # somebody may have set them
        checked_matrix(bias, f"b{i}")
    x, y = checked_matrix(x, "x"), checked_matrix(y, "y")
    check_shape("x", x.shape, (x.shape[0], network.weights[0].shape[0]))
    check_shape("y", y.shape, (x.shape[0], network.weights[-1].shape[1]))
    return x, y


def checked_record(record: Any, epochs: int) -> frozenset[int]:
    """The epochs to trace, by default the last."""
    if record is None:
        return frozenset([epochs])
    if isinstance(record, str) or not np.iterable(record):
        refuse("record", quote_value(record), "a list of epochs")
    return frozenset(check_integer(e, f"record[{i}]", 1, epochs) for i, e in enumerate(record))


def check_plan(
    optimizer: str,
    learning_rate: float | None,
    epochs: int,
    batch_size: int | None,
    l2: float,
    on_epoch: Callable[[int], object] | None,
) -> None:
    """Refuse names that are not known and numbers with which nothing can be trained."""
    check_name("optimizer", optimizer, list(OPTIMIZERS))
    if learning_rate is not None:
        check_not_negative(learning_rate, "learning_rate")
    check_integer(epochs, "epochs", 1)
    if batch_size is not None:
        check_integer(batch_size, "batch_size", 1)
    check_not_negative(l2, "l2")
    if on_epoch is not None and not callable(on_epoch):
        refuse("on_epoch", quote_value(on_epoch), "a function")
