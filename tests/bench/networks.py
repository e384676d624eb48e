"""Cases for timing: the article's, and random data in given sizes. Only the last epoch is kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

ARTICLE = Path(__file__).parents[2] / "shared_fixtures" / "cases" / "article-4-3-1.json"


def write_article(folder: Path) -> Path:
    """The article's case, 5000 epochs."""
    document = json.loads(ARTICLE.read_text(encoding="utf-8"))
    del document["training"]["record"]
    path = folder / "article.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def write_network(folder: Path, n: int, sizes: tuple[int, int, int], epochs: int) -> Path:
    """A case of n random samples, with units of input, hidden and output layer."""
    n_in, hidden, n_out = sizes
    name = "-".join(map(str, sizes))
    random = np.random.default_rng(1)
    labels = random.integers(0, n_out, n)
    y = np.eye(n_out)[labels] if n_out > 1 else random.integers(0, 2, (n, 1))
    document = {
        "format": 1,
        "id": name,
        "title": name,
        "source": "random numbers",
        "layers": [{"units": u, "activation": "sigmoid"} for u in (hidden, n_out)],
        "loss": {"name": "squared_error"},
        "data": {"x": random.random((n, n_in)).round(3).tolist(), "y": y.tolist()},
        "initial": {"distribution": "uniform", "low": -0.05, "high": 0.05, "seed": 1},
        "training": {
            "optimizer": {"name": "gradient_descent", "learning_rate": 1e-4},
            "epochs": epochs,
        },
    }
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
