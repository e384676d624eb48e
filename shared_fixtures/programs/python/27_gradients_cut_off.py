import numpy as np

rng = np.random.default_rng(8)
X = rng.normal(size=(30, 3)); Y = 5 * X @ rng.normal(size=(3, 2)) + 1
W1 = rng.normal(size=(3, 5)); b1 = np.zeros(5); W2 = rng.normal(size=(5, 2)); b2 = np.zeros(2)
for i in range(100):
    h = np.tanh(X @ W1 + b1)
    o = h @ W2 + b2
    d = 2 * (o - Y) / len(Y)
    dW2 = h.T @ d; db2 = d.sum(0)
    dz = (d @ W2.T) * (1 - h ** 2)
    dW1 = X.T @ dz; db1 = dz.sum(0)
    for g in (dW1, db1, dW2, db2):
        np.clip(g, -1, 1, out=g)
    W1 -= 0.1 * dW1; b1 -= 0.1 * db1; W2 -= 0.1 * dW2; b2 -= 0.1 * db2
print(np.mean((o - Y) ** 2))
