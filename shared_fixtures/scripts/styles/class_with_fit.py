# A class with fit and predict, as scikit-learn has them, and a main function.
import numpy as np


class MLP:
    """Two layers of sigmoids."""

    def __init__(self, n_inputs, n_hidden, n_outputs, learning_rate=0.1, seed=0):
        rng = np.random.default_rng(seed)
        self.lr = learning_rate
        self.W1 = rng.uniform(size=(n_inputs, n_hidden))
        self.b1 = np.zeros(n_hidden)
        self.W2 = rng.uniform(size=(n_hidden, n_outputs))
        self.b2 = np.zeros(n_outputs)
        self.history = []

    @staticmethod
    def _sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = self._sigmoid(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.a2 = self._sigmoid(self.z2)
        return self.a2

    def backward(self, X, y):
        delta2 = (self.a2 - y) * self.a2 * (1 - self.a2)
        delta1 = (delta2 @ self.W2.T) * self.a1 * (1 - self.a1)
        self.W2 -= self.lr * self.a1.T @ delta2
        self.b2 -= self.lr * delta2.sum(axis=0)
        self.W1 -= self.lr * X.T @ delta1
        self.b1 -= self.lr * delta1.sum(axis=0)

    def fit(self, X, y, epochs=1000, verbose=True):
        for epoch in range(epochs):
            prediction = self.forward(X)
            self.backward(X, y)
            mse = np.mean((y - prediction) ** 2)
            self.history.append(mse)
            if verbose and epoch % 1000 == 0:
                print(f"Epoch {epoch}: {mse:.4f}")
        return self

    def predict(self, X):
        return (self.forward(X) > 0.5).astype(int)


def main():
    X = np.array([[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]], dtype=float)
    y = np.array([[1], [1], [0]], dtype=float)
    model = MLP(X.shape[1], 3, 1)
    model.fit(X, y, epochs=5000)
    print(model.predict(X))


if __name__ == "__main__":
    main()
