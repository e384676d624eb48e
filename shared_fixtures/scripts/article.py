# A network of one hidden layer, written as one would from the article's twelve steps.
import numpy as np


def sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def derivatives_sigmoid(s):
    return s * (1.0 - s)


X = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
y = np.array([[1], [1], [0]])
hidden_units = 3
lr = 0.1
epoch = 5000
rng = np.random.default_rng()
wh = rng.random((X.shape[1], hidden_units))
bh = rng.random((1, hidden_units))
wout = rng.random((hidden_units, 1))
bout = rng.random((1, 1))

for i in range(epoch):
    hidden_layer_input = X @ wh + bh
    hiddenlayer_activations = sigmoid(hidden_layer_input)
    output_layer_input = hiddenlayer_activations @ wout + bout
    output = sigmoid(output_layer_input)

    E = y - output
    slope_output_layer = derivatives_sigmoid(output)
    slope_hidden_layer = derivatives_sigmoid(hiddenlayer_activations)
    d_output = E * slope_output_layer
    Error_at_hidden_layer = d_output @ wout.T
    d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer

    wout += lr * hiddenlayer_activations.T @ d_output
    bout += lr * d_output.sum(axis=0, keepdims=True)
    wh += lr * X.T @ d_hiddenlayer
    bh += lr * d_hiddenlayer.sum(axis=0, keepdims=True)

print("output after training:")
print(output)
