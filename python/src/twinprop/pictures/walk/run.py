"""A case run up to the epochs that a walk shows, in both languages and both arithmetics."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from twinprop.cases.case import Case
from twinprop.engines import running
from twinprop.engines.choices import LANGUAGES, USUAL, Engines
from twinprop.engines.document import Document
from twinprop.formulas.random_numbers import new_generator
from twinprop.ground.errors import InputError
from twinprop.ground.files import read_json
from twinprop.ground.names import PARAMETERS
from twinprop.network.training import batches
from twinprop.pictures.quantities import AFTER
from twinprop.pictures.walk.replay import (
    Quantities,
    has_state,
    replay_states,
    row_maxima,
    written_step,
)
from twinprop.pictures.walk.steps import Step, epoch_steps
from twinprop.studies.verify import ARITHMETICS


@dataclass(frozen=True)
class Walk:
    """Everything that a walk shows.

    `values` goes from arithmetic and epoch to the quantities of Python and of R.
    """

    case: Case
    epochs: tuple[int, ...]
    batch: int | None
    steps: tuple[Step, ...]
    values: dict[str, dict[int, dict[str, Quantities]]]
    losses: dict[int, float]


def take_walk(
    path: str | os.PathLike[str],
    epochs: Sequence[int] = (),
    batch: int = 1,
    engines: Engines = USUAL,
) -> Walk:
    """Run a case as far as needed, and gather the quantities of some epochs.

    Parameters
    ----------
    path : path
        The case.
    epochs : list of int
        Epochs to show; none stands for those that the case records.
    batch : int
        Which mini-batch of an epoch, counted from 1, where the case has them.
    engines : dict of str
        Who runs each language, of ENGINES.

    Returns
    -------
    Walk
        Steps and values.
    """
    plain = read_json(path, f"{Path(path).name}:")
    case = Document(path, plain).case
    plan = case.plan
    wanted = tuple(sorted(set(epochs or (plan.record or [1]))))
    _check_epochs(case, wanted)
    has_batches = plan.batch_size is not None
    samples = _samples_of_steps(case, wanted, batch)
    values: dict[str, dict[int, dict[str, Quantities]]] = {}
    shortened = Document(path, _shortened(plain, case, wanted))
    for arithmetic in ARITHMETICS:
        values[arithmetic] = {epoch: {} for epoch in wanted}
        for language in LANGUAGES:
            trace = running.run(shortened, language, arithmetic, engines[language]).trace
            taken = _quantities(case, trace, arithmetic, wanted, batch)
            for epoch in wanted:
                values[arithmetic][epoch][language] = {**samples[epoch], **taken[epoch]}
    shown = values["native"][wanted[0]]["python"]
    steps = epoch_steps(case, written_step(case, shown))
    losses = {e: values["native"][e]["python"]["loss"].item() for e in wanted}
    return Walk(case, wanted, batch if has_batches else None, tuple(steps), values, losses)


def _check_epochs(case: Case, epochs: Sequence[int]) -> None:
    last = case.plan.epochs or 1
    for epoch in epochs:
        if not 1 <= epoch <= last:
            raise InputError(f"{case.id} has no epoch {epoch}; it has those from 1 to {last}")


def _shortened(plain: dict[str, Any], case: Case, epochs: Sequence[int]) -> dict[str, Any]:
    """The case's document with its data inside, ending with the last epoch that is shown.

    Also the epoch before each one is recorded: it ends with the weights with which that begins. An
    optimizer with a memory needs all epochs.
    """
    document = {**plain, "data": {"x": case.data.x.tolist(), "y": case.data.y.tolist()}}
    if case.plan.epochs:
        recorded = sorted({e for epoch in epochs for e in (epoch - 1, epoch) if e > 0})
        if has_state(case):
            recorded = list(range(1, epochs[-1] + 1))
        document["training"] = {
            **plain["training"],
            "epochs": epochs[-1],
            "record": recorded,
        }
    return document


def _samples_of_steps(case: Case, epochs: Sequence[int], batch: int) -> dict[int, Quantities]:
    """x and y as the chosen batch of each epoch has them, in its order of samples."""
    plan, x, y = case.plan, case.data.x, case.data.y
    if plan.epochs == 0:
        return {epoch: {"x": x, "y": y} for epoch in epochs}
    seed = plan.shuffle_seed
    generator = None if seed is None else new_generator(seed)
    found: dict[int, Quantities] = {}
    for epoch in range(1, epochs[-1] + 1):
        steps = list(batches(x, y, epoch, plan.batch_size, generator))
        if not 1 <= batch <= len(steps):
            raise InputError(
                f"{case.id} has no batch {batch}; an epoch has those from 1 to {len(steps)}"
            )
        if epoch in epochs:
            found[epoch] = {"x": steps[batch - 1][1], "y": steps[batch - 1][2]}
    return found


def _quantities(
    case: Case, trace: Any, arithmetic: str, epochs: Sequence[int], batch: int
) -> dict[int, Quantities]:
    """The quantities of a step of each epoch, with parameters and states before and after it."""
    steps = {epoch: _steps_of(case, epoch, batch) for epoch in epochs}
    wanted = [step for step, _ in steps.values()]
    states = replay_states(case, trace, arithmetic, wanted) if has_state(case) else {}
    found = {}
    for epoch, (step, before) in steps.items():
        taken = _step_quantities(trace, step, before)
        found[epoch] = {**taken, **row_maxima(case, taken), **states.get(step, {})}
    return found


def _steps_of(case: Case, epoch: int, batch: int) -> tuple[str, str]:
    """The names of a step and of the one before it."""
    plan = case.plan
    if plan.batch_size is None:
        return str(epoch), str(epoch - 1)
    if batch > 1:
        return f"{epoch}.{batch}", f"{epoch}.{batch - 1}"
    last = -(-case.data.x.shape[0] // plan.batch_size)
    return f"{epoch}.{batch}", "0" if epoch == 1 else f"{epoch - 1}.{last}"


def _step_quantities(trace: Any, step: str, before: str) -> Quantities:
    found = {}
    for name, value in trace.items():
        where, _, quantity = name.partition("/")
        if where not in (step, before):
            continue
        is_parameter = quantity.rstrip("0123456789") in (*PARAMETERS, "alpha")
        if where == step:
            array = np.atleast_2d(np.asarray(value))
            found[quantity + AFTER if is_parameter else quantity] = array
        elif is_parameter:
            found[quantity] = np.asarray(value)
    return found
