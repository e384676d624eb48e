# What happens when the package is loaded.

.onLoad <- function(libname, pkgname) {
  load_strict_constants(file.path(libname, pkgname, "strict_constants.txt"))
}
