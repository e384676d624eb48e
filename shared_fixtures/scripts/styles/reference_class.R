# A reference class: its methods change its fields by <<-, and one of them trains.
Network <- setRefClass("Network",
  fields = list(W1 = "matrix", b1 = "numeric", W2 = "matrix", b2 = "numeric", rate = "numeric"),
  methods = list(
    initialize = function(n_in = 1, n_hidden = 1, n_out = 1, ...) {
      W1 <<- matrix(rnorm(n_in * n_hidden), n_in)
      b1 <<- numeric(n_hidden)
      W2 <<- matrix(rnorm(n_hidden * n_out), n_hidden)
      b2 <<- numeric(n_out)
      initFields(...)
    },
    forward = function(x) {
      z1 <- sweep(x %*% W1, 2, b1, "+")
      a1 <- squash(z1)
      z2 <- sweep(a1 %*% W2, 2, b2, "+")
      list(a1 = a1, a2 = squash(z2))
    },
    learn = function(x, target) {
      "One step of gradient descent."
      now <- .self$forward(x)
      delta2 <- (now$a2 - target) * now$a2 * (1 - now$a2)
      delta1 <- delta2 %*% t(W2) * now$a1 * (1 - now$a1)
      W2 <<- W2 - rate * t(now$a1) %*% delta2
      b2 <<- b2 - rate * colSums(delta2)
      W1 <<- W1 - rate * t(x) %*% delta1
      b1 <<- b1 - rate * colSums(delta1)
      invisible(.self)
    }
  )
)

squash <- function(v) 1 / (1 + exp(-v))
X <- matrix(c(1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 1), 3, byrow = TRUE)
y <- matrix(c(1, 1, 0))
network <- Network$new(4, 3, 1, rate = 0.1)
for (k in 1:5000) network$learn(X, y)
print(network$forward(X)$a2)
