# A sum over positions, samples or times that stops before the last of its shares, or after it; twin
# of check/explain/left_out.py in Python.

fewest_shares_of_loop <- 3L # that are in the sum
most_shares_of_loop <- 500L

# A sum that lacks shares of a derivative, told where the loop over them begins.
#
# All that is in it is right, and what is left out belongs to the first or the last uses of the same
# value at one place of the way forward.
at_loop_of_sum <- function(graph, table, fault) {
  n <- fault$node
  adjoint <- if (!is.null(fault$wanted)) table$adjoint$at(fault$wanted)
  if (is.null(adjoint) || !graph$op[[n]] %in% c("add", "sub")) {
    return(fault)
  }
  factor <- factor_between(array(ravel(fault$right)), array(ravel(adjoint)))
  shares <- contributions(graph, table$view, table$adjoint, fault$wanted)
  uses <- vapply(shares, function(share) as.integer(share[[1L]]), 1L)
  shares <- shares[order(uses)]
  terms <- long_sum(graph, table$view, n)
  few <- length(terms) < fewest_shares_of_loop || length(shares) > most_shares_of_loop
  if (few || length(terms) >= length(shares) || factor == 0) {
    return(fault)
  }
  left <- shares_that_no_term_is(graph, terms, shares, factor)
  first <- seq_along(left)
  last <- seq_along(shares)[-seq_along(terms)]
  at_end <- length(left) > 0L && (identical(left, first) || identical(left, last))
  if (!at_end || length(unique(graph$site[uses])) > 1L) {
    return(fault)
  }
  fault$kind <- "shares_left_out"
  fault$loop <- list(node = n, after = 0L)
  fault$shown <- list(
    yours = paste(length(terms), "shares"), right = paste("all", length(shares))
  )
  fault
}

# The shares that are in no term of a sum; NULL where a term is none of them.
shares_that_no_term_is <- function(graph, terms, shares, factor) {
  left <- seq_along(shares)
  values <- lapply(shares, function(share) array(factor * ravel(share[[2L]])))
  for (term in terms) {
    value <- array(ravel(value_of(graph, as.integer(term[[1L]]))) * term[[2L]])
    own <- Find(function(i) is_near(value, values[[i]]), left)
    if (is.null(own)) {
      return(NULL)
    }
    left <- left[left != own]
  }
  left
}
