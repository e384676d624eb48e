# The article's R program as a function, one hidden layer, squared error, full batches. Its biases
# are corrected in its own style: one row per sample, filled by row, updated with column sums. Written out plainly, without the package: what its speed is measured against.

sigmoid <- function(x) {
  1 / (1 + exp(-x))
}

derivatives_sigmoid <- function(x) {
  x * (1 - x)
}

train_plainly <- function(X, y, wh, bh, wout, bout, lr, epochs) {
  n <- nrow(X)
  bh <- matrix(bh, n, ncol(bh), byrow = TRUE)
  bout <- matrix(bout, n, ncol(bout), byrow = TRUE)
  for (i in seq_len(epochs)) {
    hidden_layer_input <- X %*% wh + bh
    hiddenlayer_activations <- sigmoid(hidden_layer_input)
    output_layer_input <- hiddenlayer_activations %*% wout + bout
    output <- sigmoid(output_layer_input)
    E <- y - output
    slope_output_layer <- derivatives_sigmoid(output)
    slope_hidden_layer <- derivatives_sigmoid(hiddenlayer_activations)
    d_output <- E * slope_output_layer
    Error_at_hidden_layer <- d_output %*% t(wout)
    d_hiddenlayer <- Error_at_hidden_layer * slope_hidden_layer
    wout <- wout + t(hiddenlayer_activations) %*% d_output * lr
    bout <- bout + matrix(colSums(d_output) * lr, n, ncol(bout), byrow = TRUE)
    wh <- wh + t(X) %*% d_hiddenlayer * lr
    bh <- bh + matrix(colSums(d_hiddenlayer) * lr, n, ncol(bh), byrow = TRUE)
  }
  list(wh, bh, wout, bout)
}
