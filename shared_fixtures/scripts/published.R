# A network of one hidden layer with the two mistakes of a published R program: the hidden bias runs
# down the columns, and both biases are updated with the sums of the rows.
X <- matrix(c(1, 0, 1, 0,
              1, 0, 1, 1,
              0, 1, 0, 1), nrow = 3, byrow = TRUE)
Y <- matrix(c(1, 1, 0), ncol = 1)

sigmoid <- function(v) 1 / (1 + exp(-v))
derivatives_sigmoid <- function(s) s * (1 - s)

epoch <- 5000
lr <- 0.1
n_hidden <- 3
wh <- matrix(rnorm(ncol(X) * n_hidden), nrow = ncol(X))
bias_in <- runif(n_hidden)
bh <- matrix(rep(bias_in, nrow(X)), nrow = nrow(X), byrow = FALSE)
wout <- matrix(rnorm(n_hidden), nrow = n_hidden)
bias_out <- runif(1)
bout <- matrix(rep(bias_out, nrow(X)), nrow = nrow(X), byrow = FALSE)

for (i in 1:epoch) {
  hidden_layer_input <- X %*% wh + bh
  hidden_layer_activations <- sigmoid(hidden_layer_input)
  output_layer_input <- hidden_layer_activations %*% wout + bout
  output <- sigmoid(output_layer_input)

  E <- Y - output
  slope_output_layer <- derivatives_sigmoid(output)
  slope_hidden_layer <- derivatives_sigmoid(hidden_layer_activations)
  d_output <- E * slope_output_layer
  Error_at_hidden_layer <- d_output %*% t(wout)
  d_hiddenlayer <- Error_at_hidden_layer * slope_hidden_layer

  wout <- wout + t(hidden_layer_activations) %*% d_output * lr
  bout <- bout + rowSums(d_output) * lr
  wh <- wh + t(X) %*% d_hiddenlayer * lr
  bh <- bh + rowSums(d_hiddenlayer) * lr
}
print(output)
