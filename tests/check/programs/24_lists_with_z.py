import numpy as np


class Net:
    def __init__(self, sizes=(4, 3, 1), lr=0.1, epochs=5000):
        self.lr, self.epochs = lr, epochs
        rng = np.random.default_rng(1)
        self.W = [rng.uniform(size=(a, b)) for a, b in zip(sizes[:-1], sizes[1:])]
        self.b = [rng.uniform(size=b) for b in sizes[1:]]

    def forward(self, X):
        acts = [X]
        for W, b in zip(self.W, self.b):
            z = acts[-1] @ W + b
            acts.append(1 / (1 + np.exp(-z)))
        return acts

    def fit(self, X, Y):
        for epoch in range(self.epochs):
            acts = self.forward(X)
            delta = (acts[-1] - Y) * acts[-1] * (1 - acts[-1])
            for i in reversed(range(len(self.W))):
                dW = acts[i].T @ delta
                db = delta.sum(axis=0)
                if i > 0:
                    delta = (delta @ self.W[i].T) * acts[i] * (1 - acts[i])
                self.W[i] -= self.lr * dW
                self.b[i] -= self.lr * db
        return self


X = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]])
Y = np.array([[1], [1], [0]])
net = Net().fit(X, Y)
print(net.forward(X)[-1])
