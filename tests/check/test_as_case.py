"""The problem of a program, written as a case: running it gives the program's own numbers."""

import json
from pathlib import Path

import numpy as np
import pytest

from twinprop.cases.case import read_case, run_case
from twinprop.cli.main import run_command_line

FOLDER = Path(__file__).resolve().parents[2] / "shared_fixtures" / "scripts"
HEAD = """import numpy as np
rng = np.random.default_rng(4)
X = rng.normal(size=(20, 3))
Y = np.eye(2)[rng.integers(0, 2, 20)]
W1, b1 = rng.normal(size=(3, 5)), np.zeros(5)
W2, b2 = rng.normal(size=(5, 2)) * 0.3, np.zeros(2)
P = [W1, b1, W2, b2]
m, s = [0 * p for p in P], [0 * p for p in P]
after = []
for epoch in range(4):
"""
STEP = """
h = np.tanh(x @ P[0] + P[1])
e = np.exp(h @ P[2] + P[3])
p = e / e.sum(axis=1, keepdims=True)
d = (p - y) / len(x)
dh = (d @ P[2].T) * (1 - h ** 2)
G = [x.T @ dh, dh.sum(axis=0), h.T @ d, d.sum(axis=0)]
"""
DESCENT = """
P = [p - 0.2 * g for p, g in zip(P, G)]
"""
MOMENTUM = """
for i in range(4):
    m[i] = 0.9 * m[i] + G[i]
    P[i] = P[i] - 0.1 * m[i]
"""
ADAM = """
t = len(after) + 1
for i in range(4):
    m[i] = .9 * m[i] + .1 * G[i]
    s[i] = .999 * s[i] + .001 * G[i] ** 2
    P[i] = P[i] - .01 * (m[i] / (1 - .9 ** t)) / (np.sqrt(s[i] / (1 - .999 ** t)) + 1e-8)
"""
L2 = """
G[0], G[2] = G[0] + 0.01 * P[0], G[2] + 0.01 * P[2]
"""
KEPT = """
after.append([p.tolist() for p in P])
"""
END = """
import json
print(json.dumps(after))
"""


def program(update, batches=False, more=""):
    """A program that prints its weights after each step."""
    loop = "    for k in range(0, 20, 6):\n        x, y = X[k:k + 6], Y[k:k + 6]\n"
    body = STEP + more + update + KEPT
    space = "        " if batches else "    "
    body = "".join(space + line + "\n" for line in body.split("\n") if line)
    return HEAD + (loop if batches else "    x, y = X, Y\n") + body + END


@pytest.fixture
def written(tmp_path, capsys):
    """The exit status of --case-out, what was said, and the case if there is one."""

    def write(source, name="their.py"):
        file = tmp_path / name
        file.write_text(source)
        out = tmp_path / "case.json"
        capsys.readouterr()
        status = run_command_line(["check", str(file), "--trust", "--case-out", str(out)])
        said = capsys.readouterr()
        return status, said.err, out if out.exists() else None

    return write


@pytest.mark.parametrize("batches", [False, True], ids=["whole", "batches"])
@pytest.mark.parametrize(
    ("update", "more", "name"),
    [
        (DESCENT, "", "gradient_descent"),
        (DESCENT, L2, "gradient_descent"),
        (MOMENTUM, "", "momentum"),
        (ADAM, "", "adam"),
    ],
    ids=["descent", "l2", "momentum", "adam"],
)
def test_running_the_case_gives_the_programs_steps(written, tmp_path, update, more, name, batches):
    source = program(update, batches, more)
    status, said, out = written(source)
    assert (status, said) == (0, "")
    document = json.loads(out.read_text())
    assert document["training"]["optimizer"]["name"] == name
    document["training"] |= {"epochs": 4, "record": [1, 2, 3, 4]}
    out.write_text(json.dumps(document))
    trace = run_case(read_case(out))
    scope = {}
    exec(compile(source, "their.py", "exec"), scope)  # our own
    for step, weights in enumerate(scope["after"]):
        epoch, batch = divmod(step, 4) if batches else (step, None)
        place = f"{epoch + 1}" if batch is None else f"{epoch + 1}.{batch + 1}"
        for key, value in zip(("W1", "b1", "W2", "b2"), weights, strict=True):
            ours = trace[f"{place}/{key}"]
            assert np.allclose(ours, np.reshape(value, ours.shape), rtol=1e-9, atol=1e-12), place


@pytest.mark.parametrize("name", ["article.py", "article.R"])
def test_both_languages_programs_become_cases_of_both_languages(written, name):
    status, said, out = written((FOLDER / name).read_text(), name)
    assert (status, said) == (0, "")
    words = ["run", str(out), "--language", "r", "--out", str(out.with_name("trace.json"))]
    assert run_command_line(words) == 0


def test_the_problem_of_a_wrong_program_is_the_right_one_that_it_means(written):
    status, said, out = written(program(DESCENT).replace("* (1 - h ** 2)", ""))
    assert (status, said) == (1, "")
    assert run_case(read_case(out))


@pytest.mark.parametrize(
    ("source", "part"),
    [
        (program(DESCENT).replace(" + P[1])", ")"), "layer 1 has no biases"),
        (program(DESCENT, True).replace("X[k:k + 6], Y[k:k + 6]", "X[i := rng.permutation(20)[:6]]"
                                        ", Y[i]"), "draws while it trains"),
        (program(DESCENT.replace("0.2", "0.2 * 0.9 ** epoch")), "a rate that changes"),
        ("x = 1\n", "no number was computed"),
    ],
    ids=["no biases", "shuffled", "falling rate", "no network"],
)  # fmt: skip
def test_what_cannot_be_a_case_is_refused_with_the_part(written, source, part):
    status, said, out = written(source)
    assert (status, out) == (2, None)
    assert part in said
    assert said.count("\n") == 1


def test_a_class_has_no_single_case(tmp_path, capsys):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("x = 1\n")
    assert run_command_line(["check", str(tmp_path), "--case-out", str(tmp_path / "c.json")]) == 2
    assert "--case-out writes the problem of one program" in capsys.readouterr().err
