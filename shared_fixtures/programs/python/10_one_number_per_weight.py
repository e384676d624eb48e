import numpy as np
f = lambda v: 1 / (1 + np.exp(-v))
w1, w2, w3, w4, w5, w6 = [np.random.normal() for _ in range(6)]
b1 = b2 = b3 = 0.1
rows = [[0.2, 0.7], [0.9, 0.1], [0.4, 0.6]]
wanted = [1, 0, 1]
rate = 0.5
for epoch in range(3):
    for x, t in zip(rows, wanted):
        h1 = f(w1 * x[0] + w2 * x[1] + b1)
        h2 = f(w3 * x[0] + w4 * x[1] + b2)
        o1 = f(w5 * h1 + w6 * h2 + b3)
        g = (o1 - t) * o1 * (1 - o1)
        g1, g2 = g * w5 * h1 * (1 - h1), g * w6 * h2 * (1 - h2)
        w5 -= rate * g * h1
        w6 -= rate * g * h2
        b3 -= rate * g
        w1 -= rate * g1 * x[0]
        w2 -= rate * g1 * x[1]
        b1 -= rate * g1
        w3 -= rate * g2 * x[0]
        w4 -= rate * g2 * x[1]
        b2 -= rate * g2
