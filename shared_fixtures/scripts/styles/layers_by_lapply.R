# Any number of layers: lists made by lapply and Map, the forward pass by Reduce.
sizes <- c(4, 3, 1)
X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), 3, byrow = TRUE)
y <- matrix(c(1, 1, 0))
lr <- 0.1
epochs <- 5000
sigmoid <- function(z) 1 / (1 + exp(-z))

layers <- seq_len(length(sizes) - 1)
weights <- lapply(layers, function(l) matrix(rnorm(sizes[l] * sizes[l + 1]), sizes[l]))
biases <- lapply(layers, function(l) rep(0, sizes[l + 1]))

for (epoch in seq_len(epochs)) {
  activations <- Reduce(
    function(a, l) sigmoid(sweep(a %*% weights[[l]], 2, biases[[l]], "+")),
    layers, X, accumulate = TRUE
  )
  out <- activations[[length(activations)]]
  deltas <- vector("list", length(layers))
  deltas[[length(layers)]] <- (out - y) * out * (1 - out)
  for (l in rev(layers)[-1]) {
    a <- activations[[l + 1]]
    deltas[[l]] <- deltas[[l + 1]] %*% t(weights[[l + 1]]) * a * (1 - a)
  }
  weights <- Map(function(w, a, d) w - lr * t(a) %*% d, weights, activations[layers], deltas)
  biases <- Map(function(b, d) b - lr * colSums(d), biases, deltas)
}
