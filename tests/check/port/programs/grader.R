# Port of model.py
grader_fit <- function(X, Y, hidden = c(8, 6), lr = 0.1, decay = 0.95, l2 = 1e-3,
                       epochs = 2, batch = 16, seed = 7) {
  set.seed(seed)
  sizes <- c(ncol(X), hidden, ncol(Y))
  W <- list(); b <- list()
  for (i in seq_len(length(sizes) - 1)) {
    W[[i]] <- matrix(rnorm(sizes[i] * sizes[i + 1], 0, 1 / sqrt(sizes[i])), sizes[i], sizes[i + 1])
    b[[i]] <- rep(0, sizes[i + 1])
  }
  m <- list(W = W, b = b)
  history <- numeric(0)
  for (epoch in seq_len(epochs)) {
    ord <- sample(nrow(X))
    for (start in seq(1, nrow(X), by = batch)) {
      idx <- ord[start:min(start + batch - 1, nrow(X))]
      m <- grader_step(m, X[idx, , drop = FALSE], Y[idx, , drop = FALSE], lr, l2)
    }
    lr <- lr * decay
    p <- grader_forward(m, X)[[length(sizes)]]
    history <- c(history, -mean(rowSums(Y * log(p + 1e-12))))
  }
  m$history <- history
  m
}

grader_forward <- function(m, X) {
  acts <- list(X)
  for (i in seq_along(m$W)) {
    z <- sweep(acts[[i]] %*% m$W[[i]], 2, m$b[[i]], "+")
    if (i < length(m$W)) {
      acts[[i + 1]] <- tanh(z)
    } else {
      e <- exp(z - apply(z, 1, max))
      acts[[i + 1]] <- e / rowSums(e)
    }
  }
  acts
}

grader_step <- function(m, X, Y, lr, l2) {
  acts <- grader_forward(m, X)
  delta <- (acts[[length(acts)]] - Y) / nrow(X)
  for (i in rev(seq_along(m$W))) {
    back <- (delta %*% t(m$W[[i]])) * (1 - acts[[i]]^2)
    dW <- t(acts[[i]]) %*% delta + l2 * m$W[[i]]
    db <- colSums(delta)
    m$W[[i]] <- m$W[[i]] - lr * dW
    m$b[[i]] <- m$b[[i]] - lr * db
    delta <- back
  }
  m
}

d <- read.csv("plants.csv", stringsAsFactors = TRUE)
X <- as.matrix(d[, 1:5])
n <- floor(0.7 * nrow(X))
mu <- colMeans(X[1:n, ]); s <- apply(X[1:n, ], 2, function(v) sqrt(mean((v - mean(v))^2)))
X <- scale(X, center = mu, scale = s)
Y <- model.matrix(~ grade - 1, d)
m <- grader_fit(X[1:n, ], Y[1:n, ])
p <- grader_forward(m, X[(n + 1):nrow(X), ])[[4]]
cat("loss", m$history[2], "\n")
cat("accuracy", mean(max.col(p) == as.integer(d$grade)[(n + 1):nrow(X)]), "\n")
