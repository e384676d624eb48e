"""The activation of another layer that has a name of its own where its slope is taken."""

import pytest

LISTS = """import math, random
random.seed(4)
sizes = [2, 3, 3, 1]
layers = [[[random.uniform(-1, 1) for _ in range(sizes[k])] for _ in range(sizes[k + 1])]
          for k in range(3)]
data = [([0.1, 0.9], [1.0]), ([0.8, 0.3], [0.0]), ([0.4, 0.7], [1.0]), ([0.9, 0.9], [0.0])]
def forward(x):
    outputs = [x]
    for layer in layers:
        outputs.append([1 / (1 + math.exp(-sum(w * v for w, v in zip(unit, outputs[-1]))))
                        for unit in layer])
    return outputs
for epoch in range(8):
    for x, target in data:
        outputs = forward(x)
        deltas = [None, None, [(o - t) * o * (1 - o) for o, t in zip(outputs[3], target)]]
        for k in (1, 0):
            deltas[k] = []
            for i in range(sizes[k + 1]):
                error = sum(unit[i] * d for unit, d in zip(layers[k + 1], deltas[k + 1]))
                a = outputs[k + 1][i]
                deltas[k].append(error * a * (1 - a))
        for k in range(3):
            for unit, d in zip(layers[k], deltas[k]):
                for j in range(len(unit)):
                    unit[j] -= 0.5 * d * outputs[k][j]
"""
MATRICES = """set.seed(3)
x <- matrix(rnorm(40), 10)
y <- matrix(runif(20), 10)
W <- list(matrix(rnorm(16, sd = 0.5), 4), matrix(rnorm(16, sd = 0.5), 4), matrix(rnorm(8), 4))
for (epoch in 1:8) {
  acts <- list(x)
  for (k in 1:3) acts[[k + 1]] <- 1 / (1 + exp(-(acts[[k]] %*% W[[k]])))
  delta <- (acts[[4]] - y) * acts[[4]] * (1 - acts[[4]])
  for (k in 3:1) {
    gradient <- t(acts[[k]]) %*% delta / 10
    if (k > 1) {
      own <- acts[[k]]
      delta <- (delta %*% t(W[[k]])) * own * (1 - own)
    }
    W[[k]] <- W[[k]] - 0.5 * gradient
  }
}
"""
INPUTS = """import math, random
random.seed(6)
net = [[[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)],
       [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]]
rows = [([0.2, 0.7], 0), ([0.9, 0.4], 1), ([0.5, 0.1], 1), ([0.3, 0.8], 0)]
for epoch in range(6):
    for row, label in rows:
        inputs, outputs = row, []
        for layer in net:
            sums = []
            for unit in layer:
                total = unit[-1]
                for j in range(2):
                    total += unit[j] * inputs[j]
                sums.append(1 / (1 + math.exp(-total)))
            inputs = sums
            outputs.append(sums)
        wanted = [1 - label, label]
        top = [(o - t) * o * (1 - o) for o, t in zip(outputs[1], wanted)]
        low = [sum(net[1][k][j] * top[k] for k in range(2)) * h * (1 - h)
               for j, h in enumerate(outputs[0])]
        for i, deltas in enumerate([low, top]):
            given = row if i == 0 else outputs[0]
            for unit, delta in zip(net[i], deltas):
                for j in range(2):
                    unit[j] -= 0.4 * delta * given[j]
                unit[-1] -= 0.4 * delta
"""
RIGHT = {"inputs.py": INPUTS, "lists.py": LISTS, "matrices.R": MATRICES}
WRONG = {
    "lists.py": (LISTS, "a = outputs[k + 1][i]", "a = outputs[k][i % sizes[k]]"),
    "matrices.R": (MATRICES, "own <- acts[[k]]", "own <- acts[[k - 1]]"),
    # On the line itself, where nothing has another name.
    "taken_there.R": (MATRICES, "own * (1 - own)", "acts[[k - 1]] * (1 - acts[[k - 1]])"),
}
OWN_OUTPUT = {
    "own.py": (INPUTS, "i == 0 else outputs[0]", "i == 0 else outputs[1]"),
}
OTHER_INPUT = {
    "inputs.py": (INPUTS, "given = row if i == 0 else outputs[0]", "given = row"),
    # The list is right, and its element another.
    "element.py": (INPUTS, "delta * given[j]", "delta * given[1 - j]"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_own_activation_with_a_name_is_right(check, name):
    _, answer, _ = check(RIGHT[name], name=name)
    assert answer["verdict"] == "right", answer["sentence"]


@pytest.mark.parametrize("name", WRONG)
def test_the_line_that_takes_another_layer_is_told(accuse, name):
    line, cause, answer = accuse(*WRONG[name], name)
    assert WRONG[name][2] in line
    assert cause == "slope_of_other_layer"
    assert answer["first"]["name"] in ("a", "own", "delta")


@pytest.mark.parametrize("name", OTHER_INPUT)
def test_the_list_that_is_taken_is_told_and_not_its_use(accuse, name):
    line, cause, _ = accuse(*OTHER_INPUT[name], name)
    assert OTHER_INPUT[name][2] in line
    assert cause == "gradient_of_other_input"


def test_the_list_of_what_the_layer_itself_gives_is_told(accuse):
    line, _, _ = accuse(*OWN_OUTPUT["own.py"], "own.py")
    assert OWN_OUTPUT["own.py"][2] in line
