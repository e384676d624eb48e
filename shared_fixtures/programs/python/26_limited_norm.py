import numpy as np

rng = np.random.default_rng(8)
X = rng.normal(size=(30, 3)); Y = np.eye(2)[(X[:, 0] > 0).astype(int)]
W1 = rng.normal(size=(3, 5)); b1 = np.zeros(5); W2 = rng.normal(size=(5, 2)); b2 = np.zeros(2)
for i in range(60):
    h = np.maximum(0, X @ W1 + b1)
    s = h @ W2 + b2
    p = np.exp(s); p /= p.sum(axis=1)[:, None]
    d = (p - Y) / len(X)
    dW2 = h.T @ d; db2 = d.sum(0)
    dz = d @ W2.T; dz[h <= 0] = 0
    dW1 = X.T @ dz; db1 = dz.sum(0)
    W1 -= 0.5 * dW1; b1 -= 0.5 * db1; W2 -= 0.5 * dW2; b2 -= 0.5 * db2
    for W in (W1, W2):
        n = np.sqrt((W ** 2).sum(axis=0))
        W *= np.minimum(1, 1.5 / n)
print(-np.log((p * Y).sum(1)).mean())
