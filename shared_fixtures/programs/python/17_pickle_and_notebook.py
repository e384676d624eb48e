import pickle
import numpy as np
class Net:
    def __init__(self):
        self.W1, self.b1 = np.random.randn(2, 3), np.zeros((1, 3))
        self.W2, self.b2 = np.random.randn(3, 1), np.zeros((1, 1))
    def step(self, X, y, lr):
        self.a1 = 1 / (1 + np.exp(-(X @ self.W1 + self.b1)))
        self.a2 = 1 / (1 + np.exp(-(self.a1 @ self.W2 + self.b2)))
        d2 = (self.a2 - y) * self.a2 * (1 - self.a2)
        d1 = d2 @ self.W2.T * self.a1 * (1 - self.a1)
        self.W2 -= lr * self.a1.T @ d2
        self.b2 -= lr * d2
        self.W1 -= lr * X.T @ d1
        self.b1 -= lr * d1
net = Net()
X, y = np.array([[0.2, 0.7]]), np.array([[1.0]])
for epoch in range(1):
    net.step(X, y, 0.5)
pickle.dump(net, open("net.pkl", "wb"))
