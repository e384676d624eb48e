# The memory that a case needs, and that there is; twin of ground/memory.py in python/src/twinprop.

# Refuse layers for which there is not enough memory.
check_memory <- function(shape, units, where) {
  needed <- 8 * numbers_of_step(shape, units) / 2^30
  present <- present_memory() / 2^30
  if (needed > present) {
    input_error(
      where, " layers need ", sprintf("%.1f", needed), " GiB of memory; there are ",
      sprintf("%.1f", present), " GiB; use fewer units"
    )
  }
}

# Refuse a matrix for which there is not enough memory.
check_matrix_memory <- function(rows, columns, where) {
  needed <- 8 * rows * columns / 2^30
  present <- present_memory() / 2^30
  if (needed > present) {
    input_error(
      where, sprintf(" of %.0f rows and %.0f columns needs %.1f GiB", rows, columns, needed),
      sprintf(" of memory; there are %.1f GiB; use fewer of them", present)
    )
  }
}

# How many numbers a step of training holds.
#
# These are each layer's weights three times (before, gradient, after) and six matrices of its
# size for all samples (z, a, e, slope, delta and one in the making).
numbers_of_step <- function(shape, units) {
  n_in <- c(shape[2L], units[-length(units)])
  sum(3 * (n_in + 1) * as.double(units) + 6 * shape[1L] * as.double(units))
}

# Bytes of memory that there are; infinite where the system does not tell.
present_memory <- function() {
  if (!file.exists("/proc/meminfo")) {
    return(Inf)
  }
  total <- grep("^MemTotal:", readLines("/proc/meminfo"), value = TRUE)
  1024 * as.double(gsub("[^0-9]", "", total))
}
