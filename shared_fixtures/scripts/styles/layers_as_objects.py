# Each layer is an object with a forward and a backward method.
import numpy as np


class Dense:
    def __init__(self, n_in, n_out):
        self.weights = np.random.randn(n_in, n_out)
        self.bias = np.zeros((1, n_out))

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.weights + self.bias

    def backward(self, gradient, learning_rate):
        back = gradient @ self.weights.T
        self.weights -= learning_rate * self.inputs.T @ gradient
        self.bias -= learning_rate * gradient.sum(axis=0, keepdims=True)
        return back


class Sigmoid:
    def forward(self, inputs):
        self.out = 1 / (1 + np.exp(-inputs))
        return self.out

    def backward(self, gradient, learning_rate):
        return gradient * self.out * (1 - self.out)


X = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
y = np.array([[1], [1], [0]])
epochs = 5000
learning_rate = 0.1
network = [Dense(4, 3), Sigmoid(), Dense(3, 1), Sigmoid()]

for epoch in range(epochs):
    output = X
    for layer in network:
        output = layer.forward(output)
    gradient = output - y
    for layer in reversed(network):
        gradient = layer.backward(gradient, learning_rate)
