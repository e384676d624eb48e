# A network of one hidden layer, written as one would from the article's twelve steps.
sigmoid <- function(v) 1 / (1 + exp(-v))
derivatives_sigmoid <- function(s) s * (1 - s)

X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), nrow = 3, byrow = TRUE)
Y <- matrix(c(1, 1, 0))
lr <- 0.1
epoch <- 5000
hidden_units <- 3
wh <- matrix(runif(ncol(X) * hidden_units), ncol(X), hidden_units)
bh <- runif(hidden_units)
wout <- matrix(runif(hidden_units), hidden_units, 1)
bout <- runif(1)

for (i in seq_len(epoch)) {
  hidden_layer_input <- sweep(X %*% wh, 2, bh, "+")
  hidden_layer_activations <- sigmoid(hidden_layer_input)
  output_layer_input <- hidden_layer_activations %*% wout + bout
  output <- sigmoid(output_layer_input)

  E <- Y - output
  slope_output_layer <- derivatives_sigmoid(output)
  slope_hidden_layer <- derivatives_sigmoid(hidden_layer_activations)
  d_output <- E * slope_output_layer
  Error_at_hidden_layer <- d_output %*% t(wout)
  d_hiddenlayer <- Error_at_hidden_layer * slope_hidden_layer

  wout <- wout + crossprod(hidden_layer_activations, d_output) * lr
  bout <- bout + colSums(d_output) * lr
  wh <- wh + crossprod(X, d_hiddenlayer) * lr
  bh <- bh + colSums(d_hiddenlayer) * lr
}
print(output)
