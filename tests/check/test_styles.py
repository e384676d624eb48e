"""Programs as people write them: a mistake in each is found on its line."""

from __future__ import annotations

import pytest

# Besides `(1 - a)` made `(1 + a)`, a second mistake: its text, and what stands there then. None
# where it would be another right training, or one rate for one layer and another for the next.
MISTAKES: dict[str, tuple[str, str] | None] = {
    "class_that_keeps_its_data.py": ("self.weights1 += self.l", "self.weights1 -= self.l"),
    "class_with_fit.py": ("- y) * self.a2", "- y) * self.z2"),
    "lists_by_append.py": None,
    "parameters_in_dictionaries.py": ("np.sum(dZ1, axis=1", "np.mean(dZ1, axis=1"),
    "globals_in_functions.py": ("b_hidden = b_hidden + L", "b_hidden = b_hidden - L"),
    "layers_as_objects.py": None,
    "lists_of_lists.py": ("hidden_bias[j] -=", "hidden_bias[j] +="),
    "synapses_from_zero.py": ("syn0 += alpha *", "syn0 +="),
    "while_and_tuples.py": ("b2 - eta * dO", "b2 + eta * dO"),
    "pure_functions.py": None,
    "list_that_functions_change.R": ("nn$bias1 + learning_rate", "nn$bias1 - learning_rate"),
    "parameters_by_map.R": None,
    "global_assignment.R": ("w.hidden - learning.rate *", "w.hidden -"),
    "arrows_and_while.R": None,
    "repeat_until_done.R": ("W1 - eta *", "W1 + eta *"),
    "layers_by_lapply.R": None,
    "assign_and_get.R": None,
    "train_with_defaults.R": ("W2 - lr *", "W2 - lr / 2 *"),
    "closure_with_state.R": ("b1 - lr *", "b1 + lr *"),
    "reference_class.R": ("b1 - rate *", "b1 + rate *"),
    "layers_of_a_class.R": None,
    "loops_over_everything.R": ("b_out - eta *", "b_out -"),
}


def test_every_style_is_tried(shared_fixtures):
    found = {path.name for path in (shared_fixtures / "scripts" / "styles").iterdir()}
    assert found == set(MISTAKES)


def judge(check, source, changed, name):
    """The answer to a changed program, and the lines that were changed."""
    pairs = zip(source.split("\n"), changed.split("\n"), strict=True)
    lines = [n for n, (old, new) in enumerate(pairs, 1) if old != new]
    assert lines, f"{name}: a mistake has no place"
    # Of 31 starts of the lists of lists one cannot be followed.
    changed = changed.replace("import random\n", "import random; random.seed(1)\n")
    return check(changed, name=name)[1], lines


@pytest.mark.parametrize("name", MISTAKES)
def test_a_plus_in_the_slope_is_found_on_its_line(check, shared_fixtures, name):
    source = (shared_fixtures / "scripts" / "styles" / name).read_text(encoding="utf-8")
    answer, lines = judge(check, source, source.replace("(1 - ", "(1 + "), name)
    assert answer["verdict"] == "different"
    assert answer["first"]["line"] in lines
    assert answer["cause"] is None or answer["cause"]["id"] == "slope_plus"


@pytest.mark.parametrize("name", [name for name, change in MISTAKES.items() if change])
def test_another_mistake_is_found_on_its_line(check, shared_fixtures, name):
    source = (shared_fixtures / "scripts" / "styles" / name).read_text(encoding="utf-8")
    answer, lines = judge(check, source, source.replace(*MISTAKES[name]), name)
    assert answer["verdict"] == "different"
    assert answer["first"]["line"] in lines


def test_shapes_that_do_not_fit_are_told_with_the_line_on_which_they_meet(check):
    source = (
        "import numpy as np\nX = np.zeros((3, 4)); y = np.zeros((3, 1)); lr = 0.1\n"
        "W1, W2 = np.ones((5, 3)), np.ones((4, 1))\n"
        "for i in range(9):\n"
        "    a1 = np.tanh(np.hstack([np.ones((3, 1)), X]) @ W1)\n"
        "    a2 = np.tanh(np.hstack([np.ones((3, 1)), a1]) @ W2)\n"
        "    W2 -= lr * a1.T @ (a2 - y)\n"
    )
    status, answer, said = check(source)
    assert status == 2
    assert "stopped on line 7" in answer["sentence"]
    assert "stopped on line 7" in said
