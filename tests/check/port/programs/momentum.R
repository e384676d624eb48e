set.seed(77)
plants <- read.csv("plants.csv")
scale01 <- function(v) (v - min(v)) / (max(v) - min(v))
X <- cbind(sapply(plants[, c("height", "width", "ph")], scale01), 1)
T <- matrix(plants$temp / 10, ncol = 1)
n <- nrow(X)
V <- matrix(rnorm(20, 0, 0.3), 4, 5)
U <- matrix(rnorm(6, 0, 0.3), 6, 1)
mV <- 0 * V
mU <- 0 * U
for (epoch in seq_len(6)) {
  rows <- sample.int(n)
  for (part in split(rows, rep(1:4, each = 40))) {
    x <- X[part, ]
    t_ <- T[part, , drop = FALSE]
    h <- tanh(x %*% V)
    hb <- cbind(h, 1)
    o <- hb %*% U
    e <- (o - t_) / length(part)
    gU <- t(hb) %*% e
    gV <- t(x) %*% ((e %*% t(U[1:5, , drop = FALSE])) * (1 - h^2))
    mU <- 0.9 * mU + gU
    mV <- 0.9 * mV + gV
    U <- U - 0.05 * mU
    V <- V - 0.05 * mV
  }
}
cat(mean((o - t_)^2), "\n")
