# An exercise asks for one network: a program is compared with it by what it was seen to be; twin of
# check/exercise.py in Python.

# The network of a case, in the form in which an answer describes one.
describe_case <- function(path) {
  where <- paste0(basename(path), ":")
  document <- read_json(path, where)
  case <- parse_case(document, where, path)
  training <- document$training
  list(
    inputs = ncol(case$data$x),
    layers = lapply(document$layers, function(layer) {
      own <- layer$activation
      list(units = layer$units, activation = if (is.null(own)) "sigmoid" else own)
    }),
    loss = document$loss,
    training = list(optimizer = training$optimizer, batch = training$batch_size)
  )
}

# An answer with what the program's network has otherwise than the exercise asks. A program that is
# right, but of another network, is no answer to the exercise.
compare_with_exercise <- function(answer, asked) {
  network <- answer$network
  if (is.null(network)) {
    return(answer)
  }
  found <- c(
    other_layers(network, asked), other_loss(network$loss, asked$loss),
    other_training(network$training$optimizer, asked$training$optimizer)
  )
  answer$exercise <- as.list(found)
  if (length(found) > 0L && answer$verdict == "right") {
    answer$verdict <- "different"
    answer$sentence <- paste("Right for its own network, but not the exercise's:", found[[1L]])
    answer["first"] <- list(list(name = "network", line = NULL))
  }
  answer
}

other_layers <- function(network, asked) {
  sizes <- function(n) c(n$inputs, vapply(n$layers, function(layer) as.integer(layer$units), 1L))
  yours <- sizes(network)
  wanted <- sizes(asked)
  if (!is.null(network$inputs) && !identical(as.integer(yours), as.integer(wanted))) {
    dashes <- function(sizes) paste(sizes, collapse = "-")
    return(paste0("it asks for ", dashes(wanted), " units, this is ", dashes(yours), "."))
  }
  if (length(network$layers) != length(asked$layers)) {
    return(paste0(
      "it asks for ", length(asked$layers), " layers, this has ", length(network$layers), "."
    ))
  }
  unlist(Map(function(yours, wanted, k) {
    if (yours$activation != wanted$activation) {
      paste0(
        "it asks for ", wanted$activation, " in layer ", k, ", this has ", yours$activation, "."
      )
    }
  }, network$layers, asked$layers, seq_along(asked$layers)))
}

other_loss <- function(yours, wanted) {
  if (!is.null(yours$name) && !is.null(wanted$name) && yours$name != wanted$name) {
    return(paste0(
      "it asks for the loss ", in_words(wanted$name), ", this has ", in_words(yours$name), "."
    ))
  }
  reduction <- if (is.null(wanted$reduction)) "sum" else wanted$reduction
  if (!is.null(yours$reduction) && yours$reduction != reduction) {
    paste0(
      "it asks for the ", reduction, " over the samples, this has the ", yours$reduction, "."
    )
  }
}

other_training <- function(yours, wanted) {
  if (is.null(yours) || is.null(wanted)) {
    return(NULL)
  }
  if (yours$name != wanted$name) {
    return(paste0("it asks for ", in_words(wanted$name), ", this has ", in_words(yours$name), "."))
  }
  unlist(lapply(setdiff(names(wanted), "name"), function(key) {
    if (is_other_number(yours[[key]], wanted[[key]])) {
      squared <- !is_other_number(yours[[key]], wanted[[key]]^2)
      paste0(
        "it asks for the ", in_words(key), " ", sprintf("%g", wanted[[key]]), ", this has ",
        sprintf("%g", yours[[key]]),
        if (squared) ", which is its square, as if it were there twice", "."
      )
    }
  }))
}

is_other_number <- function(yours, wanted) {
  is.numeric(yours) && is.numeric(wanted) && abs(yours - wanted) > 1e-6 * abs(wanted)
}

in_words <- function(name) gsub("_", " ", name, fixed = TRUE)
