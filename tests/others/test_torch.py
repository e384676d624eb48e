"""PyTorch's autograd and optimisers in float64: the same gradients and the same steps.

PyTorch is a third native implementation, so what it may differ by is what rounding explains in the
case, the bound by which the two languages are judged.
"""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from twinprop.cases.case import read_case, run_case
from twinprop.comparing.rounding import rounding_bound
from twinprop.formulas.random_numbers import new_generator, random_normal

pytestmark = pytest.mark.others
SCRIPT = Path(__file__).with_name("torch_steps.py")
RATE = 0.05
HIDDEN = [
    "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "swish", "softplus", "softmax",
    "identity",
]  # fmt: skip
LAST = {
    "squared_error": "sigmoid",
    "sum_squared_error": "tanh",
    "mean_squared_error": "identity",
    "binary_cross_entropy": "sigmoid",
    "cross_entropy": "softmax",
}
# Our options and PyTorch's words for them. Epsilon stands outside the root in both.
OPTIMIZERS = {
    "gradient_descent": ({}, {}),
    "momentum": ({"momentum": 0.8}, {"momentum": 0.8}),
    "rmsprop": ({"decay": 0.9, "epsilon": 1e-4}, {"alpha": 0.9, "eps": 1e-4}),
    "adam": (
        {"beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-4},
        {"betas": [0.8, 0.99], "eps": 1e-4},
    ),
}


@pytest.fixture(scope="module")
def torch(torch_python):
    """Ask PyTorch: a function of torch_steps.py with arguments."""
    process = subprocess.Popen(
        [torch_python, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def ask(call, *arguments):
        process.stdin.write(json.dumps({"call": call, "arguments": arguments}) + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
        assert answer, "PyTorch's process ended, its error is above"
        return json.loads(answer)

    yield ask
    process.stdin.close()
    process.wait(timeout=60)
    process.stdout.close()


def values(seed, n, m):
    return random_normal(new_generator(seed), n * m).reshape(n, m)


X, W, B = values(1, 9, 5), [values(2, 5, 4), values(3, 4, 3)], [values(4, 1, 4), values(5, 1, 3)]
Y = np.eye(3)[np.arange(9) % 3]


def our_case(folder, hidden, loss, optimizer, steps, l2):
    """The problem as a case, read from its file."""
    document = {
        "format": 1,
        "id": "torch",
        "title": "The problem that PyTorch is given",
        "source": "made up",
        "layers": [{"units": 4, "activation": hidden}, {"units": 3, "activation": LAST[loss]}],
        "loss": {"name": loss, "l2": l2},
        "data": {"x": X.tolist(), "y": Y.tolist()},
        "initial": {
            **{f"W{i}": w.tolist() for i, w in enumerate(W, 1)},
            **{f"b{i}": b[0].tolist() for i, b in enumerate(B, 1)},
        },
        "training": {
            "optimizer": {"name": optimizer, "learning_rate": RATE, **OPTIMIZERS[optimizer][0]},
            "epochs": steps,
            "record": sorted({1, steps}),
        },
    }
    path = folder / "torch.json"
    path.write_text(json.dumps(document))
    return read_case(path)


def their_problem(case, optimizer, steps):
    return {
        "x": X.tolist(),
        "y": Y.tolist(),
        "W": [w.tolist() for w in W],
        "b": [b.tolist() for b in B],
        "alpha": [0.25] * 4,
        "activations": [layer.activation for layer in case.network],
        "loss": case.plan.loss,
        "reduction": "sum" if case.plan.loss == "mean_squared_error" else case.plan.reduction,
        "l2": case.plan.l2,
        "optimizer": optimizer,
        "options": {"lr": RATE, **OPTIMIZERS[optimizer][1]},
        "steps": steps,
    }


def check(
    torch,
    folder,
    hidden="tanh",
    loss="cross_entropy",
    optimizer="gradient_descent",
    steps=1,
    l2=0.0,
):
    """Our loss and parameters are PyTorch's within what rounding explains."""
    case = our_case(folder, hidden, loss, optimizer, steps, l2)
    theirs = torch("solve", their_problem(case, optimizer, steps))
    trace, bounds = run_case(case), rounding_bound(case).bounds
    if l2 == 0.0:  # PyTorch's penalty is no part of its loss
        assert abs(trace["1/loss"] - theirs["loss"]) <= bounds["1/loss"]
    names = [f"{steps}/{kind}{i}" for kind in "Wb" for i in (1, 2)]
    names += [f"{steps}/alpha1"] * (hidden == "prelu")
    for name, found in zip(names, theirs["parameters"], strict=False):
        difference = np.abs(trace[name] - np.reshape(found, trace[name].shape))
        assert (difference <= bounds[name]).all(), (name, difference.max(), bounds[name].min())
        assert bounds[name].max() < 1e-9  # a bound that says something


@pytest.mark.parametrize("hidden", HIDDEN)
def test_one_update_is_that_of_autograd_for_every_activation(torch, tmp_path, hidden):
    check(torch, tmp_path, hidden=hidden)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("loss", LAST)
def test_one_update_is_that_of_autograd_for_every_loss_and_optimiser(
    torch, tmp_path, loss, optimizer
):
    check(torch, tmp_path, loss=loss, optimizer=optimizer)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_ten_updates_are_those_of_its_optimisers(torch, tmp_path, optimizer):
    check(torch, tmp_path, optimizer=optimizer, steps=10)


def test_a_penalty_on_weights_and_not_on_biases_is_its_weight_decay(torch, tmp_path):
    check(torch, tmp_path, steps=10, l2=0.25)


@pytest.mark.parametrize("name", [name for name in HIDDEN if name != "softmax"])
def test_slopes_are_those_of_autograd_at_the_kink_too(torch, case_path, name):
    case = read_case(case_path(f"activation-{name.replace('_', '-')}"))
    points, y = case.data.x.tolist(), case.data.y.tolist()
    assert [0.0] in points
    options = {key: float(np.ravel(v)[0]) for key, v in case.network[0].options.items()}
    found = np.array(torch("slopes_of", name, options, points, y))
    bound = rounding_bound(case).bounds["1/delta1"]
    assert (np.abs(run_case(case)["1/delta1"] - found) <= bound).all()
    assert bound.max() < 1e-13


def test_its_binary_cross_entropy_is_clamped_as_the_note_says(torch, case_path):
    case = read_case(case_path("large-logits-sigmoid"))
    trace = run_case(case)
    theirs = torch("clamped", trace["1/a1"].tolist(), case.data.y.tolist())
    ours = float(trace["1/loss"]) * (len(case.data.y) if case.plan.reduction == "mean" else 1)
    assert theirs < ours
    assert f"{theirs:.6g}" in " ".join(case.notes)


@pytest.mark.parametrize(
    ("name", "optimizer", "options"),
    [
        ("differs-epsilon-adam", "adam", {"lr": 0.1}),
        ("differs-epsilon-rmsprop", "rmsprop", {"lr": 0.1, "alpha": 0.9}),
    ],
)
def test_its_epsilon_stands_where_the_note_says(torch, case_path, name, optimizer, options):
    case = read_case(case_path(name))
    problem = {
        "x": case.data.x.tolist(),
        "y": case.data.y.tolist(),
        "W": [case.network[0].weights.tolist()],
        "b": [case.network[0].bias.tolist()],
        "activations": ["identity"],
        "loss": "squared_error",
        "reduction": "sum",
        "optimizer": optimizer,
        "options": options,
        "steps": 1,
    }
    found = torch("solve", problem)["parameters"]
    trace = run_case(case)
    np.testing.assert_allclose([trace["1/W1"], trace["1/b1"]], found[:2], rtol=1e-14)
    if optimizer == "rmsprop":
        other = torch("solve", {**problem, "options": {"lr": 0.1}})["parameters"][0][0][0]
        assert f"{other:.3g}" in " ".join(case.notes)  # of its own decay, 0.99
