#' The arithmetic of a name, "native" or "strict".
#'
#' Strict arithmetic is refused on a machine whose floating point fails its self-test.
#'
#' @param name character. One of "native", "strict".
#' @return arithmetic. Its operations.
#' @examples
#' names(get_arithmetic("native"))
#' @export
get_arithmetic <- function(name) {
  if (check_name("arithmetic", name, c("native", "strict")) == "native") {
    return(native)
  }
  strict_self_test()
  strict
}
