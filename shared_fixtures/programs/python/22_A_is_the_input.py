import numpy as np
X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]])
y = np.array([[1], [0], [1]])
eta = 0.5
W_h, b_h = np.random.randn(2, 3), np.zeros((1, 3))
W_o, b_o = np.random.randn(3, 1), np.zeros((1, 1))
for i in range(3):
    A_h = X @ W_h + b_h
    O_h = 1 / (1 + np.exp(-A_h))
    A_o = O_h @ W_o + b_o
    O_o = 1 / (1 + np.exp(-A_o))
    d_o = (O_o - y) / 3
    d_h = d_o @ W_o.T * O_h * (1 - O_h)
    W_o = W_o - eta * O_h.T @ d_o
    b_o = b_o - eta * d_o.sum(axis=0, keepdims=True)
    W_h = W_h - eta * X.T @ d_h
    b_h = b_h - eta * np.sum(d_h)
