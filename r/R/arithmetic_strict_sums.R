# Strict products and sums: the same bits on every machine, because the order is written down.
#
# Every sum is a halving tree over its index: s[i] + s[h + i] for i < h = floor(k / 2), an odd last
# element is carried to the end, and so on until one is left. Its error grows with log2(k).

#' Matrix product a b.
#'
#' @param a (n, k) double. Left factor.
#' @param b (k, m) double. Right factor.
#' @return (n, m) double. The product.
#' @examples
#' strict$matmul(matrix(c(1, 2), 1), matrix(c(3, 4), 2))
strict_matmul <- function(a, b) {
  if (!is.double(a) || !is.double(b)) {
    return(strict_matmul(as_doubles(a, "a"), as_doubles(b, "b")))
  }
  if (dim(a)[2L] != dim(b)[1L]) {
    check_shape("b", dim(b), c(ncol(a), ncol(b)))
  }
  if (1 * length(a) * dim(b)[2L] <= strict_small) {
    return(strict_small_product(a, t.default(b)))
  }
  strict_large_product(
    nrow(a), ncol(b), ncol(a),
    function(p) a[, p], function(p) b[p, ]
  )
}

#' Matrix product a' b, where a' is a transposed.
#'
#' @param a (k, n) double. Left factor, before it is transposed.
#' @param b (k, m) double. Right factor.
#' @return (n, m) double. The product.
#' @examples
#' strict$crossprod(matrix(c(1, 2), 2), matrix(c(3, 4), 2))
strict_crossprod <- function(a, b) {
  if (!is.double(a) || !is.double(b)) {
    return(strict_crossprod(as_doubles(a, "a"), as_doubles(b, "b")))
  }
  if (dim(a)[1L] != dim(b)[1L]) {
    check_shape("b", dim(b), c(nrow(a), ncol(b)))
  }
  if (1 * length(a) * dim(b)[2L] <= strict_small) {
    return(strict_small_product(t.default(a), t.default(b)))
  }
  strict_large_product(
    ncol(a), ncol(b), nrow(a),
    function(p) a[p, ], function(p) b[p, ]
  )
}

#' Matrix product a b', where b' is b transposed.
#'
#' @param a (n, k) double. Left factor.
#' @param b (m, k) double. Right factor, before it is transposed.
#' @return (n, m) double. The product.
#' @examples
#' strict$tcrossprod(matrix(c(1, 2), 1), matrix(c(3, 4), 1))
strict_tcrossprod <- function(a, b) {
  if (!is.double(a) || !is.double(b)) {
    return(strict_tcrossprod(as_doubles(a, "a"), as_doubles(b, "b")))
  }
  if (dim(a)[2L] != dim(b)[2L]) {
    check_shape("b", dim(b), c(nrow(b), ncol(a)))
  }
  if (1 * length(a) * dim(b)[1L] <= strict_small) {
    return(strict_small_product(a, b))
  }
  strict_large_product(
    nrow(a), nrow(b), ncol(a),
    function(p) a[, p], function(p) b[, p]
  )
}

#' Sum of each column.
#'
#' @param a (n, m) double. The summands.
#' @return (1, m) double. The sums.
#' @examples
#' strict$column_sums(matrix(c(1, 3, 2, 4), 2))
strict_column_sums <- function(a) {
  sums <- strict_halving_tree(t.default(as_doubles(a, "a")), dim(a)[1L], dim(a)[2L])
  dim(sums) <- c(1L, length(sums))
  sums
}

#' Sum of each row.
#'
#' @param a (n, m) double. The summands.
#' @return (n, 1) double. The sums.
#' @examples
#' strict$row_sums(matrix(c(1, 3, 2, 4), 2))
strict_row_sums <- function(a) {
  sums <- strict_halving_tree(as_doubles(a, "a"), dim(a)[2L], dim(a)[1L])
  dim(sums) <- c(length(sums), 1L)
  sums
}

#' Sum of all elements, taken row by row.
#'
#' @param a (n, m) double. The summands.
#' @return double. The sum.
#' @examples
#' strict$total(matrix(c(1, 3, 2, 4), 2))
strict_total <- function(a) {
  a <- as_doubles(a, "a")
  if (is.matrix(a)) {
    a <- t.default(a)
  }
  strict_halving_tree(as.vector(a), length(a), 1L)
}

#' Largest element of each row; NaN where the row has one.
#'
#' @param a (n, m) double. At least one column.
#' @return (n, 1) double. The largest elements.
#' @examples
#' strict$row_max(matrix(c(1, 4, 2, 3), 2))
strict_row_max <- function(a) {
  a <- as_doubles(a, "a")
  if (ncol(a) == 0L) {
    refuse("a", paste("of the shape", show_shape(dim(a))), "at least one column")
  }
  largest <- a[, 1L]
  for (j in seq_len(ncol(a))[-1L]) {
    column <- a[, j]
    larger <- which(column > largest | is.na(column))
    largest[larger] <- column[larger]
  }
  matrix(largest, nrow(a), 1L)
}

# Up to so many products are computed at once. They are counted in doubles: integers could overflow.
strict_small <- 8192

# Tree over k of a[i, k] b[j, k], all products first.
strict_small_product <- function(a, b) {
  n <- dim(a)[1L]
  m <- dim(b)[1L]
  products <- a[rep.int(seq_len(n), m), ] * b[rep(seq_len(m), each = n), ]
  sums <- strict_halving_tree(products, dim(a)[2L], n * m)
  dim(sums) <- c(n, m)
  sums
}

# Tree over k of left(k)[i] right(k)[j], one product of vectors at a time.
strict_large_product <- function(n, m, k, left, right) {
  times <- rep.int(n, m)
  product <- strict_sum_of_terms(k, function(p) left(p) * rep.int(right(p), times))
  dim(product) <- c(n, m)
  product
}

# Tree over terms 1 to k. It goes down to each term in turn, so that it holds no more than log2(k)
# of them at a time.
strict_sum_of_terms <- function(k, term) {
  if (k == 1L) {
    return(term(1L))
  }
  halves <- integer(0L)
  while (k > 1L) {
    halves <- c(halves, k %/% 2L)
    k <- k - k %/% 2L
  }
  sum_below <- function(level, i) {
    half <- halves[level]
    if (i > half) {
      # The odd last one.
      return(if (level == 1L) term(i + half) else sum_below(level - 1L, i + half))
    }
    if (level == 1L) {
      return(term(i) + term(half + i))
    }
    sum_below(level - 1L, i) + sum_below(level - 1L, half + i)
  }
  sum_below(length(halves), 1L)
}

# Tree over k vectors of a width, stored one after the other.
strict_halving_tree <- function(s, k, width) {
  if (k == 0L) {
    return(numeric(width))
  }
  while (k > 1L) {
    half <- k %/% 2L
    chosen <- seq_len(half * width)
    sums <- s[chosen] + s[half * width + chosen]
    if (k > 2L * half) {
      sums <- c(sums, s[2L * half * width + seq_len(width)])
    }
    s <- sums
    k <- k - half
  }
  s
}
