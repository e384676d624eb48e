without_stream <- function(code) {
  if (exists(".Random.seed", envir = globalenv(), inherits = FALSE)) {
    found <- get(".Random.seed", envir = globalenv())
    rm(".Random.seed", envir = globalenv())
    on.exit(assign(".Random.seed", found, envir = globalenv()))
  } else {
    on.exit(suppressWarnings(rm(".Random.seed", envir = globalenv())))
  }
  code
}

draw_everything <- function() {
  generator <- new_generator(3)
  random_uniform(generator, 7)
  random_normal(generator, 7)
  random_permutation(generator, 7)
}

# The caller's numbers with draws of ours in between, and without, under some kinds.
undisturbed <- function(kinds) {
  callers_draws <- function(between) {
    suppressWarnings(do.call(RNGkind, as.list(kinds)))
    set.seed(9)
    before <- rnorm(1) # with Box-Muller the second of a pair is kept
    between()
    c(before, rnorm(3), runif(2), sample.int(100, 3))
  }
  found <- RNGkind()
  on.exit(suppressWarnings(do.call(RNGkind, as.list(found))))
  with_ours <- callers_draws(draw_everything)
  identical(RNGkind(), kinds) && identical(with_ours, callers_draws(function() NULL))
}

test_that("numbers are those of R after set.seed, in one stream", {
  # -1344648296 puts the word 2^31, which R holds as NA, into the state.
  for (seed in c(1, 42, 2147483647, 0, -7, -2147483647, -1344648296)) {
    generator <- new_generator(seed)
    ours <- c(
      random_uniform(generator, 1000), random_permutation(generator, 1000),
      random_permutation(generator, 1), random_uniform(generator, 3)
    )
    without_stream({
      set.seed(seed)
      expect_identical(ours, c(runif(1000), sample.int(1000), sample.int(1), runif(3)))
    })
  }
})

test_that("normal numbers are rnorm, to the last bits of the platform's logarithm", {
  generator <- new_generator(42)
  ours <- random_normal(generator, 10000)
  without_stream({
    set.seed(42)
    theirs <- rnorm(10000)
    expect_lt(max(abs(ours / theirs - 1)), 2e-15)
    expect_gt(mean(ours == theirs), 0.999)
    expect_identical(random_uniform(generator, 3), runif(3))
  })
})

test_that("bounds, mean and sd are applied to the standard numbers", {
  expect_identical(
    random_uniform(new_generator(2), 5, -1, 2), -1 + 3 * random_uniform(new_generator(2), 5)
  )
  expect_identical(
    random_normal(new_generator(2), 5, 3, 0.5), 3 + 0.5 * random_normal(new_generator(2), 5)
  )
})

test_that("the caller's stream and kinds go on as if nothing had been drawn", {
  expect_true(undisturbed(c("Mersenne-Twister", "Inversion", "Rejection")))
  expect_true(undisturbed(c("Wichmann-Hill", "Ahrens-Dieter", "Rounding")))
  expect_true(undisturbed(c("Mersenne-Twister", "Box-Muller", "Rejection")))
})

test_that("where the caller has no stream, there is none afterwards, and the kinds are as found", {
  found <- RNGkind()
  on.exit(suppressWarnings(do.call(RNGkind, as.list(found))))
  suppressWarnings(RNGkind("Wichmann-Hill", "Ahrens-Dieter", "Rounding"))
  kinds <- RNGkind()
  without_stream({
    draw_everything()
    expect_false(exists(".Random.seed", envir = globalenv(), inherits = FALSE))
    expect_identical(RNGkind(), kinds)
  })
})

test_that("the caller's stream is put back after an error", {
  set.seed(4)
  before <- .Random.seed
  expect_error(with_stream(new_generator(1), function() stop("interrupted")), "interrupted")
  expect_identical(.Random.seed, before)
})

test_that("nothing is drawn where nothing is wanted", {
  generator <- new_generator(2)
  expect_length(random_uniform(generator, 0), 0)
  expect_length(random_normal(generator, 0), 0)
  expect_length(random_permutation(generator, 0), 0)
  expect_identical(random_uniform(generator, 3), random_uniform(new_generator(2), 3))
})

test_that("the normal quantile of one is infinite", {
  expect_identical(normal_quantile(c(0.5, 1)), c(0, Inf))
})

test_that("a seed or a number of draws that R does not take is refused", {
  for (seed in list(2147483648, 1.5, NaN, NA_real_, TRUE, NULL, "1", 1:2)) {
    expect_error(new_generator(seed), "^seed is ", class = "twinprop_input_error")
  }
  for (n in list(-1, 2.5, NULL)) {
    expect_error(
      random_permutation(new_generator(1), n), "^the number of draws is ",
      class = "twinprop_input_error"
    )
  }
})
