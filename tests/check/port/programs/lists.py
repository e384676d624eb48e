import random, math
random.seed(4)
xs = [[0.2, 1.1], [-0.4, 0.3], [0.9, -0.8], [1.3, 0.5], [-1.0, -0.2], [0.1, -1.4]]
ys = [1, 0, 1, 1, 0, 0]
w = [random.gauss(0, 0.5), random.gauss(0, 0.5)]
b = 0.0
idx = list(range(6))
for epoch in range(15):
    random.shuffle(idx)
    for i in idx:
        z = w[0] * xs[i][0] + w[1] * xs[i][1] + b
        p = 1 / (1 + math.exp(-z))
        e = p - ys[i]
        w[0] -= 0.3 * e * xs[i][0]
        w[1] -= 0.3 * e * xs[i][1]
        b -= 0.3 * e
print(w, b)
