import numpy as np

rng = np.random.default_rng(0)
x = rng.standard_normal((20, 3))
y = (x[:, 0] + 0.5 * x[:, 1] > 0).astype(float)
W1 = 0.4 * rng.standard_normal((3, 4))
b1 = np.zeros(4)
w2 = 0.4 * rng.standard_normal(4)
b2 = 0.0
for i in range(30):
    z = x @ W1 + b1
    h = np.where(z > 0, z, 0)
    p = 1 / (1 + np.exp(-(h @ w2 + b2)))
    d = (p - y) / len(y)
    dh = np.outer(d, w2) * (z > 0)
    w2 = w2 - 0.3 * h.T @ d
    b2 = b2 - 0.3 * d.sum()
    W1 = W1 - 0.3 * x.T @ dh
    b1 = b1 - 0.3 * dh.sum(axis=0)
print(w2)
