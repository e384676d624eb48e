"""How time and memory grow with what there is to do: straight lines on log axes, slopes printed.

python tests/bench/growth.py [PICTURE.png]
"""

import math
import sys
import time
import tracemalloc
from statistics import median

import numpy as np
from matplotlib.figure import Figure

from twinprop.engines import running
from twinprop.engines.choices import LANGUAGES
from twinprop.engines.document import Document
from twinprop.studies.sweep import sweep_some

ROUNDS = 3
USUAL = {"width": 32, "depth": 2, "samples": 50, "epochs": 50, "recorded epochs": 1}
# What is varied, and the power of it with which the work grows.
VARIED = {
    "width": ([32, 64, 128, 256], 2),
    "depth": ([2, 4, 8, 16], 1),
    "samples": ([500, 1000, 2000, 4000], 1),
    "epochs": ([100, 200, 400, 800], 1),
    "recorded epochs": ([50, 100, 200, 400], 1),
    "cases": ([2, 4, 8, 16], 1),
    "networks": ([4, 8, 16], 1),
}


def document(sizes):
    """A case of random numbers of these sizes."""
    size = {**USUAL, **sizes}
    width, n = size["width"], size["samples"]
    epochs = max(size["epochs"], size["recorded epochs"])
    generator = np.random.default_rng(1)
    layers = [{"units": width, "activation": "sigmoid"}] * size["depth"]
    values = {
        "format": 1, "id": "growth", "title": "growth", "source": "random numbers",
        "layers": layers, "loss": {"name": "squared_error", "reduction": "mean"},
        "data": {
            "x": generator.random((n, width)).round(3).tolist(),
            "y": generator.random((n, width)).round(3).tolist(),
        },
        "initial": {"distribution": "glorot", "seed": 1},
        "training": {
            "optimizer": {"name": "gradient_descent", "learning_rate": 0.01},
            "epochs": epochs,
            "record": list(range(1, size["recorded epochs"] + 1)),
        },
    }  # fmt: skip
    return Document("growth.json", values)


def work_of(what, size):
    """A function for each line of the picture, which does so much of it."""
    if what == "networks":
        return {"both": lambda: sweep_some(1, range(size))}
    many = size if what == "cases" else 1

    def run(language):
        def work():
            for _ in range(many):
                running.run(document({what: size} if many == 1 else {}), language, "native")

        return work

    return {language: run(language) for language in LANGUAGES}


def measure(what, sizes):
    """Processor seconds by line and size, and the peak of Python's arrays in MiB by size."""
    seconds, memory = {}, {}
    for size in sizes:
        for line, work in work_of(what, size).items():
            work()  # once for what is loaded and started
            times = []
            for _ in range(ROUNDS):
                start = time.process_time()
                work()
                times.append(time.process_time() - start)
            seconds.setdefault(line, {})[size] = median(times)
            if line == "r":  # whose memory Python does not see
                continue
            tracemalloc.start()
            work()
            memory[size] = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
    return seconds, memory


def slope_of(line):
    """The power with which it grows between its two largest sizes."""
    (first, low), (second, high) = sorted(line.items())[-2:]
    return math.log(high / low) / math.log(second / first)


def draw(found, path):
    """A row of time and a row of memory, a column for what is varied."""
    figure = Figure(figsize=(3 * len(found), 5.5), layout="constrained")
    axes = figure.subplots(2, len(found), sharey="row")
    for column, (what, (seconds, memory)) in enumerate(found.items()):
        for line, style in zip(seconds, ("o-", "s--"), strict=False):
            axes[0, column].plot(*zip(*seconds[line].items(), strict=True), style, label=line)
        axes[1, column].plot(*zip(*memory.items(), strict=True), "o-")
        for each in axes[:, column]:
            each.set_xscale("log", base=2)
            each.set_yscale("log")
            each.grid(alpha=0.3)
        axes[0, column].legend()
        axes[1, column].set_xlabel(what)
    axes[0, 0].set_ylabel("processor time, s")
    axes[1, 0].set_ylabel("peak of Python's arrays, MiB")
    figure.savefig(path, dpi=100)


if __name__ == "__main__":
    found = {what: measure(what, sizes) for what, (sizes, _) in VARIED.items()}
    print("slopes of         work  time                      memory")
    for what, (seconds, memory) in found.items():
        times = ", ".join(f"{line} {slope_of(values):.2f}" for line, values in seconds.items())
        print(f"{what:<16}  {VARIED[what][1]:>4}  {times:<24}  {slope_of(memory):>6.2f}")
    draw(found, sys.argv[1] if len(sys.argv) > 1 else "growth.png")
