# No numpy: nested lists, loops, and gradients that are added up over the samples.
import math
import random


def sigmoid(z):
    return 1.0 / (1.0 + math.exp(-z))


X = [[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]]
y = [1, 1, 0]
learning_rate = 0.1
n_epochs = 5000
n_hidden = 3
hidden_weights = [[random.random() for j in range(n_hidden)] for i in range(len(X[0]))]
hidden_bias = [random.random() for j in range(n_hidden)]
output_weights = [random.random() for j in range(n_hidden)]
output_bias = random.random()

for epoch in range(n_epochs):
    grad_hw = [[0.0] * n_hidden for _ in X[0]]
    grad_hb = [0.0] * n_hidden
    grad_ow = [0.0] * n_hidden
    grad_ob = 0.0
    for row, target in zip(X, y):
        h = []
        for j in range(n_hidden):
            total = hidden_bias[j]
            for i in range(len(row)):
                total += row[i] * hidden_weights[i][j]
            h.append(sigmoid(total))
        total = output_bias
        for j in range(n_hidden):
            total += h[j] * output_weights[j]
        guess = sigmoid(total)
        d_out = (guess - target) * guess * (1 - guess)
        for j in range(n_hidden):
            d_hid = d_out * output_weights[j] * h[j] * (1 - h[j])
            grad_ow[j] += d_out * h[j]
            grad_hb[j] += d_hid
            for i in range(len(row)):
                grad_hw[i][j] += d_hid * row[i]
        grad_ob += d_out
    for j in range(n_hidden):
        output_weights[j] -= learning_rate * grad_ow[j]
        hidden_bias[j] -= learning_rate * grad_hb[j]
        for i in range(len(X[0])):
            hidden_weights[i][j] -= learning_rate * grad_hw[i][j]
    output_bias -= learning_rate * grad_ob
