"""A program that is watched prints and ends as it does alone."""

from pathlib import Path

import pytest
from layouts import LAYOUTS
from scripts import write_script
from watching import run_alone, run_watched

REPOSITORY = Path(__file__).resolve().parents[3]
PROGRAMS = sorted((REPOSITORY / "shared_fixtures" / "programs" / "python").glob("*.py"))

ODD = {
    "generators": """
def count(n):
    total = 0.0
    for k in range(n):
        got = yield total + k * 0.5
        total += got or 1.0
g = count(4)
print(next(g), g.send(2.5), [*g])
print(sum(x * x for x in (0.5 * k for k in range(5))), max(v - 1.5 for v in (1.0, 2.0)))
def outer():
    yield from count(2)
print(list(outer()), (lambda: (yield))().__class__.__name__)
""",
    "closures": """
def make():
    n, w = 0, 1.5
    def step(by=0.25):
        nonlocal n, w
        n += 1
        w -= by * w
        return w
    return step
s = make()
print([round(s(), 5) for _ in range(5)], [f() for f in [lambda k=k: k * 0.5 for k in range(3)]])
total = 0.5
def add():
    global total
    total = total + 1.5
    return total
print(add(), total)
""",
    "classes": """
from dataclasses import dataclass, field
from typing import NamedTuple
class Value:
    __slots__ = ("v",)
    def __init__(self, v): self.v = v
    def __add__(self, o): return Value(self.v + getattr(o, "v", o))
    __radd__ = __add__
    def __mul__(self, o): return Value(self.v * getattr(o, "v", o))
    def __iadd__(self, o): self.v += 100; return self
    def __getitem__(self, k): return (k.start, k.stop, k.step) if isinstance(k, slice) else k
    def __lt__(self, o): return self.v < o.v
    def __neg__(self): return Value(-self.v)
    def __call__(self, x): return self.v * x
    @property
    def T(self): return "transposed"
    def __repr__(self): return f"V({self.v!r:>5})"
a = Value(1.5)
b = a
b += 2
print(a is b, a + 1, 2 + a, sum([a, a]), -a, a[1:2, ::3], a[...], a.T, a(0.5), a < b, sorted([a]))
@dataclass
class Layer:
    w: float = 0.5
    many: list = field(default_factory=lambda: [0.0] * 3)
    def __post_init__(self): self.w *= 2
print(Layer(), Layer(1.25, [0.0]), Layer.w)
class P(NamedTuple):
    x: float
    y: float = 2.5
print(P(1.0)._replace(x=3.5), P(1.5).x * 2)
class Base:
    def __init__(self, w): self.w = w
class Sub(Base):
    def __init__(self): super().__init__(0.75)
    @staticmethod
    def s(x): return x * 2
    @classmethod
    def c(cls): return cls().w
print(Sub().w, Sub.s(1.5), Sub.c(), type(Sub()).__mro__[1].__name__)
""",
    "syntax": """
import math
x: float = 0.5
if (n := len([1, 2, 3])) > 2 and not n == 4: print(n, x)
print(0.1 < x < 0.9, 1 if x else 2.5, x if x > 1 else -x, not x, ~3, +x, x is x)
a = b = [0.0] * 2
a[0] += 1.5
(c, (d, e)), *f = (1.0, (2.0, 3.0)), 4.0, 5.0
print(a, b, c, d, e, f, {**{"k": 0.5}, "l": 1.5}, [*a, *f])
print({x for x in a}, {k: v for k, v in zip("ab", a)})
m = {"w": [1.0, 2.0]}
m["w"][1] -= 0.5; m["n"] = m.get("n", 0) + 1
del m["w"][0]
i = 0
def nxt():
    global i
    i += 1
    return i
v = [0.0] * 4
v[nxt()] += 2.5
v[nxt()], v[nxt()] = 1.5, 2.5
print(m, v, i)
match [1.5, "a"]:
    case [float(q), "a"] if q * 2 > 1: print("matched", q)
    case _: print("no")
try:
    1 / 0
except ZeroDivisionError as error:
    print(error, error.__traceback__.tb_lineno)
else:
    print("else")
finally:
    print("finally")
for k in range(3):
    if k == 1: continue
    if k == 2: break
else:
    print("not reached")
while True:
    x += 1.5
    if x > 5: break
print(x, "%.3f %s" % (x, m), "{:.2f} {a}".format(x, a=math.sqrt(x)), f"{x!r:>10} {x=:.1f}")
with open(__file__) as file:
    print(len(file.readline()), __name__)
print(sorted(k for k in globals() if not k.startswith("__")), eval("x * 2"), locals() is globals())
exec("z = x * 2"); print(z)
def scope():
    w = 1.5
    return sorted(locals())
print(scope(), [[i * j for j in range(2)] for i in range(2)])
print((lambda *p, **k: (p, k))(1.0, *[2.0], q=3.0))
assert x > 0, "small"
print(float("nan") in [float("nan")], (nan := float("nan")) in [nan], 0.1 + 0.2, -0.0 * 1, 1e400)
""",
    "numpy": """
import numpy as np
import warnings
rng = np.random.default_rng(3)
X = rng.normal(size=(4, 3)); y = np.array([0, 1, 1, 0])
print(X[y == 1, ::-1].T, np.dot(X, X.T).trace(), np.einsum("ij,ik->jk", X, X)[0])
W = np.matrix([[1.0, 2.0], [3.0, 4.0]]); print(W * W, W.A1, W.I[0, 0])
i8 = np.zeros(3, dtype=int); i8[1] += 2; i8[[0, 0]] += 1; print(i8, i8.dtype)
f4 = np.ones(2, dtype=np.float32); f4 *= 1.1; print(f4, (f4 / 3).dtype)
np.add.at(i8, [0, 0], 5); print(i8, np.exp(np.array([1e4])), np.log(np.array([0.0])))
a = np.arange(6.0).reshape(2, 3); b = a[1]; b -= 1; a[:, 1] *= 2; a[0, :2] = [9, 8]; print(a, b)
np.subtract(a, 1, out=a); print(a, [r.sum() for r in a], [list(r) for r in a.T], *a.flat)
s = np.array(["x", "y"]); o = np.array([None, 1.5], dtype=object); print(s[0], o)
print(np.vectorize(lambda v: v * 2)(a), np.apply_along_axis(lambda r: r / r.sum(), 1, a + 5))
r = np.array([(1, 2.5)], dtype=[("k", int), ("v", float)]); print(r["v"] * 2, r[0]["k"])
print(np.c_[a, a], np.r_[1:4], np.zeros((0, 3)).sum(axis=0), np.array(3.5) * 2, np.float64(2) ** 3)
m = np.ma.masked_array([1.0, 2.0], mask=[0, 1]); print(m * 2, m.sum())
print(1j * np.ones(2), np.array([True, False]) & True, ~np.array([True]), np.where(a > 2, a, 0.0))
x, = np.array([1.5]); p, q = np.array([[1.0, 2.0], [3.0, 4.0]]); print(x, p, q)
for epoch in range(3): print(epoch, (lambda z: 1 / (1 + np.exp(-z)))(np.array([-1000.0])))
""",
    "an error": """
import numpy as np
def inner(a, b):
    return (a
            @ b)
def outer(n):
    if n: return outer(n - 1)
    try:
        {}["k"]
    except KeyError as e:
        raise ValueError("wrong " + str(inner(np.ones((2, 3)), np.ones((2, 3))))) from e
print("before")
outer(3)
""",
    "an error in a comprehension": "x = [1.0, 0.0]\nprint([1 / (v * 2) for v in x])\n",
    "an exit": """
import sys, atexit
atexit.register(print, "at the end")
print(0.5 * 3)
sys.exit(3)
""",
    "an exit with a sentence": "x = 0.5\nraise SystemExit(f'no {x * 2}')\n",
    "no input": "name = input('name? ')\nprint(name)\n",
    "no module": "import no_such_module_anywhere\n",
    "no syntax in a module": "print(1)\nimport other\n",
    "no syntax": "x = 1\nprint 'old', x\n",
    "recursion": """
def depth(n): return 0.5 + depth(n - 1) if n else 0.0
print(depth(900))
try:
    depth(10 ** 6)
except RecursionError:
    print("too deep")
""",
    "a traceback of its own": """
import traceback, warnings, sys
def f(x): return [1.0][x * 2]
try:
    f(3)
except IndexError:
    traceback.print_exc(); print(traceback.format_exc())
warnings.warn("look"); warnings.warn("look")
print(sys._getframe().f_lineno, sys.argv, sys.flags.optimize)
""",
    "processes": """
import multiprocessing as mp
def square(x): return x * x
if __name__ == "__main__":
    with mp.get_context("fork").Pool(2) as pool: print(pool.map(square, [0.5, 1.5]))
    with mp.get_context("spawn").Pool(1) as pool: print(pool.map(square, [2.5]))
""",
    "threads": """
import threading
done = []
def work(k):
    x = 0.0
    for i in range(200): x = x + 0.5 * k
    done.append(x)
ts = [threading.Thread(target=work, args=(k,)) for k in range(4)]
[t.start() for t in ts]; [t.join() for t in ts]
print(sorted(done))
""",
    "a pickle": """
import pickle
class Net:
    def __init__(self): self.w = [0.5] * 3
n = pickle.loads(pickle.dumps(Net()))
print(n.w, type(n).__module__)
""",
    "a long training": """
w = [0.5, -0.25]
for epoch in range(3000):
    for i in range(2):
        w[i] -= 0.01 * (w[0] * w[1] + w[i])
    if epoch % 1000 == 0: print(epoch, w)
print(w)
""",
    "its own source": """
import inspect
def f(x):
    # a comment
    return x * 2
print(inspect.getsource(f), f.__code__.co_firstlineno, f.__doc__, f.__name__)
""",
    "the future": """'A text.'
from __future__ import annotations
x: undefined = 1.5
print(__doc__, x * 2)
""",
    "async": """
import asyncio
async def double(x):
    await asyncio.sleep(0)
    return x * 2
async def main():
    print(await double(1.5) + await double(2.5), [await double(v) for v in (0.5, 1.0)])
asyncio.run(main())
""",
}  # fmt: skip


def compare(file, out, *args):
    before = {p.name for p in file.parent.iterdir()}
    alone = run_alone(file, *args)
    for made in file.parent.iterdir():
        if made.name not in before:
            made.unlink()
    watched = run_watched(file, out, *args)
    assert watched.status == alone.status
    assert watched.out == alone.out
    assert watched.err == alone.err
    assert out.read_bytes().startswith(b'{"schema":"twinprop.recording"')


@pytest.mark.parametrize("file", PROGRAMS, ids=lambda p: p.stem)
def test_every_program_of_the_tests_is_unchanged(file, program, tmp_path):
    compare(program(file.read_text(), file.name), tmp_path / "recording")


@pytest.mark.parametrize("style", LAYOUTS["python"])
def test_every_style_of_the_planted_mistakes_is_unchanged(style, program, tmp_path):
    shape = {"n": 6, "n0": 4, "n1": 5, "n2": 3, "mean": True, "lr": 0.1}
    file = program(write_script("python", style, shape, {}))
    compare(file, tmp_path / "recording")


@pytest.mark.parametrize("name", ODD)
def test_every_syntax_is_unchanged(name, program, tmp_path):
    beside = {"other": "x = 1\nprint 'old', x\n"}
    compare(program(ODD[name], **beside), tmp_path / "recording", "--rate", "0.5")
