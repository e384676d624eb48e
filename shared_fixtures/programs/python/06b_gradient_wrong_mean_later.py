import numpy as np
X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]])
y = np.array([[0, 1], [1, 0], [0, 1]])
lr = 0.5
W1, b1 = np.random.randn(2, 3), np.zeros((1, 3))
W2, b2 = np.random.randn(3, 2), np.zeros((1, 2))
m = len(X)
for epoch in range(3):
    Z1 = X @ W1 + b1
    A1 = 1 / (1 + np.exp(-Z1))
    Z2 = A1 @ W2 + b2
    A2 = np.exp(Z2) / np.exp(Z2).sum(axis=1, keepdims=True)
    dZ2 = A2 - y
    dW2 = A2[:, :1].T @ dZ2 / m
    db2 = dZ2.sum(axis=0, keepdims=True) / m
    dZ1 = dZ2 @ W2.T * A1 * (1 - A1)
    dW1 = X.T @ dZ1 / m
    db1 = dZ1.sum(axis=0, keepdims=True) / m
    W1 = W1 - lr * dW1
    b1 = b1 - lr * db1
    W2 = W2 - lr * dW2
    b2 = b2 - lr * db2
