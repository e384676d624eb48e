# Assignments by = and ->, and a while loop with a counter.
X = matrix(c(1,0,1,0, 1,0,1,1, 0,1,0,1), nrow=3, ncol=4, byrow=TRUE)
Y = matrix(c(1,1,0), byrow=FALSE)
sigmoid = function(x){
  1/(1+exp(-x))
}
derivatives_sigmoid = function(x){
  x*(1 - x)
}
epoch=5000
lr=0.1
set.seed(42)
matrix(rnorm(4*3), 4, 3) -> wh
runif(3) -> bh
matrix(rnorm(3), 3, 1) -> wout
runif(1) -> bout

i = 0
while (i < epoch) {
  X %*% wh -> hidden_layer_input1
  hidden_layer_input = t(t(hidden_layer_input1) + bh)
  sigmoid(hidden_layer_input) -> hiddenlayer_activations
  output_layer_input = hiddenlayer_activations %*% wout + bout
  output = sigmoid(output_layer_input)

  E = Y - output
  slope_output_layer = derivatives_sigmoid(output)
  slope_hidden_layer = derivatives_sigmoid(hiddenlayer_activations)
  d_output = E * slope_output_layer
  Error_at_hidden_layer = d_output %*% t(wout)
  d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer
  wout + (t(hiddenlayer_activations) %*% d_output) * lr -> wout
  bout = bout + colSums(d_output) * lr
  wh = wh + (t(X) %*% d_hiddenlayer) * lr
  bh = bh + colSums(d_hiddenlayer) * lr
  i = i + 1
}
output
