"""What a variable's name means: `wh`, `W1` and `weights1` are the weights of the first layer.

A name is compared without its capitals, underscores and points. Quantities are named as in a
trace: `W1`, `z2`, `delta1`; besides them there are x, y, lr, epochs, loss, the product a_{l-1} W_l
without the bias (`product1`), and x_step and y_step, the samples of one mini-batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from twinprop.check.catalogue import read_catalogue
from twinprop.ground.names import PARAMETERS

GRADIENTS = ("e", "slope", "delta", "dW", "db")
NUMBERS = (
    "lr", "epochs", "batch_size", "momentum", "beta", "decay", "beta_1", "beta_2", "epsilon",
)  # fmt: skip
SETTINGS = ("x", "y", *NUMBERS)
_NUMBERED = re.compile(r"([a-z]+?)(\d)")


class Names(NamedTuple):
    """How the names of one script are understood."""

    depth: int
    given: Mapping[str, str]
    from_zero: bool


def plain_name(name: str) -> str:
    """A name without capitals, underscores and points."""
    return re.sub(r"[._]", "", name).lower()


def counts_from_zero(names: Iterable[str]) -> bool:
    """Whether a script calls its first weights W0: then its W1 are those of the second layer."""
    plain = {plain_name(name) for name in names}
    return bool(plain & {"w0", "weights0", "weight0", "theta0", "b0", "bias0", "biases0"})


def holds_gradients(name: str) -> bool:
    """Whether a dictionary or tuple of this name holds gradients, so that its W1 is dW1."""
    plain = plain_name(name)
    return plain.startswith("grad") or plain in ("g", "dparams", "dparameters")


def holds_memory(name: str) -> bool:
    """Whether a dictionary of this name holds what an optimizer remembers, so its dW1 is no dW1."""
    plain = plain_name(name)
    known = ("v", "s", "m", "memory", "state", "squares", "means")
    return plain in known or plain.startswith(("velocit", "moment", "adam", "rms"))


def is_whole_network(name: str) -> bool:
    """Whether a name stands for all parameters together."""
    return plain_name(name) in ("params", "parameters", "network", "net", "nn", "model", "mlp")


def name_quantity(name: str, names: Names) -> str | None:
    """The quantity that a variable holds, by its name, or None.

    Parameters
    ----------
    name : str
        Of a variable, a field or a key.
    names : Names
        Depth of the network, and what `--map` says.

    Returns
    -------
    str or None
        Such as `W1`.
    """
    if name in names.given:
        return names.given[name]
    table = read_catalogue()["aliases"]
    plain = plain_name(name)
    if plain in table["settings"]:
        return table["settings"][plain]
    if plain in table["loss"]:
        return "loss"
    for kind, words in table["last"].items():
        if plain in words:
            return f"{kind}{names.depth}"
    for kind, words in table["hidden"].items():
        if plain in words:
            return f"{kind}1" if names.depth == 2 else None
    if names.depth == 1 and list_kind(name) is not None:
        return f"{list_kind(name)}1"
    return _name_numbered(plain, names)


def _name_numbered(plain: str, names: Names) -> str | None:
    table = read_catalogue()["aliases"]
    kind, layer = None, 0
    for pattern, suffix_kind in table["layer_suffix"].items():
        found = re.fullmatch(pattern.replace("#", r"(\d)"), plain)
        if found:
            kind, layer = suffix_kind, int(found[1])
    found = _NUMBERED.fullmatch(plain)
    if kind is None and found:
        kind, layer = table["numbered"].get(found[1]), int(found[2])
    if kind is None:
        return None
    layer += names.from_zero and kind in ("W", "b", "dW", "db")
    return f"{kind}{layer}" if 1 <= layer <= names.depth else None


def list_kind(name: str) -> str | None:
    """The kind of quantity that a list or an unnumbered variable holds, such as W of weights."""
    plain = plain_name(name)
    # A layer or l without a number is rather the number itself.
    return None if plain in ("l", "layer") else read_catalogue()["aliases"]["numbered"].get(plain)


def split_quantity(quantity: str) -> tuple[str, int]:
    """Kind and layer of a quantity; the layer is 0 where it has none.

    Examples
    --------
    >>> split_quantity("dW2")
    ('dW', 2)
    """
    kind = quantity.rstrip("0123456789")
    return kind, int(quantity[len(kind) :] or 0)


def is_parameter(quantity: str | None) -> bool:
    """Whether a quantity is a weight or a bias.

    Examples
    --------
    >>> is_parameter("b2"), is_parameter("batch_size"), is_parameter("dW1")
    (True, False, False)
    """
    return quantity is not None and split_quantity(quantity)[0] in PARAMETERS
