import json
import re

import numpy as np
import pytest

from twinprop.arithmetic import native, strict
from twinprop.cases.case import read_case, run_case
from twinprop.ground.errors import InputError
from twinprop.network.layers import draw_network

CASE = {
    "format": 1,
    "id": "small",
    "title": "A small case",
    "source": "made up",
    "layers": [{"units": 2, "activation": "sigmoid"}, {"units": 1, "activation": "identity"}],
    "loss": {"name": "squared_error"},
    "data": {"x": [[1, 2, 3], [4, 5, 6]], "y": [[1], [0]]},
    "initial": {"distribution": "normal", "sd": 0.5, "seed": 4},
}
TRAINING = {"optimizer": {"name": "gradient_descent", "learning_rate": 0.1}, "epochs": 3}


@pytest.fixture
def write(tmp_path):
    def write_case(**changes):
        path = tmp_path / "small.json"
        path.write_text(json.dumps(CASE | changes))
        return path

    return write_case


def test_a_case_is_read_as_it_is_written(write):
    case = read_case(write(training=TRAINING | {"batch_size": 2, "record": [1, 3]}))
    assert (case.id, case.title, case.source) == ("small", "A small case", "made up")
    loss = ("squared_error", "sum")
    assert case.plan == (*loss, "gradient_descent", 0.1, 3, 2, None, [1, 3], 0.0, None, {})
    assert case.data.x.tolist() == [[1, 2, 3], [4, 5, 6]]
    drawn = draw_network(3, [2, 1], ["sigmoid", "identity"], "normal", 4, sd=0.5)
    assert [w.weights.tolist() for w in case.network] == [w.weights.tolist() for w in drawn]
    assert [layer.activation for layer in case.network] == ["sigmoid", "identity"]


def test_given_weights_are_taken_as_they_are(write):
    given = {"W1": [[1, 2], [3, 4], [5, 6]], "b1": [7, 8], "W2": [[9], [10]], "b2": [11]}
    network = read_case(write(initial=given)).network
    assert [layer.weights.tolist() for layer in network] == [given["W1"], given["W2"]]
    assert [layer.bias.tolist() for layer in network] == [[given["b1"]], [given["b2"]]]


def test_decimals_are_read_as_the_nearest_doubles(write):
    x = [[0.839396101051679, 5e-324, -0.1], [1.7976931348623157e308, -0.0, 2.0**-1022]]
    path = write(data={"x": x, "y": [[0], [0]]})
    assert read_case(path).data.x.tobytes() == np.array(x).tobytes()


def test_the_seed_of_the_caller_replaces_that_of_the_file(write):
    other = read_case(write(initial={"distribution": "normal", "sd": 0.5, "seed": 5}))
    ours = read_case(write(), seed=5)
    assert ours.network[0].weights.tolist() == other.network[0].weights.tolist()


def test_without_training_a_case_is_one_step_without_update(write):
    trace = run_case(read_case(write()))
    step = ["z1", "a1", "z2", "a2", "loss"]
    step += [f"{name}{layer}" for layer in (2, 1) for name in ("e", "slope", "delta", "dW", "db")]
    assert list(trace) == ["0/W1", "0/b1", "0/W2", "0/b2", *(f"1/{name}" for name in step)]


def test_one_step_without_update_is_the_first_of_the_training(write):
    alone = run_case(read_case(write()))
    trained = run_case(read_case(write(training=TRAINING | {"record": [1]})))
    assert list(trained)[: len(alone)] == list(alone)
    for name, values in alone.items():
        np.testing.assert_array_equal(values, trained[name])


@pytest.mark.parametrize("arithmetic", [native, strict], ids=["native", "strict"])
def test_every_quantity_is_a_matrix_or_one_number(write, arithmetic):
    trace = run_case(read_case(write(training=TRAINING)), arithmetic)
    for name, values in trace.items():
        assert values.dtype == np.float64, name
        assert values.ndim == (0 if name.endswith("/loss") else 2), name


def test_held_out_rows_are_judged_after_the_training(case_path):
    case = read_case(case_path("digits-64-32-10"))
    assert case.data.x.shape == (1437, 64)
    assert case.data.held_out_x.shape == (360, 64)
    shorter = case._replace(plan=case.plan._replace(epochs=5, record=[5]))
    trace = run_case(shorter)
    assert list(trace)[-2:] == ["held_out/a2", "held_out/accuracy"]
    assert trace["held_out/a2"].shape == (360, 10)
    rightly = trace["held_out/a2"].argmax(axis=1) == case.data.held_out_y.argmax(axis=1)
    assert trace["held_out/accuracy"] == rightly.mean() > 0.5


def test_every_case_of_the_project_is_named_as_its_file(shared_fixtures):
    paths = sorted((shared_fixtures / "cases").glob("*.json"))
    assert [read_case(path).id for path in paths] == [path.stem for path in paths]


def test_layers_too_large_for_this_machine_are_refused_with_their_size(write):
    layers = [{"units": 2_000_000_000, "activation": "sigmoid"}, *CASE["layers"][1:]]
    # Three times (4 + 1) weights and biases, and six times two samples, of 8 bytes each.
    wanted = 8 * (3 * (3 + 1) + 12 + 3) * 2e9 / 2**30
    with pytest.raises(InputError, match=re.escape(f"layers need {wanted:.1f} GiB of memory; ")):
        read_case(write(layers=layers))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"^none\.json cannot be read \(No such file"):
        read_case(tmp_path / "none.json")
