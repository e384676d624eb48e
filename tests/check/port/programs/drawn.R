set.seed(5)
x <- matrix(rnorm(60), ncol = 3)
y <- as.numeric(x[, 1] + 0.5 * x[, 2] > 0)
net <- list(W1 = matrix(rnorm(12, sd = 0.4), 3), b1 = rep(0, 4), W2 = matrix(rnorm(4, sd = 0.4), 4), b2 = 0)
relu <- function(z) ifelse(z > 0, z, 0)
step <- function(net, x, y, rate) {
  z <- x %*% net$W1 + matrix(net$b1, nrow(x), 4, byrow = TRUE)
  h <- relu(z)
  p <- drop(plogis(h %*% net$W2 + net$b2))
  d <- (p - y) / length(y)
  dh <- outer(d, drop(net$W2)) * (z > 0)
  net$W2 <- net$W2 - rate * t(h) %*% d
  net$b2 <- net$b2 - rate * sum(d)
  net$W1 <- net$W1 - rate * t(x) %*% dh
  net$b1 <- net$b1 - rate * apply(dh, 2, sum)
  net
}
for (i in 1:30) net <- step(net, x, y, 0.3)
print(net$W2)
