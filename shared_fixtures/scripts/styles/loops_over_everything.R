# Loops instead of matrix products, and gradients that are added up over the samples.
X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), 3, byrow = TRUE)
y <- c(1, 1, 0)
eta <- 0.1
n_epochs <- 5000
n_hidden <- 3
w_hidden <- matrix(runif(4 * n_hidden), 4, n_hidden)
b_hidden <- runif(n_hidden)
w_out <- runif(n_hidden)
b_out <- runif(1)
h <- numeric(n_hidden)

for (epoch in seq_len(n_epochs)) {
  g_hidden <- matrix(0, 4, n_hidden)
  g_bias <- numeric(n_hidden)
  g_out <- numeric(n_hidden)
  g_last <- 0
  for (i in seq_len(nrow(X))) {
    for (j in seq_len(n_hidden)) {
      total <- b_hidden[j]
      for (k in 1:4) total <- total + X[i, k] * w_hidden[k, j]
      h[j] <- 1 / (1 + exp(-total))
    }
    p <- 1 / (1 + exp(-(sum(h * w_out) + b_out)))
    d <- (p - y[i]) * p * (1 - p)
    for (j in seq_len(n_hidden)) {
      d_hid <- d * w_out[j] * h[j] * (1 - h[j])
      g_out[j] <- g_out[j] + d * h[j]
      g_bias[j] <- g_bias[j] + d_hid
      for (k in 1:4) g_hidden[k, j] <- g_hidden[k, j] + d_hid * X[i, k]
    }
    g_last <- g_last + d
  }
  w_hidden <- w_hidden - eta * g_hidden
  b_hidden <- b_hidden - eta * g_bias
  w_out <- w_out - eta * g_out
  b_out <- b_out - eta * g_last
}
