import numpy as np
X = np.array([[1.0, 2.0, 3.0]])
Y = np.array([[0, 1, 1]])
weights = [None, np.random.randn(1, 1)]
biases = [None, np.zeros((1, 1))]
for i in range(3):
    a = 1 / (1 + np.exp(-(weights[1] @ X + biases[1])))
    dz = a - Y
    weights[1] = weights[1] - 0.5 * dz @ X.T / 3
    biases[1] = biases[1] - 0.5 * dz.sum(axis=1, keepdims=True) / 3
