import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))

def initialize(n_x, n_h, n_y):
    W1, b1 = np.random.randn(n_h, n_x), np.zeros((n_h, 1))
    W2, b2 = np.random.randn(n_y, n_h), np.zeros((n_y, 1))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}

def step(p, X, Y, rate):
    m = X.shape[1]
    A1 = f(p["W1"] @ X + p["b1"])
    A2 = f(p["W2"] @ A1 + p["b2"])
    dZ2 = A2 - Y
    dZ1 = p["W2"].T @ dZ2 * A1 * (1 - A1)
    return {"W1": p["W1"] - rate * dZ1 @ X.T / m, "b1": p["b1"] - rate * dZ1.sum(axis=1, keepdims=True) / m,
            "W2": p["W2"] - rate * dZ2 @ A1.T / m, "b2": p["b2"] - rate * dZ2.sum(axis=1, keepdims=True) / m}

X = np.random.rand(2, 8)
Y = np.array([[1, 0, 1, 1, 0, 0, 1, 0]])
parameters = initialize(X.shape[0], 3, Y.shape[0])
for i in range(3):
    parameters = step(parameters, X, Y, 0.5)
