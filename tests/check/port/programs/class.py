import numpy as np
np.random.seed(0)
class Net:
    def __init__(self):
        self.w = [2 * np.random.rand(3, 4) - 1, 2 * np.random.rand(4, 1) - 1]
        self.b = [np.zeros(4), np.zeros(1)]
    def forward(self, x):
        self.a = [x]
        for w, b in zip(self.w, self.b):
            self.a.append(self.act(self.a[-1].dot(w) + b))
        return self.a[-1]
    def act(self, z):
        return 1.0 / (1.0 + np.exp(-z))
    def backward(self, y, eta):
        d = (self.a[-1] - y) * self.a[-1] * (1 - self.a[-1])
        grads = []
        for i in (1, 0):
            grads.append((i, self.a[i].T.dot(d), d.sum(0)))
            if i:
                d = d.dot(self.w[i].T) * self.a[i] * (1 - self.a[i])
        for i, gw, gb in grads:
            self.w[i] = self.w[i] - eta * gw
            self.b[i] = self.b[i] - eta * gb
X = np.array([[0.5, -1.2, 0.3], [1.1, 0.4, -0.7], [-0.6, 0.9, 1.5], [0.2, -0.3, 0.8], [1.4, 1.0, -1.1]])
y = np.array([[1.0], [0.0], [1.0], [0.0], [1.0]])
net = Net()
for epoch in range(200):
    net.forward(X)
    net.backward(y, 0.5)
print(((net.a[-1] - y) ** 2).mean())
