import numpy as np

rng = np.random.default_rng(10)
X = rng.normal(size=(40, 3)); T = (rng.random((40, 1)) < 0.2) * 1.0
wt = np.where(T == 1, 4.0, 1.0)
W1 = rng.normal(size=(3, 4)) * .5; b1 = np.zeros(4); W2 = rng.normal(size=(4, 1)) * .5; b2 = np.zeros(1)
for it in range(50):
    h = np.tanh(X @ W1 + b1)
    o = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d = wt * (o - T) / wt.sum()
    dz = d @ W2.T * (1 - h ** 2)
    W2 -= 0.5 * h.T @ d; b2 -= 0.5 * d.sum(0); W1 -= 0.5 * X.T @ dz; b1 -= 0.5 * dz.sum(0)
print(o.mean())
