import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))
X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]])
y = np.array([[1], [0], [1]])
lr = 0.5
W1, b1 = np.random.randn(2, 3), np.zeros(3)
W2, b2 = np.random.randn(3, 1), np.zeros(1)
for epoch in range(3):
    a1 = f(X @ W1 + b1)
    a2 = f(a1 @ W2 + b2)
    e2 = a2 - y
    delta2 = e2 * (1 - e2)
    delta1 = delta2 @ W2.T * a1 * (1 - a1)
    W2 -= lr * a1.T @ delta2
    b2 -= lr * delta2.sum(axis=0)
    W1 -= lr * X.T @ delta1
    b1 -= lr * delta1.sum(axis=0)
