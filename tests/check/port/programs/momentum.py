import numpy as np

np.random.seed(8)
raw = np.loadtxt("plants.csv", delimiter=",", skiprows=1, usecols=(0, 1, 3))
lo, hi = raw.min(axis=0), raw.max(axis=0)
X = np.hstack([(raw - lo) / (hi - lo), np.ones((len(raw), 1))])
T = np.loadtxt("plants.csv", delimiter=",", skiprows=1, usecols=4).reshape(-1, 1) / 10
V = np.random.normal(0, 0.3, (5, 4))
U = np.random.normal(0, 0.3, (1, 6))
mV, mU = np.zeros_like(V), np.zeros_like(U)
rows = np.arange(len(X))
for epoch in range(6):
    np.random.shuffle(rows)
    for start in range(0, len(rows), 40):
        x, t = X[rows[start:start + 40]], T[rows[start:start + 40]]
        h = np.tanh(x @ V.T)
        hb = np.hstack([h, np.ones((len(x), 1))])
        o = hb @ U.T
        e = (o - t) / len(x)
        gU = e.T @ hb
        gV = ((e @ U[:, :5]) * (1 - h * h)).T @ x
        mU = 0.9 * mU - 0.05 * gU
        mV = 0.9 * mV - 0.05 * gV
        U = U + mU
        V = V + mV
print(float(np.mean((o - t) ** 2)))
