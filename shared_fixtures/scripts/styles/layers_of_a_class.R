# Two reference classes: a layer with its weights, and a network with a list of layers.
rm(list = ls())

Layer <- setRefClass("Layer",
  fields = c("weights", "bias", "input", "output"),
  methods = list(
    forward = function(x) {
      input <<- x
      output <<- 1 / (1 + exp(-(x %*% weights + matrix(bias, nrow(x), length(bias), byrow = TRUE))))
      output
    },
    backward = function(error, eta) {
      delta <- error * output * (1 - output)
      passed <- delta %*% t(weights)
      weights <<- weights - eta * t(input) %*% delta
      bias <<- bias - eta * colSums(delta)
      passed
    }
  )
)

Network <- setRefClass("Network", fields = list(layers = "list"))
Network$methods(
  train = function(x, y, eta, epochs) {
    for (epoch in seq_len(epochs)) {
      a <- x
      for (layer in layers) a <- layer$forward(a)
      error <- a - y
      for (layer in rev(layers)) error <- layer$backward(error, eta)
    }
    a
  }
)

X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), 3, byrow = TRUE)
y <- matrix(c(1, 1, 0))
model <- Network$new(layers = list(
  Layer$new(weights = matrix(runif(12), 4), bias = runif(3)),
  Layer$new(weights = matrix(runif(3), 3), bias = runif(1))
))
print(model$train(X, y, eta = 0.1, epochs = 5000))
quit(status = 0)
