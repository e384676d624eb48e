"""PyTorch's autograd and optimisers in float64: the same gradients and the same steps."""

import numpy as np
import pytest
import torch

from twinprop.network import new_network
from twinprop.random_numbers import new_generator, random_normal
from twinprop.training import train

pytestmark = pytest.mark.others
CLOSE = {"rtol": 1e-11, "atol": 1e-13}  # ten steps, each with sums in another order
STEPS, RATE = 10, 0.05

F = torch.nn.functional
ACTIVATIONS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "swish": F.silu,
    "softplus": F.softplus,
    "identity": lambda z: z,
    "softmax": lambda z: torch.softmax(z, 1),
}
LOSSES = {
    ("cross_entropy", "softmax"): lambda z, y: F.cross_entropy(z, y),
    ("binary_cross_entropy", "sigmoid"): lambda z, y: (
        F.binary_cross_entropy_with_logits(z, y, reduction="sum") / len(y)
    ),
    ("mean_squared_error", "identity"): F.mse_loss,
}
OPTIMIZERS = {
    "gradient_descent": lambda p: torch.optim.SGD(p, lr=RATE),
    "momentum": lambda p: torch.optim.SGD(p, lr=RATE, momentum=0.9),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=RATE, alpha=0.9),
    "adam": lambda p: torch.optim.Adam(p, lr=RATE),
}


def values(seed, n, m):
    return random_normal(new_generator(seed), n * m).reshape(n, m)


X, W, B = values(1, 9, 5), [values(2, 5, 4), values(3, 4, 3)], [values(4, 1, 4), values(5, 1, 3)]
Y = np.eye(3)[np.arange(9) % 3]


def steps_of_torch(hidden, loss, optimizer):
    parameters = [torch.tensor(p, requires_grad=True) for p in [*W, *B]]
    moves = OPTIMIZERS[optimizer](parameters)
    for _ in range(STEPS):
        moves.zero_grad()
        w1, w2, b1, b2 = parameters
        z = ACTIVATIONS[hidden](torch.tensor(X) @ w1 + b1) @ w2 + b2
        LOSSES[loss](z, torch.tensor(Y)).backward()
        moves.step()
    return [p.detach().numpy() for p in parameters]


def check(hidden, loss, optimizer):
    network = new_network(W, B, [hidden, loss[1]])
    reduction = "mean"
    options = {"learning_rate": RATE, "epochs": STEPS}
    moved = train(network, X, Y, loss[0], reduction, optimizer, **options).network
    for ours, theirs in zip(
        [*moved.weights, *moved.biases], steps_of_torch(hidden, loss, optimizer), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, **CLOSE)


@pytest.mark.parametrize("hidden", [name for name in ACTIVATIONS if name != "softmax"])
def test_steps_are_those_of_autograd_for_every_activation(hidden):
    check(hidden, ("cross_entropy", "softmax"), "gradient_descent")


@pytest.mark.parametrize("loss", LOSSES, ids=[name for name, _ in LOSSES])
def test_steps_are_those_of_autograd_for_every_loss(loss):
    check("tanh", loss, "gradient_descent")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_steps_are_those_of_its_optimisers(optimizer):
    check("tanh", ("cross_entropy", "softmax"), optimizer)
