"""Random networks in both languages: native within a tolerance, strict in every bit.

Each case is written to a file and read and run by both languages.
"""

import json
import math
import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from twinprop.arithmetic import native, strict
from twinprop.arithmetic.ulp import same_bits
from twinprop.cases.case import read_case, run_case
from twinprop.engines.running import run
from twinprop.formulas.activations import ACTIVATIONS
from twinprop.formulas.losses import LOSSES, REDUCTIONS
from twinprop.formulas.optimizers import OPTIMIZERS

# Rounding errors of native sums, products and exp, 2^-53 each: a few hundred of them meet in one
# quantity here, and steps that do not diverge multiply them by no more than ten.
TOLERANCE = 1e-12

# The fixed seed makes a failure come again; `slow` sweeps use others.
PROPERTY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
MODERATE = st.floats(-2, 2)
ANY_FINITE = st.floats(allow_nan=False, allow_infinity=False)
EXTREME = st.one_of(
    ANY_FINITE,
    st.sampled_from([0.0, -0.0, 5e-324, -5e-324, 2.0**-1022, 1e308, -1e308, 709.8, -745.2]),
)


def matrices(n, m, values):
    return st.lists(st.lists(values, min_size=m, max_size=m), min_size=n, max_size=n)


def trainings(n, largest_rate, optimizers):
    def plan(name, learning_rate, epochs, batch_size, shuffle_seed, record_all):
        training = {
            "optimizer": {"name": name, "learning_rate": learning_rate},
            "epochs": epochs,
            "record": list(range(1, epochs + 1)) if record_all else [epochs],
        }
        if batch_size is not None:
            training["batch_size"] = batch_size
        training["draw_seed"] = 3
        if shuffle_seed is not None:
            training["shuffle_seed"] = shuffle_seed
        return training

    return st.builds(
        plan,
        st.sampled_from(optimizers),
        st.floats(0, largest_rate),
        st.integers(1, 3),
        st.none() | st.integers(1, n + 1),
        st.none() | st.integers(-2147483647, 2147483647),
        st.booleans(),
    )


@st.composite
def initials(draw, n_in, units, values):
    if draw(st.booleans()):
        seed = draw(st.integers(-2147483647, 2147483647))
        if draw(st.booleans()):
            return {"distribution": "normal", "mean": 0.25, "sd": 0.5, "seed": seed}
        return {"distribution": "uniform", "low": -1, "high": 1, "seed": seed}
    initial = {}
    for layer, n_out in enumerate(units, start=1):
        initial[f"W{layer}"] = draw(matrices(n_in, n_out, values))
        initial[f"b{layer}"] = draw(st.lists(values, min_size=n_out, max_size=n_out))
        n_in = n_out
    return initial


ANYTHING = (sorted(ACTIVATIONS), sorted(LOSSES), sorted(OPTIMIZERS))
# What native rounding is not enlarged by: no kink, no logarithm, no quotient of small gradients.
GENTLE = (
    ["identity", "sigmoid", "softplus", "swish", "tanh"],
    ["mean_squared_error", "squared_error", "sum_squared_error"],
    ["gradient_descent", "momentum"],
)


@st.composite
def cases(draw, values, largest_rate, names=ANYTHING):
    """A case of random shape, whose arrays hold the given values."""
    activations, losses, optimizers = names
    n, n_in = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    units = draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    case = {
        "format": 1,
        "id": "random",
        "title": "A random case",
        "source": "drawn",
        "layers": [
            {"units": size, "activation": draw(st.sampled_from(activations))} for size in units
        ],
        "loss": {
            "name": draw(st.sampled_from(losses)),
            "l2": draw(st.sampled_from([0, 0.25])),
        },
        "data": {
            "x": draw(matrices(n, n_in, values)),
            "y": draw(matrices(n, units[-1], values)),
        },
        "initial": draw(initials(n_in, units, values)),
    }
    training = draw(st.none() | trainings(n, largest_rate, optimizers))
    return case if training is None else case | {"training": training}


def run_in_both(case, arithmetic):
    """The traces of a case in Python and in R, by way of a file."""
    name = {native: "native", strict: "strict"}[arithmetic]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "random.json"
        path.write_text(json.dumps(case))
        ours = run_case(read_case(path), arithmetic)
        found = run(path, "r", name)
    assert found.messages == ()
    theirs = found.trace
    assert list(ours) == list(theirs)
    return [(name, values, np.asarray(theirs[name])) for name, values in ours.items()]


@PROPERTY
@given(case=cases(MODERATE, 0.1, GENTLE))
def test_native_traces_agree_within_rounding(case):
    for name, ours, theirs in run_in_both(case, native):
        assert ours.shape == theirs.shape, name
        bound = TOLERANCE * (1 + np.abs(ours))
        assert (np.abs(ours - theirs) <= bound).all(), (name, ours, theirs)


@PROPERTY
@given(case=cases(MODERATE, 10.0))
def test_strict_traces_have_the_same_bits(case):
    for name, ours, theirs in run_in_both(case, strict):
        assert ours.shape == theirs.shape, name
        assert same_bits(ours, theirs).all(), (name, ours, theirs)


@PROPERTY
@given(case=cases(EXTREME, 1e300))
def test_strict_traces_of_extreme_values_have_the_same_bits(case):
    for name, ours, theirs in run_in_both(case, strict):
        assert ours.shape == theirs.shape, name
        assert same_bits(ours, theirs).all(), (name, ours, theirs)


@PROPERTY
@given(case=cases(EXTREME, 1e300))
def test_native_start_of_extreme_values_is_read_without_loss(case):
    traces = run_in_both(case, native)
    for name, ours, theirs in traces:
        assert ours.shape == theirs.shape, name
        if name.startswith("0/"):
            assert same_bits(ours, theirs).all(), (name, ours, theirs)


@PROPERTY
@given(x=matrices(3, 4, EXTREME))
def test_both_languages_read_the_same_decimals(r, x):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "numbers.json"
        path.write_text(
            json.dumps(
                {
                    "format": 1,
                    "id": "numbers",
                    "title": "Numbers",
                    "source": "drawn",
                    "layers": [{"units": 1, "activation": "identity"}],
                    "loss": {"name": "squared_error"},
                    "data": {"x": x, "y": [[0], [0], [0]]},
                    "initial": {"distribution": "uniform", "seed": 1},
                }
            )
        )
        ours = read_case(path).data.x
        theirs = r.call("read_case", str(path))["data"]["x"]
    assert same_bits(ours, np.array(x, dtype=np.float64)).all()
    assert same_bits(theirs, ours).all()


@PROPERTY
@given(
    n=st.integers(1, 6),
    shape=st.tuples(st.integers(1, 5), st.lists(st.integers(1, 5), min_size=1, max_size=3)),
    shift=st.floats(-3, 3),
)
def test_the_mean_of_the_loss_is_the_sum_divided_by_the_samples(n, shape, shift):
    n_in, units = shape
    x = (np.arange(n * n_in, dtype=float).reshape(n, n_in) + shift) / 10
    y = np.full((n, units[-1]), 0.5)
    losses = {}
    for reduction in REDUCTIONS:
        network = {"distribution": "uniform", "seed": 1}
        case = {
            "format": 1,
            "id": "mean",
            "title": "Sum and mean",
            "source": "drawn",
            "layers": [{"units": size, "activation": "sigmoid"} for size in units],
            "loss": {"name": "squared_error", "reduction": reduction},
            "data": {"x": x.tolist(), "y": y.tolist()},
            "initial": network,
        }
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mean.json"
            path.write_text(json.dumps(case))
            losses[reduction] = float(run_case(read_case(path))["1/loss"])
    assert math.isclose(losses["mean"] * n, losses["sum"], rel_tol=1e-15)
