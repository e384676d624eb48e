# Tuple assignments, a while loop with a counter of its own, and names that are used again.
import numpy as np

(X, Y), eta = (np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]]), np.array([[1], [1], [0]])), 0.1
rng = np.random.default_rng(7)
W1, b1 = rng.normal(size=(4, 3)), np.zeros((1, 3))
W2, b2 = rng.normal(size=(3, 1)), np.zeros((1, 1))
logistic = lambda v: 1 / (1 + np.exp(-v))
i, max_iter = 0, 5000
while i < max_iter:
    H = logistic(X @ W1 + b1)
    O = logistic(H @ W2 + b2)
    dO = (O - Y) * O * (1 - O)
    dH = dO @ W2.T * H * (1 - H)
    W2, b2 = W2 - eta * H.T @ dO, b2 - eta * dO.sum(0)
    W1, b1 = W1 - eta * X.T @ dH, b1 - eta * dH.sum(0)
    i += 1
    if (loss := float(((O - Y) ** 2).sum() / 2)) < 1e-12:
        break
