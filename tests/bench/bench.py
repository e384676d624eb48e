"""What `make bench` prints: the speed of the project, as ratios measured in one run.

Each pair is measured in turn, several times, and the median ratio is printed.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from plain_training import train_plainly
from rich.console import Console
from rich.table import Table

from twinprop.arithmetic import native, strict
from twinprop.cases import Case, read_case, run_case
from twinprop.harness.r_library import find_rscript, r_variables
from twinprop.harness.verify import verify_cases

ROUNDS = 7
HERE = Path(__file__).resolve().parent
CASES = HERE.parents[1] / "shared_fixtures" / "cases"
NETWORKS = {  # samples, units of input, hidden and output layer, epochs
    "64-32-10": (1797, (64, 32, 10), 60),
    "784-100-10": (1000, (784, 100, 10), 20),
}
STRICT_NETWORKS = {"20-16-1": (100, (20, 16, 1), 200), "784-50-10": (100, (784, 50, 10), 20)}


def main() -> None:
    """Measure and print."""
    console = Console(width=100)
    console.print(
        f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}"
    )
    with tempfile.TemporaryDirectory() as folder:
        article = write_article(Path(folder))
        paths = {"4-3-1": article} | write_networks(Path(folder), NETWORKS)
        print_plain(paths, console)
        strict_paths = {"4-3-1": article} | write_networks(Path(folder), STRICT_NETWORKS)
        print_strict(strict_paths, console)
    print_harness(console)


def print_plain(paths: dict[str, Path], console: Console) -> None:
    """run_case against plain programs of the same loop, and scikit-learn."""
    table = Table(
        "network", "language", "plain, us/epoch", "run_case / plain", "wanted", "sklearn / plain"
    )
    for name, path in paths.items():
        case = read_case(path)
        plain, native_, sklearn = time_python(case)
        other = f"{median_ratio(sklearn, plain):.2f}" if sklearn else "not installed"
        ratio = f"{median_ratio(native_, plain):.2f}"
        table.add_row(name, "Python", microseconds(plain), ratio, "1.15", other)
        plain, native_, _ = time_r(path)
        table.add_row(
            name, "R", microseconds(plain), f"{median_ratio(native_, plain):.2f}", "1.15", ""
        )
    console.print(table)


def print_strict(paths: dict[str, Path], console: Console) -> None:
    """What strict arithmetic costs."""
    wanted = {"4-3-1": "5", "20-16-1": "15", "784-50-10": "40"}
    table = Table("network", "strict / native, Python", "strict / native, R", "wanted")
    for name, path in paths.items():
        case = read_case(path)
        seconds = time_in_turn(
            lambda case=case: run_case(case, native), lambda case=case: run_case(case, strict)
        )
        _, native_r, strict_r = time_r(path)
        table.add_row(
            name,
            f"{median_ratio(seconds[1], seconds[0]):.1f}",
            f"{median_ratio(strict_r, native_r):.1f}",
            wanted[name],
        )
    console.print(table)


def print_harness(console: Console) -> None:
    """The seconds of verify over the case of the article beside those inside the languages."""
    article = str(CASES / "article-4-3-1.json")
    verify_cases([article])  # starts R
    shares = []
    for _ in range(3):
        start = time.perf_counter()
        outcome = verify_cases([article])[0]
        whole = time.perf_counter() - start
        inside = sum(sum(pair.seconds.values()) for pair in outcome.pairs.values())
        shares.append(whole / inside - 1)
    console.print(
        f"the harness adds {median(shares):.1%} to the seconds inside the languages (wanted 10%)"
    )


def time_python(case: Case) -> tuple[list[float], list[float], list[float]]:
    """Seconds per epoch of the plain program, of run_case and of scikit-learn."""
    network, plan = case.network, case.training
    assert plan is not None
    arguments = (
        case.data.x,
        case.data.y,
        *(part for pair in zip(network.weights, network.biases, strict=True) for part in pair),
        plan.learning_rate,
        plan.epochs,
    )
    calls = [lambda: train_plainly(*arguments), lambda: run_case(case)]
    calls += [fit] if (fit := sklearn_fit(case)) else []
    seconds = [[s / plan.epochs for s in times] for times in time_in_turn(*calls)]
    return seconds[0], seconds[1], seconds[2] if len(seconds) > 2 else []


def sklearn_fit(case: Case) -> Callable[[], object] | None:
    """scikit-learn's network of the same size, for as many full-batch epochs; None without it."""
    try:
        from sklearn.neural_network import MLPRegressor
    except ModuleNotFoundError:
        return None
    import warnings

    plan, n = case.training, case.data.x.shape[0]
    assert plan is not None
    model = MLPRegressor(
        hidden_layer_sizes=(case.network.weights[0].shape[1],),
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=n,
        learning_rate_init=plan.learning_rate,
        max_iter=plan.epochs,
        momentum=0,
        tol=0,
        n_iter_no_change=plan.epochs,
    )
    y = case.data.y if case.data.y.shape[1] > 1 else case.data.y[:, 0]

    def fit() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns that it has not converged
            return model.fit(case.data.x, y)

    return fit


def time_in_turn(*calls: Callable[[], object]) -> list[list[float]]:
    """Seconds of each call, round by round."""
    seconds: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, times in zip(calls, seconds, strict=True):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return seconds


def time_r(path: Path) -> list[list[float]]:
    """Seconds per epoch in R of the plain program, native and strict."""
    done = subprocess.run(
        [find_rscript(), "--vanilla", str(HERE / "speed.R"), str(path), str(ROUNDS)],
        capture_output=True,
        text=True,
        check=True,
        env=r_variables(),
    )
    rows = [[float(cell) for cell in line.split()] for line in done.stdout.splitlines()]
    return [list(column) for column in zip(*rows, strict=True)]


def median_ratio(above: list[float], below: list[float]) -> float:
    """Median of the ratios, round by round, so that a slow moment of the machine cancels."""
    return median(a / b for a, b in zip(above, below, strict=True))


def microseconds(seconds: list[float]) -> str:
    """The median in microseconds."""
    return f"{median(seconds) * 1e6:.0f}"


def write_article(folder: Path) -> Path:
    """The article's case, recording its last epoch only."""
    document = json.loads((CASES / "article-4-3-1.json").read_text(encoding="utf-8"))
    del document["training"]["record"]
    path = folder / "article.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def write_networks(folder: Path, networks: dict[str, tuple]) -> dict[str, Path]:
    """Cases of random data in given sizes."""
    paths = {}
    for name, (n, (n_in, hidden, n_out), epochs) in networks.items():
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
        paths[name] = folder / f"{name}.json"
        paths[name].write_text(json.dumps(document), encoding="utf-8")
    return paths


if __name__ == "__main__":
    sys.exit(main())
