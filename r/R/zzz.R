# What is made of functions of other files when the package is built. R reads files by their names
# in alphabetical order, so this one is the last.

step_alpha_grad <- prelu_alpha_grad
# From here on the name of a formula stands for it behind its checks; tables hold it bare.
put_checks(environment())

# What goes into a step was checked.
draw_mask <- unchecked(dropout_mask)
draw_slopes <- unchecked(rrelu_slopes)

# train checks once what each step is given.
step_forward <- unchecked(forward)
step_backward <- unchecked(backward)
step_loss <- unchecked(loss_value)
step_draw <- unchecked(draw_step)
