# One list holds data, weights and output; functions return it changed.
X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), nrow = 3, byrow = TRUE)
y <- matrix(c(1, 1, 0), ncol = 1)

sigmoid <- function(x) 1 / (1 + exp(-x))
sigmoid_derivative <- function(x) x * (1 - x)

nn <- list(
  input = X,
  weights1 = matrix(runif(4 * 3), nrow = 4),
  bias1 = runif(3),
  weights2 = matrix(runif(3), ncol = 1),
  bias2 = runif(1),
  y = y,
  output = matrix(0, nrow = 3, ncol = 1)
)

feedforward <- function(nn) {
  nn$layer1 <- sigmoid(sweep(nn$input %*% nn$weights1, 2, nn$bias1, "+"))
  nn$output <- sigmoid(sweep(nn$layer1 %*% nn$weights2, 2, nn$bias2, "+"))
  nn
}

backprop <- function(nn, learning_rate = 0.1) {
  d_output <- (nn$y - nn$output) * sigmoid_derivative(nn$output)
  d_hidden <- (d_output %*% t(nn$weights2)) * sigmoid_derivative(nn$layer1)
  nn$weights2 <- nn$weights2 + learning_rate * t(nn$layer1) %*% d_output
  nn$bias2 <- nn$bias2 + learning_rate * colSums(d_output)
  nn$weights1 <- nn$weights1 + learning_rate * t(nn$input) %*% d_hidden
  nn$bias1 <- nn$bias1 + learning_rate * colSums(d_hidden)
  nn
}

for (i in 1:5000) {
  nn <- feedforward(nn)
  nn <- backprop(nn)
}
print(nn$output)
