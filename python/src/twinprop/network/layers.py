"""The layers of a multilayer perceptron, given or drawn; twin of r/R/network_layers.R.

Rows are samples. Layer l has weights W_l (n_in, n_out) and a bias b_l (1, n_out).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twinprop.arithmetic import Array
from twinprop.formulas.activation_options import activation_options, bind_options
from twinprop.formulas.activations import Activation
from twinprop.formulas.initializers import INITIALIZERS
from twinprop.formulas.random_numbers import new_generator
from twinprop.ground.array_checks import as_numbers, check_shape, checked_matrix
from twinprop.ground.case_checks import check_integer, check_number, check_share
from twinprop.ground.errors import InputError, check_name, count_of, quote_value, refuse


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
    >>> network[0].activation
    'sigmoid'
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


def checked_row(values: ArrayLike, name: str) -> Array:
    """A matrix of one row of finite numbers; a plain vector becomes that row."""
    row = as_numbers(values, name)
    row = row.reshape(1, -1) if row.ndim < 2 else row
    return checked_matrix(row, name)


def check_draw(n_in: int, units: Any, distribution: str, options: Mapping[str, float]) -> None:
    """Refuse sizes and parameters with which no weights can be drawn."""
    check_integer(n_in, "n_in", 1)
    if isinstance(units, str) or not np.iterable(units):
        refuse("units", quote_value(units), "a list of whole numbers, one per layer")
    for i, n_out in enumerate(units):
        check_integer(n_out, f"units[{i}]", 1)
    known = list(inspect.signature(INITIALIZERS[distribution]).parameters)[3:]
    for option, value in options.items():
        if option not in known:
            names = ", ".join(known) or "none"
            raise InputError(f"{distribution} has no option {option}; known are {names}")
        check_number(value, f"{option} of {distribution}")


def checked_dropout(dropout: Sequence[float] | None, depth: int) -> list[float]:
    """One share of dropped outputs per layer: 0 or more, less than 1, none in the last layer."""
    rates: Any = [0.0] * depth if dropout is None else dropout
    rates = rates if np.iterable(rates) and not isinstance(rates, str) else [rates]
    if len(rates) != depth:
        found = count_of(len(rates), "number")
        raise InputError(f"dropout has {found}; wanted {depth}, one per layer")
    rates = [check_share(rate, f"dropout of layer {i}") for i, rate in enumerate(rates, start=1)]
    if rates[-1] > 0.0:
        raise InputError("dropout of the last layer is above 0; wanted 0, its outputs are needed")
    return rates
