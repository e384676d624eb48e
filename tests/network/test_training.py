import re
from dataclasses import replace

import numpy as np
import pytest

from twinprop import backward, forward
from twinprop.arithmetic import native, strict
from twinprop.engines import r_session
from twinprop.formulas.random_numbers import new_generator, random_permutation
from twinprop.ground.errors import InputError
from twinprop.network.layers import Network, draw_network
from twinprop.network.plan import new_plan
from twinprop.network.training import parameters_of, train

X = np.arange(28.0).reshape(7, 4) / 28 - 0.5
Y = np.arange(14.0).reshape(7, 2) / 14


def start():
    return draw_network(4, [3, 2], ["sigmoid", "identity"], seed=5)


def stepped(network, x, y, learning_rate):
    """One step of gradient descent, written out."""
    gradients = backward(network, forward(network, x), y)
    return Network(
        replace(
            layer,
            weights=layer.weights - learning_rate * gradients.weights[i],
            bias=layer.bias - learning_rate * gradients.biases[i],
        )
        for i, layer in enumerate(network)
    )


def assert_same_network(a, b):
    for ours, theirs in zip(parameters_of(a), parameters_of(b), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_full_batches_are_steps_over_all_samples():
    network = start()
    for _ in range(3):
        network = stepped(network, X, Y, 0.05)
    assert_same_network(
        train(start(), X, Y, new_plan(learning_rate=0.05, epochs=3)).network, network
    )


def test_mini_batches_follow_the_order_of_the_samples_and_the_last_is_smaller():
    network = start()
    for _ in range(2):
        for first in (0, 3, 6):
            network = stepped(network, X[first : first + 3], Y[first : first + 3], 0.05)
    trained = train(start(), X, Y, new_plan(learning_rate=0.05, epochs=2, batch_size=3))
    assert_same_network(trained.network, network)
    assert trained.trace["2.3/z1"].shape == (1, 3)


def test_shuffled_batches_follow_the_shared_generator_anew_in_each_epoch():
    network, generator = start(), new_generator(9)
    for _ in range(2):
        order = random_permutation(generator, 7)
        for first in (0, 3, 6):
            rows = order[first : first + 3]
            network = stepped(network, X[rows], Y[rows], 0.05)
    trained = train(
        start(), X, Y, new_plan(learning_rate=0.05, epochs=2, batch_size=3, shuffle_seed=9)
    )
    assert_same_network(trained.network, network)


def test_a_batch_of_all_samples_is_a_full_batch_under_another_name():
    whole = train(start(), X, Y, new_plan(epochs=2)).trace
    batch = train(start(), X, Y, new_plan(epochs=2, batch_size=100)).trace
    assert [name.replace("2.1/", "2/") for name in batch] == list(whole)
    for ours, theirs in zip(whole.values(), batch.values(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_trace_has_the_recorded_epochs_in_the_order_of_computation():
    trace = train(start(), X, Y, new_plan(epochs=4, record=[1, 3])).trace
    step = ["z1", "a1", "z2", "a2", "loss"]
    step += [f"{name}{layer}" for layer in (2, 1) for name in ("e", "slope", "delta", "dW", "db")]
    step += ["W1", "b1", "W2", "b2"]
    assert list(trace) == [f"{epoch}/{name}" for epoch in (1, 3) for name in step]


def test_only_the_last_epoch_is_traced_unless_told_otherwise():
    assert {name.split("/")[0] for name in train(start(), X, Y, new_plan(epochs=4)).trace} == {"4"}


def test_recording_changes_nothing():
    quiet = train(start(), X, Y, new_plan(epochs=4, record=[4])).network
    assert_same_network(
        train(start(), X, Y, new_plan(epochs=4, record=[1, 2, 3, 4])).network, quiet
    )


def test_training_does_not_change_the_network_it_starts_from():
    network = start()
    train(network, X, Y, new_plan(epochs=3))
    assert_same_network(network, start())


@pytest.mark.parametrize("arithmetic", [native, strict], ids=["native", "strict"])
def test_training_lowers_the_loss(arithmetic):
    trace = train(
        start(), X, Y, new_plan(reduction="mean", epochs=50, record=[1, 50]), arithmetic=arithmetic
    ).trace
    assert trace["50/loss"] < trace["1/loss"] / 5


def test_whole_numbers_of_numpy_are_whole_numbers():
    ours = train(start(), X, Y, new_plan(epochs=np.int64(2), batch_size=np.int32(3))).network
    assert_same_network(ours, train(start(), X, Y, new_plan(epochs=2, batch_size=3)).network)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"epochs": 0}, "epochs is 0; wanted a whole number from 1 to"),
        ({"epochs": 2.5}, "epochs is 2.5; wanted a whole number"),
        ({"epochs": True}, "epochs is true; wanted a whole number"),
        ({"batch_size": 0}, "batch_size is 0; wanted a whole number from 1 to"),
        ({"learning_rate": float("nan")}, "learning_rate is NaN; wanted a finite number"),
        ({"learning_rate": -np.inf}, "learning_rate is -Infinity; wanted a finite number"),
        ({"loss": "squared"}, 'unknown loss "squared"; did you mean "squared_error"?'),
        ({"reduction": "men"}, 'unknown reduction "men"; did you mean "mean"?'),
        ({"optimizer": "descent"}, 'unknown optimizer "descent"; known are'),
        ({"shuffle_seed": 0.5}, "seed is 0.5; wanted a whole number"),
        ({"x": X[:, :3]}, "x has the shape 7 x 3; wanted 7 x 4"),
        ({"y": Y[:6]}, "y has the shape 6 x 2; wanted 7 x 2"),
        ({"y": Y[:, :1]}, "y has the shape 7 x 1; wanted 7 x 2"),
    ],
)
def test_what_cannot_be_trained_is_refused(options, sentence, r):
    data = {"x": X, "y": Y} | {name: options[name] for name in "xy" if name in options}
    planned = {name: value for name, value in options.items() if name not in data}
    with pytest.raises(InputError, match=re.escape(sentence)) as ours:
        train(start(), **data, plan=new_plan(**planned))
    # As objects of R: call would make dicts of them, which are no network and no plan.
    start_in_r = r_session.start_r().evalr(
        'twinprop::draw_network(4, c(3, 2), c("sigmoid", "identity"), seed = 5)'
    )

    def train_in_r():
        planner = r_session.find_function("new_plan")
        plan_in_r, _ = r_session.call_function(planner, raw=True, **planned)
        r.call("train", start_in_r, **data, plan=plan_in_r)

    with pytest.raises(InputError) as theirs:
        train_in_r()
    assert str(ours.value) == str(theirs.value)
