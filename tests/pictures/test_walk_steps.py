import numpy as np
import pytest
from sums import value_of

from twinprop.arithmetic import get_arithmetic
from twinprop.cases.case import read_case, run_case
from twinprop.cases.paths import default_cases
from twinprop.ground.errors import EngineError, InputError
from twinprop.pictures import numbers
from twinprop.pictures.quantities import AFTER
from twinprop.pictures.sources import twin_source
from twinprop.pictures.walk.replay import replay_states, written_step
from twinprop.pictures.walk.run import take_walk

EVERY_CASE = sorted(path.stem for path in default_cases().glob("*.json"))
CASES = ["article-4-3-1", "fixed-2-3-2-2", "narrow-5-2-3-2-3-2-1", "one-1-1"]


@pytest.fixture(scope="module")
def walks(case_path):
    return {name: take_walk(case_path(name), [1]) for name in CASES}


@pytest.fixture(scope="module", params=EVERY_CASE)
def walk(request, case_path):
    """The first epoch of every case, taken once: all tests of a case follow each other."""
    return take_walk(case_path(request.param), [1])


def test_a_network_of_two_layers_has_the_twelve_steps_of_the_article(walks):
    keys = [step.key for step in walks["article-4-3-1"].steps]
    forward = ["data", "parameters", "z1", "a1", "a2"]
    assert keys == [*forward, "e2", "slopes", "delta2", "e1", "delta1", "weights", "biases"]


@pytest.mark.parametrize(("name", "steps"), [("one-1-1", 8), ("narrow-5-2-3-2-3-2-1", 28)])
def test_each_further_layer_has_four_steps_more(walks, name, steps):
    assert len(walks[name].steps) == steps


def test_a_case_without_training_ends_with_the_gradients(walks):
    assert walks["fixed-2-3-2-2"].steps[-1].key == "gradients"


@pytest.mark.parametrize("name", EVERY_CASE)
def test_every_sum_that_is_written_out_gives_the_number_it_is_said_to_make(
    case_path, name, monkeypatch
):
    monkeypatch.setattr(numbers, "MOST_TERMS", 10**6)
    plan = read_case(case_path(name)).plan
    walk = take_walk(case_path(name), [1, min(plan.epochs or 1, 3)])
    checked = 0
    for epoch, languages in walk.values["strict"].items():
        values = languages["python"]
        for step in walk.steps:
            for part in step.parts:
                for i, j in some_cells(values[part.name].shape):
                    found = value_of(part.cells(i, j), values)
                    expected = pytest.approx(values[part.name][i, j], rel=1e-11, abs=1e-15)
                    assert found == expected, (epoch, part.name, i, j)
                    checked += 1
    assert checked


def some_cells(shape):
    """All cells of a small matrix, those of the corners and one within of a larger one."""
    rows, columns = (range(n) if n <= 4 else (0, n // 2, n - 1) for n in shape)
    return [(i, j) for i in rows for j in columns]


def test_every_quantity_that_is_recorded_is_made_in_some_step(walk):
    parts = [part for step in walk.steps for part in step.parts]
    made = {part.name for part in parts} | {n for step in walk.steps for n in step.given}
    # What the generator drew, and what an optimizer remembered, is shown where it is used.
    shown = {item[1:-1] for part in parts for item in part.layout if item.startswith("[")}
    left = set(walk.values["native"][1]["python"]) - made
    assert left <= shown
    assert all(name.startswith(("mask", "drawn")) or f"{name}{AFTER}" in made for name in left)


def test_the_step_that_says_how_it_is_made_has_the_numbers_of_the_walk(walk):
    values = walk.values["native"][1]["python"]
    made = written_step(walk.case, values)
    assert set(made) == set(values)
    for key, matrix in made.items():
        assert np.asarray(matrix).tobytes() == values[key].tobytes(), key


def test_an_optimizers_state_has_a_step_of_its_own_in_every_language(case_path):
    walk = take_walk(case_path("optimizer-adam"), [2], batch=3)
    keys = [step.key for step in walk.steps]
    assert keys[-6:] == ["gradients", "mean", "mean_square", "powers", "weights", "biases"]
    for languages in walk.values.values():
        for values in languages[2].values():
            assert values["power_1"].item() == pytest.approx(0.9**5, rel=1e-14)
            expected = 0.9 * values["m(W1)"] + (1 - 0.9) * values["dW1"]
            np.testing.assert_array_equal(values["m(W1) after"], expected)


def test_a_state_that_does_not_lead_to_the_recorded_parameters_is_an_error(case_path):
    case = read_case(case_path("optimizer-momentum"))
    trace = dict(run_case(case, get_arithmetic("native")))
    first = next(name for name in trace if name.endswith("/dW1"))
    trace[first] = trace[first] * 2
    with pytest.raises(EngineError, match="does not follow from the gradients"):
        replay_states(case, trace, "native", ["1.1"])


def test_every_part_has_its_line_in_both_languages(walk, repository):
    for step in walk.steps:
        for part in step.parts:
            assert part.places
            for place in part.places:
                for source in twin_source(place):
                    lines = (repository / source.file).read_text().splitlines()
                    first = source.text.splitlines()[0]
                    assert first.strip() in lines[source.line - 1], source


def test_the_parameters_of_an_epoch_are_those_after_the_one_before(case_path):
    walk = take_walk(case_path("article-4-3-1"), [2, 3])
    for language in ("python", "r"):
        second, third = (walk.values["strict"][epoch][language] for epoch in (2, 3))
        np.testing.assert_array_equal(second["W1 after"], third["W1"])


def test_the_samples_of_a_batch_are_in_the_order_of_its_epoch(case_path):
    case = read_case(case_path("shuffled-6-5-2"))
    walk = take_walk(case_path("shuffled-6-5-2"), [2], batch=2)
    x = walk.values["native"][2]["python"]["x"]
    assert x.shape[0] < case.data.x.shape[0]
    z = x @ walk.values["native"][2]["python"]["W1"] + walk.values["native"][2]["python"]["b1"]
    np.testing.assert_allclose(z, walk.values["native"][2]["python"]["z1"], rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"epochs": [0]}, "no epoch 0"), ({"epochs": [21]}, "no epoch 21"), ({"batch": 9}, "batch 9")],
)
def test_an_epoch_or_batch_that_a_case_does_not_have_is_refused(case_path, options, message):
    with pytest.raises(InputError, match=message):
        take_walk(case_path("shuffled-6-5-2"), **options)
