"""One network, two languages, the same numbers.

The sigmoid multilayer perceptron, function for function the twin of the R package of the same name.
"""

from twinprop.activations import ACTIVATIONS
from twinprop.backpropagation import Gradients, backward
from twinprop.cases import Case, read_case, run_case
from twinprop.comparing.noting import feed, note
from twinprop.errors import InputError
from twinprop.losses import LOSSES
from twinprop.metrics import accuracy, predicted_class
from twinprop.network import (
    Cache,
    Network,
    draw_network,
    forward,
    new_network,
    predict,
)
from twinprop.optimizers import OPTIMIZERS
from twinprop.random_numbers import (
    new_generator,
    random_normal,
    random_permutation,
    random_uniform,
)
from twinprop.training import Training, train

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
