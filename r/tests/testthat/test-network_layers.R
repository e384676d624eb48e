fixed_network <- function() {
  new_network(
    list(
      rbind(c(0.1, 0.3, 0.5), c(0.2, 0.4, 0.6)),
      rbind(c(0.1, 0.4), c(0.2, 0.5), c(0.3, 0.6)),
      rbind(c(0.1, 0.3), c(0.2, 0.4))
    ),
    list(c(0.1, 0.2, 0.3), c(0.1, 0.2), c(0.1, 0.2)),
    c("sigmoid", "sigmoid", "identity")
  )
}

# One training step of a 3-1-3 network, worked by hand number by number. All numbers were computed
# with 300 bits and are given to 10 digits in the comments, correctly rounded to double in the code.
# Two samples, three features, one hidden unit, three outputs; both layers are sigmoid, the loss is
# 1/2 sum (a - y)^2, the learning rate 1/2. Python's test of the network by hand has the same
# numbers.
test_that("every quantity of a step is the one worked by hand", {
  x <- rbind(c(1, 0, 2), c(0.5, -1, 1))
  y <- rbind(c(1, 0, 0.5), c(0, 0.75, 0.25))
  network <- new_network(
    list(matrix(c(0.5, -0.25, 1), 3), matrix(c(1, -2, 0.5), 1)),
    list(-1.75, c(0, 1, -0.25)), c("sigmoid", "sigmoid")
  )
  by_hand <- list(
    # from 1 * 0.5 + 0 * -0.25 + 2 * 1 - 1.75 = 0.75
    # and 0.5 * 0.5 + -1 * -0.25 + 1 * 1 - 1.75 = -0.25
    "1/z1" = matrix(c(0.75, -0.25), 2),
    # from 1 / (1 + 0.4723665527) = 0.6791786992; 1 / (1 + 1.284025417) = 0.4378234991
    "1/a1" = matrix(c(0.679178699175393, 0.4378234991142019), 2),
    # 0.6791786992 * (1, -2, 0.5) + (0, 1, -0.25) = (0.6791786992, -0.3583573984, 0.08958934959)
    # 0.4378234991 * (1, -2, 0.5) + (0, 1, -0.25) = (0.4378234991, 0.1243530018, -0.03108825044)
    "1/z2" = rbind(
      c(0.679178699175393, -0.35835739835078595, 0.08958934958769649),
      c(0.4378234991142019, 0.12435300177159621, -0.031088250442899052)
    ),
    # sigmoid of z2: 0.6635553669 0.4113572516 0.5223823689; 0.6077402921 0.5310482508 0.4922285633
    "1/a2" = rbind(
      c(0.6635553669260769, 0.41135725155632497, 0.5223823688555862),
      c(0.6077402921305914, 0.5310482507612627, 0.49222856329026266)
    ),
    # from (0.1131949911 + 0.1692147884 + 0.0005009704356 + 0.3693482627 + 0.04793986849 +
    # 0.05867467687) / 2 = 0.3794367790
    "1/loss" = 0.3794367790075761,
    # a2 - y: -0.3364446331 0.4113572516 0.02238236886; 0.6077402921 -0.2189517492 0.2422285633
    "1/e2" = rbind(
      c(-0.3364446330739232, 0.41135725155632497, 0.02238236885558618),
      c(0.6077402921305914, -0.21895174923873723, 0.24222856329026268)
    ),
    # a2 (1 - a2): 0.2232496419 0.2421424631 0.2494990296; 0.2383920295 0.2490360061 0.2499396048
    "1/slope2" = rbind(
      c(0.2232496419496764, 0.24214246314835136, 0.24949902956441247),
      c(0.2383920294516148, 0.24903600612466575, 0.24993960477146654)
    ),
    # e2 slope2: -0.07511114387 0.09960705813 0.005584379309; 0.1448804416 -0.05452686916
    # 0.06054251137
    "1/delta2" = rbind(
      c(-0.0751111438696436, 0.09960705812578452, 0.005584379308821482),
      c(0.14488044162052896, -0.054526869164424445, 0.060542511373128424)
    ),
    # from 0.6791786992 * -0.07511114387 + 0.4378234991 * 0.1448804416 = 0.01241817292
    # and 0.6791786992 * 0.09960705813 + 0.4378234991 * -0.05452686916 = 0.04377784751
    # and 0.6791786992 * 0.005584379309 + 0.4378234991 * 0.06054251137 = 0.03029972565
    "1/dW2" = matrix(c(0.012418172916550504, 0.0437778475132475, 0.030299725649211805), 1),
    # column sums of delta2: 0.06976929775 0.04508018896 0.06612689068
    "1/db2" = matrix(c(0.06976929775088535, 0.045080188961360075, 0.0661268906819499), 1),
    # first row, -0.07511114387 - 2 * 0.09960705813 + 0.5 * 0.005584379309 = -0.2715330705
    # second row, 0.1448804416 - 2 * -0.05452686916 + 0.5 * 0.06054251137 = 0.2842054356
    "1/e1" = matrix(c(-0.2715330704668019, 0.284205435635942), 2),
    # from 0.6791786992 * 0.3208213008 = 0.2178949938; 0.4378234991 * 0.5621765009 = 0.2461340827
    "1/slope1" = matrix(c(0.21789499376181404, 0.24613408273759835), 2),
    # e1 slope1: -0.05916569670; 0.06995264421
    "1/delta1" = matrix(c(-0.05916569669549001, 0.06995264420929215), 2),
    # from 1 * -0.05916569670 + 0.5 * 0.06995264421 = -0.02418937459
    # and 0 * -0.05916569670 - 1 * 0.06995264421 = -0.06995264421
    # and 2 * -0.05916569670 + 1 * 0.06995264421 = -0.04837874918
    "1/dW1" = matrix(c(-0.02418937459084394, -0.06995264420929215, -0.04837874918168788), 3),
    # the column sum -0.05916569670 + 0.06995264421 = 0.01078694751
    "1/db1" = matrix(0.010786947513802133),
    # from 0.5 + 0.01209468730; -0.25 + 0.03497632210; 1 + 0.02418937459
    "1/W1" = matrix(c(0.512094687295422, -0.21502367789535393, 1.024189374590844), 3),
    # from -1.75 - 0.005393473757
    "1/b1" = matrix(-1.755393473756901),
    # from 1 - 0.006209086458; -2 - 0.02188892376; 0.5 - 0.01514986282
    "1/W2" = matrix(c(0.9937909135417248, -2.0218889237566238, 0.4848501371753941), 1),
    # from 0 - 0.03488464888; 1 - 0.02254009448; -0.25 - 0.03306344534
    "1/b2" = matrix(c(-0.034884648875442674, 0.9774599055193199, -0.28306344534097494), 1)
  )
  for (arithmetic in list(native, strict)) {
    trace <- train(network, x, y, new_plan(learning_rate = 0.5), arithmetic = arithmetic)$trace
    expect_identical(names(trace), names(by_hand))
    for (name in names(by_hand)) {
      expect_identical(dim(trace[[name]]), dim(by_hand[[name]]), label = name)
      # Numbers near 1 carry a few roundings of 2^-53 each.
      expect_lt(max(abs(trace[[name]] - by_hand[[name]])), 5e-16, label = name)
    }
  }
})

for (loss in names(losses)) {
  for (reduction in losses[[loss]]$reductions) {
    test_that(paste("gradients are central differences for the", reduction, "of", loss), {
      # A step has no derivative to compare.
      for (activation in setdiff(names(activation_functions), "step")) {
        expect_central_differences(activation, loss, reduction)
      }
    })
  }
}

test_that("three layers give the output computed with 300 bits", {
  for (arithmetic in list(native, strict)) {
    output <- predict(fixed_network(), matrix(c(1, 0.5), 1), arithmetic)
    wanted <- matrix(c(0.3168270764110298, 0.6962790898619668), 1)
    expect_lt(max(abs(output / wanted - 1)), 4e-16)
  }
})

test_that("gradients have the shapes of what they belong to, also with one sample or unit", {
  for (units in list(c(3, 2, 6), c(1, 1, 1), 2)) {
    for (n in c(5, 1)) {
      activations <- rep("sigmoid", length(units))
      network <- draw_network(4, units, activations)
      cache <- forward(network, matrix(1, n, 4))
      gradients <- backward(network, cache, matrix(0, n, units[[length(units)]]))
      shapes <- function(part) lapply(network, function(layer) dim(layer[[part]]))
      expect_identical(lapply(gradients$weights, dim), shapes("weights"))
      expect_identical(lapply(gradients$biases, dim), shapes("bias"))
      expect_identical(lapply(gradients$delta, dim), lapply(cache$z, dim))
    }
  }
})

test_that("drawn weights follow one stream layer after layer", {
  network <- draw_network(2, c(3, 1), c("sigmoid", "identity"), "normal", 8, mean = 1, sd = 2)
  drawn <- random_normal(new_generator(8), 6 + 3 + 3 + 1, 1, 2)
  expect_identical(network[[1]]$weights, matrix(drawn[1:6], 2, byrow = TRUE))
  expect_identical(network[[1]]$bias, matrix(drawn[7:9], 1))
  expect_identical(network[[2]]$weights, matrix(drawn[10:12], 3))
  expect_identical(network[[2]]$bias, matrix(drawn[13]))
})

test_that("parts that do not fit are refused by name", {
  expect_refused <- function(weights, biases, activations, sentence) {
    expect_error(
      new_network(weights, biases, activations), sentence,
      fixed = TRUE, class = "twinprop_input_error"
    )
  }
  w <- matrix(1, 2, 3)
  two <- c("sigmoid", "sigmoid")
  expect_refused(list(), list(), character(), "at least one: found 0, 0 and 0")
  expect_refused(list(w), list(), "sigmoid", "found 1, 0 and 1")
  expect_refused(list(w, w), list(1:3, 1:3), two, "W2 has the shape 2 x 3; wanted 3 x 3")
  expect_refused(list(w), list(1:2), "sigmoid", "b1 has the shape 1 x 2; wanted 1 x 3")
  expect_refused(list(w), list(matrix(1:3, 3)), "sigmoid", "b1 has the shape 3 x 1; wanted 1 x 3")
  expect_refused(list(w), list(1:3), "sigmod", "\"sigmod\"; did you mean \"sigmoid\"?")
})

test_that("samples with other features are refused", {
  expect_error(
    predict(fixed_network(), matrix(1, 4, 3)), "x has the shape 4 x 3; wanted 4 x 2",
    class = "twinprop_input_error"
  )
})

test_that("data frames and integers are samples too", {
  frame <- data.frame(first = c(1L, 2L), second = c(3L, 4L))
  wanted <- predict(fixed_network(), rbind(c(1, 3), c(2, 4)))
  expect_identical(predict(fixed_network(), frame), wanted)
})

test_that("a network is printed in one line", {
  expect_output(
    print(fixed_network()), "^Network 2-3-2-2 \\(sigmoid, sigmoid, identity\\)$"
  )
})
