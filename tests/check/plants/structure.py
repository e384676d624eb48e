"""Mistakes in what is run at all: precision, epochs, starts, single samples."""

from __future__ import annotations

from plants.base import FILL, Plant, in_slot

PLANTS: list[Plant] = []


def plant(*arguments: str) -> None:
    """Add a mistake in one slot."""
    PLANTS.append(in_slot(*arguments))


# of structure
PLANTS.append(
    Plant(
        "float32",
        "0/W1",
        {"head": "{W1} = {W1}.astype(np.float32)\n{W2} = {W2}.astype(np.float32)\n"},
        {
            "head": "single <- function(v) {{ v[] <- readBin(writeBin(c(v), raw(), size = 4), "
            "'numeric', "
            "length(v), size = 4); v }}\nwith_single <- list(v = single({W1}))\n"
            "list2env(list({W1} = with_single$v), environment())\n"
        },
    )
)
plant(
    "rounded",
    "z1",
    "z1",
    "np.round({prev} @ {W} + {b}, 3)",
    "round({prev} %*% {W} + " + FILL + ", 3)",
)
PLANTS.append(
    Plant(
        "one_epoch_short", "", {"range": "range(1, {epochs})"}, {"range": "seq_len({epochs} - 1)"}
    )
)
PLANTS.append(
    Plant("one_epoch_more", "", {"range": "range({epochs} + 1)"}, {"range": "0:{epochs}"})
)
plant("stopped_early", "", "end", "\nif turn == 4:\n    break", "\nif (turn == 5) break")
PLANTS.append(
    Plant(
        "unseeded_start",
        "0/W1",
        {"head": "np.add({W1}, np.random.normal(size={W1}.shape), out={W1})\n"},
        {"head": "list2env(list({W1} = {W1} + rnorm(length({W1}))), environment())\n"},
    )
)
PLANTS.append(
    Plant(
        "other_start",
        "0/W1",
        {"head": "np.multiply({W1}, 0.01, out={W1})\n"},
        {"head": "list2env(list({W1} = {W1} * 0.01), environment())\n"},
    )
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
plant(
    "changed_between_epochs",
    "z1",
    "begin",
    "\n{W1} = np.random.rand({n0}, {n1})",
    "\n{W1} <- matrix(runif({n0} * {n1}), {n0})",
)
PLANTS.append(
    Plant(
        "updated_after_each_sample",
        "",
        {"order": "each"},
        {"order": "each"},
        "n > 1",
    )
)
