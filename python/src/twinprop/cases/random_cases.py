"""Random networks for the sweep: small and large, shallow and deep, as the JSON of cases."""

from __future__ import annotations

from typing import Any

import numpy as np

# By family: fewest and most layers, most units of a layer.
FAMILIES = {
    "small": (1, 2, 8),
    "deep": (3, 6, 8),
    "wide": (1, 2, 64),
    "deep and wide": (3, 6, 64),
}
EPOCHS = 50
MOST_SAMPLES = 20
_BATCHES_IN = 8  # one of so many cases is trained by shuffled mini-batches


def family_of(index: int) -> str:
    """The family of the case of a number: each in turn."""
    return list(FAMILIES)[index % len(FAMILIES)]


def random_case(seed: int, index: int) -> dict[str, Any]:
    """The document of a random case; the same numbers give the same case.

    Parameters
    ----------
    seed : int
        Of the whole sweep.
    index : int
        Number of the case.

    Returns
    -------
    dict
        As in a file of shared_fixtures/cases. Some weight matrix is not square.
    """
    generator = np.random.default_rng([seed, index])
    fewest, most, widest = FAMILIES[family_of(index)]
    depth = int(generator.integers(fewest, most + 1))
    units = draw_units(generator, depth, widest)
    n = int(generator.integers(2, MOST_SAMPLES + 1))
    output = str(generator.choice(["sigmoid", "identity"]))
    reduction = str(generator.choice(["sum", "mean"]))
    training: dict[str, Any] = {
        "optimizer": {
            "name": "gradient_descent",
            "learning_rate": _draw_rate(generator, output, reduction, n, units[-2]),
        },
        "epochs": EPOCHS,
        "record": [1, EPOCHS],
    }
    if generator.integers(_BATCHES_IN) == 0:
        training["batch_size"] = int(generator.integers(1, n + 1))
        training["shuffle_seed"] = index
    y = generator.random((n, units[-1]))
    return {
        "format": 1,
        "id": f"sweep-{seed}-{index}",
        "title": f"Random network {'-'.join(map(str, units))}",
        "source": f"twinprop sweep --seed {seed}, number {index}",
        "layers": [
            {"units": width, "activation": "sigmoid" if i < depth else output}
            for i, width in enumerate(units[1:], start=1)
        ],
        "loss": {"name": "squared_error", "reduction": reduction},
        "data": {
            "x": generator.normal(size=(n, units[0])).round(3).tolist(),
            "y": (y > 0.5).astype(int).tolist() if output == "sigmoid" else y.round(3).tolist(),
        },
        "initial": _draw_initial(generator, index),
        "training": training,
    }


def draw_units(generator: np.random.Generator, depth: int, widest: int) -> list[int]:
    """Features and units of each layer, not all of one number.

    Parameters
    ----------
    generator : Generator
        It moves on.
    depth : int
        Layers.
    widest : int
        Most units of a layer.

    Returns
    -------
    list of int
        One more than layers.
    """
    while True:
        units = [int(width) for width in generator.integers(1, widest + 1, depth + 1)]
        if len(set(units)) > 1:
            return units


def _draw_rate(
    generator: np.random.Generator, output: str, reduction: str, n: int, n_in: int
) -> float:
    """A learning rate up to that with which an identity output begins to oscillate."""
    largest = 1.0 / (n_in + 1) if output == "identity" else 2.0
    largest /= n if reduction == "sum" else 1
    return float(f"{largest * 10 ** generator.uniform(-1.5, 0):.3g}")


def _draw_initial(generator: np.random.Generator, index: int) -> dict[str, Any]:
    size = round(float(generator.uniform(0.2, 1.5)), 2)
    if generator.integers(2):
        return {"distribution": "normal", "mean": 0, "sd": size, "seed": index}
    return {"distribution": "uniform", "low": -size, "high": size, "seed": index}
