"""What is recorded of a program's values: of what they were made, and where."""

import numpy as np
import pytest
from watching import named

HEAD = "import numpy as np\n"


def test_a_value_is_made_of_its_operands(record):
    g = record(HEAD + "a = np.ones((2, 3))\nb = np.ones((3, 4))\nc = a @ b\n")
    c = named(g, "c")
    assert (g.spelled[c], g.args[c]) == ("@", [named(g, "a"), named(g, "b")])
    assert g.shape[c] == (2, 4)
    assert g.value(c).tolist() == [[3.0] * 4] * 2


def test_the_place_of_a_value_is_its_expression_in_characters(record):
    g = record(HEAD + "é = np.ones(2)\nz = 1 + np.exp(é * 2)\n")
    z = named(g, "z")
    sites, s = g.header["sites"], g.site[z]
    assert [sites[k][s] for k in ("line", "column", "end_line", "end_column")] == [3, 4, 3, 21]
    product = g.args[g.args[z][1]][0]
    assert sites["column"][g.site[product]] == 15
    assert sites["end_column"][g.site[product]] == 20


def test_numbers_of_the_source_are_literals_where_they_are_computed_with(record):
    g = record("x = 0.5\ny = 2.0 * x\n")
    assert g.args[named(g, "y")] == [[2.0], named(g, "x")]


def test_two_names_of_one_number_of_the_source_are_two_values(record):
    g = record(
        "a = b = 0.1\nc = [0.1, 0.1]\nd = [0.0] * 2\nx = a + b + c[0] + c[1] + d[0] + d[1]\n"
    )
    x, leaves = named(g, "x"), set()
    while isinstance(g.args[x], list) and g.spelled[x] == "+":
        leaves.add(g.args[x][1])
        x = g.args[x][0]
    assert len({*leaves, x}) == 6


def test_functions_and_methods_of_the_program_are_looked_through(record):
    source = """import math
class Unit:
    def __init__(self, w):
        self.w = w
    def out(self, x):
        return squash(self.w * x)
def squash(z):
    return 1 / (1 + math.exp(-z))
u = Unit(0.3)
y = u.out(2.5)
"""
    g = record(source)
    y = named(g, "y")
    assert g.spelled[y] == "/"
    spelled = []
    while g.parents[y]:
        spelled.append(g.spelled[y])
        y = g.parents[y][-1]
    assert spelled == ["/", "+", "math.exp", "neg", "*"]


@pytest.mark.parametrize(
    "expression",
    [
        "x[1]", "x[:, 1]", "x[[2, 0]]", "x[x > 4]", "x.T", "x.reshape(2, 6)", "x.ravel()[3:7]",
        "x[:, None]", "x[::-1, ::2]", "np.vstack([x, x[:1]])", "np.hstack((x, np.ones((4, 1))))",
        "np.insert(x, 0, 1, axis=1)", "np.append(x, [[9.0, 9.0, 9.0]], axis=0)", "np.c_[x, x]",
        "np.repeat(x, 2, axis=0)", "np.tile(x, (2, 1))", "np.array([x[0], x[2]])", "x.copy()",
        "np.asarray(x)[1]", "np.squeeze(x[:1])", "np.concatenate([x, x])", "np.triu(x)",
        "np.array(list(x))", "np.flip(x, 0)", "np.diag(x[0])", "np.pad(x, 1)", "x.T[1:].T",
    ],
)  # fmt: skip
def test_moved_numbers_know_where_they_came_from(record, expression):
    source = "x = np.arange(12.0).reshape(4, 3) + 0.5\n"
    g = record(f"{HEAD}{source}y = {expression}\n")
    y = named(g, "y")
    assert g.op[y] == "move"
    moved = np.concatenate([np.ravel(g.value(p)) for p in g.parents[y]])
    index = g.movement(y)
    where = index >= 0
    assert where.any()
    assert (moved[index[where]] == np.ravel(g.value(y))[where]).all()
    assert named(g, "x") in _ancestors(g, y)


def _ancestors(g, n):
    found, left = set(), [n]
    while left:
        p = left.pop()
        found.add(p)
        left += [q for q in g.parents[p] if q not in found]
    return found


def test_a_change_in_place_is_a_new_value_of_the_same_array(record):
    g = record(HEAD + "w = np.ones(3)\nv = w\nw -= 0.5\nz = v * 2\n")
    w = named(g, "w")
    assert (g.spelled[w], g.args[w][1]) == ("-", [0.5])
    assert g.args[named(g, "z")][0] == w


def test_a_changed_view_changes_the_array_that_it_shows(record):
    g = record(HEAD + "w = np.zeros((2, 3))\nr = w[1]\nr += 1.0\nz = w * 2\n")
    put = g.args[named(g, "z")][0]
    assert g.spelled[put] == "put"
    assert g.movement(put).tolist() == [0, 1, 2, 6, 7, 8]
    assert g.value(put).tolist() == [[0, 0, 0], [1, 1, 1]]


def test_an_element_that_is_set_is_a_movement_of_the_array_and_the_value(record):
    g = record(HEAD + "w = np.zeros(3)\nv = np.exp(w[:2])\nw[1:] = v\n")
    w = named(g, "w")
    assert g.spelled[w] == "put"
    assert g.args[w][1] == named(g, "v")
    assert g.movement(w).tolist() == [0, 3, 4]


def test_an_element_that_is_changed_is_read_computed_and_put_back(record):
    g = record(HEAD + "w = np.ones((2, 2))\nw[0, 1] -= 0.25\n")
    put = named(g, "w")
    old, new = g.args[put]
    assert (g.spelled[put], g.spelled[new]) == ("put", "-")
    assert g.args[g.args[new][0]] == [old]
    assert g.value(put).tolist() == [[1.0, 0.75], [1.0, 1.0]]


@pytest.mark.parametrize(
    "change", ["np.subtract(w, g, out=w)", "np.add(w, -g, w)", "w[:] = w - g", "w[...] -= g"]
)
def test_every_way_to_change_an_array_is_seen(record, change):
    g = record(f"{HEAD}w = np.ones(3)\ng = np.full(3, 0.25)\n{change}\nz = w * 2\n")
    w = g.args[named(g, "z")][0]
    assert g.value(w).tolist() == [0.75] * 3
    assert named(g, "g") in _ancestors(g, w)


def test_numbers_in_lists_keep_their_history(record):
    source = """w = [[0.5, -0.25], [1.5, 0.125]]
x = [2.0, 4.0]
z = [sum(a * b for a, b in zip(row, x)) for row in w]
w[0][1] -= 0.1 * z[1]
"""
    g = record(source)
    z = named(g, "z[1]")
    assert g.spelled[z] == "sum"
    assert g.value(z) == 3.5
    updated = named(g, "w[0][1]")
    assert g.spelled[updated] == "-"
    assert g.args[updated][0] == named(g, "w[0][1]") or g.value(g.args[updated][0]) == -0.25
    assert z in _ancestors(g, updated)


def test_rows_that_a_loop_runs_over_are_rows_of_the_array(record):
    g = record(
        HEAD + "X = np.arange(6.0).reshape(3, 2)\nfor k, x in enumerate(X):\n    s = x * 2\n"
    )
    x = g.args[named(g, "s")][0]
    assert g.movement(x).tolist() == [4, 5]
    assert g.args[x] == [named(g, "X")]


def test_whole_numbers_that_a_name_holds_are_followed(record):
    g = record("b = 0\nx = 0.5\nz = b + x\nb = b - 0.25 * z\n")
    z = named(g, "z")
    update = named(g, "b")
    assert isinstance(g.args[z][0], int)
    assert g.args[update][0] == g.args[z][0]


def test_axes_have_their_name_wherever_they_stand(record):
    g = record(HEAD + "x = np.ones((2, 3))\na = np.sum(x, 0)\nb = x.mean(axis=1, keepdims=True)\n")
    assert g.kw[named(g, "a")] == {"axis": [0]}
    assert g.kw[named(g, "b")] == {"axis": [1], "keepdims": [True]}


def test_what_is_drawn_is_told(record):
    source = (
        "import random\nr = np.random.default_rng(3)\na = r.normal(size=2)\nb = random.random()\n"
    )
    g = record(HEAD + source)
    drawn = [g.spelled[n] for n in g.header["random"]]
    assert drawn == ["np.random.normal", "random.random"]


def test_a_shuffled_array_is_a_new_order_of_its_rows(record):
    g = record(HEAD + "x = np.arange(8.0).reshape(4, 2)\nnp.random.shuffle(x)\ny = x * 1.5\n")
    x = g.args[named(g, "y")][0]
    assert g.spelled[x] == "np.random.shuffle"
    assert sorted(g.movement(x).tolist()) == list(range(8))


def test_what_is_printed_is_told_with_its_value(record):
    g = record(HEAD + "l = np.float64(0.5) * 3\nprint('loss', l)\nprint(f'{l:.2f}')\n")
    values = [(values, node) for _, values, node in g.header["printed"]]
    assert values == [([1.5], named(g, "l"))] * 2


def test_a_copied_network_keeps_the_history_of_its_arrays(record):
    g = record(HEAD + "import copy\np = {'W': np.ones(2)}\nq = copy.deepcopy(p)\nz = q['W'] * 2\n")
    assert named(g, "p['W']") in _ancestors(g, named(g, "z"))


def test_modules_beside_the_program_are_watched_too(record):
    g = record(
        "from unit import double\ny = double(1.5)\n", unit="def double(x):\n    return 2 * x\n"
    )
    assert g.header["files"] == ["their.py", "unit.py"]
    y = named(g, "y")
    assert g.spelled[y] == "*"
    assert g.header["sites"]["file"][g.site[y]] == 1


def test_frames_of_pandas_become_arrays(record):
    source = """import pandas as pd
d = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [0.5, 0.25, 1.0]})
X = d[["a", "b"]].values
m = (X - X.mean(axis=0)) / X.std(axis=0)
"""
    g = record(HEAD + source)
    assert g.value(named(g, "X")).tolist() == [[1, 0.5], [2, 0.25], [4, 1]]
    assert named(g, "X") in _ancestors(g, named(g, "m"))


def test_a_long_training_is_watched_for_some_steps_and_its_end_is_kept(record):
    source = """w = np.full(3, 0.5)
for epoch in range(5000):
    w = w - 0.001 * np.tanh(w)
"""
    g = record(HEAD + source)
    assert g.header["cut"] == "steps"
    assert g.size < 20_000
    final = next(n for n in range(g.size) if g.spelled[n] == "final" and "w" in g.names[n])
    w = np.full(3, 0.5)
    for _ in range(5000):
        w = w - 0.001 * np.tanh(w)
    assert g.value(final).tolist() == w.tolist()


def test_the_end_is_kept_of_functions_objects_and_lists(record):
    source = """class Net:
    pass
def train(net, lists):
    u = 1.0
    for k in range(20000):
        u = u - 1e-5 * u
        net.w = net.w - 1e-5 * net.w
        lists[0] -= 1e-5 * lists[0]
    return u
net, lists = Net(), [3.0]
net.w = 2.0
train(net, lists)
"""
    g = record(source)
    ends = {g.names[n][0]: g.value(n) for n in range(g.size) if g.spelled[n] == "final"}
    w = 1.0
    for _ in range(20000):
        w = w - 1e-5 * w
    assert ends["u"] == w
    assert ends["net.w"] == pytest.approx(2 * w, rel=1e-12)
    assert ends["lists[0]"] == pytest.approx(3 * w, rel=1e-12)


def test_sums_that_only_gather_do_not_end_the_watching(record):
    source = """w, x = 0.5, [0.25] * 3000
total = 0.0
for v in x:
    total += v * v
for k in range(3):
    w = w - 0.1 * w
"""
    g = record(source)
    assert g.header["cut"] is None
    assert g.spelled[named(g, "w")] == "-"


def test_a_notebook_is_a_program_whose_lines_are_those_of_the_file(record):
    text = """{
 "cells": [
  {"cell_type": "markdown", "source": ["# text"]},
  {"cell_type": "code", "source": [
    "%matplotlib inline\\n",
    "!pip install numpy\\n",
    "import numpy as np"
  ]},
  {"cell_type": "code", "source": [
    "x = np.ones(2)\\n",
    "y = x * 3"
  ]}
 ],
 "nbformat": 4, "nbformat_minor": 5, "metadata": {}
}
"""
    g = record(text, name="their.ipynb")
    y = named(g, "y")
    sites, s = g.header["sites"], g.site[y]
    assert (sites["line"][s], sites["cell"][s]) == (11, 2)


def test_arguments_are_the_programs_own(record):
    g = record("import sys\nx = float(sys.argv[2]) * 2\n", "--rate", "0.75")
    assert g.value(named(g, "x")) == 1.5


def test_numbers_that_overflow_are_kept_as_they_are(record):
    g = record(HEAD + "x = np.array([1e308]) * 10\ny = float('inf') * 2.0\nprint(y)\n")
    assert np.isinf(g.value(named(g, "x"))).all()
    assert np.isinf(g.value(named(g, "y")))
