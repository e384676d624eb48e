set.seed(2)
X <- matrix(c(0.5, -1.2, 0.3, 1.1, 0.4, -0.7, -0.6, 0.9, 1.5, 0.2, -0.3, 0.8, 1.4, 1.0, -1.1), 3, 5)
y <- matrix(c(1, 0, 1, 0, 1), nrow = 1)
W1 <- matrix(runif(12, -1, 1), 4, 3); b1 <- matrix(0, 4, 1)
W2 <- matrix(runif(4, -1, 1), 1, 4); b2 <- matrix(0, 1, 1)
lr <- 0.5
for (epoch in seq_len(200)) {
  A1 <- plogis(W1 %*% X + as.vector(b1))
  A2 <- plogis(W2 %*% A1 + as.vector(b2))
  E2 <- (A2 - y) * A2 * (1 - A2)
  E1 <- crossprod(W2, E2) * A1 * (1 - A1)
  W2 <- W2 - lr * tcrossprod(E2, A1)
  b2 <- b2 - lr * rowSums(E2)
  W1 <- W1 - lr * tcrossprod(E1, X)
  b1 <- b1 - lr * rowSums(E1)
}
print(mean((A2 - y)^2))
