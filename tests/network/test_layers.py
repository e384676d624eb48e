import pickle
import re

import numpy as np
import pytest

from twinprop import backward, forward, predict
from twinprop.arithmetic import native, strict
from twinprop.formulas.random_numbers import new_generator, random_normal
from twinprop.ground.errors import InputError
from twinprop.network.layers import draw_network, new_network

W1 = np.array([[0.1, 0.3, 0.5], [0.2, 0.4, 0.6]])
W2 = np.array([[0.1, 0.4], [0.2, 0.5], [0.3, 0.6]])
W3 = np.array([[0.1, 0.3], [0.2, 0.4]])
ARITHMETICS = pytest.mark.parametrize("arithmetic", [native, strict], ids=["native", "strict"])


def fixed_network():
    return new_network(
        [W1, W2, W3],
        [[[0.1, 0.2, 0.3]], [[0.1, 0.2]], [[0.1, 0.2]]],
        ["sigmoid", "sigmoid", "identity"],
    )


@ARITHMETICS
def test_three_layers_give_the_output_computed_with_300_bits(arithmetic):
    output = predict(fixed_network(), [[1.0, 0.5]], arithmetic)
    np.testing.assert_allclose(output, [[0.3168270764110298, 0.6962790898619668]], rtol=4e-16)


@ARITHMETICS
def test_each_sample_is_computed_by_itself(arithmetic):
    x = np.array([[1.0, 0.5], [-2.0, 3.0], [0.0, 0.25], [7.0, -1.0]])
    together = predict(fixed_network(), x, arithmetic)
    alone = np.concatenate([predict(fixed_network(), row[None, :], arithmetic) for row in x])
    np.testing.assert_allclose(together, alone, rtol=1e-15)


def test_the_cache_has_every_layer_and_begins_with_the_samples():
    x = np.array([[1.0, 0.5], [-2.0, 3.0], [0.0, 0.25], [7.0, -1.0]])
    cache = forward(fixed_network(), x)
    assert [z.shape for z in cache.z] == [(4, 3), (4, 2), (4, 2)]
    assert [a.shape for a in cache.a] == [(4, 2), (4, 3), (4, 2), (4, 2)]
    assert cache.a[0].tolist() == x.tolist()


def test_gradients_have_the_shapes_of_what_they_belong_to():
    network = draw_network(4, [3, 2, 6], ["sigmoid"] * 3)
    cache = forward(network, np.ones((5, 4)))
    gradients = backward(network, cache, np.zeros((5, 6)))
    assert [g.shape for g in gradients.weights] == [layer.weights.shape for layer in network]
    assert [g.shape for g in gradients.biases] == [(1, 3), (1, 2), (1, 6)]
    for part in (gradients.e, gradients.slope, gradients.delta):
        assert [p.shape for p in part] == [(5, 3), (5, 2), (5, 6)]


def test_mean_divides_the_gradients_of_the_sum_by_the_number_of_samples():
    network = draw_network(4, [3, 2], ["sigmoid"] * 2)
    cache = forward(network, np.arange(32.0).reshape(8, 4) / 32)
    whole = backward(network, cache, np.zeros((8, 2)), reduction="sum")
    mean = backward(network, cache, np.zeros((8, 2)), reduction="mean")
    for a, b in zip(whole.weights + whole.biases, mean.weights + mean.biases, strict=True):
        np.testing.assert_array_equal(a / 8, b)


def test_drawn_weights_follow_one_stream_layer_after_layer():
    network = draw_network(2, [3, 1], ["sigmoid", "identity"], "normal", seed=8, mean=1, sd=2)
    drawn = random_normal(new_generator(8), 6 + 3 + 3 + 1, 1, 2)
    parts = [network[0].weights, network[0].bias, network[1].weights, network[1].bias]
    assert np.concatenate([p.ravel() for p in parts]).tolist() == drawn.tolist()
    assert [p.shape for p in parts] == [(2, 3), (1, 3), (3, 1), (1, 1)]


def test_a_network_does_not_share_its_arrays_with_the_caller():
    weights = np.ones((2, 3))
    network = new_network([weights], [np.zeros((1, 3))], ["sigmoid"])
    weights[0, 0] = 9
    assert network[0].weights[0, 0] == 1


@pytest.mark.parametrize(
    ("weights", "biases", "activations", "sentence"),
    [
        ([], [], [], "at least one: found 0, 0 and 0"),
        ([W1, W2], [[1, 2, 3]], ["sigmoid"], "found 2, 1 and 1"),
        ([W1, W3], [[[1, 2, 3]], [[1, 2]]], ["sigmoid"] * 2, "W2 has the shape 2 x 2; wanted 3 x"),
        ([W1], [[[1, 2]]], ["sigmoid"], "b1 has the shape 1 x 2; wanted 1 x 3"),
        ([W1], [[[1], [2], [3]]], ["sigmoid"], "b1 has the shape 3 x 1; wanted 1 x 3"),
        ([W1], [[1, 2, 3]], ["sigmod"], 'unknown activation "sigmod"; did you mean "sigmoid"?'),
    ],
)
def test_parts_that_do_not_fit_are_refused_by_name(weights, biases, activations, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        new_network(weights, biases, activations)


def test_samples_with_other_features_are_refused():
    with pytest.raises(InputError, match="x has the shape 1 x 3; wanted 1 x 2"):
        predict(fixed_network(), [[1.0, 2.0, 3.0]])


def test_an_unknown_distribution_is_refused_with_the_nearest():
    with pytest.raises(InputError, match='"unifrm"; did you mean "uniform"'):
        draw_network(2, [1], ["sigmoid"], "unifrm")


def test_a_network_survives_its_pickle():
    x = np.array([[0.3, -0.2]])
    activations = [{"name": "leaky_relu", "slope": 0.2}, "softmax"]
    network = draw_network(2, [3, 2], activations, seed=1)
    again = pickle.loads(pickle.dumps(network))
    np.testing.assert_array_equal(predict(again, x), predict(network, x))
