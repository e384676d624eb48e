# What an accusation has to stand on: without it a program is not followed, but not wrong; twin of
# check/explain/doubt.py in Python.

bent_operations <- c("clip", "minimum")

# Why a difference may be the program's own right way: the end of a sentence that begins with what
# was understood; NULL where it is a fault.
find_doubt <- function(graph, alignment, fault, s) {
  best <- alignment$readings[[1L]]
  if (!is.null(best$stopped)) {
    return(best$stopped)
  }
  if (nzchar(fault$kind)) {
    odd <- sum(vapply(best$odd, function(o) o$s == s && o$kind == "past", NA))
    if (fault$kind == "past" && 2 * odd > length(best$rows[[s]])) {
      return("what they keep of the step before is no momentum known here")
    }
    return(NULL)
  }
  nodes <- vapply(fault$path, function(step) as.integer(step[[1L]]), 1L)
  bent <- nodes[graph$op[nodes] %in% bent_operations]
  if (length(bent) > 0L) {
    paste0("their gradients are cut off on line ", place_of_node(graph, bent[[1L]])$line)
  }
}
