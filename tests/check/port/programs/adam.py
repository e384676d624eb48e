import numpy as np
np.random.seed(1)
X = np.linspace(-1, 1, 12).reshape(-1, 1)
Y = np.sin(3 * X)
params = {"W1": np.random.randn(1, 5), "b1": np.zeros((1, 5)), "W2": np.random.randn(5, 1), "b2": np.zeros((1, 1))}
m = {k: np.zeros_like(v) for k, v in params.items()}
v = {k: np.zeros_like(p) for k, p in params.items()}
for t in range(1, 31):
    h = np.tanh(X @ params["W1"] + params["b1"])
    yhat = h @ params["W2"] + params["b2"]
    err = 2 * (yhat - Y) / len(X)
    g = {"W2": h.T @ err, "b2": err.sum(0, keepdims=True)}
    dh = err @ params["W2"].T * (1 - h ** 2)
    g["W1"] = X.T @ dh
    g["b1"] = dh.sum(0, keepdims=True)
    for k in params:
        m[k] = 0.9 * m[k] + 0.1 * g[k]
        v[k] = 0.999 * v[k] + 0.001 * g[k] ** 2
        params[k] = params[k] - 0.01 * (m[k] / (1 - 0.9 ** t)) / (np.sqrt(v[k] / (1 - 0.999 ** t)) + 1e-8)
print(np.mean((yhat - Y) ** 2))
