# What makes a training wrong though all its numbers are right: seen in the text beside them; twin
# of check/explain/by_text.py in Python.

# A batch of one sample, what is lost with its function, kept as it goes on, or set back to 0.
#
# Where the derivatives do not fit: a rule that is not what the program calls it.
find_by_text <- function(graph, alignment, sources) {
  best <- alignment$readings[[1L]]
  if (!is_right_reading(best)) {
    return(find_unsigned_step(graph, alignment, best, sources))
  }
  for (look in list(find_single_batch, find_local_update, find_kept_reference)) {
    found <- look(graph, alignment, sources)
    if (!is.null(found)) {
      return(found)
    }
  }
  find_restarted_state(graph, alignment, best, sources)
}
