"""What `make bench` prints: the speed of the project, as ratios measured in one run.

Each pair is measured in turn, several times, and the median ratio is printed.
"""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from check_cost import check_costs
from networks import ARTICLE, write_article, write_network
from plain_training import train_plainly
from rich.console import Console
from rich.table import Table
from timing import ROUNDS, median_ratio, strict_cost, time_in_turn, time_r

from twinprop.cases.case import Case, read_case, run_case
from twinprop.comparing.rounding import rounding_bound
from twinprop.studies.verify import verify_case

# Samples; units of input, hidden and output layer; epochs.
NETWORKS = [(1797, (64, 32, 10), 60), (1000, (784, 100, 10), 20)]
STRICT_NETWORKS = [(100, (20, 16, 1), 200), (100, (784, 50, 10), 20)]


def main() -> None:
    """Measure and print."""
    console = Console(width=100)
    console.print(
        f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}"
    )
    with tempfile.TemporaryDirectory() as folder:
        article = write_article(Path(folder))
        print_plain([article, *(write_network(Path(folder), *n) for n in NETWORKS)], console)
        print_strict(
            [article, *(write_network(Path(folder), *n) for n in STRICT_NETWORKS)], console
        )
    print_harness(console)
    print_check(console)


def print_plain(paths: list[Path], console: Console) -> None:
    """run_case against plain programs of the same loop, and scikit-learn."""
    table = Table(
        "network", "language", "plain, us/epoch", "run_case / plain", "wanted", "sklearn / plain"
    )
    for path in paths:
        case = read_case(path)
        name = case.id
        plain, native_, sklearn = time_python(case)
        other = f"{median_ratio(sklearn, plain):.2f}" if sklearn else "not installed"
        ratio = f"{median_ratio(native_, plain):.2f}"
        table.add_row(name, "Python", microseconds(plain), ratio, "1.15", other)
        plain, native_ = time_r(path, "plain", "native")
        table.add_row(
            name, "R", microseconds(plain), f"{median_ratio(native_, plain):.2f}", "1.15", ""
        )
    console.print(table)


def print_strict(paths: list[Path], console: Console) -> None:
    """What strict arithmetic costs."""
    table = Table("network", "strict / native, Python", "strict / native, R", "wanted")
    for path, wanted in zip(paths, ("5", "15", "40"), strict=True):
        case = read_case(path)
        cost = strict_cost(case, path)
        table.add_row(case.id, f"{cost['Python']:.1f}", f"{cost['R']:.1f}", wanted)
    console.print(table)


def print_harness(console: Console) -> None:
    """What verify takes beside the seconds inside the languages, over the case of the article.

    The noisy runs that a bound is derived from are named apart: they are arithmetic, not harness.
    """
    verify_case(ARTICLE)  # starts R
    harness, noise = [], []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        outcome = verify_case(ARTICLE)
        whole = time.perf_counter() - start
        inside = sum(sum(pair.seconds.values()) for pair in outcome.pairs.values())
        start = time.perf_counter()
        rounding_bound(read_case(ARTICLE))
        noisy = time.perf_counter() - start
        noise.append(noisy / inside)
        harness.append((whole - noisy) / inside - 1)
    console.print(
        f"the harness adds {median(harness):.1%} to the seconds inside the languages (wanted 10%); "
        f"the runs of the bound take {median(noise):.1f} times those seconds"
    )


def print_check(console: Console) -> None:
    """What check takes, for the article's script of 5000 epochs."""
    table = Table("check", "script alone, s", "checked, s", "wanted at most, s")
    for name, alone, checked in check_costs():
        table.add_row(name, f"{alone:.2f}", f"{checked:.2f}", f"{2 * alone + 1:.2f}")
    console.print(table)


def time_python(case: Case) -> tuple[list[float], list[float], list[float]]:
    """Seconds per epoch of the plain program, of run_case and of scikit-learn."""
    network, plan = case.network, case.plan
    arguments = (
        case.data.x,
        case.data.y,
        *(part for layer in network for part in (layer.weights, layer.bias)),
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

    plan, n = case.plan, case.data.x.shape[0]
    model = MLPRegressor(
        hidden_layer_sizes=(case.network[0].weights.shape[1],),
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


def microseconds(seconds: list[float]) -> str:
    """The median in microseconds."""
    return f"{median(seconds) * 1e6:.0f}"


if __name__ == "__main__":
    sys.exit(main())
