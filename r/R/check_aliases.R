# What a variable's name means: `wh`, `W1` and `weights1` are the weights of the first layer; twin
# of python/src/twinprop/check/aliases.py. `names` is a list of depth, given and from_zero.

# The catalogue: aliases, the article's steps, mistakes; one file that Python reads too.
read_catalogue <- function() {
  if (is.null(catalogue_cache$content)) {
    path <- system.file("check_catalogue.json", package = "twinprop", mustWork = TRUE)
    text <- read_text(path, basename(path), "the catalogue of check")
    catalogue_cache$content <- jsonlite::parse_json(text, simplifyVector = FALSE)
  }
  catalogue_cache$content
}

catalogue_cache <- new.env(parent = emptyenv())

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
  any(plain_name(names) %in% c("w0", "weights0", "weight0", "theta0"))
}

# The quantity that a variable holds, by its name, or NULL.
name_quantity <- function(name, names) {
  if (name %in% names(names$given)) {
    return(names$given[[name]])
  }
  table <- read_catalogue()$aliases
  plain <- plain_name(name)
  if (plain %in% names(table$settings)) {
    return(table$settings[[plain]])
  }
  if (plain %in% unlist(table$loss)) {
    return("loss")
  }
  for (kind in names(table$last)) {
    if (plain %in% unlist(table$last[[kind]])) return(paste0(kind, names$depth))
  }
  for (kind in names(table$hidden)) {
    if (plain %in% unlist(table$hidden[[kind]])) {
      return(if (names$depth == 2L) paste0(kind, "1"))
    }
  }
  if (names$depth == 1L && !is.null(list_kind(name))) {
    return(paste0(list_kind(name), "1"))
  }
  name_numbered(plain, names, table)
}

name_numbered <- function(plain, names, table) {
  kind <- NULL
  layer <- 0L
  for (pattern in names(table$layer_suffix)) {
    expression <- paste0("^", sub("#", "([0-9])", pattern, fixed = TRUE), "$")
    if (grepl(expression, plain)) {
      kind <- table$layer_suffix[[pattern]]
      layer <- as.integer(sub(expression, "\\1", plain))
    }
  }
  if (is.null(kind) && grepl("^[a-z]+[0-9]$", plain)) {
    kind <- table$numbered[[sub("[0-9]$", "", plain), exact = TRUE]]
    layer <- as.integer(sub("^[a-z]+", "", plain))
  }
  if (is.null(kind)) {
    return(NULL)
  }
  layer <- layer + (names$from_zero && kind %in% c("W", "b", "dW", "db"))
  if (layer >= 1L && layer <= names$depth) paste0(kind, layer)
}

# The kind of quantity that a list or an unnumbered variable holds, such as W of weights.
list_kind <- function(name) {
  read_catalogue()$aliases$numbered[[plain_name(name), exact = TRUE]]
}

# Kind and layer of a quantity; the layer is 0 where it has none.
quantity_kind <- function(quantity) {
  sub("[0-9]+$", "", quantity)
}

quantity_layer <- function(quantity) {
  digits <- regmatches(quantity, regexpr("[0-9]+$", quantity))
  if (length(digits) == 1L) as.integer(digits) else 0L
}
