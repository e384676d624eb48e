# An object made of closures: functions that share the weights of the function around them.
make_network <- function(n_in, n_hidden, n_out) {
  W1 <- matrix(rnorm(n_in * n_hidden), n_in)
  b1 <- numeric(n_hidden)
  W2 <- matrix(rnorm(n_hidden * n_out), n_hidden)
  b2 <- numeric(n_out)
  squash <- function(z) 1 / (1 + exp(-z))
  step <- function(X, y, lr) {
    n <- nrow(X)
    a1 <- squash(X %*% W1 + matrix(b1, n, length(b1), byrow = TRUE))
    a2 <- squash(a1 %*% W2 + matrix(b2, n, length(b2), byrow = TRUE))
    delta2 <- (a2 - y) * a2 * (1 - a2)
    delta1 <- tcrossprod(delta2, W2) * a1 * (1 - a1)
    W2 <<- W2 - lr * crossprod(a1, delta2)
    b2 <<- b2 - lr * colSums(delta2)
    W1 <<- W1 - lr * crossprod(X, delta1)
    b1 <<- b1 - lr * colSums(delta1)
    sum((a2 - y)^2) / 2
  }
  list(step = step)
}

X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), 3, byrow = TRUE)
y <- matrix(c(1, 1, 0))
network <- make_network(4, 3, 1)
for (k in 1:5000) {
  cost <- network$step(X, y, lr = 0.1)
}
