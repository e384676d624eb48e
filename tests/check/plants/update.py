"""Mistakes in the update and in the loss."""

from __future__ import annotations

from plants.base import Plant, in_slot

PLANTS: list[Plant] = []


def plant(*arguments: str) -> None:
    """Add a mistake in one slot."""
    PLANTS.append(in_slot(*arguments))


# updates
plant("learning_rate_left_out", "W2", "W", "{W} {s} {dW}", "{W} {s} {dW}", "lr != 1")
plant("learning_rate_left_out", "b2", "b", "{b} {s} {db}", "{b} {s} {db}", "lr != 1")
plant(
    "learning_rate_twice",
    "W2",
    "W",
    "{W} {s} {lr} * {lr} * {dW}",
    "{W} {s} {lr}^2 * {dW}",
    "lr != 1",
)
plant("wrong_sign", "W2", "e2", "-({err}){mean}", "-({err}){mean}")
plant("wrong_sign", "e1", "e1", "-{delta2} @ {W2}.T", "-{delta2} %*% t({W2})")
plant("never_updated", "b2", "b", "", "")
plant("never_updated", "W1", "W1", "", "")
plant(
    "updated_twice",
    "W2",
    "W2",
    "\n{W} = {W} {s} {lr} * {dW}\n{W} = {W} {s} {lr} * {dW}",
    "\n{W} <- {W} {s} {lr} * {dW}\n{W} <- {W} {s} {lr} * {dW}",
    "lr != 2",
)
plant("replaced_by_step", "W2", "W2", "{lr} * {dW}", "{lr} * {dW}")
plant(
    "divided_by_learning_rate", "W2", "W2", "{W} {s} {dW} / {lr}", "{W} {s} {dW} / {lr}", "lr != 1"
)
plant(
    "weight_decay",
    "W2",
    "W",
    "{W} {s} {lr} * {dW} - 0.01 * {lr} * {W}",
    "{W} {s} {lr} * {dW} - 0.01 * {lr} * {W}",
)
plant(
    "weight_decay_on_biases",
    "b2",
    "b",
    "{b} {s} {lr} * {db} - 0.01 * {b}",
    "{b} {s} {lr} * {db} - 0.01 * {b}",
)
for _id, _sign in (("momentum", "+"), ("momentum_sign", "-")):
    plant(
        _id,
        "2/W2",
        "W2",
        "\nmove = {lr} * {dW} " + _sign + " 0.5 * memory.get('v', 0)\nmemory['v'] = move\n"
        "{W} = {W} {s} move",
        "\nmove <- {lr} * {dW}\nif (!is.null(memory$v)) move <- move "
        + _sign
        + " 0.5 * memory$v\nmemory$v <- move\n{W} <- {W} {s} move",
    )
plant(
    "epsilon_in_place_of_gradient",
    "W2",
    "W2",
    "{W} {s} 0.01 * {dW} / (np.sqrt({dW} ** 2) + 1e-12)",
    "{W} {s} 0.01 * {dW} / (sqrt({dW}^2) + 1e-12)",
    "n1 > 1",
)
plant("other_learning_rate", "W2", "W", "{W} {s} 0.043 * {dW}", "{W} {s} 0.043 * {dW}")
plant(
    "learning_rate_decays",
    "W2",
    "W",
    "{W} {s} {lr} / (turn + 1.5) * {dW}",
    "{W} {s} {lr} / (turn + 0.5) * {dW}",
)
