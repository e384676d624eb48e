"""Checks a network's gradients against central differences of its loss, element by element."""

from copy import copy

import numpy as np

from twinprop import backward, forward, loss_value
from twinprop.network.layers import Network

# Central differences err by h^2 / 6 times the third derivative, and by the rounding of the loss,
# about 2^-52, divided by h: the sum is least near the cube root of 2^-52. Both parts are then
# about 4e-11; a thousand times that leaves room for larger derivatives, while a wrong formula
# differs in the first digits.
STEP = 2.0**-17
TOLERANCE = 4e-8


def central_difference(f, x):
    """Derivative of a number f(x) with respect to each element of an array x."""
    slopes = np.empty_like(x)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += STEP
        below[index] -= STEP
        # The distance that the two arguments really have, after rounding.
        slopes[index] = (f(above) - f(below)) / (above[index] - below[index])
    return slopes


def check_close(name, analytic, numeric):
    """Fail where an element of a gradient differs from its central difference, with both values."""
    assert analytic.shape == numeric.shape, f"{name}: {analytic.shape}, not {numeric.shape}"
    bound = TOLERANCE * np.maximum(1.0, np.abs(numeric))
    for index in np.argwhere(~(np.abs(analytic - numeric) <= bound)):
        place = tuple(index)
        raise AssertionError(
            f"{name}{[int(i) for i in place]} is {analytic[place]!r}, but by central differences "
            f"{numeric[place]!r}; they may differ by {bound[place]!r}"
        )


def check_gradients(network, x, y, loss, reduction):
    """Fail where a gradient of a weight or bias differs from its central difference."""

    def loss_of(kind, layer, values):
        moved = Network(map(copy, network))
        setattr(moved[layer], kind, values)
        return loss_value(moved, forward(moved, x), y, loss, reduction)

    gradients = backward(network, forward(network, x), y, loss, reduction)
    for layer in range(len(network)):
        for kind, found, name in (
            ("weights", gradients.weights, "dW"),
            ("bias", gradients.biases, "db"),
        ):
            numeric = central_difference(
                lambda values, kind=kind, layer=layer: loss_of(kind, layer, values),
                getattr(network[layer], kind),
            )
            check_close(f"{name}{layer + 1}", found[layer], numeric)
