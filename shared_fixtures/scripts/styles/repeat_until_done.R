# A repeat loop that ends by break, with single-letter names as in a textbook.
X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), 3, 4, byrow = TRUE)
Y <- cbind(c(1, 1, 0))
eta <- 0.1
iterations <- 5000
W1 <- matrix(rnorm(12, sd = 0.5), 4)
b1 <- rep(0, 3)
W2 <- matrix(rnorm(3, sd = 0.5), 3)
b2 <- 0
g <- function(z) 1 / (1 + exp(-z))
ones <- rep(1, nrow(X))
t_ <- 0
repeat {
  H <- g(X %*% W1 + ones %o% b1)
  O <- g(H %*% W2 + b2)
  loss <- 0.5 * sum((Y - O)^2)
  D2 <- (O - Y) * O * (1 - O)
  D1 <- (D2 %*% t(W2)) * H * (1 - H)
  W2 <- W2 - eta * t(H) %*% D2
  b2 <- b2 - eta * sum(D2)
  W1 <- W1 - eta * t(X) %*% D1
  b1 <- b1 - eta * colSums(D1)
  t_ <- t_ + 1
  if (t_ == iterations) break
}
