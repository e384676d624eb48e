import numpy as np
rng = np.random.default_rng(3)
X = np.array([[0.5, -1.2, 0.3], [1.1, 0.4, -0.7], [-0.6, 0.9, 1.5], [0.2, -0.3, 0.8], [1.4, 1.0, -1.1]])
y = np.array([[1.0], [0.0], [1.0], [0.0], [1.0]])
W1 = rng.uniform(-1, 1, (3, 4))
b1 = np.zeros((1, 4))
W2 = rng.uniform(-1, 1, (4, 1))
b2 = np.zeros((1, 1))
for epoch in range(200):
    h = 1 / (1 + np.exp(-(X @ W1 + b1)))
    out = 1 / (1 + np.exp(-(h @ W2 + b2)))
    d2 = (out - y) * out * (1 - out)
    d1 = (d2 @ W2.T) * h * (1 - h)
    W2 -= 0.5 * h.T @ d2
    b2 -= 0.5 * d2.sum(axis=0, keepdims=True)
    W1 -= 0.5 * X.T @ d1
    b1 -= 0.5 * d1.sum(axis=0, keepdims=True)
print(np.mean((out - y) ** 2))
