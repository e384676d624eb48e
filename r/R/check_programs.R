# Which files of a class are programs; twin of the end of check/program.py in Python.

# The programs that are named, or lie in the folders that are named.
#
# In a folder each program counts; where a folder has folders, each of those is one person's, and of
# its files the one that is called main, or the only one that is no module of another.
find_programs <- function(paths) {
  found <- character(0)
  for (path in paths) {
    if (dir.exists(path)) {
      inside <- programs_in(path)
      if (length(inside) == 0L) input_error(path, " has no program in it: no .R, .Rmd or .qmd")
      found <- c(found, inside)
    } else {
      found <- c(found, path)
    }
  }
  found
}

# The programs of a class's folder.
programs_in <- function(folder) {
  entries <- list.files(folder, full.names = TRUE)
  entries <- entries[!grepl("^[._]", basename(entries))]
  found <- character(0)
  for (entry in entries[order(basename(entries), method = "radix")]) {
    if (dir.exists(entry)) {
      here <- paste0(normalizePath(folder), "/")
      around <- startsWith(here, paste0(normalizePath(entry), "/")) # a link that leads in a circle
      if (!around) found <- c(found, main_program(programs_in(entry), entry))
    } else if (tolower(tools::file_ext(entry)) %in% languages_of_r) {
      found <- c(found, entry)
    }
  }
  found
}

# Of one person's files those that are programs, not modules that another one uses.
main_program <- function(programs, folder) {
  stems <- tolower(tools::file_path_sans_ext(basename(programs)))
  named <- stems %in% c("main", "__main__", tolower(basename(folder)))
  if (any(named)) {
    return(programs[named][[1L]])
  }
  texts <- lapply(programs, function(program) {
    bytes <- read_bounded(program, largest_program)
    rawToChar(as.raw(bytes[bytes != 0L]))
  })
  is_module <- vapply(seq_along(programs), function(i) {
    any(vapply(texts[-i], uses_file, NA, programs[[i]]))
  }, NA)
  if (all(is_module)) programs else programs[!is_module]
}

# Whether a program's text sources a file.
uses_file <- function(text, file) {
  if (!grepl(basename(file), text, fixed = TRUE, useBytes = TRUE)) {
    return(FALSE) # at once: of a class all are asked for each
  }
  name <- gsub("([^[:alnum:]_])", "\\\\\\1", basename(file))
  sourced <- paste0("source\\(\\s*[\"'](?:[^\"']*/)?", name, "[\"']")
  grepl(sourced, text, perl = TRUE, useBytes = TRUE)
}
