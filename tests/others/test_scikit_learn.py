"""scikit-learn's multilayer perceptron: the same update from the same weights and data."""

import numpy as np
import pytest
from sklearn import metrics, neural_network, preprocessing
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

from twinprop import predict
from twinprop.cases.case import read_case, run_case
from twinprop.formulas.data import fit_scaling
from twinprop.formulas.metrics import (
    classification_report,
    format_report,
    predicted_class,
    r_squared,
)
from twinprop.formulas.random_numbers import new_generator, random_normal
from twinprop.network.layers import new_network
from twinprop.network.plan import new_plan
from twinprop.network.training import parameters_of, train

pytestmark = pytest.mark.others
# Sums of a few products near 1, in another order.
CLOSE = {"rtol": 1e-12, "atol": 1e-14}


def values(seed, n, m):
    return random_normal(new_generator(seed), n * m).reshape(n, m)


X, W1, B1, W2, B2 = (
    values(1, 9, 5),
    values(2, 5, 4),
    values(3, 1, 4),
    values(4, 4, 1),
    values(5, 1, 1),
)


def perceptron(kind, **options):
    """scikit-learn's network with our weights, ready for one step on all samples."""
    model = getattr(neural_network, kind)(
        hidden_layer_sizes=(4,), activation="tanh", batch_size=9, shuffle=False, **options
    )
    return model


def is_regressor(model):
    return type(model).__name__ == "MLPRegressor"


def after_one_step(model, y):
    first = {} if is_regressor(model) else {"classes": [0, 1]}
    model.partial_fit(X, y, **first)  # makes its own weights and moves them
    model.coefs_ = [W1.copy(), W2.copy()]
    model.intercepts_ = [B1[0].copy(), B2[0].copy()]
    model._optimizer = type(model._optimizer)(
        model.coefs_ + model.intercepts_, **optimizer_options(model)
    )
    model.partial_fit(X, y)
    return [*model.coefs_, *(b.reshape(1, -1) for b in model.intercepts_)]


def optimizer_options(model):
    if model.solver == "adam":
        return {
            "learning_rate_init": model.learning_rate_init,
            "beta_1": model.beta_1,
            "beta_2": model.beta_2,
            "epsilon": model.epsilon,
        }
    return {
        "learning_rate_init": model.learning_rate_init,
        "lr_schedule": "constant",
        "momentum": model.momentum,
        "nesterov": False,
    }


@pytest.mark.parametrize(
    ("solver", "ours"),
    [
        ({"solver": "sgd", "momentum": 0.0}, {"optimizer": "gradient_descent"}),
        # It adds epsilon before the correction of the mean square, in the first step 1 - 0.999.
        ({"solver": "adam"}, {"optimizer": "adam", "epsilon": 1e-8 / np.sqrt(1 - 0.999)}),
    ],
)
@pytest.mark.parametrize("alpha", [0.0, 0.5])
@pytest.mark.parametrize(
    ("kind", "last", "loss"),
    [
        ("MLPClassifier", "sigmoid", "binary_cross_entropy"),
        ("MLPRegressor", "identity", "squared_error"),
    ],
)
def test_one_update_is_that_of_scikit_learn(kind, last, loss, alpha, solver, ours):
    y = np.arange(9) % 2
    options = {"learning_rate_init": 0.1, "alpha": alpha, "nesterovs_momentum": False, **solver}
    theirs = after_one_step(perceptron(kind, **options), y)
    network = new_network([W1, W2], [B1, B2], ["tanh", last])
    # Its penalty is divided by the samples, ours is not.
    plan = new_plan(loss, "mean", learning_rate=0.1, l2=alpha / 9, **ours)
    moved = train(network, X, y.reshape(9, 1), plan).network
    for found, expected in zip(parameters_of(moved), theirs, strict=True):
        np.testing.assert_allclose(found, expected, **CLOSE)


def test_two_outputs_have_the_scale_that_the_note_says(case_path):
    case = read_case(case_path("differs-loss-scale"))
    trace, (n, m) = run_case(case._replace(plan=case.plan._replace(l2=0.0))), case.data.y.shape
    alpha = 0.5
    model = neural_network.MLPRegressor(
        hidden_layer_sizes=(3,),
        activation="tanh",
        solver="sgd",
        momentum=0.0,
        learning_rate_init=1.0,
        batch_size=n,
        shuffle=False,
        alpha=alpha,
    )
    model.partial_fit(case.data.x, case.data.y)  # makes weights, which ours replace
    model.coefs_[:] = [layer.weights.copy() for layer in case.network]
    model.intercepts_[:] = [layer.bias[0].copy() for layer in case.network]
    model.partial_fit(case.data.x, case.data.y)
    squares = sum(float((layer.weights**2).sum()) for layer in case.network)
    expected = float(trace["1/loss"]) / (n * m) + alpha / 2 * squares / n
    assert model.loss_ == pytest.approx(expected, rel=1e-13)
    starts = [layer.weights for layer in case.network]
    gradients = [trace["1/dW1"], trace["1/dW2"]]
    for before, after, gradient in zip(starts, model.coefs_, gradients, strict=True):
        np.testing.assert_allclose(before - after, (gradient + alpha * before) / n, **CLOSE)


def test_its_epsilon_stands_where_the_note_says(case_path):
    case = read_case(case_path("differs-epsilon-adam"))
    optimizer = AdamOptimizer([np.zeros(1)], learning_rate_init=0.1)
    (update,) = optimizer._get_updates([run_case(case)["1/dW1"][0]])
    assert f"{update[0]:.3g}" in " ".join(case.notes)


def test_the_report_is_the_same_text():
    for k in (2, 3, 12):
        target = (np.abs(values(k, 1, 200)[0]) * 4).astype(int) % k
        predicted = np.where(values(7, 1, 200)[0] > -0.5, target, 0)
        expected = metrics.classification_report(
            target, predicted, labels=range(k), zero_division=0
        )
        assert format_report(classification_report(predicted, target, k)) == expected


def test_r_squared_and_scalings_are_the_same():
    assert r_squared(X * 0.9, X) == pytest.approx(metrics.r2_score(X, X * 0.9), rel=1e-14)
    x = np.column_stack([X, np.ones(9)])
    standard, min_max = preprocessing.StandardScaler().fit(x), preprocessing.MinMaxScaler().fit(x)
    np.testing.assert_allclose(fit_scaling(x, "standard").scale[0], standard.scale_, **CLOSE)
    np.testing.assert_allclose(1 / fit_scaling(x, "min_max").scale[0], min_max.scale_, **CLOSE)


def test_predictions_of_its_weights_are_its_own():
    y = np.arange(9) % 3
    model = perceptron("MLPClassifier", random_state=1, max_iter=5)
    with pytest.warns(UserWarning, match="converge"):
        model.fit(X, y)
    rows = [b.reshape(1, -1) for b in model.intercepts_]
    a = predict(new_network(model.coefs_, rows, ["tanh", "softmax"]), X)
    np.testing.assert_allclose(a, model.predict_proba(X), **CLOSE)
    np.testing.assert_array_equal(predicted_class(a), model.predict(X))
