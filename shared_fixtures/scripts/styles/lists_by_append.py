# Layers of any number in lists that are filled by append.
import numpy as np

sizes = [4, 3, 1]
X = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
y = np.array([[1], [1], [0]])
alpha = 0.1
epochs = 5000

weights = []
biases = []
for n_in, n_out in zip(sizes[:-1], sizes[1:]):
    weights.append(np.random.uniform(-1, 1, (n_in, n_out)))
    biases.append(np.zeros((1, n_out)))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


for epoch in range(epochs):
    activations = [X]
    zs = []
    for w, b in zip(weights, biases):
        zs.append(activations[-1].dot(w) + b)
        activations.append(sigmoid(zs[-1]))

    deltas = [(activations[-1] - y) * activations[-1] * (1 - activations[-1])]
    for i in range(len(weights) - 1, 0, -1):
        error = deltas[-1].dot(weights[i].T)
        deltas.append(error * activations[i] * (1 - activations[i]))
    deltas.reverse()

    for i in range(len(weights)):
        weights[i] -= alpha * activations[i].T.dot(deltas[i])
        biases[i] -= alpha * np.sum(deltas[i], axis=0, keepdims=True)

print(activations[-1])
