# Functions that change variables outside of them with <<-.
x_train <- matrix(c(1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1), nrow = 3)
y_train <- matrix(c(1, 1, 0), nrow = 3)
learning.rate <- 0.1
n.iter <- 5000

w.hidden <- matrix(runif(12), 4, 3)
b.hidden <- matrix(runif(3), 1, 3)
w.output <- matrix(runif(3), 3, 1)
b.output <- runif(1)
hidden <- NULL
output <- NULL

logistic <- function(v) 1 / (1 + exp(-v))

forward.pass <- function() {
  hidden <<- logistic(x_train %*% w.hidden + b.hidden[rep(1, nrow(x_train)), ])
  output <<- logistic(hidden %*% w.output + b.output)
}

backward.pass <- function() {
  delta.output <- (output - y_train) * output * (1 - output)
  delta.hidden <- delta.output %*% t(w.output) * hidden * (1 - hidden)
  w.output <<- w.output - learning.rate * crossprod(hidden, delta.output)
  b.output <<- b.output - learning.rate * sum(delta.output)
  w.hidden <<- w.hidden - learning.rate * crossprod(x_train, delta.hidden)
  b.hidden <<- b.hidden - learning.rate * colSums(delta.hidden)
}

for (iteration in 1:n.iter) {
  forward.pass()
  backward.pass()
}
