"""Numbers that know what they are made of: one class adds and multiplies all there is."""

import pytest

ENGINE = """import random
class Value:
    def __init__(self, data, made=()):
        self.data, self.grad, self.made, self.back = data, 0, made, lambda: None
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def back():
            self.grad += out.grad
            other.grad += out.grad
        out.back = back
        return out
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def back():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out.back = back
        return out
    def relu(self):
        out = Value(self.data if self.data > 0 else 0, (self,))
        def back():
            self.grad += (out.data > 0) * out.grad
        out.back = back
        return out
    __radd__, __rmul__ = __add__, __mul__
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if v not in seen:
                seen.add(v)
                for child in v.made:
                    visit(child)
                order.append(v)
        visit(self)
        self.grad = 1
        for v in reversed(order):
            v.back()
random.seed(SEED)
hidden = [([Value(random.uniform(-1, 1)) for _ in range(2)], Value(0)) for _ in range(4)]
last, bias = [Value(random.uniform(-1, 1)) for _ in range(4)], Value(0)
everything = [v for w, b in hidden for v in (*w, b)] + last + [bias]
points = [([0.0, 0.0], -1.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], -1.0)]
def score(x):
    h = [sum((w * e for w, e in zip(ws, x)), b).relu() for ws, b in hidden]
    return sum((w * e for w, e in zip(last, h)), bias)
for k in range(20):
    LOSS
    for v in everything:
        v.grad = 0
    loss.backward()
    for v in everything:
        v.data -= 0.1 * v.grad
"""
LOSSES = {
    "hinge": "loss = sum((1 + -y * score(x)).relu() for x, y in points) * 0.25",
    "hinge and a penalty": "loss = sum((1 + -y * score(x)).relu() for x, y in points) * 0.25\n"
    "    loss = loss + 0.01 * sum(v * v for v in everything)",
    "squares": "loss = sum((score(x) + -y) * (score(x) + -y) for x, y in points)",
}


def program(name, seed=1):
    """A training with a loss of ours, which begins at random weights."""
    return ENGINE.replace("LOSS", LOSSES[name]).replace("SEED", str(seed))


def smooth(name):
    """The same with tanh."""
    source = program(name).replace("self.data if self.data > 0 else 0", "math.tanh(self.data)")
    source = source.replace("(out.data > 0)", "(1 - out.data * out.data)").replace("relu", "tanh")
    return source.replace("import random", "import math, random", 1)


FAULTS = {
    f"a share that is lost, {name}": (
        smooth(name), "self.grad += other.data", "self.grad = other.data", "self.grad = other",
        None,
    )
    for name in ("squares", "hinge")
}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", LOSSES)
def test_a_training_of_such_numbers_is_right(check, name, seed):
    assert check(program(name, seed))[1]["verdict"] == "right"


def test_smooth_units_are_right(check):
    assert check(smooth("hinge"))[1]["verdict"] == "right"


@pytest.mark.parametrize("name", FAULTS)
def test_a_mistake_of_their_class_is_on_its_line(accuse, name):
    source, old, new, line, _ = FAULTS[name]
    told, _, _ = accuse(source, old, new)
    assert told.startswith(line)
