import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))
class Net:
    def fit(self, X, y, learning_rate, n_iterations):
        self.W, self.w0 = np.random.randn(2, 3), np.zeros((1, 3))
        self.V, self.v0 = np.random.randn(3, 1), np.zeros((1, 1))
        for i in range(n_iterations):
            hidden_input = X @ self.W + self.w0
            hidden_output = f(hidden_input)
            output_layer_input = hidden_output @ self.V + self.v0
            y_pred = f(output_layer_input)
            g = (y_pred - y) * y_pred * (1 - y_pred)
            q = g @ self.V.T * hidden_output * (1 - hidden_output)
            self.V -= learning_rate * hidden_output.T @ g
            self.v0 -= learning_rate * g.sum(axis=0, keepdims=True)
            self.W -= learning_rate * X.T @ q
            self.w0 -= learning_rate * q.sum(axis=0, keepdims=True)
X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]])
y = np.array([[1], [0], [1]])
Net().fit(X, y, 0.5, 3)
