import numpy as np

rng = np.random.RandomState(7)
m, n, h, K, lam, alpha = 30, 3, 4, 3, 0.5, 0.6
X = rng.rand(m, n)
y = rng.randint(0, K, m)
sig = lambda z: 1 / (1 + np.exp(-z))


def cost(nn_params):
    Theta1 = np.reshape(nn_params[:h * (n + 1)], (h, n + 1))
    Theta2 = np.reshape(nn_params[h * (n + 1):], (K, h + 1))
    A1 = np.c_[np.ones(m), X]
    Z2 = A1 @ Theta1.T
    A2 = np.hstack((np.ones((m, 1)), sig(Z2)))
    A3 = sig(A2 @ Theta2.T)
    Y = (y[:, None] == np.arange(K)).astype(float)
    J = -(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)).sum() / m
    J += lam / (2 * m) * ((Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum())
    D3 = A3 - Y
    D2 = (D3 @ Theta2)[:, 1:] * sig(Z2) * (1 - sig(Z2))
    Theta1_grad = D2.T @ A1 / m
    Theta2_grad = D3.T @ A2 / m
    Theta1_grad[:, 1:] = Theta1_grad[:, 1:] + lam / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] = Theta2_grad[:, 1:] + lam / m * Theta2[:, 1:]
    return J, np.concatenate((Theta1_grad.ravel(), Theta2_grad.ravel()))


p = rng.uniform(-0.2, 0.2, h * (n + 1) + K * (h + 1))
for i in range(60):
    J, grad = cost(p)
    p -= alpha * grad
print(J)
