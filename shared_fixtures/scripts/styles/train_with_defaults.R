# One function that does everything, with defaults; a data frame holds the samples.
sigmoid <- function(x) {
  return(1 / (1 + exp(-x)))
}

train_network <- function(X, y, hidden = 3, lr = 0.1, epochs = 5000, verbose = FALSE) {
  W1 <- matrix(runif(ncol(X) * hidden, -1, 1), nrow = ncol(X))
  b1 <- matrix(0, nrow = 1, ncol = hidden)
  W2 <- matrix(runif(hidden, -1, 1), nrow = hidden)
  b2 <- matrix(0)
  losses <- numeric(epochs)
  for (epoch in 1:epochs) {
    # forward
    z1 <- X %*% W1
    for (j in 1:hidden) {
      z1[, j] <- z1[, j] + b1[1, j]
    }
    a1 <- sigmoid(z1)
    z2 <- a1 %*% W2 + as.numeric(b2)
    y_hat <- sigmoid(z2)
    # backward
    losses[epoch] <- mean((y - y_hat)^2)
    delta2 <- (y_hat - y) * y_hat * (1 - y_hat)
    delta1 <- (delta2 %*% t(W2)) * a1 * (1 - a1)
    # update
    W2 <- W2 - lr * (t(a1) %*% delta2)
    b2 <- b2 - lr * sum(delta2)
    W1 <- W1 - lr * (t(X) %*% delta1)
    b1 <- b1 - lr * apply(delta1, 2, sum)
    if (verbose) message("epoch ", epoch)
  }
  return(list(W1 = W1, b1 = b1, W2 = W2, b2 = b2, losses = losses))
}

df <- data.frame(p = c(1, 1, 0), q = c(0, 0, 1), r = c(1, 1, 0), s = c(0, 1, 1), label = c(1, 1, 0))
model <- train_network(as.matrix(df[, 1:4]), df$label)
print(model$W2)
