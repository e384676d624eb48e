"""What strict arithmetic costs over the width of a network, in both languages.

python tests/bench/strict_cost.py [PICTURE.png]
"""

import sys
import tempfile
from pathlib import Path

from matplotlib.figure import Figure
from networks import write_network
from timing import strict_cost

from twinprop.cases.case import read_case

SAMPLES = 100
EPOCHS = {2: 400, 4: 400, 8: 200, 16: 100, 32: 50, 64: 20, 128: 10, 256: 4}  # by width
ROUNDS = 3


def measure():
    """Strict over native by width: the layers are width-width-10."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for width, epochs in EPOCHS.items():
            path = write_network(Path(folder), SAMPLES, (width, width, 10), epochs)
            found[width] = strict_cost(read_case(path), path, ROUNDS)
    return found


def draw(found, path):
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.add_subplot()
    for language, style in [("Python", "o-"), ("R", "s--")]:
        axes.plot(
            found.keys(), [costs[language] for costs in found.values()], style, label=language
        )
    axes.set_xscale("log", base=2)
    axes.set_xticks([*found], [str(width) for width in found])
    axes.set_ylim(bottom=0)
    axes.set(
        xlabel=f"width w of a network w-w-10, {SAMPLES} samples",
        ylabel="time of an epoch, strict over native",
    )
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    costs = measure()
    print("width  strict / native, Python  strict / native, R")
    for width, cost in costs.items():
        print(f"{width:>5}  {cost['Python']:>23.1f}  {cost['R']:>18.1f}")
    draw(costs, sys.argv[1] if len(sys.argv) > 1 else "strict_cost.png")
