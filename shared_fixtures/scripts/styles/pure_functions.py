# State goes in and new state comes out: a tuple of parameters and functions without side effects.
from typing import NamedTuple

import numpy as np


class Params(NamedTuple):
    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray


def init_params(rng, n_in, n_hidden, n_out):
    return Params(
        W1=rng.uniform(-1, 1, (n_in, n_hidden)),
        b1=np.zeros(n_hidden),
        W2=rng.uniform(-1, 1, (n_hidden, n_out)),
        b2=np.zeros(n_out),
    )


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(params, X):
    h = sigmoid(X @ params.W1 + params.b1)
    return h, sigmoid(h @ params.W2 + params.b2)


def gradients(params, X, y):
    h, out = forward(params, X)
    d_out = (out - y) * out * (1 - out)
    d_h = (d_out @ params.W2.T) * h * (1 - h)
    return Params(X.T @ d_h, d_h.sum(axis=0), h.T @ d_out, d_out.sum(axis=0))


def sgd_step(params, grads, lr):
    return Params(*(p - lr * g for p, g in zip(params, grads)))


def train(params, X, y, lr=0.1, epochs=5000):
    for _ in range(epochs):
        params = sgd_step(params, gradients(params, X, y), lr)
    return params


X = np.array([[1.0, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
y = np.array([[1.0], [1], [0]])
params = train(init_params(np.random.default_rng(0), 4, 3, 1), X, y)
print(forward(params, X)[1])
