# The best weights so far, kept by reference: the arrays go on being updated in place; twin of
# check/explain/references.py in Python.

changes_in_place <- "(?<![=<>!])(?:[-+/]|\\*{1,2})=(?!=)"
under_comparison <- "^\\s*(?:if|elif)\\b.*[<>]"
gives_other_name <- "^\\s*[\\w.]+\\s*=\\s*([A-Za-z_][\\w.]*)\\s*(?:#.*)?$"

# New weights get a second name where a condition holds, and the next step changes them.
#
# What is kept so is taken again after the loop, and is what the last step has made. R copies what
# it changes.
find_kept_reference <- function(graph, alignment, sources) {
  if (!identical(graph$header$language, "python")) {
    return(NULL)
  }
  for (view in alignment$views) {
    for (update in view$step$updates) {
      key <- as.character(update$u)
      bound <- graph$bound[[key]]
      for (i in seq_along(bound)[-1L]) {
        kept <- bound[[1L]] > 0L && bound[[i]] > 0L &&
          is_reference_kept(graph, update, graph$names[[update$u]][[i]], bound[[i]], sources)
        if (kept) {
          right <- value_of(graph, update$u)
          path <- list(list(update$u, right))
          fault <- new_fault(update$u, right, path, update, NULL, "kept_by_reference")
          fault$told_at <- bound[[i]]
          fault$shown <- list(
            yours = "the array that goes on being updated", right = "a copy of it"
          )
          return(fault)
        }
      }
    }
  }
  NULL
}

# Whether a name of a new weight is given under a condition and read after the loop.
is_reference_kept <- function(graph, update, name, site, sources) {
  key <- as.character(update$u)
  own <- span_of_site(graph, graph$bound[[key]][[1L]])
  there <- span_of_site(graph, site)
  lines <- split_lines(sources[[there$file + 1L]])
  whole <- graph$names[[update$u]][[1L]]
  kept <- sub("[[].*", "", name)
  trained <- sub("[[].*", "", whole)
  loop <- find_loop(lines, there$line)
  if (own$file != there$file || kept == trained || is.null(loop) || !nzchar(kept)) {
    return(FALSE)
  }
  is_alias <- trained != whole && is_given_as(lines[[there$line]], trained)
  in_place <- graph$count[[update$u]] > 1 &&
    grepl(changes_in_place, sub("#.*", "", lines[[own$line]]), perl = TRUE)
  if (!(is_alias || in_place) || !is_chosen_in_loop(lines, loop, there$line)) {
    return(FALSE)
  }
  after <- lines[seq_along(lines) > end_of_loop(lines, loop)]
  pattern <- paste0("(?<![\\w.])\\Q", kept, "\\E(?!\\w)(?!\\s*=(?!=))")
  any(grepl(pattern, sub("#.*", "", after), perl = TRUE))
}

# Whether a line gives the value of one name to another.
is_given_as <- function(text, name) {
  found <- regmatches(text, regexec(gives_other_name, text, perl = TRUE))[[1L]]
  length(found) > 0L && found[[2L]] == name
}

# Whether a line of a loop is under a comparison, and the loop goes on after it.
is_chosen_in_loop <- function(lines, loop, line) {
  depths <- depths_of_lines(lines)
  before <- seq_along(lines) > loop & seq_along(lines) < line
  under <- grepl(under_comparison, lines, perl = TRUE) & depths < depths[[line]]
  if (!any(before & under)) {
    return(FALSE)
  }
  for (i in seq_along(lines)[-seq_len(line)]) {
    if (nzchar(trimws(lines[[i]])) && depths[[i]] < depths[[line]]) {
      return(TRUE)
    }
    if (grepl("^\\s*(?:break|return)\\b", lines[[i]], perl = TRUE)) {
      return(FALSE)
    }
  }
  TRUE
}
