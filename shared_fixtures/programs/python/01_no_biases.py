import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))
X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]])
y = np.array([[1], [0], [1]])
lr = 0.5
W1 = np.random.randn(2, 3)
W2 = np.random.randn(3, 1)
for step in range(3):
    a1 = f(X @ W1)
    a2 = f(a1 @ W2)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 @ W2.T * a1 * (1 - a1)
    W2 -= lr * a1.T @ d2
    W1 -= lr * X.T @ d1
