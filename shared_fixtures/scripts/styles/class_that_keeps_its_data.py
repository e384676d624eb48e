# A class that keeps the data with the weights; the loop is outside of it.
import numpy as np


class NeuralNetwork:
    def __init__(self, x, y, hidden=3):
        self.input = x
        self.y = y
        self.weights1 = np.random.rand(self.input.shape[1], hidden)
        self.bias1 = np.random.rand(1, hidden)
        self.weights2 = np.random.rand(hidden, y.shape[1])
        self.bias2 = np.random.rand(1, y.shape[1])
        self.output = np.zeros(self.y.shape)
        self.learning_rate = 0.1

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def sigmoid_derivative(self, x):
        return x * (1 - x)

    def feedforward(self):
        self.layer1 = self.sigmoid(np.dot(self.input, self.weights1) + self.bias1)
        self.output = self.sigmoid(np.dot(self.layer1, self.weights2) + self.bias2)

    def backprop(self):
        d_output = (self.y - self.output) * self.sigmoid_derivative(self.output)
        d_layer1 = np.dot(d_output, self.weights2.T) * self.sigmoid_derivative(self.layer1)
        self.weights2 += self.learning_rate * np.dot(self.layer1.T, d_output)
        self.bias2 += self.learning_rate * np.sum(d_output, axis=0, keepdims=True)
        self.weights1 += self.learning_rate * np.dot(self.input.T, d_layer1)
        self.bias1 += self.learning_rate * np.sum(d_layer1, axis=0, keepdims=True)


if __name__ == "__main__":
    X = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
    y = np.array([[1], [1], [0]])
    nn = NeuralNetwork(X, y)
    for i in range(5000):
        nn.feedforward()
        nn.backprop()
    print(nn.output)
