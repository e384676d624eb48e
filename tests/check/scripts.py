"""Programs written by machine: one network in many styles, with places for mistakes."""

from __future__ import annotations

from layouts import LAYOUTS, Parts

NAMES = {
    "article": {
        "X": "X", "y": "y", "lr": "lr", "epochs": "epoch",
        "W1": "wh", "b1": "bh", "W2": "wout", "b2": "bout",
        "z1": "hidden_layer_input", "a1": "hiddenlayer_activations",
        "z2": "output_layer_input", "a2": "output", "loss": "loss",
        "e2": "E", "slope2": "slope_output_layer", "slope1": "slope_hidden_layer",
        "delta2": "d_output", "e1": "Error_at_hidden_layer", "delta1": "d_hiddenlayer",
        "dW2": "grad_wout", "db2": "grad_bout", "dW1": "grad_wh", "db1": "grad_bh",
        "err": "{y} - {a2}", "s": "+",
    },
    "numbered": {
        "X": "X", "y": "Y", "lr": "learning_rate", "epochs": "n_epochs",
        "W1": "W1", "b1": "b1", "W2": "W2", "b2": "b2",
        "z1": "Z1", "a1": "A1", "z2": "Z2", "a2": "A2", "loss": "cost",
        "e2": "dA2", "slope2": "slope2", "slope1": "slope1",
        "delta2": "dZ2", "e1": "dA1", "delta1": "dZ1",
        "dW2": "dW2", "db2": "db2", "dW1": "dW1", "db1": "db1",
        "err": "{a2} - {y}", "s": "-",
    },
}  # fmt: skip

SLOTS = [
    "begin", "z1", "a1", "z2", "a2", "loss", "e2", "slope2", "slope1", "delta2", "e1", "delta1",
    "dW2", "db2", "dW1", "db1", "W2", "b2", "W1", "b1", "end",
]  # fmt: skip

# A slot of a kind, such as "z", stands for z1 and z2.
RIGHT = {
    "python": {
        "z": "{prev} @ {W} + {b}",
        "a": "sigmoid({z})",
        "loss": "0.5 * np.sum(({err}) ** 2){mean}",
        "e2": "({err}){mean}",
        "slope": "{a} * (1 - {a})",
        "delta": "{e} * {slope}",
        "e1": "{delta2} @ {W2}.T",
        "dW": "{prev}.T @ {delta}",
        "db": "np.sum({delta}, axis=0, keepdims=True)",
        "W": "{W} {s} {lr} * {dW}",
        "b": "{b} {s} {lr} * {db}",
    },
    "r": {
        "z": "{prev} %*% {W} + matrix({b}, nrow({prev}), ncol({W}), byrow = TRUE)",
        "a": "sigmoid({z})",
        "loss": "0.5 * sum(({err})^2){mean}",
        "e2": "({err}){mean}",
        "slope": "{a} * (1 - {a})",
        "delta": "{e} * {slope}",
        "e1": "{delta2} %*% t({W2})",
        "dW": "t({prev}) %*% {delta}",
        "db": "matrix(colSums({delta}), nrow = 1)",
        "W": "{W} {s} {lr} * {dW}",
        "b": "{b} {s} {lr} * {db}",
    },
}
KINDS = ("z", "a", "slope", "delta", "dW", "db", "W", "b")
HEADS = {
    "python": """import numpy as np
np.random.seed({seed})

def sigmoid(v):
    return 1 / (1 + np.exp(-v))

def softmax(v, axis=1):
    e = np.exp(v - v.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

{X} = np.array({xs})
{y} = np.array({ys})
{lr} = {rate}
{epochs} = {turns}
n = len({X})
memory = {{}}
""",
    "r": """set.seed({seed})
sigmoid <- function(v) 1 / (1 + exp(-v))

{X} <- matrix(c({xs}), ncol = {n0}, byrow = TRUE)
{y} <- matrix(c({ys}), ncol = {n2}, byrow = TRUE)
{lr} <- {rate}
{epochs} <- {turns}
n <- nrow({X})
memory <- list()
""",
}
STARTS = {
    "python": """{W1} = np.random.uniform(-1, 1, ({n0}, {n1}))
{b1} = np.random.uniform(-1, 1, (1, {n1}))
{W2} = np.random.uniform(-1, 1, ({n1}, {n2}))
{b2} = np.random.uniform(-1, 1, (1, {n2}))
""",
    "r": """{W1} <- matrix(runif({n0} * {n1}, -1, 1), {n0}, {n1})
{b1} <- matrix(runif({n1}, -1, 1), 1)
{W2} <- matrix(runif({n1} * {n2}, -1, 1), {n1}, {n2})
{b2} <- matrix(runif({n2}, -1, 1), 1)
""",
}

EACH_SAMPLE = {
    "python": "for i in range(n):\n    one_x = {X}[i:i + 1]\n    one_y = {y}[i:i + 1]",
    "r": "for (i in seq_len(n)) {{\none_x <- {X}[i, , drop = FALSE]\n"
    "one_y <- {y}[i, , drop = FALSE]",
}
TURNS = 12


def write_script(
    language: str, style: str, shape: dict[str, object], changes: dict[str, str]
) -> str:
    """A program of a language in a style, with changes in some of its slots.

    Parameters
    ----------
    language, style : str
        Keys of RIGHT and LAYOUTS.
    shape : dict
        Keys n0, n1, n2, n, mean, lr.
    changes : dict
        Slot or kind to an expression, or to whole lines if it begins with a newline; "" leaves
        the slot out. The slots "head" (before the loop), "range", "order" are besides those of
        the loop.

    Returns
    -------
    str
        Its text.
    """
    layout = LAYOUTS[language][style]
    names = layout.rename(dict(NAMES[layout.names]))
    names["err"] = names["err"].format(**names)
    x, y = make_data(shape)
    if language == "python":
        names |= {"xs": str(x), "ys": str(y)}
    else:
        names |= {
            "xs": ", ".join(str(v) for row in x for v in row),
            "ys": ", ".join(str(v) for row in y for v in row),
        }
    names |= {k: str(shape[k]) for k in ("n0", "n1", "n2")}
    names |= {"mean": " / n" if shape["mean"] else "", "rate": str(shape["lr"])}
    names |= {"turns": str(TURNS), "seed": str(shape.get("seed", 3))}
    python = language == "python"
    head = HEADS[language].format(**names)
    starts = STARTS[language].format(**names)
    more = changes.get("head", "").format(**names)
    turns = changes.get("range", "range({epochs})" if python else "seq_len({epochs})")
    order = changes.get("order", " ".join(SLOTS)).split()
    loop: list[str] = []
    if order == ["each"]:
        loop = changes.get("each", EACH_SAMPLE[language]).format(**names).split("\n")
        batch = "each" in changes
        names |= {"X": "x_batch", "y": "y_batch"} if batch else {"X": "one_x", "y": "one_y"}
        if batch and shape["mean"]:
            names["mean"] = " / len(x_batch)" if python else " / nrow(x_batch)"
        names["err"] = NAMES[layout.names]["err"].format(**names)
        order = SLOTS
    arrow = dict.fromkeys(("W", "b"), layout.arrow) if layout.arrow else {}
    slots = {
        f"{slot} {i}": _write_slot(language, slot, names, changes, arrow)
        for i, slot in enumerate(order)
    }
    parts = Parts(head, starts, more, turns.format(**names), loop, slots, names)
    return layout.write(parts)


def make_data(shape: dict[str, object]) -> tuple[list[list[float]], list[list[int]]]:
    """Samples, and targets that are one-hot where there is more than one output."""
    n, n0, n2 = (int(str(shape[key])) for key in ("n", "n0", "n2"))
    x = [[((i * 13 + j * 7 + i * j * 3) % 17) / 8 - 0.9 for j in range(n0)] for i in range(n)]
    return x, [[int(j == (i + i // 2) % max(n2, 2)) for j in range(n2)] for i in range(n)]


def _write_slot(
    language: str, slot: str, names: dict[str, str], changes: dict[str, str], arrows: dict[str, str]
) -> list[str]:
    kind = slot.rstrip("12")
    text = changes.get(slot, changes.get(kind if kind in KINDS else slot))
    if text is None:
        text = RIGHT[language].get(slot, RIGHT[language].get(kind, ""))
    if text == "":
        return []
    layer = slot[-1] if slot[-1] in "12" else ""
    local = dict(names)
    if layer:
        local |= {k: names[f"{k}{layer}"] for k in (*KINDS, "e")}
        local["prev"] = names["X"] if layer == "1" else names["a1"]
        local["prev_z"] = names["X"] if layer == "1" else names["z1"]
        local["layer"] = layer
    text = text.format(**local)
    if text.startswith("\n"):
        return text[1:].split("\n")
    arrow = "=" if language == "python" else arrows.get(kind, "<-")
    return [f"{local.get(slot, slot)} {arrow} {text}"]
