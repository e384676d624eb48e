"""What draws random numbers refuses bad arguments, in both languages in the same words."""

import numpy as np
import pytest

from twinprop import draw_step, dropout_mask, he, rrelu_slopes, uniform, zeros
from twinprop.formulas.random_numbers import (
    new_generator,
    random_normal,
    random_permutation,
    random_uniform,
)
from twinprop.ground.errors import InputError
from twinprop.network.layers import draw_network

NET = draw_network(2, [3, 1], ["sigmoid", "sigmoid"])
GENERATOR = new_generator(1)
START = """
  net <- draw_network(2, c(3, 1), c("sigmoid", "sigmoid")); generator <- new_generator(1)
"""
NAN = float("nan")
WHOLE = "wanted a whole number from"
LARGEST = "2147483647"

# The call in Python; the call in R; the sentence of both.
BAD = [
    (
        lambda: random_uniform(GENERATOR, 3, NAN),
        "random_uniform(generator, 3, NaN)",
        "low is NaN; wanted a finite number",
    ),
    (
        lambda: random_uniform(GENERATOR, 3, high="1"),
        "random_uniform(generator, 3, high = '1')",
        'high is "1"; wanted a finite number',
    ),
    (
        lambda: random_uniform(GENERATOR, 3, 2, 1.5),
        "random_uniform(generator, 3, 2, 1.5)",
        "low is 2; wanted a number of at most 1.5, as high is",
    ),
    (
        lambda: random_normal(GENERATOR, 3, np.inf),
        "random_normal(generator, 3, Inf)",
        "mean is Infinity; wanted a finite number",
    ),
    (
        lambda: random_normal(GENERATOR, 3, sd=NAN),
        "random_normal(generator, 3, sd = NaN)",
        "sd is NaN; wanted a finite number",
    ),
    (
        lambda: random_normal(GENERATOR, 3, sd=-1),
        "random_normal(generator, 3, sd = -1)",
        "sd is -1; wanted a number of at least 0",
    ),
    (
        lambda: dropout_mask(GENERATOR, 2, 3, 1.5),
        "dropout_mask(generator, 2, 3, 1.5)",
        "rate is 1.5; wanted a number of at least 0 and less than 1",
    ),
    (
        lambda: dropout_mask(GENERATOR, 2, 3, rate=NAN),
        "dropout_mask(generator, 2, 3, rate = NaN)",
        "rate is NaN; wanted a finite number",
    ),
    (
        lambda: dropout_mask(GENERATOR, 2.5, 2),
        "dropout_mask(generator, 2.5, 2)",
        f"n is 2.5; {WHOLE} 0 to {LARGEST}",
    ),
    (
        lambda: rrelu_slopes(GENERATOR, 2, 3, upper=0.1),
        "rrelu_slopes(generator, 2, 3, upper = 0.1)",
        "lower is 0.125; wanted a number of at most 0.1, as upper is",
    ),
    (
        lambda: draw_step(NET, 0, GENERATOR),
        "draw_step(net, 0, generator)",
        f"n is 0; {WHOLE} 1 to {LARGEST}",
    ),
    (
        lambda: draw_step("net", 2, GENERATOR),
        "draw_step('net', 2, generator)",
        'network is "net"; wanted one of new_network, draw_network or read_model',
    ),
    (
        lambda: he(GENERATOR, 0, 2),
        "he(generator, 0, 2)",
        f"n_in is 0; {WHOLE} 1 to {LARGEST}",
    ),
]
# What draws, given 5 and then a function in place of a generator: in Python; in R.
DRAWING = [
    (lambda generator: random_uniform(generator, 3), "random_uniform({}, 3)"),
    (lambda generator: random_normal(generator, 3), "random_normal({}, 3)"),
    (lambda generator: random_permutation(generator, 3), "random_permutation({}, 3)"),
    (lambda generator: dropout_mask(generator, 2, 3), "dropout_mask({}, 2, 3)"),
    (lambda generator: rrelu_slopes(generator, 2, 3), "rrelu_slopes({}, 2, 3)"),
    (lambda generator: draw_step(NET, 2, generator), "draw_step(net, 2, {})"),
    (lambda generator: uniform(generator, 2, 3), "uniform({}, 2, 3)"),
    (lambda generator: zeros(generator, 2, 3), "zeros({}, 2, 3)"),
]


@pytest.mark.parametrize(("call", "code", "sentence"), BAD, ids=[code for _, code, _ in BAD])
def test_a_bad_argument_is_refused_in_the_same_sentence(refused, call, code, sentence):
    assert refused(call, START + code) == sentence


@pytest.mark.parametrize(("call", "code"), DRAWING, ids=[code for _, code in DRAWING])
def test_what_is_no_generator_is_refused(refused, call, code):
    for ours, theirs, found in ((5, "5", "5"), (None, "NULL", "null"), (len, "sum", "a function")):
        sentence = f"generator is {found}; wanted one of new_generator"
        assert refused(lambda given=ours: call(given), START + code.format(theirs)) == sentence


def test_refusing_moves_no_generator_on():
    generator = new_generator(1)
    for _ in range(2):
        with pytest.raises(InputError):
            random_uniform(generator, 3, 2, 1)
    np.testing.assert_array_equal(random_uniform(generator, 3), random_uniform(new_generator(1), 3))
