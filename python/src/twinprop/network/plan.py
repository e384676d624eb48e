"""How a network is trained; twin of r/R/network_plan.R."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from twinprop.formulas.losses import loss_reduction
from twinprop.formulas.optimizers import LEARNING_RATES, OPTIMIZERS, check_optimizer_options
from twinprop.ground.case_checks import check_integer, check_not_negative
from twinprop.ground.errors import check_name, quote_value, refuse


class Plan(NamedTuple):
    """How a network is trained: what new_plan says, checked; options are the optimizer's.

    A case that does not train has 0 epochs.
    """

    loss: str
    reduction: str
    optimizer: str
    learning_rate: float
    epochs: int
    batch_size: int | None
    shuffle_seed: int | None
    record: list[int]
    l2: float
    draw_seed: int | None
    options: dict[str, float]


def new_plan(
    loss: str = "squared_error",
    reduction: str | None = None,
    optimizer: str = "gradient_descent",
    learning_rate: float | None = None,
    epochs: int = 1,
    batch_size: int | None = None,
    shuffle_seed: int | None = None,
    record: Sequence[int] | None = None,
    l2: float = 0.0,
    draw_seed: int | None = None,
    **options: float,
) -> Plan:
    """Plan of a training: the loss, the rule that moves the parameters, and how often.

    Parameters
    ----------
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
    l2 : float64
        Strength of the L2 penalty on the weights.
    draw_seed : int or None
        Seed of the numbers that dropout and rrelu draw in each step; None where there are none.
    **options : float64
        Options of the optimizer, such as momentum, or beta_1, beta_2 and epsilon.

    Returns
    -------
    plan
        Argument of train.

    Examples
    --------
    >>> new_plan(epochs=3).record
    [3]
    """
    reduction = loss_reduction(loss, reduction)
    check_name("optimizer", optimizer, list(OPTIMIZERS))
    if learning_rate is None:
        learning_rate = LEARNING_RATES[optimizer]
    check_not_negative(learning_rate, "learning_rate")
    epochs = check_integer(epochs, "epochs", 1)
    if batch_size is not None:
        batch_size = check_integer(batch_size, "batch_size", 1)
    check_not_negative(l2, "l2")
    check_optimizer_options(optimizer, options)
    return Plan(
        loss,
        reduction,
        optimizer,
        learning_rate,
        epochs,
        batch_size,
        shuffle_seed,
        checked_record(record, epochs),
        l2,
        draw_seed,
        options,
    )


def check_plan(plan: Any) -> None:
    """Refuse what is no plan."""
    if not isinstance(plan, Plan):
        refuse("plan", quote_value(plan), "one of new_plan")


def checked_record(record: Any, epochs: int) -> list[int]:
    """The epochs to trace, by default the last."""
    if record is None:
        return [epochs]
    if isinstance(record, str) or not np.iterable(record):
        refuse("record", quote_value(record), "a list of epochs")
    return [check_integer(e, f"record[{i}]", 1, epochs) for i, e in enumerate(record)]
