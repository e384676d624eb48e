set.seed(11)
X <- matrix(c(0.5, -1.2, 0.3, 1.1, 0.4, -0.7, -0.6, 0.9, 1.5, 0.2, -0.3, 0.8, 1.4, 1.0, -1.1), 5, 3, byrow = TRUE)
y <- matrix(c(1, 0, 1, 0, 1), ncol = 1)
sigmoid <- function(z) 1 / (1 + exp(-z))
W1 <- matrix(runif(12, -1, 1), 3, 4)
b1 <- rep(0, 4)
W2 <- matrix(runif(4, -1, 1), 4, 1)
b2 <- 0
for (epoch in 1:200) {
  h <- sigmoid(sweep(X %*% W1, 2, b1, "+"))
  out <- sigmoid(h %*% W2 + b2)
  delta2 <- (out - y) * out * (1 - out)
  delta1 <- (delta2 %*% t(W2)) * h * (1 - h)
  W2 <- W2 - 0.5 * t(h) %*% delta2
  b2 <- b2 - 0.5 * sum(delta2)
  W1 <- W1 - 0.5 * t(X) %*% delta1
  b1 <- b1 - 0.5 * colSums(delta1)
}
cat(mean((out - y)^2), "\n")
