# What lies beside somebody's program, laid out for it in a folder of its own; twin of
# engines/beside.py in Python.

largest_copy <- 2^20
all_copies <- 64 * 2^20
beside_entries <- 2000L
beside_depth <- 4L
left_out <- c("__pycache__", "node_modules", "venv")

# Make a folder like another: small files as copies, what is large or no file as links.
#
# So a program can read all that is beside it, and can write over what it wrote there before, while
# the original stays as it is. Hidden files and folders of installed packages are left out.
lay_out <- function(from, to) {
  dir.create(to)
  from <- normalizePath(from)
  found <- utils::head(list_beside(from, "", beside_depth), beside_entries)
  kinds <- vapply(found, function(entry) entry$kind, "")
  names <- vapply(found, function(entry) entry$name, "")
  sizes <- vapply(found, function(entry) entry$size, 0)
  for (name in names[kinds == "folder"]) dir.create(file.path(to, name))
  copied <- kinds == "file" & sizes <= largest_copy
  copied[copied] <- cumsum(sizes[copied]) <= all_copies
  for (name in names[copied]) file.copy(file.path(from, name), file.path(to, name))
  linked <- names[kinds != "folder" & !copied]
  for (name in linked) file.symlink(file.path(from, name), file.path(to, name))
}

# Names in a folder, each folder before what is in it, with sizes. A file of no bytes may be a pipe
# or a device, which R cannot tell from it; a link to it serves as well.
list_beside <- function(root, below, depth) {
  folder <- file.path(root, below)
  names <- setdiff(list.files(folder), left_out)
  info <- file.info(file.path(folder, names), extra_cols = FALSE)
  is_link <- nzchar(Sys.readlink(file.path(folder, names)))
  readable <- file.access(file.path(folder, names), 4L) == 0L
  entries <- lapply(seq_along(names), function(i) {
    name <- if (below == "") names[[i]] else file.path(below, names[[i]])
    deeper <- isTRUE(info$isdir[[i]]) && !is_link[[i]] && depth > 1L
    plain <- isFALSE(info$isdir[[i]]) && !is_link[[i]] && readable[[i]] && info$size[[i]] > 0
    kind <- if (deeper) "folder" else if (plain) "file" else "other"
    entry <- list(name = name, kind = kind, size = if (plain) info$size[[i]] else 0)
    c(list(entry), if (deeper) list_beside(root, name, depth - 1L))
  })
  unlist(entries, recursive = FALSE)
}
