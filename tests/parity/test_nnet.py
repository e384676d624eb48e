"""R's nnet: its forward pass from its own weights, its clamp, which we do not have, its scale."""

import numpy as np
import pytest

from twinprop import predict
from twinprop.cases.case import read_case, run_case
from twinprop.network.layers import new_network
from twinprop.network.training import parameters_of

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


def weights_of(network):
    """The weights of a network in nnet's order."""
    return np.concatenate([np.vstack([w.bias, w.weights]).T.ravel() for w in network])


def ask_nnet(r, case, options, value):
    """What nnet says of a case's network and data, from the case's weights, without a step."""
    r_list = "c(" + ", ".join(repr(float(v)) for v in weights_of(case.network)) + ")"
    x, y = (
        f"matrix(c({', '.join(repr(float(v)) for v in a.T.ravel())}), {len(a)})"
        for a in (case.data.x, case.data.y)
    )
    fit = f"""nnet::nnet({x}, {y}, size = {case.network[0].weights.shape[1]}, Wts = {r_list},
        maxit = 0, trace = FALSE, {options})"""
    return r.evaluate(f"{{ fit <- {fit}; {value.format(x=x)} }}")


def test_the_forward_pass_of_nnet_is_ours(r):
    fit = r.evaluate(FIT)
    np.testing.assert_allclose(
        predict(network_of(fit["weights"]), fit["x"]), fit["predicted"], rtol=1e-13, atol=1e-15
    )


def test_nnet_clamps_its_sigmoid_as_the_note_says(r, case_path):
    case = read_case(case_path("differs-nnet-clamp"))
    theirs = ask_nnet(r, case, "entropy = TRUE", "predict(fit, {x})")
    apart = np.abs(theirs - run_case(case)["1/a2"])[:, 0]
    # In front of differences of 2e-8 the rounding errors of predictions near 1 count for little.
    assert f"{apart[0]:.3g} and {apart[1]:.3g}" in " ".join(case.notes)
    assert apart[2] < 1e-15


@pytest.mark.parametrize("decay", [0.0, 0.25])
def test_the_error_of_nnet_is_twice_ours_as_the_note_says(r, case_path, decay):
    case = read_case(case_path("differs-loss-scale"))
    parts = ([w.weights for w in case.network], [w.bias for w in case.network])
    tanh_free = case._replace(network=new_network(*parts, ["sigmoid", "identity"]))
    tanh_free = tanh_free._replace(plan=case.plan._replace(l2=0.0))
    theirs = ask_nnet(r, tanh_free, f"linout = TRUE, decay = {decay}", "fit$value")
    squares = sum(float((p * p).sum()) for p in parameters_of(case.network))
    loss = float(run_case(tanh_free)["1/loss"])
    assert theirs == pytest.approx(2 * loss + decay * squares, rel=1e-12)
