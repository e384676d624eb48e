import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))
X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]])
y = np.array([[1], [0], [1]])
lr = 0.5
places = []
for n in (2, 3, 1):
    places.append(np.zeros(n))
first, b1 = np.random.randn(2, 3), np.zeros(3)
second, b2 = np.random.randn(3, 1), np.zeros(1)
for epoch in range(3):
    a1 = f(X @ first + b1)
    a2 = f(a1 @ second + b2)
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = d2 @ second.T * a1 * (1 - a1)
    second -= lr * a1.T @ d2
    b2 -= lr * d2.sum(axis=0)
    first -= lr * X.T @ d1
    b1 -= lr * d1.sum(axis=0)
