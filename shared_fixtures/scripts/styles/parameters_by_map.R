# Parameters and gradients in named lists, updated together by Map.
sigmoid <- function(z) 1 / (1 + exp(-z))

init_params <- function(n_x, n_h, n_y) {
  list(
    W1 = matrix(rnorm(n_x * n_h), n_x, n_h), b1 = matrix(0, 1, n_h),
    W2 = matrix(rnorm(n_h * n_y), n_h, n_y), b2 = matrix(0, 1, n_y)
  )
}

add_bias <- function(M, b) M + matrix(b, nrow(M), ncol(M), byrow = TRUE)

forward_prop <- function(X, params) {
  Z1 <- add_bias(X %*% params$W1, params$b1)
  A1 <- sigmoid(Z1)
  Z2 <- add_bias(A1 %*% params$W2, params$b2)
  A2 <- sigmoid(Z2)
  list(Z1 = Z1, A1 = A1, Z2 = Z2, A2 = A2)
}

back_prop <- function(X, Y, cache, params) {
  dZ2 <- (cache$A2 - Y) * cache$A2 * (1 - cache$A2)
  dZ1 <- (dZ2 %*% t(params$W2)) * cache$A1 * (1 - cache$A1)
  list(
    dW1 = t(X) %*% dZ1, db1 = t(colSums(dZ1)),
    dW2 = t(cache$A1) %*% dZ2, db2 = t(colSums(dZ2))
  )
}

train_model <- function(X, Y, n_h, num_iterations, learning_rate) {
  params <- init_params(ncol(X), n_h, ncol(Y))
  cost_history <- c()
  for (i in seq_len(num_iterations)) {
    cache <- forward_prop(X, params)
    cost <- sum((cache$A2 - Y)^2) / 2
    cost_history <- c(cost_history, cost)
    grads <- back_prop(X, Y, cache, params)
    params <- Map(function(p, g) p - learning_rate * g, params, grads)
    if (i %% 1000 == 0) cat("Iteration", i, "| Cost:", cost, "\n")
  }
  list(params = params, cost = cost_history)
}

X <- rbind(c(1, 0, 1, 0), c(1, 0, 1, 1), c(0, 1, 0, 1))
Y <- matrix(c(1, 1, 0))
model <- train_model(X, Y, 3, 5000, 0.1)
