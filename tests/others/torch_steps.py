"""Runs in the Python that has PyTorch: networks of PyTorch's own, moved by its own optimisers.

Each line of standard input is a call as JSON, and standard output gets a line with its answer. JSON
carries float64 numbers without loss. Arrays are lists, so that any numpy, or none, will do.
"""

import json
import sys

import torch

F = torch.nn.functional
ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "swish": F.silu,
    "softplus": F.softplus,
    "softmax": lambda z: torch.softmax(z, 1),
}
# From z where PyTorch has such a form, else from the last layer's output.
LOSSES_OF_Z = {
    ("cross_entropy", "softmax"): F.cross_entropy,
    ("binary_cross_entropy", "sigmoid"): F.binary_cross_entropy_with_logits,
}
LOSSES = {
    "squared_error": lambda a, y: F.mse_loss(a, y, reduction="sum") / 2,
    "sum_squared_error": lambda a, y: F.mse_loss(a, y, reduction="sum"),
    "mean_squared_error": lambda a, y: F.mse_loss(a, y, reduction="mean"),
    "binary_cross_entropy": lambda a, y: F.binary_cross_entropy(a, y, reduction="sum"),
}
OPTIMIZERS = {
    "gradient_descent": torch.optim.SGD,
    "momentum": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
}


def tensor(values):
    return torch.tensor(values, dtype=torch.float64)


def output(problem, w, b, alpha):
    """Weighted input and output of the last layer."""
    a = tensor(problem["x"])
    for i, name in enumerate(problem["activations"]):
        z = a @ w[i] + b[i]
        a = F.prelu(z, alpha) if name == "prelu" else ACTIVATIONS[name](z)
    return z, a


def loss_of(problem, z, a, y):
    last = (problem["loss"], problem["activations"][-1])
    if last in LOSSES_OF_Z:
        value = LOSSES_OF_Z[last](z, y, reduction="sum")
    else:
        value = LOSSES[problem["loss"]](a, y)
    return value / len(y) if problem["reduction"] == "mean" else value


def solve(problem):
    """Loss of the first step, and W1, W2, ..., b1, b2, ..., alpha after the last one."""
    w, b = ([tensor(p).requires_grad_() for p in problem[key]] for key in ("W", "b"))
    alpha = tensor(problem.get("alpha", [0.25])).requires_grad_()
    y = tensor(problem["y"])
    # Its penalty is l2/2 times the sum of squares, of what is in the group.
    groups = [{"params": w, "weight_decay": problem.get("l2", 0.0)}, {"params": [*b, alpha]}]
    moves = OPTIMIZERS[problem["optimizer"]](groups, **problem["options"])
    losses = []
    for _ in range(problem["steps"]):
        moves.zero_grad()
        loss = loss_of(problem, *output(problem, w, b, alpha), y)
        loss.backward()
        moves.step()
        losses.append(loss.item())
    moved = [p.detach().tolist() for p in [*w, *b, alpha]]
    return {"loss": losses[0], "parameters": moved}


WITH_OPTIONS = {
    "leaky_relu": lambda z, slope=0.01: F.leaky_relu(z, slope),
    "prelu": lambda z, alpha=0.25: F.prelu(z, tensor([alpha])),
    "elu": lambda z, alpha=1.0: F.elu(z, alpha),
    "swish": lambda z, beta=1.0: z * torch.sigmoid(beta * z),
}


def slopes_of(name, options, points, y):
    """Gradient of 1/2 sum (f(z) - y)^2 with respect to z, by autograd."""
    z = tensor(points).requires_grad_()
    a = WITH_OPTIONS.get(name, ACTIVATIONS.get(name))(z, **options)
    (F.mse_loss(a, tensor(y), reduction="sum") / 2).backward()
    return z.grad.tolist()


def clamped(points, y):
    """Binary cross-entropy of outputs of 0 and 1, whose logarithms PyTorch clamps."""
    return F.binary_cross_entropy(tensor(points), tensor(y), reduction="sum").item()


if __name__ == "__main__":
    torch.set_num_threads(1)
    calls = {"solve": solve, "slopes_of": slopes_of, "clamped": clamped}
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps(calls[task["call"]](*task["arguments"])), flush=True)
