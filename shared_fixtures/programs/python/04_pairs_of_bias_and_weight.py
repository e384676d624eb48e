import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))

class Net:
    def __init__(self, sizes):
        self.biases = [np.random.randn(n, 1) for n in sizes[1:]]
        self.weights = [np.random.randn(n, m) for m, n in zip(sizes, sizes[1:])]

    def forward(self, a):
        for b, w in zip(self.biases, self.weights):
            a = f(w @ a + b)
        return a

    def gradients(self, x, y):
        a, zs, acts = x, [], [x]
        for b, w in zip(self.biases, self.weights):
            z = w @ a + b
            a = f(z)
            zs.append(z)
            acts.append(a)
        delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1])
        gb, gw = [delta], [delta @ acts[-2].T]
        for k in range(2, len(self.weights) + 1):
            delta = (self.weights[-k + 1].T @ delta) * acts[-k] * (1 - acts[-k])
            gb.insert(0, delta)
            gw.insert(0, delta @ acts[-k - 1].T)
        return gb, gw

    def batch(self, pairs, eta):
        gb = [0 * b for b in self.biases]
        gw = [0 * w for w in self.weights]
        for x, y in pairs:
            db, dw = self.gradients(x, y)
            gb = [p + q for p, q in zip(gb, db)]
            gw = [p + q for p, q in zip(gw, dw)]
        self.weights = [w - eta / len(pairs) * g for w, g in zip(self.weights, gw)]
        self.biases = [b - eta / len(pairs) * g for b, g in zip(self.biases, gb)]

    def fit(self, pairs, epochs, eta):
        for k in range(epochs):
            self.batch(pairs, eta)

pairs = [(np.array([[0.2], [0.7]]), np.array([[1.0]])), (np.array([[0.9], [0.1]]), np.array([[0.0]])),
         (np.array([[0.4], [0.6]]), np.array([[1.0]]))]
net = Net([2, 3, 1])
net.fit(pairs, 3, 0.5)
