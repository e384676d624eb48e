import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from twinprop.ground.errors import InputError
from twinprop.network.layers import draw_network, new_network
from twinprop.network.plan import new_plan
from twinprop.network.plot import (
    MOST_UNITS,
    NEGATIVE,
    POSITIVE,
    WIDEST,
    largest_finite,
    plot_network,
    plot_training,
)
from twinprop.network.training import train


@pytest.fixture
def axes():
    return Figure().subplots()


def drawn_weights(axes):
    return [line for line in axes.lines if line.get_linestyle() != "None"]


def test_every_weight_is_a_line_as_wide_as_it_is_large(axes):
    network = new_network([[[2.0], [-1.0], [0.5]]], [[[0.25]]], ["sigmoid"])
    lines = drawn_weights(plot_network(network, axes))
    assert [line.get_linewidth() for line in lines] == [WIDEST, WIDEST / 2, WIDEST / 4]
    assert [line.get_color() for line in lines] == [POSITIVE, NEGATIVE, POSITIVE]
    assert [line.get_linestyle() for line in lines] == ["-", "--", "-"]
    assert [text.get_text() for text in axes.texts] == ["x1", "x2", "x3", "0.25"]
    assert axes.get_title() == "Network 3-1"


def test_of_a_wide_layer_the_first_units_are_drawn(axes):
    network = draw_network(2, [40, 1], ["sigmoid", "sigmoid"])
    plot_network(network, axes)
    assert len(drawn_weights(axes)) == 2 * MOST_UNITS + MOST_UNITS
    assert f"first {MOST_UNITS} of 40" in [text.get_text() for text in axes.texts]


def test_a_network_of_zeros_can_be_drawn(axes):
    lines = drawn_weights(
        plot_network(new_network([np.zeros((2, 1))], [[[0.0]]], ["sigmoid"]), axes)
    )
    assert [line.get_linewidth() for line in lines] == [0.0, 0.0]


def test_a_training_is_drawn_as_its_recorded_losses(axes):
    network = draw_network(2, [1], ["sigmoid"])
    training = train(network, [[0.0, 1.0]], [[1.0]], new_plan(epochs=10, record=[1, 5, 10]))
    x, y = plot_training(training, axes).lines[0].get_data()
    assert list(x) == [1, 5, 10]
    assert list(y) == [float(training.trace[f"{epoch}/loss"]) for epoch in (1, 5, 10)]


def test_of_an_epoch_with_batches_the_mean_loss_is_drawn(axes):
    network = draw_network(1, [1], ["sigmoid"])
    training = train(network, [[0.0], [1.0]], [[1.0], [0.0]], new_plan(epochs=1, batch_size=1))
    y = plot_training(training, axes).lines[0].get_ydata()
    assert list(y) == [np.mean([training.trace["1.1/loss"], training.trace["1.2/loss"]])]


@pytest.mark.parametrize(("rate", "lost"), [(1e3, 3), (1e150, 2)])
def test_a_diverged_training_is_drawn_and_says_where_its_loss_was_lost(axes, rate, lost):
    network = draw_network(1, [1], ["identity"])
    plan = new_plan(learning_rate=rate, epochs=6, record=range(1, 7))
    training = train(network, [[2.0]], [[1e150]], plan)
    assert plot_training(training, axes).get_xlabel() == f"epoch (loss not finite at {lost})"
    axes.figure.canvas.draw()


@pytest.mark.parametrize(
    ("losses", "top"), [([2.0, np.nan, -np.inf, 0.5], 2.0), ([np.nan], 1.0), ([0.0], 1.0)]
)
def test_an_axis_ends_at_what_is_finite(losses, top):
    assert largest_finite(losses) == top


def test_a_weight_that_is_not_finite_is_not_drawn(axes):
    network = draw_network(1, [3], ["sigmoid"])
    network[0].weights = np.array([[np.nan, -2.0, np.inf]])
    lines = drawn_weights(plot_network(network, axes))
    assert [line.get_linewidth() for line in lines] == [0.0, WIDEST, 0.0]


def test_a_training_without_recorded_epochs_is_refused(axes):
    network = draw_network(1, [1], ["sigmoid"])
    training = train(network, [[0.0]], [[1.0]], new_plan(record=[]))
    with pytest.raises(InputError, match="no recorded loss"):
        plot_training(training, axes)


def test_without_axes_a_figure_is_made():
    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    axes = plot_network(draw_network(2, [1], ["sigmoid"]))
    assert axes.figure.axes == [axes]
    plt.close(axes.figure)
