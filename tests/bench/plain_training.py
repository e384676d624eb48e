"""The article's numpy program as a function: one hidden layer, squared error, full batches.

Written out plainly, without the package: what its speed is measured against.
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def derivatives_sigmoid(x):
    return x * (1 - x)


def train_plainly(X, y, wh, bh, wout, bout, lr, epochs):
    """Train for some epochs from copies of the weights, and return them."""
    wh, bh, wout, bout = wh.copy(), bh.copy(), wout.copy(), bout.copy()
    for _ in range(epochs):
        hidden_layer_input = np.dot(X, wh) + bh
        hiddenlayer_activations = sigmoid(hidden_layer_input)
        output_layer_input = np.dot(hiddenlayer_activations, wout) + bout
        output = sigmoid(output_layer_input)
        E = y - output
        slope_output_layer = derivatives_sigmoid(output)
        slope_hidden_layer = derivatives_sigmoid(hiddenlayer_activations)
        d_output = E * slope_output_layer
        Error_at_hidden_layer = d_output.dot(wout.T)
        d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer
        wout += hiddenlayer_activations.T.dot(d_output) * lr
        bout += np.sum(d_output, axis=0, keepdims=True) * lr
        wh += X.T.dot(d_hiddenlayer) * lr
        bh += np.sum(d_hiddenlayer, axis=0, keepdims=True) * lr
    return wh, bh, wout, bout
