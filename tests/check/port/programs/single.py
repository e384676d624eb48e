import numpy as np
xs = np.array([[0.2, 1.1], [-0.4, 0.3], [0.9, -0.8], [1.3, 0.5], [-1.0, -0.2], [0.1, -1.4]])
ys = np.array([1.0, 0, 1, 1, 0, 0])
w = np.random.randn(2) * 0.5
b = 0.0
for epoch in range(15):
    for i in np.random.permutation(6):
        p = 1 / (1 + np.exp(-(xs[i] @ w + b)))
        e = p - ys[i]
        w = w - 0.3 * e * xs[i]
        b = b - 0.3 * e
print(w, b)
