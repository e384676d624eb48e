"""Programs as people write them: each is understood as it is, and so is a mistake in it."""

from __future__ import annotations

import json

import pytest
from prove import Trial, run_trials

from twinprop.cases.case import read_case
from twinprop.check.problem import pose_problem

# Besides `(1 - a)` made `(1 + a)`, a second mistake in each: its text, and what stands there then.
MISTAKES = {
    "class_that_keeps_its_data.py": ("self.weights1 += self.l", "self.weights1 -= self.l"),
    "class_with_fit.py": ("- y) * self.a2", "- y) * self.z2"),
    "lists_by_append.py": ("weights[i] -= alpha *", "weights[i] -= 3 * alpha *"),
    "parameters_in_dictionaries.py": ("np.sum(dZ1, axis=1", "np.mean(dZ1, axis=1"),
    "globals_in_functions.py": ("b_hidden = b_hidden + L", "b_hidden = b_hidden - L"),
    "layers_as_objects.py": ("self.bias -= learning_rate *", "self.bias -="),
    "lists_of_lists.py": ("hidden_bias[j] -=", "hidden_bias[j] +="),
    "synapses_from_zero.py": ("syn0 += alpha *", "syn0 +="),
    "while_and_tuples.py": ("b2 - eta * dO", "b2 + eta * dO"),
    "pure_functions.py": ("p - lr * g", "p - lr * lr * g"),
    "list_that_functions_change.R": ("nn$bias1 + learning_rate", "nn$bias1 - learning_rate"),
    "parameters_by_map.R": ("p - learning_rate * g", "p - learning_rate^2 * g"),
    "global_assignment.R": ("w.hidden - learning.rate *", "w.hidden -"),
    "arrows_and_while.R": ("E = Y - output", "E = 2 * (Y - output)"),
    "repeat_until_done.R": ("W1 - eta *", "W1 + eta *"),
    "layers_by_lapply.R": ("w - lr *", "w - 3 * lr *"),
    "assign_and_get.R": ('get(paste0("b", l)) - learning_rate *', 'get(paste0("b", l)) -'),
    "train_with_defaults.R": ("W2 - lr *", "W2 - lr / 2 *"),
    "closure_with_state.R": ("b1 - lr *", "b1 + lr *"),
    "reference_class.R": ("b1 - rate *", "b1 + rate *"),
    "layers_of_a_class.R": ("bias - eta *", "bias - eta / 2 *"),
    "loops_over_everything.R": ("b_out - eta *", "b_out -"),
}


@pytest.fixture(scope="module")
def outcomes(shared_fixtures, tmp_path_factory):
    """What check says of each program, of each with a slope of 1 + a, and of each as above."""
    folder = tmp_path_factory.mktemp("styles")
    document = json.loads((shared_fixtures / "cases" / "article-4-3-1.json").read_text())
    document["training"] |= {"epochs": 40, "record": [1, 2, 40]}
    (folder / "article.json").write_text(json.dumps(document))
    problem = pose_problem(read_case(folder / "article.json"))
    trials = []
    for name, (old, new) in MISTAKES.items():
        source = (shared_fixtures / "scripts" / "styles" / name).read_text(encoding="utf-8")
        language = "python" if name.endswith(".py") else "r"
        changed = [source, source.replace("(1 - ", "(1 + "), source.replace(old, new)]
        assert len(set(changed)) == 3, f"{name}: a mistake has no place"
        trials += [Trial(name, "", language, "", "article", text) for text in changed]
    found = run_trials(trials, {"article": problem}, folder)
    return {name: found[3 * i : 3 * i + 3] for i, name in enumerate(MISTAKES)}


def test_every_style_is_tried(shared_fixtures):
    found = {path.name for path in (shared_fixtures / "scripts" / "styles").iterdir()}
    assert found == set(MISTAKES)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_right_program_is_right_in_whatever_style(outcomes, name):
    assert outcomes[name][0].verdict == "right", outcomes[name][0]


@pytest.mark.parametrize("name", MISTAKES)
@pytest.mark.parametrize("which", [1, 2])
def test_a_mistake_in_it_is_found_and_named(outcomes, name, which):
    found = outcomes[name][which]
    assert found.verdict == "different"
    if which == 1:
        assert found.cause == "slope_plus"


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


@pytest.mark.parametrize(("name", "hidden"), [("X", "things"), ("y", "wanted")])
def test_data_of_its_own_are_no_mistake(check, shared_fixtures, name, hidden):
    text = (shared_fixtures / "scripts" / "article.py").read_text(encoding="utf-8")
    text = text.replace("np.array([[1", "np.array([[7")
    for before in ("(", "\n", " ", "="):
        for after in (" ", ".", ")", ","):
            text = text.replace(f"{before}{name}{after}", f"{before}{hidden}{after}")
    status, answer, _ = check(text)
    assert (status, answer["verdict"]) == (0, "right")
