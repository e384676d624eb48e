"""Whole numbers of any type give what the same float64 numbers give, bit for bit.

Integers wrap around where they overflow in numpy and become NA in R. Every public function that
takes arrays is found by its documentation, and called with what its shapes ask for.
"""

import importlib
import inspect
import re

import numpy as np
import pytest

import twinprop
from twinprop import forward
from twinprop.formulas.data import fit_scaling
from twinprop.network.layers import Layer, new_network
from twinprop.network.plan import new_plan

FORMULAS = [
    *("activations", "losses", "metrics", "logistic", "data", "optimizers", "random_numbers"),
]
MODULES = [f"formulas.{stem}" for stem in FORMULAS] + [
    f"network.{stem}" for stem in ("layers", "passes", "training")
]
SIZES = {"n": 3, "m": 2, "n_in": 4, "n_out": 2, "1": 1}
ARRAY = re.compile(r"(list of )?\((\w+)(, ?)?(\w+)?\) (?:float64|int)\b")
NETWORK = new_network([np.eye(4, 2)], [np.zeros((1, 2))], ["sigmoid"])
OTHERS = {
    "network": NETWORK,
    "plan": new_plan(),
    "cache": forward(NETWORK, np.eye(3, 4)),
    "scaling": fit_scaling(np.array([[0.0, 1.0], [3.0, 7.0]])),
    "activations": ["sigmoid"],
    "state": None,
    "l2": 1.0,
    "classes": 200,
}


def array_arguments(function):
    """The arguments that are documented as arrays, with what tells of their shape."""
    kinds = dict(re.findall(r"^(\w+) : (.*)$", inspect.getdoc(function) or "", re.MULTILINE))
    found = {
        name: ARRAY.match(kinds.get(name, "")) for name in inspect.signature(function).parameters
    }
    return {name: match for name, match in found.items() if match}


FUNCTIONS = {
    name: found
    for module in MODULES
    for name, function in vars(importlib.import_module(f"twinprop.{module}")).items()
    if inspect.isfunction(function)
    and function.__module__ == f"twinprop.{module}"
    # As users call it: its words and its checks are added where it leaves the package.
    and array_arguments(found := getattr(twinprop, name, function))
}
TOGETHER = {"new_network", "forward", "predict", "predict_batches", "backward", "loss_value"}
TOGETHER |= {"train", "apply_scaling"}  # in R, where networks do not go over
TYPES = [np.uint8, np.int32]


def arguments(function, kind):
    """What the function needs, arrays as whole numbers that are large for their type."""
    found = {key: OTHERS[key] for key in inspect.signature(function).parameters if key in OTHERS}
    generator = np.random.default_rng(7)
    for name, match in array_arguments(function).items():
        several, rows, comma, columns = match.groups()
        if columns is None:
            array = np.array([1, 1, 1] if comma else [1, 20, 199])  # probabilities, labels
        else:
            largest = 250 if kind is np.uint8 else 100000
            array = generator.integers(1, largest, (SIZES[rows], SIZES[columns]))
        found[name] = [array.astype(kind)] if several else array.astype(kind)
    return found


def as_float64(values):
    if isinstance(values, list):
        return [as_float64(value) for value in values]
    return values.astype(np.float64) if isinstance(values, np.ndarray) else values


def bits(found, kind=None):
    """A result as bytes, whatever its parts are."""
    if isinstance(found, dict):
        return {key: bits(value, kind) for key, value in found.items()}
    if isinstance(found, Layer):
        return bits([found.weights, found.bias], kind)
    if isinstance(found, (list, tuple)):
        return [bits(value, kind) for value in found]
    return None if found is None else np.asarray(found, dtype=kind).tobytes()


def test_all_public_functions_that_take_arrays_are_found():
    assert len(FUNCTIONS) > 60


@pytest.mark.parametrize("kind", TYPES, ids=["uint8", "int32"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_python_takes_whole_numbers_for_what_they_are(name, kind):
    given = arguments(FUNCTIONS[name], kind)
    with np.errstate(invalid="ignore"):
        wanted = FUNCTIONS[name](**{key: as_float64(value) for key, value in given.items()})
        assert bits(FUNCTIONS[name](**given)) == bits(wanted)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in TOGETHER])
def test_r_takes_whole_numbers_for_what_they_are(r, name):
    given = arguments(FUNCTIONS[name], np.int32)
    wanted = r.call(name, **{key: as_float64(value) for key, value in given.items()})
    assert bits(r.call(name, **given), np.float64) == bits(wanted, np.float64)


def test_r_takes_whole_numbers_as_samples_and_targets(r):
    code = """local({
      net <- twinprop::draw_network(2, 1, "identity")
      x <- matrix(100000L, 3, 2); y <- matrix(99999L, 3, 1)
      results <- function(x, y) {
        cache <- twinprop::forward(net, x)
        list(cache, twinprop::backward(net, cache, y), twinprop::loss_value(net, cache, y),
             twinprop::train(net, x, y, twinprop::new_plan())$trace, predict(net, x),
             twinprop::predict_batches(net, x))
      }
      identical(results(x, y), results(x + 0, y + 0))
    })"""
    assert r.evaluate(code)
