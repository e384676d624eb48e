# Variables whose names are made by paste0, written by assign and read by get.
n_layers <- 2
sizes <- c(4, 3, 1)
X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), 3, byrow = TRUE)
y <- matrix(c(1, 1, 0))
learning_rate <- 0.1
epochs <- 5000

for (l in 1:n_layers) {
  assign(paste0("W", l), matrix(rnorm(sizes[l] * sizes[l + 1]), sizes[l], sizes[l + 1]))
  assign(paste0("b", l), numeric(sizes[l + 1]))
}

for (epoch in 1:epochs) {
  a0 <- X
  for (l in 1:n_layers) {
    z <- sweep(get(paste0("a", l - 1)) %*% get(paste0("W", l)), 2, get(paste0("b", l)), "+")
    assign(paste0("z", l), z)
    assign(paste0("a", l), 1 / (1 + exp(-z)))
  }
  error <- a2 - y
  for (l in n_layers:1) {
    a <- get(paste0("a", l))
    delta <- error * a * (1 - a)
    error <- delta %*% t(get(paste0("W", l)))
    dW <- t(get(paste0("a", l - 1))) %*% delta
    assign(paste0("W", l), get(paste0("W", l)) - learning_rate * dW)
    assign(paste0("b", l), get(paste0("b", l)) - learning_rate * colSums(delta))
  }
}
