"""The article's twelve steps of a program: which are right, and in which the fault is."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared_fixtures" / "scripts"
# Seeded: a slope of z may overflow at once with other weights than these.
SOURCES = {
    "py": (FOLDER / "article.py").read_text("utf-8").replace("default_rng()", "default_rng(1)"),
    "R": "set.seed(1)\n" + (FOLDER / "article.R").read_text("utf-8"),
}
WEIGHTS, BIASES = "wout, wh", "bout, bh"
# A fault in each language, the step that it is in, and the name that is shown there.
FAULTS = {
    "bias by column": (
        ("X @ wh + bh", "X @ wh + bh.T"),
        ('sweep(X %*% wh, 2, bh, "+")', "X %*% wh + bh"),
        (3, "hidden_layer_input"),
    ),
    "exponent": (
        ("np.exp(-v)", "np.exp(v)"),
        ("exp(-v)", "exp(v)"),
        (4, "hiddenlayer_activations"),
    ),
    "slope": (
        ("sigmoid(output)", "sigmoid(output_layer_input)"),
        ("sigmoid(output)", "sigmoid(output_layer_input)"),
        (7, "slope_output_layer"),
    ),
    "no slope": (
        ("Error_at_hidden_layer * slope_hidden_layer", "Error_at_hidden_layer"),
        ("Error_at_hidden_layer * slope_hidden_layer", "Error_at_hidden_layer"),
        (10, "d_hiddenlayer"),
    ),
    "weight": (
        ("wh += lr * X.T", "wh += 2 * lr * X.T"),
        ("wh <- wh + crossprod(X", "wh <- wh + 2 * crossprod(X"),
        (11, "wh"),
    ),
    "bias": (
        ("d_hiddenlayer.sum(axis=0, keepdims=True)", "d_hiddenlayer.sum()"),
        ("colSums(d_hiddenlayer)", "sum(d_hiddenlayer)"),
        (12, "bh"),
    ),
    "idle bias": (
        ("    bh += lr * d_hiddenlayer.sum(axis=0, keepdims=True)\n", ""),
        ("  bh <- bh + colSums(d_hiddenlayer) * lr\n", ""),
        (12, "bh"),
    ),
}


def held(answer, number):
    step = answer["steps"][number - 1]
    return step["status"], ", ".join(step["variables"])


@pytest.mark.parametrize("suffix", SOURCES)
def test_slopes_weights_and_biases_of_a_right_program_have_steps_of_their_own(check, suffix):
    answer = check(SOURCES[suffix], name=f"their.{suffix}")[1]
    assert {step["status"] for step in answer["steps"]} == {"right"}
    assert held(answer, 7)[1] == "slope_output_layer, slope_hidden_layer"
    assert (held(answer, 11)[1], held(answer, 12)[1]) == (WEIGHTS, BIASES)


@pytest.mark.parametrize("suffix", SOURCES)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_in_the_step_that_it_belongs_to(check, fault, suffix):
    in_python, in_r, (number, name) = FAULTS[fault]
    old, new = in_python if suffix == "py" else in_r
    assert old in SOURCES[suffix]
    answer = check(SOURCES[suffix].replace(old, new), name=f"their.{suffix}")[1]
    status, shown = held(answer, number)
    assert (status, shown.replace("hidden_layer_act", "hiddenlayer_act")) == ("different", name)
    assert {held(answer, n)[0] for n in range(number + 1, 13)} <= {"not seen"}
    if number == 12:
        assert held(answer, 11) == ("right", WEIGHTS)


def test_weights_that_are_moved_wrongly_beside_a_bias_are_not_called_right(check):
    source = SOURCES["py"].replace("lr * X.T @ d_hiddenlayer", "lr * X.T @ d_hiddenlayer ** 3")
    source = source.replace("d_output.sum(axis=0, keepdims=True)", "d_output.sum() ** 3")
    answer = check(source)[1]
    assert answer["verdict"] == "different"
    assert "wh" not in answer["steps"][10]["variables"] or held(answer, 11)[0] == "different"


@pytest.mark.parametrize("suffix", SOURCES)
@pytest.mark.parametrize(("epochs", "said"), [
    (1, "one step"), (3, "all 3 steps"), (12, "6 of the first 12 steps"),
])  # fmt: skip
def test_how_much_was_looked_at_is_no_more_than_was_seen(check, epochs, said, suffix):
    source = SOURCES[suffix].replace("5000", str(epochs))
    answer = check(source, name=f"their.{suffix}")[1]
    assert answer["sentence"].endswith(f"says, {said} looked at.")
