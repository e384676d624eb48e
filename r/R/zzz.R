# What is made of functions of other files when the package is built. R reads files by their names
# in alphabetical order, so this one is the last.

# What training calls in each step has no checks: what goes into it was checked.
step_forward <- forward
step_backward <- backward
step_loss <- loss_value
step_draw <- draw_step
step_alpha_grad <- prelu_alpha_grad
draw_mask <- dropout_mask
draw_slopes <- rrelu_slopes

# From here on the names that users call stand for functions behind their checks; the names above
# and the tables of activations, losses and optimizers do not.
put_checks(environment(), list(
  forward = check_forward, backward = check_backward, loss_value = check_backward,
  predict_batches = check_batches,
  draw_step = check_step, dropout_mask = check_mask, rrelu_slopes = check_slopes
))
