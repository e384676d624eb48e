"""Mistakes in the update and in the loss."""

from __future__ import annotations

from plants.base import Plant, in_slot

PLANTS: list[Plant] = []


def plant(*arguments: str) -> None:
    """Add a mistake in one slot."""
    PLANTS.append(in_slot(*arguments))


# updates
plant("wrong_sign", "W2", "e2", "-({err}){mean}", "-({err}){mean}")
plant("wrong_sign", "e1", "e1", "-{delta2} @ {W2}.T", "-{delta2} %*% t({W2})")
plant("never_updated", "b2", "b", "", "")
plant("never_updated", "W1", "W1", "", "")
plant("replaced_by_step", "W2", "W2", "{lr} * {dW}", "{lr} * {dW}")
plant(
    "momentum_sign",
    "2/W2",
    "W2",
    "\nmove = {lr} * {dW} - 0.5 * memory.get('v', 0)\nmemory['v'] = move\n{W} = {W} {s} move",
    "\nmove <- {lr} * {dW}\nif (!is.null(memory$v)) move <- move - 0.5 * memory$v\n"
    "memory$v <- move\n{W} <- {W} {s} move",
)
plant(
    "epsilon_in_place_of_gradient",
    "W2",
    "W2",
    "{W} {s} 0.01 * {dW} / (np.sqrt({dW} ** 2) + 1e-12)",
    "{W} {s} 0.01 * {dW} / (sqrt({dW}^2) + 1e-12)",
    "n1 > 1",
)
