"""R's nnet: its forward pass from its own weights, and its clamp, which we do not have."""

import numpy as np

from twinprop.network import new_network, predict

FIT = """{
  x <- cbind(seq(-2, 2, length.out = 9), cos(1:9))
  set.seed(1)
  fit <- nnet::nnet(x, sin(1:9) > 0, size = 3, entropy = TRUE, decay = 0.1, trace = FALSE)
  list(x = x, weights = fit$wts, predicted = predict(fit, x))
}"""


def network_of(weights):
    """Weights of nnet, unit by unit with the bias first, as a 2-3-1 network."""
    hidden = np.reshape(weights[:9], (3, 3))
    last = np.reshape(weights[9:], (1, 4))
    matrices, rows = [hidden[:, 1:].T, last[:, 1:].T], [hidden[:, :1].T, last[:, :1].T]
    return new_network(matrices, rows, ["sigmoid", "sigmoid"])


def test_the_forward_pass_of_nnet_is_ours(r):
    fit = r.evaluate(FIT)
    np.testing.assert_allclose(
        predict(network_of(fit["weights"]), fit["x"]), fit["predicted"], rtol=1e-13, atol=1e-15
    )


def test_nnet_clamps_its_sigmoid_and_we_do_not(r):
    # Beyond z = 15 nnet's sigmoid is 1, below -15 it is 0: its compiled code says so.
    theirs = r.evaluate(
        """{
          fit <- nnet::nnet(matrix(c(0, 1)), c(0, 1), size = 1, maxit = 0, trace = FALSE)
          fit$wts <- c(0, 16, 0, 1)
          predict(fit, matrix(c(1, -1), 2))
        }"""
    )
    network = new_network([[[16.0]], [[1.0]]], [[[0.0]], [[0.0]]], ["sigmoid", "sigmoid"])
    ours = predict(network, [[1.0], [-1.0]])
    clamped = 1 / (1 + np.exp([[-1.0], [0.0]]))
    np.testing.assert_allclose(theirs, clamped, rtol=1e-15)
    assert np.all(ours != clamped)
    np.testing.assert_allclose(ours, clamped, atol=1e-7)
