"""Random networks of everything there is: activations, losses, optimizers, dropout, batches.

They are as large as those of random_cases, and drawn so that few of them diverge: rounding that is
amplified without limit would say nothing of native results. Strict ones agree either way.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from twinprop.cases.random_cases import EPOCHS, FAMILIES, MOST_SAMPLES, draw_units, family_of
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.formulas.losses import LOSSES
from twinprop.formulas.optimizers import OPTIMIZERS

# What the last layer may be: a cross-entropy needs probabilities.
_LAST = {"binary_cross_entropy": ["sigmoid", "softmax"], "cross_entropy": ["softmax", "sigmoid"]}
_RATES = {"gradient_descent": 0.05, "momentum": 0.01, "rmsprop": 0.01, "adam": 0.01}
_ONE_IN = 4  # of so many layers or cases one has dropout, a penalty, batches, options


def random_case_of_everything(seed: int, index: int) -> dict[str, Any]:
    """The document of a random case with any activations, loss, optimizer and plan.

    Parameters
    ----------
    seed : int
        Of the whole sweep.
    index : int
        Number of the case.

    Returns
    -------
    dict
        As in a file of shared_fixtures/cases.
    """
    generator = np.random.default_rng([seed, index, 1])
    fewest, most, widest = FAMILIES[family_of(index)]
    units = draw_units(generator, int(generator.integers(fewest, most + 1)), widest)
    n = int(generator.integers(2, MOST_SAMPLES + 1))
    loss = _draw_loss(generator)
    layers = _draw_layers(generator, units[1:], loss["name"])
    return {
        "format": 1,
        "id": f"everything-{seed}-{index}",
        "title": f"Random network {'-'.join(map(str, units))} of everything",
        "source": f"twinprop sweep --kind everything --seed {seed}, number {index}",
        "layers": layers,
        "loss": loss,
        "data": {
            "x": generator.normal(size=(n, units[0])).round(3).tolist(),
            "y": _draw_targets(generator, loss["name"], n, units[-1]),
        },
        "initial": _draw_initial(generator, index),
        "training": _draw_training(generator, index, n, loss),
    }


def _chance(generator: np.random.Generator) -> bool:
    return bool(generator.integers(_ONE_IN) == 0)


def _number(generator: np.random.Generator, low: float, high: float) -> float:
    return round(float(generator.uniform(low, high)), 3)


def _draw_loss(generator: np.random.Generator) -> dict[str, Any]:
    name = str(generator.choice(list(LOSSES)))
    loss: dict[str, Any] = {"name": name}
    if _chance(generator):
        loss["reduction"] = str(generator.choice(LOSSES[name].reductions))
    if _chance(generator):
        loss["l2"] = _number(generator, 0.001, 0.1)
    return loss


def _draw_layers(
    generator: np.random.Generator, units: list[int], loss: str
) -> list[dict[str, Any]]:
    """A layer for each number of units: its activation and, if it is not the last, dropout."""
    layers: list[dict[str, Any]] = []
    for i, width in enumerate(units, start=1):
        known = _LAST.get(loss, list(ACTIVATIONS)) if i == len(units) else list(ACTIVATIONS)
        name = str(generator.choice(known))
        layer = {"units": width, "activation": _draw_activation(generator, name, width)}
        if i < len(units) and _chance(generator):
            layer["dropout"] = _number(generator, 0.1, 0.6)
        layers.append(layer)
    return layers


def _draw_activation(generator: np.random.Generator, name: str, width: int) -> Any:
    """An activation by its name alone, or with options where it has any."""
    drawn: dict[str, dict[str, Any]] = {
        "leaky_relu": {"slope": _number(generator, 0.01, 0.5)},
        "prelu": {"alpha": [_number(generator, 0.0, 0.5) for _ in range(width)]},
        "rrelu": {"lower": _number(generator, 0.0, 0.2), "upper": _number(generator, 0.2, 0.5)},
        "elu": {"alpha": _number(generator, 0.5, 1.5)},
        "swish": {"beta": _number(generator, 0.5, 2.0)},
    }
    return {"name": name, **drawn[name]} if name in drawn and _chance(generator) else name


def _draw_targets(generator: np.random.Generator, loss: str, n: int, n_out: int) -> list[Any]:
    """Classes for cross_entropy, zeros and ones for binary_cross_entropy, else numbers."""
    if loss == "cross_entropy":
        return np.eye(n_out, dtype=int)[generator.integers(n_out, size=n)].tolist()
    y = generator.random((n, n_out))
    return (y > 0.5).astype(int).tolist() if loss in _LAST else y.round(3).tolist()


def _draw_initial(generator: np.random.Generator, index: int) -> dict[str, Any]:
    """Any initializer; zeros seldom, since most networks learn nothing from them."""
    size = _number(generator, 0.2, 0.7)
    known: list[dict[str, Any]] = [
        {"distribution": "uniform", "low": -size, "high": size},
        {"distribution": "normal", "mean": 0, "sd": size},
        {"distribution": "glorot"},
        {"distribution": "he"},
        {"distribution": "zeros"},
    ]
    chosen = generator.choice(len(known), p=[0.25, 0.2, 0.25, 0.25, 0.05])
    return {**known[int(chosen)], "seed": index}


def _draw_training(
    generator: np.random.Generator, index: int, n: int, loss: dict[str, Any]
) -> dict[str, Any]:
    """Any optimizer with its options, all samples at once or shuffled batches."""
    name = str(generator.choice(list(OPTIMIZERS)))
    optimizer: dict[str, Any] = {"name": name}
    reduction = loss.get("reduction", LOSSES[loss["name"]].reductions[0])
    steady = name in ("rmsprop", "adam")  # their steps do not grow with the gradient
    largest = _RATES[name] / (1 if steady or reduction == "mean" else n)
    optimizer["learning_rate"] = float(f"{largest * 10 ** generator.uniform(-1, 0):.3g}")
    if _chance(generator):
        drawn = {
            "gradient_descent": {},
            "momentum": {"momentum": _number(generator, 0.0, 0.9)},
            "rmsprop": {"decay": _number(generator, 0.5, 0.99), "epsilon": 1e-7},
            "adam": {"beta_1": _number(generator, 0.5, 0.95), "epsilon": 1e-7},
        }
        optimizer |= drawn[name]
    training = {"optimizer": optimizer, "epochs": EPOCHS, "record": [1, EPOCHS], "draw_seed": index}
    if _chance(generator):
        training |= {"batch_size": int(generator.integers(1, n + 1)), "shuffle_seed": index}
    return training
