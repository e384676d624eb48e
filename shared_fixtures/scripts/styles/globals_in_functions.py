# Functions without arguments that change global variables.
import numpy as np

x_train = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
y_train = np.array([[1], [1], [0]])
LEARNING_RATE = 0.1
ITERATIONS = 5000

w_hidden = np.random.normal(size=(4, 3))
b_hidden = np.zeros((1, 3))
w_output = np.random.normal(size=(3, 1))
b_output = np.zeros((1, 1))
hidden = None
output = None


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def forward_pass():
    global hidden, output
    hidden = sigmoid(x_train @ w_hidden + b_hidden)
    output = sigmoid(hidden @ w_output + b_output)


def backward_pass():
    global w_hidden, b_hidden, w_output, b_output
    output_delta = (y_train - output) * output * (1 - output)
    hidden_delta = output_delta @ w_output.T * hidden * (1 - hidden)
    w_output = w_output + LEARNING_RATE * hidden.T @ output_delta
    b_output = b_output + LEARNING_RATE * output_delta.sum(0, keepdims=True)
    w_hidden = w_hidden + LEARNING_RATE * x_train.T @ hidden_delta
    b_hidden = b_hidden + LEARNING_RATE * hidden_delta.sum(0, keepdims=True)


for _ in range(ITERATIONS):
    forward_pass()
    backward_pass()
print(output.round(3))
