"""A formula as users see it: words that stand once in a file, and the formula itself."""

import inspect
import re

import pytest

import twinprop
from twinprop.formulas.constraints import constraints
from twinprop.formulas.words import full_text


@pytest.mark.parametrize("name", constraints())
def test_the_help_of_a_formula_tells_all_arguments_the_value_and_an_example(name):
    function = getattr(twinprop, name)
    about, arguments, value, examples = re.split(
        r"\n\n(?:Parameters|Returns|Examples)\n-+\n", inspect.getdoc(function)
    )
    assert about.splitlines()[0].endswith(".")
    told = re.findall(r"^(\w+) : \S.*\n    \S", arguments, re.MULTILINE)
    assert told == list(inspect.signature(function).parameters)
    assert re.fullmatch(r"\S.*(\n    \S.*)+", value)
    assert re.search(rf"^>>> .*\b{name}\(", examples, re.MULTILINE) or name.endswith(PARTS)


# What has its example where its owner has it, or tells its value in its first line.
PARTS = ("_function_grad", "softplus_grad", "prelu_alpha_grad")


def test_words_of_the_formula_itself_come_before_those_of_its_file():
    assert "alpha : (1, m) float64" in twinprop.prelu.__doc__
    assert "alpha : (1, m) float64" in twinprop.prelu_grad.__doc__
    assert "alpha : float64" in twinprop.elu.__doc__


def test_the_source_of_what_users_call_is_the_formula():
    assert "return arithmetic.sigmoid(z)" in inspect.getsource(twinprop.sigmoid)


def test_an_argument_without_words_is_an_error():
    def formula(z, unheard_of):
        """Nothing of it."""

    formula.__module__ = "twinprop.formulas.activations"
    with pytest.raises(KeyError, match="unheard_of"):
        full_text(formula)
