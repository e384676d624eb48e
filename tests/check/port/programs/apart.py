import numpy as np
rng = np.random.default_rng(6)
label = np.repeat([0, 1, 2], 8)
X = np.column_stack([rng.normal(label, 0.6), rng.normal(-0.5 * label, 0.6)])
X = (X - X.mean(axis=0)) / X.std(axis=0)
Y = np.eye(3)[label]
W1 = rng.normal(0, 0.7, (2, 5))
b1 = np.zeros(5)
W2 = rng.normal(0, 0.7, (5, 3))
b2 = np.zeros(3)
for epoch in range(40):
    h = np.tanh(X @ W1 + b1)
    mask = rng.random(h.shape) < 0.8
    d = h * mask / 0.8
    z = d @ W2 + b2
    z = np.exp(z - z.max(axis=1, keepdims=True))
    p = z / z.sum(axis=1, keepdims=True)
    delta2 = (p - Y) / 24
    delta1 = (delta2 @ W2.T) * mask / 0.8 * (1 - h ** 2)
    W2 = W2 - 0.4 * d.T @ delta2
    b2 = b2 - 0.4 * delta2.sum(axis=0)
    W1 = W1 - 0.4 * X.T @ delta1
    b1 = b1 - 0.4 * delta1.sum(axis=0)
print(-np.log(p[np.arange(24), label]).mean())
