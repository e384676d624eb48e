"""The time of each form of logistic regression in both languages: why one vectorises.

python tests/bench/logistic_forms.py [PICTURE.png]
"""

import sys
import time
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from twinprop.engines.r_session import start_r
from twinprop.engines.r_values import to_r
from twinprop.formulas import logistic
from twinprop.formulas.random_numbers import new_generator, random_normal

FEATURES = 20
SIZES = [10, 100, 1000]
FORMS = ["two_loops", "one_loop", "vectorised"]
REPEATS = 5


def problem(n):
    x = random_normal(new_generator(1), n * FEATURES).reshape(n, FEATURES)
    return x, np.arange(n).reshape(n, 1) % 2.0, np.zeros((FEATURES, 1)), np.zeros((1, 1))


def seconds_in_python(form, data):
    function, best = getattr(logistic, f"logistic_{form}"), np.inf
    for _ in range(REPEATS):
        start = time.perf_counter()
        function(*data)
        best = min(best, time.perf_counter() - start)
    return best


def seconds_in_r(form, data):
    measure = start_r().evalr(Path(__file__).with_suffix(".R").read_text())
    return measure(*map(to_r, (form, *data, REPEATS)))[0]


def measure():
    """Seconds by language, form and number of samples."""
    seconds = {}
    for form in FORMS:
        for n in SIZES:
            data = problem(n)
            seconds["python", form, n] = seconds_in_python(form, data)
            seconds["r", form, n] = seconds_in_r(form, data)
    return seconds


def draw(seconds, path):
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.add_subplot()
    for form, color in zip(FORMS, ["tab:red", "tab:orange", "tab:blue"], strict=True):
        for language, style in [("python", "o-"), ("r", "s--")]:
            times = [seconds[language, form, n] for n in SIZES]
            axes.loglog(SIZES, times, style, color=color, label=f"{form}, {language}")
    axes.set(xlabel=f"samples of {FEATURES} features", ylabel="seconds for loss and gradients")
    axes.legend(fontsize=8)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    found = measure()
    print("language  form        samples  microseconds")
    for (language, form, n), value in found.items():
        print(f"{language:<8}  {form:<10}  {n:>7}  {value * 1e6:>12.1f}")
    draw(found, sys.argv[1] if len(sys.argv) > 1 else "logistic_forms.png")
