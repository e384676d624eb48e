import re

import numpy as np
import pytest

from twinprop.cases import read_case
from twinprop.errors import InputError
from twinprop.pictures.walk_cells import Cell
from twinprop.pictures.walk_run import take_walk
from twinprop.pictures.walk_sources import part_sources

CASES = [
    "article-4-3-1",
    "dropout-6-8-5-2",
    "fixed-2-3-2-2",
    "l2-5-4-2",
    "loss-cross-entropy-unpaired",
    "narrow-5-2-3-2-3-2-1",
    "one-1-1",
    "prelu-6-5-4-2",
    "shuffled-6-5-2",
    "softmax-cross-entropy",
]
# What is written as the name of a function and not as a formula is not evaluated.
NAMED = r"[a-z_ ]{3,}′?\($"


@pytest.fixture(scope="module")
def walks(case_path):
    return {name: take_walk(case_path(name), [1]) for name in CASES}


def test_a_network_of_two_layers_has_the_twelve_steps_of_the_article(walks):
    keys = [step.key for step in walks["article-4-3-1"].steps]
    forward = ["data", "parameters", "z1", "a1", "a2"]
    assert keys == [*forward, "e2", "slopes", "delta2", "e1", "delta1", "weights", "biases"]


@pytest.mark.parametrize(("name", "steps"), [("one-1-1", 8), ("narrow-5-2-3-2-3-2-1", 28)])
def test_each_further_layer_has_four_steps_more(walks, name, steps):
    assert len(walks[name].steps) == steps


def test_a_case_without_training_ends_with_the_deltas(walks):
    assert walks["fixed-2-3-2-2"].steps[-1].key == "delta1"


@pytest.mark.parametrize("name", CASES)
def test_every_sum_that_is_written_out_gives_the_number_it_is_said_to_make(walks, name):
    values = walks[name].values["strict"][1]["python"]
    for step in walks[name].steps:
        for part in step.parts:
            rows, columns = values[part.name].shape
            for i in range(rows):
                for j in range(columns):
                    pieces = part.cells(i, j)
                    if re.search(NAMED, str(pieces[0])) and pieces[0] != "exp(":
                        continue
                    expected = pytest.approx(values[part.name][i, j], rel=1e-12, abs=1e-15)
                    assert evaluate(pieces, values) == expected, part.name


def evaluate(pieces, values):
    """The value of a sum as it is written, by Python's own rules."""
    texts = [f"({values[p.name][p.row, p.column]!r})" if isinstance(p, Cell) else p for p in pieces]
    text = "".join(texts).replace("·", "*").replace("−", "-").replace("np.float64", "")
    assert re.fullmatch(r"[-+*/(). ,0-9einfmxp]*", text), text
    return eval(text, {"exp": np.exp})


@pytest.mark.parametrize("name", CASES)
def test_every_part_has_its_line_in_both_languages(walks, name, repository):
    for step in walks[name].steps:
        for part in step.parts:
            assert part_sources(part)
            for twin in part_sources(part):
                for source in twin:
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
