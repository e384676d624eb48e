"""What users may give to a network's functions, which check nothing; twin of r/R/network_checks.R.

Each returns, by name, what takes the place of arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twinprop.arithmetic import Arithmetic, Array, native
from twinprop.formulas.losses import loss_reduction
from twinprop.formulas.random_numbers import Generator, check_generator
from twinprop.ground.array_checks import (
    check_arithmetic,
    check_shape,
    checked_matrix,
    checked_targets,
)
from twinprop.ground.case_checks import (
    check_integer,
    check_not_negative,
    check_range,
    check_share,
)
from twinprop.ground.errors import quote_value, refuse
from twinprop.network.layers import Network
from twinprop.network.passes import Cache, Step


def check_network(network: Any) -> None:
    """Refuse what is no network."""
    if not isinstance(network, Network):
        refuse("network", quote_value(network), "one of new_network, draw_network or read_model")


def check_forward(
    network: Network, x: Any, arithmetic: Arithmetic = native, step: Step | None = None
) -> dict[str, Any]:
    """Samples as a matrix that the network can take."""
    check_network(network)
    check_arithmetic(arithmetic)
    x = checked_matrix(x, "x")
    check_shape("x", x.shape, (x.shape[0], network[0].weights.shape[0]))
    return {"x": x}


def check_predict(network: Any, x: Any, arithmetic: Arithmetic = native) -> dict[str, Any]:
    """Samples that fit, and the network of a training where that is given."""
    network = getattr(network, "network", network)
    return {"network": network, **check_forward(network, x, arithmetic)}


def check_batches(
    network: Any, x: Any, batch_size: int = 100, arithmetic: Arithmetic = native
) -> dict[str, Any]:
    """Samples that fit, and a number of them at a time."""
    given = check_forward(network, x, arithmetic)
    return {**given, "batch_size": check_integer(batch_size, "batch_size", 1)}


def check_backward(
    network: Network,
    cache: Cache,
    y: Array,
    loss: str = "squared_error",
    reduction: str | None = None,
    arithmetic: Arithmetic = native,
    l2: float = 0.0,
) -> dict[str, Any]:
    """Targets that fit the output, and the reduction of the loss, whose name has to be known."""
    check_network(network)
    check_arithmetic(arithmetic)
    y = checked_targets(y, "y", cache.a[-1])
    reduction = loss_reduction(loss, reduction)
    check_not_negative(l2, "l2")
    return {"y": y, "reduction": reduction}


def check_mask(generator: Generator, n: int, m: int, rate: float) -> None:
    """Refuse sizes and a share with which no mask can be drawn."""
    check_generator(generator)
    check_integer(n, "n", 0)
    check_integer(m, "m", 0)
    check_share(rate, "rate")


def check_slopes(generator: Generator, n: int, m: int, lower: float, upper: float) -> None:
    """Refuse sizes and ends with which no slopes can be drawn."""
    check_generator(generator)
    check_integer(n, "n", 0)
    check_integer(m, "m", 0)
    check_range(lower, upper, "lower", "upper")


def check_step(network: Network, n: int, generator: Generator) -> None:
    """Refuse what no step of training can be drawn with."""
    check_network(network)
    check_integer(n, "n", 1)
    check_generator(generator)


# By the name that users call.
CHECKS: dict[str, Callable[..., dict[str, Any] | None]] = {
    "forward": check_forward,
    "backward": check_backward,
    "loss_value": check_backward,
    "predict": check_predict,
    "predict_batches": check_batches,
    "draw_step": check_step,
    "dropout_mask": check_mask,
    "rrelu_slopes": check_slopes,
}
