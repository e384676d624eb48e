import numpy as np
class Net:
    def __init__(self, n, h, o, rate):
        self.lr = rate
        self.wih = np.random.randn(h, n)
        self.who = np.random.randn(o, h)

    def train(self, row, want):
        inputs = np.array(row, ndmin=2).T
        targets = np.array(want, ndmin=2).T
        hidden_inputs = self.wih @ inputs
        hidden_outputs = 1 / (1 + np.exp(-hidden_inputs))
        final_outputs = 1 / (1 + np.exp(-(self.who @ hidden_outputs)))
        output_errors = targets - final_outputs
        delta = output_errors * final_outputs * (1 - final_outputs)
        back = self.who.T @ delta
        self.who += self.lr * delta @ hidden_outputs.T
        self.wih += self.lr * (back * hidden_outputs * (1 - hidden_outputs)) @ inputs.T

net = Net(2, 2, 2, 0.5)
lines = ["0.2,0.7,0,1", "0.9,0.1,1,0", "0.4,0.6,0,1"]
epochs = 3
for e in range(epochs):
    for line in lines:
        v = [float(t) for t in line.split(",")]
        net.train(v[:2], v[2:])
