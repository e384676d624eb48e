set.seed(9)
X <- matrix(seq(-1, 1, length.out = 12), ncol = 1)
Y <- sin(3 * X)
p <- list(W1 = matrix(rnorm(5), 1), b1 = matrix(0, 1, 5), W2 = matrix(rnorm(5), 5), b2 = matrix(0, 1, 1))
m <- lapply(p, function(x) x * 0); v <- m
one <- matrix(1, 12, 1)
for (t in 1:30) {
  h <- tanh(X %*% p$W1 + one %*% p$b1)
  yhat <- h %*% p$W2 + one %*% p$b2
  err <- 2 * (yhat - Y) / nrow(X)
  dh <- (err %*% t(p$W2)) * (1 - h^2)
  g <- list(W1 = t(X) %*% dh, b1 = t(colSums(dh)), W2 = t(h) %*% err, b2 = t(colSums(err)))
  for (k in names(p)) {
    m[[k]] <- 0.9 * m[[k]] + 0.1 * g[[k]]
    v[[k]] <- 0.999 * v[[k]] + 0.001 * g[[k]]^2
    mh <- m[[k]] / (1 - 0.9^t)
    vh <- v[[k]] / (1 - 0.999^t)
    p[[k]] <- p[[k]] - 0.01 * mh / (sqrt(vh) + 1e-8)
  }
}
print(mean((yhat - Y)^2))
