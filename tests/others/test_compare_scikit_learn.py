"""What compare says of scikit-learn's results: the cause where there is one, else none."""

import numpy as np
import pytest

from twinprop.comparing.anything import compare_values
from twinprop.comparing.formats.values import Values
from twinprop.comparing.matching import match_names

pytestmark = pytest.mark.others


def answer(a, b):
    return compare_values(match_names(Values({"x": np.asarray(a)}), Values({"x": np.asarray(b)})))


@pytest.fixture(scope="module", params=range(5))
def data(request):
    draw = np.random.default_rng(request.param)
    x = draw.normal(size=(60, 4)) @ draw.normal(size=(4, 4))
    return x, x @ [1.0, -2.0, 0.5, 0.0] + draw.normal(size=60)


def test_the_scaler_and_r_differ_by_the_divisor(data, r):
    from sklearn.preprocessing import StandardScaler

    x, _ = data
    theirs = r.call("call_for_python", r.evaluate("function(x) scale(x)[, ]"), x)
    said = answer(StandardScaler().fit_transform(x), theirs)
    assert "sqrt(n/(n - 1)), n = 60" in said.causes["x"]


def test_right_results_are_normal_and_others_are_not_explained(data):
    from sklearn.cluster import KMeans
    from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
    from sklearn.neural_network import MLPRegressor

    x, y = data
    least = np.linalg.lstsq(np.column_stack([np.ones(60), x]), y, rcond=None)[0]
    said = answer(LinearRegression().fit(x, y).coef_, least[1:])
    assert (said.comparison.verdict, said.causes) == ("rounding", {})
    label = (y > 0).astype(int)
    nets = [MLPRegressor(hidden_layer_sizes=3, max_iter=30, random_state=s) for s in (1, 2)]
    with pytest.warns(match="Maximum iterations"):
        predicted = [net.fit(x, y).predict(x) for net in nets]
    pairs = [
        (Ridge(1.0).fit(x, y).coef_, Ridge(5.0).fit(x, y).coef_),
        (Ridge(1.0).fit(x, y).coef_, least[1:]),
        (LogisticRegression(C=1).fit(x, label).coef_, LogisticRegression(C=9).fit(x, label).coef_),
        (KMeans(3, n_init=1, random_state=1).fit(x).inertia_, KMeans(4).fit(x).inertia_),
        predicted,
    ]
    for a, b in pairs:
        said = answer(a, b)
        assert said.comparison.verdict == "different"
        assert said.causes == {}
