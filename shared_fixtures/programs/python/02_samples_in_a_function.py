import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))

def one_pass(W1, b1, W2, b2, X, y):
    for k in range(len(X)):
        u = X[k]
        h = f(u @ W1 + b1)
        o = f(h @ W2 + b2)
        g = (o - y[k]) * o * (1 - o)
        q = (g @ W2.T) * h * (1 - h)
        W2 = W2 - 0.5 * np.outer(h, g)
        b2 = b2 - 0.5 * g
        W1 = W1 - 0.5 * np.outer(u, q)
        b1 = b1 - 0.5 * q
    return W1, b1, W2, b2

X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]])
y = np.array([[1], [0], [1]])
W1, b1 = np.random.randn(2, 3), np.zeros(3)
W2, b2 = np.random.randn(3, 1), np.zeros(1)
for t in range(40):
    W1, b1, W2, b2 = one_pass(W1, b1, W2, b2, X, y)
