"""One network, two languages, the same numbers.

The sigmoid multilayer perceptron, function for function the twin of the R package of the same name.
"""

from twinprop.cases.case import Case, read_case, run_case
from twinprop.comparing.noting import feed, note
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.formulas.losses import LOSSES
from twinprop.formulas.metrics import accuracy, predicted_class
from twinprop.formulas.optimizers import OPTIMIZERS
from twinprop.formulas.random_numbers import (
    new_generator,
    random_normal,
    random_permutation,
    random_uniform,
)
from twinprop.ground.errors import InputError
from twinprop.network.backward import Gradients, backward
from twinprop.network.layers import (
    Cache,
    Network,
    Training,
    draw_network,
    forward,
    new_network,
    predict,
)
from twinprop.network.training import train

__version__ = "0.1.0"

__all__ = [
    "ACTIVATIONS",
    "LOSSES",
    "OPTIMIZERS",
    "Cache",
    "Case",
    "Gradients",
    "InputError",
    "Network",
    "Training",
    "accuracy",
    "backward",
    "draw_network",
    "feed",
    "forward",
    "new_generator",
    "new_network",
    "note",
    "predict",
    "predicted_class",
    "random_normal",
    "random_permutation",
    "random_uniform",
    "read_case",
    "run_case",
    "train",
]
