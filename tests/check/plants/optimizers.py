"""Mistakes in momentum, RMSprop and Adam, and in mini-batches.

The update is one text for both languages: p is a weight or a bias, dp its gradient, ^ a power.
"""

from __future__ import annotations

from plants.base import Plant

MEAN = "remember('m {p}', beta_1, (1 - beta_1) * {dp})"
SQUARE = "remember('s {p}', beta_2, (1 - beta_2) * {dp}^2)"
CORRECTED = f"{MEAN} / (1 - beta_1^t)", f"{SQUARE} / (1 - beta_2^t)"
VELOCITY = "remember('v {p}', momentum, {dp})"
DECAYED = "remember('s {p}', decay, (1 - decay) * {dp}^2)"
RIGHT = {
    "momentum": VELOCITY,
    "rmsprop": f"{{dp}} / (sqrt({DECAYED}) + epsilon)",
    "adam": f"{CORRECTED[0]} / (sqrt({CORRECTED[1]}) + epsilon)",
}
HEADS = {
    "python": """memory = {{}}
t = 0
momentum, decay, beta_1, beta_2, epsilon = 0.85, 0.85, 0.8, 0.95, 1e-3
batch_size = 3

def remember(key, share, value):
    memory[key] = share * memory.get(key, 0) + value
    return memory[key]

""",
    "r": """t <- 0
momentum <- 0.85
decay <- 0.85
beta_1 <- 0.8
beta_2 <- 0.95
epsilon <- 1e-3
batch_size <- 3
remember <- function(key, share, value) {{
  old <- if (is.null(memory[[key]])) 0 else memory[[key]]
  memory[[key]] <<- share * old + value
  memory[[key]]
}}
""",
}


def changes(language: str, optimizer: str, step: str, more: dict[str, str]) -> dict[str, str]:
    """Changes for write_script: a step of an optimizer in W and b, and others."""
    found = {"head": HEADS[language], "begin": "t + 1" if language == "r" else "\nt += 1"}
    for kind in ("W", "b"):
        text = step.replace("{p}", f"{{{kind}}}").replace("{dp}", f"{{d{kind}}}")
        if language == "python":
            text = text.replace("^", " ** ").replace("sqrt", "np.sqrt")
        found[kind] = f"{{{kind}}} {{s}} {{lr}} * ({text})"
    found["begin"] = "\nt = t + 1" if language == "python" else "\nt <- t + 1"
    if optimizer == "gradient_descent":
        found |= {"W": "{W} {s} {lr} * {dW}", "b": "{b} {s} {lr} * {db}"}
    return {**found, **more}


PLANTS: list[Plant] = []


def plant(id: str, optimizer: str, first: str, step: str) -> None:
    """Add a mistake in the step of an optimizer."""
    needs = f"optimizer == '{optimizer}'"
    both = (changes(language, optimizer, step, {}) for language in ("python", "r"))
    PLANTS.append(Plant(id, first, *both, needs))


plant("momentum_left_out", "momentum", "2/W2", "{dp}")
plant("momentum_reversed", "momentum", "2/W2", "remember('v {p}', -momentum, {dp})")
plant("wrong_sign", "momentum", "W2", f"-{VELOCITY}")
plant("root_left_out", "rmsprop", "W2", f"{{dp}} / ({DECAYED} + epsilon)")
plant("decay_reversed", "rmsprop", "W2",
      "{dp} / (sqrt(remember('s {p}', 1 - decay, decay * {dp}^2)) + epsilon)")  # fmt: skip
plant("epsilon_before_correction", "adam", "W2",
      f"({CORRECTED[0]}) / ((sqrt({SQUARE}) + epsilon) / sqrt(1 - beta_2^t))")  # fmt: skip
plant("root_left_out", "adam", "W2", f"({CORRECTED[0]}) / ({CORRECTED[1]} + epsilon)")
plant("correction_off_by_one", "adam", "W2", RIGHT["adam"].replace("^t", "^(t - 1)"))
plant("correction_off_by_one", "adam", "W2", RIGHT["adam"].replace("^t", "^(t + 1)"))
plant("betas_swapped", "adam", "W2",
      RIGHT["adam"].replace("_1", "_").replace("_2", "_1").replace("_,", "_2,")
      .replace("_)", "_2)").replace("_^", "_2^"))  # fmt: skip
plant("gradient_not_averaged", "adam", "W2",
      f"{{dp}} / (sqrt({CORRECTED[1]}) + epsilon)")  # fmt: skip

BATCHES = {
    "python": "for first in range(0, {upto}, batch_size):\n"
    "    rows = slice(first, first + batch_size)\n"
    "    x_batch = {{X}}[rows]\n    y_batch = {{y}}[rows]",
    "r": "for (first in seq(1, {upto}, batch_size)) {{{{\n"
    "rows <- first:min(first + batch_size - 1, n)\n"
    "x_batch <- {{X}}[rows, , drop = FALSE]\ny_batch <- {{y}}[rows, , drop = FALSE]",
}


def batch_changes(language: str, optimizer: str, upto: str = "n") -> dict[str, str]:
    """A right program over batches, or one that ends before the last row."""
    loop = BATCHES[language].format(upto=upto)
    return changes(language, optimizer, RIGHT.get(optimizer, ""), {"order": "each", "each": loop})


for _optimizer in ("gradient_descent", "adam"):
    PLANTS.append(
        Plant(
            "last_batch_dropped",
            "1.3/z1",
            batch_changes("python", _optimizer, "n - n % batch_size"),
            batch_changes("r", _optimizer, "n - n %% batch_size"),
            f"batch and optimizer == '{_optimizer}'",
        )
    )
_BY_EPOCHS = RIGHT["adam"].replace("^t", "^(turn + 1)"), RIGHT["adam"].replace("^t", "^turn")
PLANTS.append(
    Plant(
        "correction_by_epochs",
        "1.2/W2",
        {**batch_changes("python", "adam"), **{
            k: v for k, v in changes("python", "adam", _BY_EPOCHS[0], {}).items() if k in "Wb"
        }},
        {**batch_changes("r", "adam"), **{
            k: v for k, v in changes("r", "adam", _BY_EPOCHS[1], {}).items() if k in "Wb"
        }},
        "batch and optimizer == 'adam'",
    )
)  # fmt: skip
