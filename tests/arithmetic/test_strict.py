"""Strict arithmetic in Python: special values, errors in ULP, choices."""

import math
from fractions import Fraction

import numpy as np
import pytest
from flint import arb, ctx

from twinprop.arithmetic import native, strict
from twinprop.arithmetic.ulp import same_bits

INF, NAN = math.inf, math.nan
TINY = 5e-324  # the smallest subnormal

SPECIAL_VALUES = {
    "exp": [
        (0.0, 1.0),
        (-0.0, 1.0),
        (INF, INF),
        (-INF, 0.0),
        (NAN, NAN),
        (709.782712893384, 1.7976931348622732e308),
        (709.7827128933841, INF),
        (1e308, INF),
        (-1e308, 0.0),
        (-745.1332191019411, TINY),
        (-745.1332191019412, 0.0),
        (TINY, 1.0),
        (-TINY, 1.0),
    ],
    "log": [
        (0.0, -INF),
        (-0.0, -INF),
        (1.0, 0.0),
        (INF, INF),
        (-INF, NAN),
        (-1.0, NAN),
        (-TINY, NAN),
        (NAN, NAN),
        (TINY, -744.4400719213812),
        (2.0**-1022, -708.3964185322641),
        (1.7976931348623157e308, 709.782712893384),
    ],
    "log1p": [
        (0.0, 0.0),
        (-0.0, -0.0),
        (-1.0, -INF),
        (-1.0000000000000002, NAN),
        (INF, INF),
        (-INF, NAN),
        (NAN, NAN),
        (TINY, TINY),
        (-TINY, -TINY),
        (1.7976931348623157e308, 709.782712893384),
    ],
    "tanh": [
        (0.0, 0.0),
        (-0.0, -0.0),
        (INF, 1.0),
        (-INF, -1.0),
        (NAN, NAN),
        (TINY, TINY),
        (-TINY, -TINY),
        (1e-300, 1e-300),
        (30.0, 1.0),
        (-1e308, -1.0),
    ],
    "sigmoid": [
        (0.0, 0.5),
        (-0.0, 0.5),
        (INF, 1.0),
        (-INF, 0.0),
        (NAN, NAN),
        (40.0, 1.0),
        (1e308, 1.0),
        (-1e308, 0.0),
        (-745.0, TINY),
        (-746.0, 0.0),
    ],
    "sqrt": [
        (0.0, 0.0),
        (-0.0, -0.0),
        (INF, INF),
        (-1.0, NAN),
        (-INF, NAN),
        (NAN, NAN),
        (TINY, 2.0**-537),
        (2.0, 1.4142135623730951),
    ],
}

TRUTH = {
    "exp": lambda x: x.exp(),
    "log": lambda x: x.log(),
    "log1p": lambda x: x.log1p(),
    "tanh": lambda x: x.tanh(),
    "sigmoid": lambda x: 1 / (1 + (-x).exp()),
    "softplus": lambda x: x.exp().log1p() if x < 0 else x + (-x).exp().log1p(),
}
BOUNDS = {"exp": 0.51, "log": 0.51, "log1p": 0.51, "tanh": 2.0, "sigmoid": 2.0, "softplus": 1.5}


def softplus(z):
    return strict.where(z > 0.0, z, 0.0) + strict.log1p(strict.exp(-np.abs(z)))


FUNCTIONS = {name: getattr(strict, name, softplus) for name in BOUNDS}


def spread(generator, n, low, high):
    """Numbers of either sign, of exponents from low to high."""
    size = np.ldexp(generator.uniform(0.5, 1.0, n), generator.integers(low, high, n))
    return size * generator.choice([-1.0, 1.0], n)


def inputs_for(name, n, seed):
    """Half over the whole range of the function, half where it is hardest."""
    generator = np.random.default_rng(seed)
    half = n // 2
    whole, hard = {
        "exp": (generator.uniform(-745.2, 709.79, half), spread(generator, half, -60, 11)),
        "log": (np.abs(spread(generator, half, -1073, 1025)), generator.uniform(0.4, 2.5, half)),
        "log1p": (
            np.abs(spread(generator, half, -1073, 1025)),
            np.maximum(spread(generator, half, -58, 1), -1.0 + 2.0**-53),
        ),
        "tanh": (spread(generator, half, -1073, 8), generator.uniform(-1.5, 1.5, half)),
        "sigmoid": (generator.uniform(-745.2, 40.0, half), spread(generator, half, -10, 4)),
        "softplus": (generator.uniform(-760.0, 760.0, half), spread(generator, half, -20, 6)),
    }[name]
    return np.concatenate([whole, hard])


def error_in_ulp(got, ball):
    """Distance from the true value, in units of the last place at the true value."""
    mantissa, exponent = ball.mid().man_exp()
    true = abs(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    if math.isinf(got):
        return 0.0 if true >= Fraction(2) ** 1024 - Fraction(2) ** 970 else INF
    if true == 0:
        return 0.0 if got == 0.0 else INF
    below = true.numerator.bit_length() - true.denominator.bit_length() - 1
    binade = below + 1 if true >= Fraction(2) ** (below + 1) else below
    unit = Fraction(2) ** max(binade - 52, -1074)
    return float(abs(abs(Fraction(got)) - true) / unit)


def largest_error(name, n, seed):
    x = inputs_for(name, n, seed)
    y = FUNCTIONS[name](x)
    pairs = zip(x.tolist(), y.tolist(), strict=True)
    with ctx.workprec(1300):  # log(1 + 2^-1073) needs as many bits
        errors = [error_in_ulp(b, TRUTH[name](arb(a))) for a, b in pairs]
    worst = int(np.argmax(errors))
    return errors[worst], f"{name}: {errors[worst]:.4f} ULP at {x[worst].hex()}, {n} inputs"


@pytest.mark.parametrize("name", SPECIAL_VALUES)
def test_special_values_are_those_of_ieee_754(name):
    given, wanted = np.array(SPECIAL_VALUES[name]).T
    got = getattr(strict, name)(given)
    differ = np.flatnonzero(~same_bits(got, wanted))
    assert differ.size == 0, [(given[i], got[i], wanted[i]) for i in differ]


@pytest.mark.parametrize("name", BOUNDS)
def test_errors_stay_below_their_bound(name):
    error, _ = largest_error(name, 5000, seed=1)
    assert error < BOUNDS[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", BOUNDS)
def test_errors_stay_below_their_bound_on_many_inputs(name, record_property):
    error, where = largest_error(name, 100_000, seed=2)
    record_property("measured", where)
    assert error < BOUNDS[name]


@pytest.mark.parametrize("name", ["exp", "log", "log1p", "tanh", "sigmoid", "sqrt"])
def test_shape_is_kept_and_blocks_change_nothing(name):
    function = getattr(strict, name)
    x = np.random.default_rng(3).uniform(-0.9, 3.0, (91, 97))  # two blocks and a part
    whole = function(x)
    assert whole.shape == x.shape
    assert same_bits(whole, np.array([[function(x[i : i + 1])[0]] for i in range(91)])[:, 0]).all()
    assert function(np.array(0.5)).shape == ()
    assert function(np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("arithmetic", [native, strict])
def test_choices_and_biases(arithmetic):
    z = np.array([[1.0, -2.0, 3.0], [-4.0, NAN, 6.0]])
    chosen = arithmetic.where(z > 0.0, z, 0.5)
    np.testing.assert_array_equal(chosen, [[1.0, 0.5, 3.0], [0.5, 0.5, 6.0]])
    biased = arithmetic.add_bias(np.ones((2, 3)), np.array([[1.0, 2.0, 3.0]]))
    np.testing.assert_array_equal(biased, [[2.0, 3.0, 4.0]] * 2)


@pytest.mark.parametrize("name", strict.__all__)
def test_native_is_near_strict(name):
    if name == "self_test":
        assert strict.self_test() is None
        return
    a = np.random.default_rng(11).uniform(0.1, 0.9, (4, 4))
    arguments = {
        "where": (a > 0.5, a, -a),
        "add_bias": (a, a[:1]),
        **dict.fromkeys(("matmul", "crossprod", "tcrossprod"), (a, a[:, ::-1])),
    }.get(name, (a,))
    got, wanted = getattr(strict, name)(*arguments), getattr(native, name)(*arguments)
    np.testing.assert_allclose(got, wanted, rtol=1e-14, atol=0)
    assert np.shape(got) == np.shape(wanted)


def test_native_functions_give_infinity_without_a_warning():
    assert native.exp(np.array([1000.0]))[0] == INF
    assert native.log(np.array([0.0]))[0] == -INF
    assert np.isnan(native.log1p(np.array([-2.0]))[0])


@pytest.mark.parametrize("name", ["exp", "log", "log1p", "sigmoid", "sqrt", "tanh"])
def test_other_kinds_of_numbers_are_taken_as_float64(name):
    function = getattr(strict, name)
    wanted = function(np.array([1.0, NAN]))
    assert same_bits(function([1, None]), wanted).all()
    assert same_bits(function(np.ma.array([1, 2], mask=[False, True])), wanted).all()
    for one in (True, np.float32([1]), np.longdouble([1])):
        found = function(one)
        assert (type(found), found.dtype) == (np.ndarray, np.float64)
        assert same_bits(np.ravel(found), wanted[:1]).all()
