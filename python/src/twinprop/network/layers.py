"""The multilayer perceptron: its layers, forward pass and prediction; twin of r/R/network_layers.R.

Rows are samples. Layer l has weights W_l (n_in, n_out) and a bias b_l (1, n_out):
z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l), with a_0 = x.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas.activation_options import activation_options, bind_options
from twinprop.formulas.activations import Activation
from twinprop.formulas.initializers import INITIALIZERS
from twinprop.formulas.random_numbers import new_generator
from twinprop.ground.array_checks import (
    check_arithmetic,
    check_shape,
    checked_by,
    checked_matrix,
)
from twinprop.ground.case_checks import check_integer
from twinprop.ground.errors import InputError, check_name, quote_value, refuse
from twinprop.network.checks import check_draw, checked_dropout, checked_row

Trace = dict[str, Array]


@dataclass(slots=True, eq=False)
class Layer:
    """One layer: its weights and bias, its activation, the share of outputs that training drops.

    Options are the arguments of the activation beside z, and f is the activation with them in
    place: f.value(z) and f.grad(z, a).
    """

    weights: Array
    bias: Array
    f: Activation
    activation: str
    options: dict[str, Any]
    dropout: float

    def __reduce__(self) -> tuple[Callable[..., Layer], tuple[Any, ...]]:
        """A pickle has no functions: they are found again by the activation's name."""
        return new_layer, (
            self.weights, self.bias, self.activation, self.options, self.dropout
        )  # fmt: skip


class Network(tuple[Layer, ...]):
    """The layers, the first hidden layer first."""

    __slots__ = ()


class Step(NamedTuple):
    """What one step of training draws: the slopes of rrelu and the masks of dropout, by layer.

    None stands for what is not drawn.
    """

    slopes: list[Any]
    masks: list[Any]


class Cache(NamedTuple):
    """What the forward pass computed: z of each layer, and a of each layer with a_0 = x before.

    Fed is what each layer was given: a of the layer before, after dropout where it has that. Step
    is what was drawn for it, or None.
    """

    z: list[Array]
    a: list[Array]
    fed: list[Array]
    step: Step | None


class Training(NamedTuple):
    """A trained network, and the trace of how it got there."""

    network: Network
    trace: Trace


def new_network(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    activations: Sequence[str | Mapping[str, Any]],
    dropout: Sequence[float] | None = None,
) -> Network:
    """Network of given weights, biases and activations.

    Parameters
    ----------
    weights : list of (n_in, n_out) float64
        One matrix per layer.
    biases : list of (1, n_out) float64
        One row per layer.
    activations : list of str or dict
        One per layer: a name such as "sigmoid", or a name with options, as name "leaky_relu" and
        slope 0.2.
    dropout : list of float64 or None
        Share of each layer's outputs that training drops, 0 for the last layer; None drops none.

    Returns
    -------
    network
        Its layers fit together: shapes that do not are refused with the layer's number.

    Examples
    --------
    >>> network = new_network([np.ones((2, 3))], [np.zeros((1, 3))], ["sigmoid"])
    >>> predict(network, np.array([[1.0, -1.0]])).tolist()
    [[0.5, 0.5, 0.5]]
    """
    if not len(weights) == len(biases) == len(activations) or not weights:
        raise InputError(
            f"a network needs as many weights as biases and activations, and at least one: "
            f"found {len(weights)}, {len(biases)} and {len(activations)}"
        )
    matrices = [checked_matrix(w, f"W{i}") for i, w in enumerate(weights, start=1)]
    rows = [checked_row(b, f"b{i}") for i, b in enumerate(biases, start=1)]
    n_in = matrices[0].shape[0]
    for i, (w, b) in enumerate(zip(matrices, rows, strict=True), start=1):
        check_shape(f"W{i}", w.shape, (n_in, w.shape[1]))
        check_shape(f"b{i}", b.shape, (1, w.shape[1]))
        n_in = w.shape[1]
    chosen = [activation_options(f, w.shape[1]) for f, w in zip(activations, matrices, strict=True)]
    rates = checked_dropout(dropout, len(matrices))
    parts = zip(matrices, rows, chosen, rates, strict=True)
    return Network(new_layer(w, b, *named, rate) for w, b, named, rate in parts)


def new_layer(
    weights: Array, bias: Array, activation: str, options: dict[str, Any], dropout: float = 0.0
) -> Layer:
    """A layer of what was checked, with its activation bound to the options."""
    return Layer(weights, bias, bind_options(activation, options), activation, options, dropout)


def draw_network(
    n_in: int,
    units: Sequence[int],
    activations: Sequence[str | Mapping[str, Any]],
    distribution: str = "uniform",
    seed: int = 1,
    dropout: Sequence[float] | None = None,
    **options: float,
) -> Network:
    """Network whose starting weights are drawn from the shared generator.

    The numbers are drawn in the order W1 (filled row by row), b1, W2, b2 and so on.

    Parameters
    ----------
    n_in : int
        Columns of x.
    units : list of int
        Units of each layer.
    activations : list of str or dict
        One per layer: a name such as "sigmoid", or a name with options, as name "leaky_relu" and
        slope 0.2.
    distribution : str
        "uniform", "normal", "glorot", "he" or "zeros".
    seed : int
        Seed of the generator, the same numbers in both languages.
    dropout : list of float64 or None
        Share of each layer's outputs that training drops, 0 for the last layer; None drops none.
    **options : float64
        Parameters of the distribution: low and high, or mean and sd.

    Returns
    -------
    network
        Ready to train.

    Examples
    --------
    >>> draw_network(2, [1], ["sigmoid"], seed=1)[0].weights.round(4).tolist()
    [[0.2655], [0.3721]]
    """
    check_name("distribution", distribution, list(INITIALIZERS))
    check_draw(n_in, units, distribution, options)
    generator = new_generator(seed)
    weights, biases = [], []
    for n_out in map(int, units):
        w, b = INITIALIZERS[distribution](generator, n_in, n_out, **options)
        weights.append(w)
        biases.append(b)
        n_in = n_out
    return new_network(weights, biases, activations, dropout)


def check_forward(
    network: Network, x: Any, arithmetic: Arithmetic = native, step: Step | None = None
) -> dict[str, Array]:
    """Samples as a matrix that the network can take."""
    check_network(network)
    check_arithmetic(arithmetic)
    x = checked_matrix(x, "x")
    check_shape("x", x.shape, (x.shape[0], network[0].weights.shape[0]))
    return {"x": x}


@checked_by(check_forward)
def forward(
    network: Network, x: Array, arithmetic: Arithmetic = native, step: Step | None = None
) -> Cache:
    """Forward pass, z_l = a_{l-1} W_l + b_l and a_l = f_l(z_l) for each layer.

    Parameters
    ----------
    network : network
        Of new_network or draw_network.
    x : (n, n_in) float64
        Samples in rows.
    arithmetic : arithmetic
        How the formulas are evaluated.
    step : step or None
        Of draw_step, to train with dropout or rrelu; None draws nothing.

    Returns
    -------
    cache
        The lists z, a and fed; a begins with x, and fed is a after dropout.

    Examples
    --------
    >>> network = new_network([np.ones((2, 1))], [np.zeros((1, 1))], ["identity"])
    >>> forward(network, np.array([[1.0, 2.0]])).z[0].tolist()
    [[3.0]]
    """
    z, a = [], [x]
    fed = a if step is None else [x]
    for i, layer in enumerate(network):
        f = layer.f if step is None else with_slope(layer, step.slopes[i])
        z_i = arithmetic.add_bias(arithmetic.matmul(fed[i], layer.weights), layer.bias)  # z
        a_i = f.value(z_i, arithmetic)  # a
        z.append(z_i)
        a.append(a_i)
        if step is not None:
            fed.append(apply_mask(a_i, step.masks[i]))  # dropped
    return Cache(z, a, fed, step)


def with_slope(layer: Layer, slope: Array | None) -> Activation:
    """The activation of a layer, with the slopes that a step drew for it, if any."""
    if slope is None:
        return layer.f
    return bind_options(layer.activation, {**layer.options, "slope": slope})


def apply_mask(values: Array, mask: Array | None) -> Array:
    """A matrix times a mask of dropout, if there is one."""
    return values if mask is None else values * mask


def predict(network: Network | Training, x: ArrayLike, arithmetic: Arithmetic = native) -> Array:
    """Output of the network, a_L.

    Parameters
    ----------
    network : network
        Of new_network, draw_network or train.
    x : (n, n_in) float64
        Samples in rows.
    arithmetic : arithmetic
        How the formulas are evaluated.

    Returns
    -------
    (n, n_out) float64
        One row per sample.
    """
    found: Any = getattr(network, "network", network)  # train returns it with the trace
    return forward(found, cast(Array, x), arithmetic).a[-1]


def predict_batches(
    network: Network, x: ArrayLike, batch_size: int = 100, arithmetic: Arithmetic = native
) -> Array:
    """Output of the network, computed for some samples at a time, which needs less memory.

    Parameters
    ----------
    network : network
        Of new_network, draw_network or train.
    x : (n, n_in) float64
        Samples in rows.
    batch_size : int
        Samples at a time.
    arithmetic : arithmetic
        How the formulas are evaluated.

    Returns
    -------
    (n, n_out) float64
        One row per sample.
    """
    check_network(network)
    x = checked_matrix(x, "x")
    batch_size = check_integer(batch_size, "batch_size", 1)
    starts = range(0, x.shape[0], batch_size)
    return np.concatenate([predict(network, x[i : i + batch_size], arithmetic) for i in starts])


def check_network(network: Any) -> None:
    """Refuse what is no network."""
    if not isinstance(network, Network):
        refuse("network", quote_value(network), "one of new_network, draw_network or read_model")
