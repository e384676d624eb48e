"""What is given straight to functions is checked on entry, in both languages in the same words."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import twinprop
from twinprop import backward, forward, loss_value, predict, predict_batches
from twinprop.arithmetic import native, strict
from twinprop.cases.case import read_case, run_case
from twinprop.cases.grid_search import grid_points, score_point
from twinprop.cases.models import read_model, write_model
from twinprop.formulas import data
from twinprop.ground.errors import InputError
from twinprop.network.layers import Network, draw_network, new_network
from twinprop.network.plan import new_plan
from twinprop.network.training import train

NET = draw_network(2, [3, 1], ["sigmoid", "sigmoid"])
X, Y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[1.0], [0.0]])
CACHE = forward(NET, X)
START = """
  net <- twinprop::draw_network(2, c(3, 1), c("sigmoid", "sigmoid"))
  x <- rbind(c(0, 1), c(1, 0)); y <- matrix(c(1, 0)); cache <- twinprop::forward(net, x)
"""
NAN, ONE = float("nan"), ["sigmoid"]
AT = "in row 0, column 0, counted from 0; wanted finite numbers"
WHOLE = "wanted a whole number from"
LARGEST = "2147483647"

NAN_IN_W2 = Network([NET[0], replace(NET[1], weights=np.full((3, 1), NAN))])
INF_IN_B1 = Network([replace(NET[0], bias=np.full((1, 3), np.inf)), NET[1]])

# The call in Python; the call in R; the sentence of both.
BAD = [
    (
        lambda: train(NET, [[NAN, 1], [1, 0]], Y, new_plan()),
        "train(net, rbind(c(NaN, 1), 1), y, new_plan())",
        f"x is NaN {AT}",
    ),
    (
        lambda: train(NET, X, [[np.inf], [1]], new_plan()),
        "train(net, x, matrix(c(Inf, 1)), new_plan())",
        f"y is Infinity {AT}",
    ),
    (
        lambda: train(NET, [["a", "b"]], Y, new_plan()),
        "train(net, matrix('a', 1, 2), y, new_plan())",
        "x is not made of numbers; wanted finite numbers",
    ),
    (
        lambda: train(NET, pd.DataFrame({"a": ["u", "v"], "b": 1}), Y, new_plan()),
        "train(net, data.frame(a = c('u', 'v'), b = 1), y, new_plan())",
        "x is not made of numbers; wanted finite numbers",
    ),
    (
        lambda: train(NET, pd.DataFrame({"a": [None, 1], "b": 1}), Y, new_plan()),
        "train(net, data.frame(a = c(NA, 1), b = 1), y, new_plan())",
        f"x is NaN {AT}",
    ),
    (
        lambda: train(NET, X + 1j, Y, new_plan()),
        "train(net, x + 1i, y, new_plan())",
        "x is not made of numbers; wanted finite numbers",
    ),
    (
        lambda: train(NET, [1.0, 2.0], Y, new_plan()),
        "train(net, c(1, 2), y, new_plan())",
        "x is a vector; wanted a matrix of finite numbers",
    ),
    (
        lambda: train(NET, np.zeros((2, 2, 2)), Y, new_plan()),
        "train(net, array(0, c(2, 2, 2)), y, new_plan())",
        "x is of 3 dimensions; wanted a matrix of finite numbers",
    ),
    (
        lambda: train(NET, None, Y, new_plan()),
        "train(net, NULL, y, new_plan())",
        "x is null; wanted finite numbers",
    ),
    (
        lambda: train(NET, X, Y, 3),
        "train(net, x, y, 3)",
        "plan is 3; wanted one of new_plan",
    ),
    (
        lambda: train(NET, np.zeros((0, 2)), Y, new_plan()),
        "train(net, matrix(0, 0, 2), y, new_plan())",
        "x is of the shape 0 x 2; wanted at least one row and one column",
    ),
    (
        lambda: train(NET, X, np.zeros((3, 1)), new_plan()),
        "train(net, x, matrix(0, 3, 1), new_plan())",
        "y has the shape 3 x 1; wanted 2 x 1",
    ),
    (
        lambda: train("net", X, Y, new_plan()),
        "train('net', x, y, new_plan())",
        'network is "net"; wanted one of new_network, draw_network or read_model',
    ),
    (
        lambda: train(NET, X, Y, new_plan(epochs=-1)),
        "train(net, x, y, new_plan(epochs = -1))",
        f"epochs is -1; {WHOLE} 1 to {LARGEST}",
    ),
    (
        lambda: train(NET, X, Y, new_plan(epochs=0)),
        "train(net, x, y, new_plan(epochs = 0))",
        f"epochs is 0; {WHOLE} 1 to {LARGEST}",
    ),
    (
        lambda: train(NET, X, Y, new_plan(batch_size=0)),
        "train(net, x, y, new_plan(batch_size = 0))",
        f"batch_size is 0; {WHOLE} 1 to {LARGEST}",
    ),
    (
        lambda: train(NET, X, Y, new_plan(learning_rate=NAN)),
        "train(net, x, y, new_plan(learning_rate = NaN))",
        "learning_rate is NaN; wanted a finite number",
    ),
    (
        lambda: train(NET, X, Y, new_plan(l2=NAN)),
        "train(net, x, y, new_plan(l2 = NaN))",
        "l2 is NaN; wanted a finite number",
    ),
    (
        lambda: train(NET, X, Y, new_plan(record="last")),
        "train(net, x, y, new_plan(record = 'last'))",
        'record is "last"; wanted a list of epochs',
    ),
    (
        lambda: train(NET, X, Y, new_plan(epochs=3, record=[1, 7])),
        "train(net, x, y, new_plan(epochs = 3, record = c(1, 7)))",
        f"record[1] is 7; {WHOLE} 1 to 3",
    ),
    (
        lambda: train(NET, X, Y, new_plan(), arithmetic="native"),
        "train(net, x, y, new_plan(), arithmetic = 'native')",
        'arithmetic is "native"; wanted native or strict, not its name',
    ),
    (
        lambda: train(NET, X, Y, new_plan(), on_epoch=3),
        "train(net, x, y, new_plan(), on_epoch = 3)",
        "on_epoch is 3; wanted a function",
    ),
    (
        lambda: train(NET, X, Y, new_plan(optimizer="momentum", momentum="big")),
        "train(net, x, y, new_plan(optimizer = 'momentum', momentum = 'big'))",
        'momentum of momentum is "big"; wanted a finite number',
    ),
    (lambda: predict(NET, [[NAN, 1]]), "predict(net, matrix(c(NaN, 1), 1))", f"x is NaN {AT}"),
    (
        lambda: predict(NET, [[1, 2, 3]]),
        "predict(net, matrix(1, 1, 3))",
        "x has the shape 1 x 3; wanted 1 x 2",
    ),
    (
        lambda: predict_batches(NET, X, 0),
        "predict_batches(net, x, 0)",
        f"batch_size is 0; {WHOLE} 1 to {LARGEST}",
    ),
    (
        lambda: forward(NET, np.zeros((1, 3))),
        "forward(net, matrix(0, 1, 3))",
        "x has the shape 1 x 3; wanted 1 x 2",
    ),
    (
        lambda: forward(NET, np.array([[NAN, 1]])),
        "forward(net, matrix(c(NaN, 1), 1))",
        f"x is NaN {AT}",
    ),
    (
        lambda: predict(NET, np.array([[1.0, "a"]], dtype=object)),
        "predict(net, matrix(list(1, 'a'), 1))",
        "x is not made of numbers; wanted finite numbers",
    ),
    (
        lambda: predict_batches([1.0, 2.0], "x"),
        "predict_batches(c(1, 2), 'x')",
        "network is a list; wanted one of new_network, draw_network or read_model",
    ),
    (
        lambda: predict_batches(train(NET, X, Y, new_plan()), X),
        "predict_batches(train(net, x, y, new_plan()), x)",
        "network is an object; wanted one of new_network, draw_network or read_model",
    ),
    (
        lambda: predict_batches(1j, X),
        "predict_batches(1i, x)",
        "network is an object; wanted one of new_network, draw_network or read_model",
    ),
    (
        lambda: forward("net", X),
        "forward('net', x)",
        'network is "net"; wanted one of new_network, draw_network or read_model',
    ),
    (
        lambda: backward(NET, CACHE, np.zeros((1, 1))),
        "backward(net, cache, matrix(0))",
        "y has the shape 1 x 1; wanted 2 x 1",
    ),
    (
        lambda: backward(NET, CACHE, np.zeros(2)),
        "backward(net, cache, c(0, 0))",
        "y is no matrix; wanted a matrix, one row per sample",
    ),
    (
        lambda: backward(NET, CACHE, Y, "squared_error", "average"),
        "backward(net, cache, y, 'squared_error', 'average')",
        'unknown reduction "average"; known are sum, mean',
    ),
    (
        lambda: backward(NET, CACHE, Y, "sum_squared_error", "mean"),
        "backward(net, cache, y, 'sum_squared_error', 'mean')",
        'reduction of sum_squared_error is "mean"; wanted "sum"',
    ),
    (
        lambda: backward(NET, CACHE, Y, l2=-1),
        "backward(net, cache, y, l2 = -1)",
        "l2 is -1; wanted a number of at least 0",
    ),
    (
        lambda: loss_value(NET, CACHE, np.zeros((1, 1))),
        "loss_value(net, cache, matrix(0))",
        "y has the shape 1 x 1; wanted 2 x 1",
    ),
    (
        lambda: new_network([[[NAN]]], [[0.0]], ONE),
        "new_network(list(matrix(NaN)), list(0), 'sigmoid')",
        f"W1 is NaN {AT}",
    ),
    (
        lambda: new_network([[[1.0]]], ["a"], ONE),
        "new_network(list(matrix(1)), list('a'), 'sigmoid')",
        'b1 is "a"; wanted finite numbers',
    ),
    (
        lambda: draw_network(2, [0], ONE),
        "draw_network(2, 0, 'sigmoid')",
        f"units[0] is 0; {WHOLE} 1 to {LARGEST}",
    ),
    (
        lambda: draw_network(0, [1], ONE),
        "draw_network(0, 1, 'sigmoid')",
        f"n_in is 0; {WHOLE} 1 to {LARGEST}",
    ),
    (
        lambda: draw_network(2, [1], ONE, sd=2),
        "draw_network(2, 1, 'sigmoid', sd = 2)",
        "uniform has no option sd; known are low, high",
    ),
    (
        lambda: draw_network(2, [1], ONE, low=NAN),
        "draw_network(2, 1, 'sigmoid', low = NaN)",
        "low of uniform is NaN; wanted a finite number",
    ),
    (
        lambda: write_model("net", "x.json"),
        "write_model('net', 'x.json')",
        'network is "net"; wanted one of new_network, draw_network or read_model',
    ),
    (
        lambda: twinprop.accuracy(Y, np.zeros((3, 1))),
        "accuracy(y, matrix(0, 3, 1))",
        "y has the shape 3 x 1; wanted 2 x 1",
    ),
    (
        lambda: twinprop.predicted_class(np.zeros(2)),
        "predicted_class(c(0, 0))",
        "a is no matrix; wanted a matrix, one row per sample",
    ),
    (
        lambda: twinprop.r_squared(Y, np.zeros((1, 1))),
        "r_squared(y, matrix(0))",
        "y has the shape 1 x 1; wanted 2 x 1",
    ),
    (
        lambda: twinprop.confusion_matrix([0, -1], [0, 1], 2),
        "confusion_matrix(c(0, -1), c(0, 1), 2)",
        f"predicted is -1 in row 1; {WHOLE} 0 to 1",
    ),
    (
        lambda: twinprop.confusion_matrix([0, 1], [0], 2),
        "confusion_matrix(c(0, 1), 0, 2)",
        "target has the shape 1; wanted 2",
    ),
    (lambda: data.fit_scaling([[NAN], [1]]), "fit_scaling(matrix(c(NaN, 1)))", f"x is NaN {AT}"),
    (
        lambda: data.apply_scaling(data.fit_scaling([[1, 2]]), [[1]]),
        "apply_scaling(fit_scaling(matrix(c(1, 2), 1)), matrix(1))",
        "x has the shape 1 x 1; wanted 1 x 2",
    ),
    (lambda: data.one_hot([NAN], 2), "one_hot(NaN, 2)", f"labels is NaN in row 0; {WHOLE} 0 to 1"),
    (lambda: data.one_hot([0], 0), "one_hot(0, 0)", f"classes is 0; {WHOLE} 1 to {LARGEST}"),
    (
        lambda: data.split_rows(5, NAN),
        "split_rows(5, NaN)",
        "held_out is NaN; wanted a finite number",
    ),
    (lambda: data.k_folds(5, 9), "k_folds(5, 9)", f"folds is 9; {WHOLE} 2 to 5"),
    (
        lambda: train(NET, X, Y, new_plan(learning_rate=-0.5)),
        "train(net, x, y, new_plan(learning_rate = -0.5))",
        "learning_rate is -0.5; wanted a number of at least 0",
    ),
    (lambda: read_case(5), "read_case(5)", "path is 5; wanted the path of a file"),
    (lambda: read_case(None), "read_case(NULL)", "path is null; wanted the path of a file"),
    (lambda: read_case(""), "read_case('')", 'path is ""; wanted the path of a file'),
    (
        lambda: read_case(["a", "b"]),
        "read_case(c('a', 'b'))",
        "path is a list; wanted the path of a file",
    ),
    (lambda: read_model(5), "read_model(5)", "path is 5; wanted the path of a file"),
    (lambda: score_point(5, {}), "score_point(5, list())", "path is 5; wanted the path of a file"),
    (
        lambda: draw_network(2, [1], ONE, dropout=[1.5]),
        "draw_network(2, 1, 'sigmoid', dropout = 1.5)",
        "dropout of layer 1 is 1.5; wanted a number of at least 0 and less than 1",
    ),
    (
        lambda: draw_network(2, [3, 1], ONE * 2, dropout=[NAN, 0]),
        "draw_network(2, c(3, 1), rep('sigmoid', 2), dropout = c(NaN, 0))",
        "dropout of layer 1 is NaN; wanted a finite number",
    ),
    (
        lambda: draw_network(2, [3, 1], ONE * 2, dropout=0.5),
        "draw_network(2, c(3, 1), rep('sigmoid', 2), dropout = 0.5)",
        "dropout has 1 number; wanted 2, one per layer",
    ),
    (
        lambda: draw_network(2, [1], ONE, low=2),
        "draw_network(2, 1, 'sigmoid', low = 2)",
        "low is 2; wanted a number of at most 1, as high is",
    ),
    (
        lambda: train(NAN_IN_W2, X, Y, new_plan()),
        "local({net[[2]]$weights[] <- NaN; train(net, x, y, new_plan())})",
        f"W2 is NaN {AT}",
    ),
    (
        lambda: train(INF_IN_B1, X, Y, new_plan()),
        "local({net[[1]]$bias[] <- Inf; train(net, x, y, new_plan())})",
        f"b1 is Infinity {AT}",
    ),
    *(
        (
            lambda call=call, a=a, b=b: getattr(strict, call)(np.ones(a), np.ones(b)),
            f"strict${call}(matrix(1, {a[0]}, {a[1]}), matrix(1, {b[0]}, {b[1]}))",
            f"b has the shape {b[0]} x {b[1]}; wanted {wanted}",
        )
        for call, a, b, wanted in (
            ("matmul", (3, 1), (4, 2), "1 x 2"),
            ("matmul", (300, 1), (400, 20), "1 x 20"),
            ("matmul", (300, 30), (40, 20), "30 x 20"),
            ("matmul", (3, 4), (1, 2), "4 x 2"),
            ("crossprod", (3, 2), (1, 2), "3 x 2"),
            ("tcrossprod", (3, 2), (4, 1), "4 x 2"),
            ("add_bias", (3, 4), (1, 2), "1 x 4"),
            ("add_bias", (3, 4), (3, 1), "1 x 4"),
        )
    ),
    (
        lambda: native.add_bias(np.ones((3, 4)), np.ones((3, 1))),
        "native$add_bias(matrix(1, 3, 4), matrix(1, 3, 1))",
        "b has the shape 3 x 1; wanted 1 x 4",
    ),
    (
        lambda: strict.matmul(X, None),
        "strict$matmul(x, NULL)",
        "b is null; wanted finite numbers",
    ),
    (
        lambda: strict.row_max(np.ones((3, 0))),
        "strict$row_max(matrix(1, 3, 0))",
        "a is of the shape 3 x 0; wanted at least one column",
    ),
    *(
        (lambda f=f, x=x: getattr(strict, f)(x), f"strict${f}({code})", f"{name} is {said}")
        for f, name in (("sqrt", "x"), ("exp", "x"), ("log1p", "x"), ("total", "a"))
        for x, code, said in (
            (1j, "1i", "not made of numbers; wanted finite numbers"),
            (None, "NULL", "null; wanted finite numbers"),
        )
    ),
    (lambda: run_case("x"), "run_case('x')", 'case is "x"; wanted one of read_case'),
    (lambda: run_case(None), "run_case(NULL)", "case is null; wanted one of read_case"),
]


@pytest.mark.parametrize(("call", "code", "sentence"), BAD, ids=[code for _, code, _ in BAD])
def test_a_bad_argument_is_refused_in_the_same_sentence(refused, call, code, sentence):
    assert refused(call, START + code) == sentence


@pytest.mark.parametrize(
    "call", [lambda rows: train(NET, rows, Y, new_plan()), lambda rows: predict(NET, rows)]
)
def test_rows_of_different_lengths_are_refused(call):
    with pytest.raises(InputError, match=r"^x is made of rows of different lengths"):
        call([[1, 2], [3]])


def test_data_frames_and_whole_numbers_are_as_good_as_matrices(r):
    wanted = train(NET, X, Y, new_plan()).trace["1/loss"]
    for x in (pd.DataFrame(X), X.astype(int), X.astype(bool), X.tolist()):
        assert train(NET, x, pd.DataFrame(Y), new_plan(epochs=1.0)).trace["1/loss"] == wanted
    for x in ("as.data.frame(x)", "matrix(as.integer(x), 2)", "x == 1"):
        found = r.evaluate(
            f"local({{ {START}\n library(twinprop)\n"
            f"train(net, {x}, as.data.frame(y), new_plan())$trace[['1/loss']] }})"
        )
        assert found == wanted


def test_a_loss_takes_its_own_reduction_where_none_is_given(r):
    for name, function in (("backward", backward), ("loss_value", loss_value)):
        own, mean = (
            function(NET, CACHE, Y, "mean_squared_error", given) for given in (None, "mean")
        )
        assert str(own) == str(mean)
        call = f"twinprop::{name}(net, cache, y, 'mean_squared_error'"
        assert r.evaluate(f"local({{ {START} identical({call}), {call}, 'mean')) }})")


def test_a_trained_network_predicts_as_it_is(r):
    training = train(NET, X, Y, new_plan())
    assert predict(training, X).tolist() == predict(training.network, X).tolist()
    code = f"local({{ {START} library(twinprop); predict(train(net, x, y, new_plan()), x) }})"
    assert r.evaluate(code).tolist() == predict(training, X).tolist()


def test_a_value_of_a_grid_that_is_no_list_is_one_value(r):
    points = [{"f": "adam", "g": 2}, {"f": "adam", "g": 3}]
    assert grid_points({"f": "adam", "g": [2, 3]}) == points
    assert r.evaluate("twinprop::grid_points(list(f = 'adam', g = list(2, 3)))") == points
