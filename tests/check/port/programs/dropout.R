set.seed(42)
d <- read.csv("plants.csv")
X <- as.matrix(d[, c("height", "width", "ph", "temp")])
n <- nrow(X)
mu <- colMeans(X)
sdev <- sqrt(colMeans(sweep(X, 2, mu)^2))
X <- sweep(sweep(X, 2, mu), 2, sdev, "/")
y <- matrix(as.numeric(X[, 1] * X[, 2] > 0), ncol = 1)
W1 <- matrix(rnorm(24, sd = 0.5), nrow = 4); b1 <- rep(0, 6)
W2 <- matrix(rnorm(6, sd = 0.5), nrow = 6); b2 <- 0
keep <- 0.8; lr <- 0.2
for (epoch in 1:5) {
  idx <- sample(n)
  for (k in seq(1, n, 20)) {
    rows <- idx[k:(k + 19)]
    xb <- X[rows, , drop = FALSE]; yb <- y[rows, , drop = FALSE]
    z1 <- sweep(xb %*% W1, 2, b1, "+")
    mask <- matrix(rbinom(length(z1), 1, keep), nrow(z1), ncol(z1)) / keep
    a1 <- pmax(z1, 0) * mask
    p <- 1 / (1 + exp(-(a1 %*% W2 + b2)))
    d2 <- (p - yb) / nrow(xb)
    dW2 <- crossprod(a1, d2)
    d1 <- tcrossprod(d2, W2) * mask * (z1 > 0)
    W2 <- W2 - lr * dW2; b2 <- b2 - lr * sum(d2)
    W1 <- W1 - lr * crossprod(xb, d1); b1 <- b1 - lr * colSums(d1)
  }
}
cat(mean(p), "\n")
