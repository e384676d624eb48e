# The functions of the twins, written by somebody else, with one mistake in them.
sigmoid <- function(z) 1 / (1 + exp(-z))

forward <- function(network, x) {
  z <- list()
  a <- list(x)
  for (i in seq_along(network)) {
    z[[i]] <- sweep(a[[i]] %*% network[[i]]$weights, 2, network[[i]]$bias, "+")
    a[[i + 1]] <- sigmoid(z[[i]])
  }
  list(z = z, a = a)
}

backward <- function(network, cache, y) {
  a <- cache$a
  delta2 <- (a[[3]] - y) * a[[3]] * (1 - a[[3]])
  e1 <- delta2 %*% t(network[[2]]$weights)
  delta1 <- e1 * cache$z[[1]] * (1 - cache$z[[1]])
  list(
    dW2 = t(a[[2]]) %*% delta2, db2 = t(colSums(delta2)),
    dW1 = t(a[[1]]) %*% delta1, db1 = t(colSums(delta1))
  )
}
