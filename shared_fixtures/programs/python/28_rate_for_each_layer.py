import numpy as np

rng = np.random.default_rng(10)
X = rng.normal(size=(20, 3)); T = rng.normal(size=(20, 1))
W1 = rng.normal(size=(3, 4)) * .5; b1 = np.zeros(4); W2 = rng.normal(size=(4, 1)) * .5; b2 = np.zeros(1)
for it in range(50):
    h = np.tanh(X @ W1 + b1)
    o = h @ W2 + b2
    d = (o - T) / 20
    dz = d @ W2.T * (1 - h ** 2)
    gW2, gb2, gW1, gb1 = h.T @ d, d.sum(0), X.T @ dz, dz.sum(0)
    W1 -= 0.2 * gW1; b1 -= 0.2 * gb1
    W2 -= 0.05 * gW2; b2 -= 0.05 * gb2
print(np.mean((o - T) ** 2))
