set.seed(6)
label <- rep(0:2, each = 8)
x <- cbind(rnorm(24, label, 0.6), rnorm(24, -0.5 * label, 0.6))
x <- sweep(x, 2, colMeans(x))
x <- sweep(x, 2, sqrt(colMeans(x^2)), "/")
x <- cbind(1, x)
y <- outer(label, 0:2, "==") * 1
V <- rbind(0, matrix(rnorm(10, sd = 0.7), 2, 5))
U <- rbind(0, matrix(rnorm(15, sd = 0.7), 5, 3))
for (epoch in 1:40) {
  h <- tanh(x %*% V)
  keep <- matrix(runif(120) < 0.8, 24)
  d <- cbind(1, h * keep / 0.8)
  e <- exp(d %*% U)
  p <- e / rowSums(e)
  delta <- (p - y) / 24
  back <- (delta %*% t(U[-1, ])) * keep / 0.8 * (1 - h^2)
  U <- U - 0.4 * t(d) %*% delta
  V <- V - 0.4 * t(x) %*% back
}
print(-mean(log(p[cbind(1:24, label + 1)])))
