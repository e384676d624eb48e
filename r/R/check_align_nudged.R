# Derivatives by nudging: differences of a loss that is computed twice, with a weight moved; twin of
# check/align/nudged.py in Python.

# The steps that end at the losses whose differences they go by; NULL where one has none.
#
# Near enough to one another, all of them have one derivative, and so has their mean.
find_nudged <- function(graph, found, steps) {
  touched <- touched_by(graph, found$owner)
  views <- lapply(steps, function(step) {
    end_at_losses(graph, look_at_step(graph, found, touched, step))
  })
  if (length(views) > 0L && !any(vapply(views, is.null, NA))) views
}

end_at_losses <- function(graph, view) {
  losses <- integer(0)
  meets <- logical(graph$size)
  for (n in which(view$cone & view$moved & graph$op == "sub" & graph$count == 1)) {
    args <- unlist(Filter(is_node, graph$args[[n]]))
    if (length(args) != 2L || !all(view$moved[args])) next
    site <- graph$site[args]
    if (length(unique(graph$op[args])) == 1L && site[[1L]] == site[[2L]] && site[[1L]] > 0L) {
      meets[[n]] <- TRUE
      losses <- c(losses, args)
    }
  }
  losses <- unique(as.integer(losses))
  if (length(losses) == 0L) {
    return(NULL)
  }
  view <- copy_view(view)
  view$outputs <- losses
  view$targets <- rep(list(list(0)), length(losses))
  view$meets <- meets
  view$forward <- ancestors_of(graph, losses, view) & view$moved
  view$after <- view$cone & view$moved & !view$forward & !view$cut
  share <- 1 / length(losses)
  view$given <- lapply(losses, function(n) list(node = n, value = like(share, graph$shape[[n]])))
  view
}
