import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))
class Net:
    def __init__(self):
        self.W1 = np.random.randn(2, 3)
        self.W2 = np.random.randn(3, 1)
    def cost(self, X, y):
        self.z2 = X @ self.W1
        self.a2 = f(self.z2)
        self.yHat = f(self.a2 @ self.W2)
        return 0.5 * ((y - self.yHat) ** 2).sum()
    def put(self, p):
        self.W1 = p[:6].reshape(2, 3)
        self.W2 = p[6:].reshape(3, 1)
def slopes(net, p, X, y):
    found = np.zeros(9)
    for k in range(9):
        q = p.copy()
        q[k] += 1e-4
        net.put(q)
        found[k] = net.cost(X, y)
    return found
X = np.array([[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]])
y = np.array([[1], [0], [1]])
