# What a variable's name means: `wh`, `W1` and `weights1` are the weights of the first layer; twin
# of check/aliases.py in Python. `names` is a list of depth, given and from_zero.

# The catalogue: aliases, the article's steps, mistakes; one file that Python reads too.
read_catalogue <- function() {
  if (is.null(catalogue_cache$content)) {
    path <- system.file("check_catalogue.json", package = "twinprop", mustWork = TRUE)
    text <- read_text(path, basename(path), "the catalogue of check")
    content <- jsonlite::parse_json(text, simplifyVector = FALSE)
    content$mistakes <- lapply(content$mistakes, expand_update)
    catalogue_cache$content <- content
  }
  catalogue_cache$content
}

catalogue_cache <- new.env(parent = emptyenv())

# A mistake in the update is one in W and in b.
expand_update <- function(mistake) {
  texts <- mistake$formulas$update
  if (!is.null(texts)) {
    mistake$formulas$update <- NULL
    for (parameter in c("W", "b")) {
      mistake$formulas[[parameter]] <- lapply(texts, update_of, parameter = parameter)
    }
  }
  mistake
}

# A formula of an update, whose p is a weight or a bias, for one of them.
update_of <- function(parameter, text) {
  text <- gsub("\\bdps\\b", paste0("d", parameter, "_all"), text)
  gsub("\\b(d?)p(_right|_previous)?\\b", paste0("\\1", parameter, "\\2"), text, perl = TRUE)
}

# The sentence for the learner of a mistake, by its id.
cause_text <- function(id) {
  catalogue <- read_catalogue()
  if (id %in% names(catalogue$structural)) {
    return(catalogue$structural[[id]])
  }
  Find(function(mistake) mistake$id == id, catalogue$mistakes)$text
}

# A name without capitals, underscores and points.
plain_name <- function(name) {
  tolower(gsub("[._]", "", name))
}

# Whether a script calls its first weights W0: then its W1 are those of the second layer.
counts_from_zero <- function(names) {
  first <- c("w0", "weights0", "weight0", "theta0", "b0", "bias0", "biases0")
  any(plain_name(names) %in% first)
}

number_names <- c(
  "lr", "epochs", "batch_size", "momentum", "beta", "decay", "beta_1", "beta_2", "epsilon"
)

# Whether a list of this name holds gradients, so that its W1 is dW1.
holds_gradients <- function(name) {
  plain <- plain_name(name)
  startsWith(plain, "grad") || plain %in% c("g", "dparams", "dparameters")
}

# Whether a list of this name holds what an optimizer remembers, so its dW1 is no dW1.
holds_memory <- function(name) {
  plain <- plain_name(name)
  plain %in% c("v", "s", "m", "memory", "state", "squares", "means") ||
    grepl("^(velocit|moment|adam|rms)", plain)
}

# Whether a name stands for all parameters together.
is_whole_network <- function(name) {
  plain_name(name) %in% c("params", "parameters", "network", "net", "nn", "model", "mlp")
}

# The quantity that a variable holds, by its name, or NULL.
name_quantity <- function(name, names) {
  if (name %in% names(names$given)) {
    return(names$given[[name]])
  }
  table <- read_catalogue()$aliases
  plain <- plain_name(name)
  kind <- kind_of_word(plain, table$last)
  if (!is.null(kind)) {
    return(paste0(kind, names$depth))
  }
  kind <- kind_of_word(plain, table$hidden)
  if (!is.null(kind)) {
    return(if (names$depth == 2L) paste0(kind, "1"))
  }
  if (plain %in% names(table$settings)) {
    return(table$settings[[plain]])
  }
  name_otherwise(name, plain, names, table)
}

# The kind of quantity in whose list of words one stands, or NULL.
kind_of_word <- function(word, lists) {
  found <- names(Filter(function(words) word %in% unlist(words), lists))
  if (length(found) > 0L) found[[1L]]
}

name_otherwise <- function(name, plain, names, table) {
  if (plain %in% unlist(table$loss)) {
    return("loss")
  }
  kind <- list_kind(name)
  if (names$depth == 1L && !is.null(kind)) paste0(kind, "1") else name_numbered(plain, names, table)
}

name_numbered <- function(plain, names, table) {
  if (!grepl("^[a-z]+[0-9][a-z]*$", plain)) {
    return(NULL)
  }
  layer <- as.integer(gsub("[a-z]", "", plain))
  kind <- table$layer_suffix[[sub("[0-9]", "#", plain), exact = TRUE]]
  if (is.null(kind) && grepl("[0-9]$", plain)) {
    kind <- table$numbered[[sub("[0-9]$", "", plain), exact = TRUE]]
  }
  if (is.null(kind)) {
    return(NULL)
  }
  layer <- layer + (names$from_zero && kind %in% c("W", "b", "dW", "db"))
  if (layer %in% seq_len(names$depth)) paste0(kind, layer)
}

# The kind of quantity that a list or an unnumbered variable holds, such as W of weights.
list_kind <- function(name) {
  plain <- plain_name(name)
  # A layer or l without a number is rather the number itself.
  if (!plain %in% c("l", "layer")) read_catalogue()$aliases$numbered[[plain, exact = TRUE]]
}

# Kind and layer of a quantity; the layer is 0 where it has none.
quantity_kind <- function(quantity) {
  sub("[0-9]+$", "", quantity)
}

quantity_layer <- function(quantity) {
  digits <- regmatches(quantity, regexpr("[0-9]+$", quantity))
  if (length(digits) == 1L) as.integer(digits) else 0L
}
