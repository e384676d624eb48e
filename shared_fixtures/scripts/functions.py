# The functions of the twins, written by somebody else, with one mistake in them.
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward(network, x):
    z, a = [], [x]
    for layer in network:
        z.append(a[-1] @ layer.weights + layer.bias)
        a.append(sigmoid(z[-1]))
    return {"z": z, "a": a}


def backward(network, cache, y):
    a = cache["a"]
    delta = (a[-1] - y) * a[-1] * (1 - a[-1])
    gradients = {"dW2": a[1].T @ delta, "db2": delta.sum(axis=0, keepdims=True)}
    delta = (delta @ network[1].weights.T) * cache["z"][0] * (1 - cache["z"][0])
    return {**gradients, "dW1": a[0].T @ delta, "db1": delta.sum(axis=0, keepdims=True)}
