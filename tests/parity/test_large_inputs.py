"""What is large takes time and memory in proportion, in both languages.

Each of these took minutes, or gigabytes, where the work grew with the square of the size; now they
take seconds, and the bounds leave room for a busy machine.
"""

import time
import tracemalloc

import numpy as np
import pytest

from twinprop.formulas.data import one_hot
from twinprop.ground.errors import InputError, suggest_name
from twinprop.ground.files import read_json
from twinprop.network.layers import draw_network
from twinprop.network.plan import new_plan
from twinprop.network.training import train

SECONDS = 60


@pytest.fixture(autouse=True)
def _in_time():
    started = time.monotonic()
    yield
    assert time.monotonic() - started < SECONDS


def refuse_alike(r, path):
    with pytest.raises(InputError) as ours:
        read_json(path, "x.json:")
    with pytest.raises(InputError) as theirs:
        r.call("read_json", str(path), "x.json:")
    assert str(ours.value) == str(theirs.value)
    return str(ours.value)


def test_every_epoch_of_a_long_training_can_be_recorded(r):
    x, y = np.array([[0.0, 1.0], [1.0, 0.5], [0.25, 0.0]]), np.array([[0.0], [1.0], [0.5]])
    epochs = list(range(1, 8001))
    network = draw_network(2, [2, 1], ["tanh", "sigmoid"], seed=1)
    ours = train(network, x, y, new_plan(epochs=8000, record=epochs))
    theirs = r.evaluate(
        "local({ x <- rbind(c(0, 1), c(1, 0.5), c(0.25, 0)); y <- matrix(c(0, 1, 0.5));"
        "network <- twinprop::draw_network(2, c(2, 1), c('tanh', 'sigmoid'), seed = 1);"
        "plan <- twinprop::new_plan(epochs = 8000, record = 1:8000);"
        "names(twinprop::train(network, x, y, plan)$trace) })"
    )
    assert theirs == list(ours.trace)


def test_a_text_full_of_quotation_marks_is_refused_at_its_first_fault(r, tmp_path):
    path = tmp_path / "x.json"
    path.write_text("[" + '\\"' * 500_000)
    assert refuse_alike(r, path) == ('x.json: line 1, column 2 is "\\"; wanted a value or "]"')
    path.write_text('["é' + '\\"' * 500_000)
    assert refuse_alike(r, path).endswith("is the end of the file; wanted a closing quotation mark")


def test_a_fault_at_the_end_of_a_long_text_is_found(r, tmp_path):
    path = tmp_path / "x.json"
    path.write_text('["é", ' + "1," * 100_000 + "]")
    assert refuse_alike(r, path) == 'x.json: line 1, column 200007 is "]"; wanted a value'


def test_a_key_of_megabytes_is_refused(r):
    name = "a" * 10_000_000
    assert suggest_name(name, ["layers", "loss"]) == ";"
    assert r.call("suggest_name", name, ["layers", "loss"]) == ";"


def test_one_hot_rows_take_only_their_own_memory():
    tracemalloc.start()
    y = one_hot([1, 2, 19_999], 20_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (y.sum(), y[2, 19_999]) == (3.0, 1.0)
    assert peak < 3 * y.nbytes
