# What R and nnet compute from one set of data; read by test_innocent.py.
function(seed) {
  set.seed(seed)
  n <- 30 + seed
  x <- matrix(rnorm(n * 4), n)
  x[, 3] <- x[, 3] + 0.5 * x[, 1]
  y <- drop(x %*% c(1, -2, 0.5, 0)) + rnorm(n)
  class <- as.double(runif(n) < 1 / (1 + exp(-y / 2)))
  count <- rpois(n, exp(0.3 * x[, 1]))
  net <- function(s) {
    set.seed(s)
    nnet::nnet(x, y, size = 2, linout = TRUE, trace = FALSE, maxit = 60)
  }
  list(
    x = x, y = y, class = class, count = count,
    lm = unname(coef(lm(y ~ x))),
    lm_without = unname(coef(lm(y ~ x - 1))),
    se = unname(summary(lm(y ~ x))$coefficients[, 2]),
    glm = unname(coef(glm(class ~ x, family = binomial))),
    probit = unname(coef(glm(class ~ x, family = binomial("probit")))),
    poisson = unname(coef(glm(count ~ x, family = poisson))),
    cor = cor(x), spearman = cor(x, method = "spearman"), kendall = cor(x, method = "kendall"),
    cov = unname(cov(x)), mad = apply(x, 2, mad), iqr = apply(x, 2, IQR),
    q6 = apply(x, 2, quantile, c(0.1, 0.35, 0.8), type = 6, names = FALSE),
    q7 = apply(x, 2, quantile, c(0.1, 0.35, 0.8), names = FALSE),
    d = svd(x)$d, inverse = solve(crossprod(x)), distance = as.matrix(unname(dist(x))),
    density = density(y, n = 32)$y, smooth = lowess(x[, 1], y)$y, spline = spline(y, n = 50)$y,
    ranks = rank(count), ranks_min = as.double(rank(count, ties.method = "min")),
    net = unname(net(1)$fitted.values), net_other = unname(net(2)$fitted.values),
    weights = net(1)$wts, weights_other = net(2)$wts
  )
}
