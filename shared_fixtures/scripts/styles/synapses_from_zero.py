# The famous few lines: syn0 and l1, one function for the sigmoid and its slope; with biases.
import numpy as np


def nonlin(x, deriv=False):
    if deriv == True:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))


X = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
y = np.array([[1, 1, 0]]).T
np.random.seed(1)
alpha = 0.1
syn0 = 2 * np.random.random((4, 3)) - 1
syn1 = 2 * np.random.random((3, 1)) - 1
b0 = np.zeros((1, 3))
b1 = np.zeros((1, 1))

for j in range(5000):
    l0 = X
    l1 = nonlin(np.dot(l0, syn0) + b0)
    l2 = nonlin(np.dot(l1, syn1) + b1)
    l2_error = y - l2
    if j % 1000 == 0:
        print("Error: " + str(np.mean(np.abs(l2_error))))
    l2_delta = l2_error * nonlin(l2, deriv=True)
    l1_error = l2_delta.dot(syn1.T)
    l1_delta = l1_error * nonlin(l1, deriv=True)
    syn1 += alpha * l1.T.dot(l2_delta)
    syn0 += alpha * l0.T.dot(l1_delta)
    b1 += alpha * l2_delta.sum(axis=0)
    b0 += alpha * l1_delta.sum(axis=0)
