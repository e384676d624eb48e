xs <- rbind(c(0.2, 1.1), c(-0.4, 0.3), c(0.9, -0.8), c(1.3, 0.5), c(-1.0, -0.2), c(0.1, -1.4))
ys <- c(1, 0, 1, 1, 0, 0)
w <- rnorm(2, 0, 0.5)
b <- 0
for (epoch in 1:15) {
  for (i in sample(6)) {
    p <- 1 / (1 + exp(-(sum(w * xs[i, ]) + b)))
    e <- p - ys[i]
    w <- w - 0.3 * e * xs[i, ]
    b <- b - 0.3 * e
  }
}
print(w); print(b)
