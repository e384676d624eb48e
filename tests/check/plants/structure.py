"""Mistakes in what is run at all: precision, epochs, starts, single samples."""

from __future__ import annotations

from plants.base import FILL, Plant, in_slot

PLANTS: list[Plant] = []


def plant(*arguments: str) -> None:
    """Add a mistake in one slot."""
    PLANTS.append(in_slot(*arguments))


# of structure
plant(
    "rounded",
    "z1",
    "z1",
    "np.round({prev} @ {W} + {b}, 3)",
    "round({prev} %*% {W} + " + FILL + ", 3)",
)
PLANTS.append(
    Plant(
        "start_filled_by_column",
        "0/b1",
        {
            "head": "bias_in = np.random.rand({n1})\n{b1} = np.resize(bias_in, ({n1}, n)).T\n",
            "b1": "{b1} {s} {lr} * {db1}",
        },
        {
            "head": "{b1} <- matrix(rep(runif({n1}), n), nrow = n, byrow = FALSE)\n",
            "z1": "{X} %*% {W1} + {b1}",
            "b1": "{b1} {s} {lr} * matrix({db1}, n, {n1}, byrow = TRUE)",
        },
        "n > 1 and n1 > 1",
    )
)
