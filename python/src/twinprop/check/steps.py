"""The article's twelve steps, for any number of layers, and the order of computation."""

from __future__ import annotations

from twinprop.check.aliases import split_quantity
from twinprop.check.catalogue import read_catalogue


def list_quantities(depth: int) -> list[str]:
    """Every quantity of one step, in the article's order.

    Parameters
    ----------
    depth : int
        Number of layers.

    Returns
    -------
    list of str
        From product1 and z1 to b1.
    """
    up, down = range(1, depth + 1), range(depth, 0, -1)
    forward = [f"{kind}{i}" for i in up for kind in ("product", "z", "a")]
    slopes = [f"slope{i}" for i in down]
    backward = [f"{kind}{i}" for i in down[1:] for kind in ("e", "delta")]
    weights = [f"{kind}{i}" for i in down for kind in ("dW", "W")]
    biases = [f"{kind}{i}" for i in down for kind in ("db", "b")]
    last = [f"e{depth}", *slopes, f"delta{depth}"]
    return [*forward, "loss", *last, *backward, *weights, *biases]


def step_number(quantity: str, depth: int) -> int:
    """The number of the article's step that computes a quantity.

    Examples
    --------
    >>> step_number("z1", 2), step_number("db2", 2)
    (3, 12)
    """
    kind, layer = split_quantity(quantity)
    kind = "z" if kind == "product" else kind
    place = "last" if layer == depth else "hidden"
    for step in read_catalogue()["article_steps"]:
        if kind in step["quantities"] or f"{kind} {place}" in step["quantities"]:
            return int(step["number"])
    raise KeyError(quantity)
