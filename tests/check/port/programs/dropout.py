import numpy as np
rng = np.random.default_rng(5)
data = np.genfromtxt("plants.csv", delimiter=",", skip_header=1, usecols=(0, 1, 3, 4))
X = (data - data.mean(axis=0)) / data.std(axis=0)
y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
W1 = rng.normal(0, 0.5, size=(4, 6)); b1 = np.zeros(6)
W2 = rng.normal(0, 0.5, size=(6, 1)); b2 = np.zeros(1)
keep = 0.8
for epoch in range(5):
    order = rng.permutation(len(X))
    for s in range(0, len(X), 20):
        xb, yb = X[order[s:s + 20]], y[order[s:s + 20]]
        z1 = xb @ W1 + b1
        mask = (rng.random(z1.shape) < keep) / keep
        a1 = np.maximum(z1, 0) * mask
        p = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        d2 = (p - yb) / len(xb)
        dW2 = a1.T @ d2
        d1 = (d2 @ W2.T) * mask * (z1 > 0)
        W2 -= 0.2 * dW2; b2 -= 0.2 * d2.sum(axis=0)
        W1 -= 0.2 * (xb.T @ d1); b1 -= 0.2 * d1.sum(axis=0)
print(p.mean())
