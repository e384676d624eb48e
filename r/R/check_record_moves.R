# Movements of data: from where each element of a result came.
#
# R itself says it: the same function runs on tags, one number for each element of the operands, and
# the result's tags are the map. A map is believed only where the values agree with it.

first_tag <- 2^40

# How functions are recorded, by their names.
record_kinds <- local({
  words <- function(text) strsplit(text, "[ \n]+")[[1L]]
  list(
    # of the same element of each operand, recycled as R does
    elementwise = words("+ - * / ^ %% %/% == != < > <= >= & | pmax pmin ifelse atan2 xor"),
    product = words("%*% crossprod tcrossprod"),
    # the first operand is data, the others say where to
    move = words("[ [[ t matrix array rep rep_len rep.int as.vector as.matrix as.numeric as.double
      as.array as.data.frame data.matrix unlist drop diag aperm rev head tail unname setNames split
      asplit as.list unclass structure simplify2array getElement na.omit stack I identity as.integer
      t.default rev.default head.matrix tail.matrix subset as.logical c.default round signif
      relist"),
    # all operands are data
    join = words("c cbind rbind list data.frame append rbind.data.frame cbind.data.frame merge"),
    # a function of the program is called for each part
    each = words("lapply sapply vapply Map mapply apply outer Reduce tapply %o% replicate"),
    random = words("runif rnorm rbinom sample sample.int rexp rgamma rbeta rpois rt rchisq
      rlogis rweibull rcauchy rgeom rmultinom rlnorm mvrnorm"),
    printed = words("print cat message sprintf format formatC paste paste0 prettyNum"),
    # their values are counted, not computed with
    counted = words("nrow ncol NROW NCOL length dim seq seq_len seq_along : which which.max
      which.min order nchar match levels names colnames rownames unique is.na is.null nlevels
      set.seed Sys.time proc.time identical all any all.equal is.matrix is.numeric exists
      interactive invisible vector dimnames max.col rank table is.function inherits stopifnot")
  )
})

kind_of_record <- function(name) {
  for (kind in names(record_kinds)) if (name %in% record_kinds[[kind]]) return(kind)
  "other"
}

# Tags in the place of numbers; the operands, in order, are collected in `found`.
tag_value <- function(v, node_for, found) {
  if (is_numbers(v)) {
    node <- node_for(v)
    if (node == 0L) {
      return(v)
    }
    n <- length(v)
    index <- if (length(dim(v)) < 2L) seq_len(n) else order_of_rows(dim(v))
    tags <- first_tag + found$total + index - 1
    kept <- attributes(v)
    if (inherits(v, "factor")) kept[c("class", "levels")] <- NULL
    attributes(tags) <- kept
    found$nodes <- c(found$nodes, node)
    found$values[[length(found$values) + 1L]] <- v
    found$total <- found$total + n
    return(tags)
  }
  if (is.list(v) && is_plain_list(v)) {
    for (i in seq_along(v)) {
      if (is_numbers(v[[i]]) || is.list(v[[i]])) v[[i]] <- tag_value(v[[i]], node_for, found)
    }
  }
  v
}

is_plain_list <- function(v) {
  !is.object(v) || inherits(v, "data.frame")
}

# The flat index by rows of each element, in R's own order.
order_of_rows <- function(shape) {
  if (length(shape) == 2L) {
    return(as.vector(matrix(seq_len(prod(shape)), shape[[1L]], shape[[2L]], byrow = TRUE)))
  }
  as.vector(aperm(array(seq_len(prod(shape)), rev(shape)), rev(seq_along(shape))))
}

# The map of a result's elements into those of the operands, or NULL if it is none.
map_of <- function(tags, made, found) {
  if (is.null(tags) || length(tags) != length(made) || !is.numeric(tags)) {
    return(NULL)
  }
  tags <- row_major(structure(as.double(tags), dim = dim(made)))
  from <- tags - first_tag
  from[is.na(from) | from < 0] <- -1
  moved <- from >= 0
  if (!any(moved)) {
    return(NULL)
  }
  operands <- unlist(lapply(found$values, row_major))
  if (identical(operands[from[moved] + 1], row_major(made)[moved])) from
}

new_found <- function() {
  list2env(list(nodes = integer(0), values = list(), total = 0), parent = emptyenv())
}

# Run a function on tags: its result and what the tags stand for; NULL where it cannot be.
# node_for(v, i) is the node of numbers in operand i.
move_tags <- function(f, values, tagged, node_for) {
  found <- new_found()
  for (i in which(tagged)) {
    values[i] <- list(tag_value(values[[i]], function(v) node_for(v, i), found))
  }
  if (length(found$nodes) == 0L) {
    return(NULL)
  }
  tags <- tryCatch(suppressWarnings(do.call(f, values, quote = TRUE)), error = function(e) NULL)
  list(tags = tags, found = found)
}

# Numbers spread over a shape as R recycles them; by numpy's rules they would not fit, or otherwise.
needs_recycling <- function(v, made) {
  length(v) > 1L && !identical(shape_in_rows(v), shape_in_rows(made)) ||
    length(v) == 1L && !is.null(dim(v)) && !identical(dim(v), dim(made))
}

recycle_map <- function(v, made) {
  index <- if (length(dim(v)) < 2L) seq_along(v) else order_of_rows(dim(v))
  row_major(array(rep_len(index, length(made)), shape_or_one(made))) - 1
}

shape_or_one <- function(v) if (is.null(dim(v))) length(v) else dim(v)

# The matrices that `%*%` and its kin make of vectors: the dimensions of either side, which those of
# the result decide.
product_dims <- function(op, x, y, made) {
  n <- dim(made)
  side <- function(v, outer) {
    if (is.null(dim(v))) c(outer, length(v) %/% outer) else dim(v)
  }
  left <- side(x, n[[1L]])
  right <- side(y, n[[2L]])
  if (op == "crossprod" && is.null(dim(x))) left <- rev(left)
  if (op != "tcrossprod" && is.null(dim(y))) right <- rev(right)
  list(left, right)
}
