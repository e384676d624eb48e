# Expressions of somebody's as text: taken apart where no brackets are, names replaced; twin of
# check/explain/expressions.py in Python.

code_token <- paste0(
  "(*UCP)\\s+|\"[^\"]*\"|'[^']*'|#.*|%[^%\\s]*%|\\*\\*|//|<<?-|==|<=|>=|",
  "\\d+\\.?\\d*(?:[eE][-+]?\\d+)?|[^\\W\\d][\\w.]*|."
)

# What matches a pattern in a text, one after the other.
matches_in <- function(pattern, text) {
  regmatches(text, gregexpr(pattern, text, perl = TRUE))[[1L]]
}

# The parts of an expression between signs that stand in no brackets, and the signs.
split_top <- function(text, signs) {
  parts <- ""
  depth <- 0L
  last <- ""
  for (token in matches_in(code_token, text)) {
    depth <- depth + (token %in% c("(", "[", "{")) - (token %in% c(")", "]", "}"))
    binary <- grepl("(*UCP)[\\w.\"')\\]}]$", last, perl = TRUE)
    if (depth == 0L && token %in% signs && binary) {
      parts <- c(parts, token, "")
    } else {
      parts[[length(parts)]] <- paste0(parts[[length(parts)]], token)
    }
    if (nzchar(trimws(token))) last <- trimws(token)
  }
  trimws(parts)
}

# An expression as a factor: in brackets where it is a sum.
as_factor_of <- function(text, signs = c("+", "-")) {
  is_sum <- length(split_top(text, signs)) > 1L || startsWith(text, "-")
  if (is_sum) paste0("(", text, ")") else text
}

# Names with what they are taken from: a, net$a, a[[1]].
names_in_code <- function(text) {
  pattern <- paste0(
    "(*UCP)[^\\W\\d][\\w.]*(?:\\$\\w+|\\[\\[?(?:\\d+|[\"'][^\"']*[\"'])\\]?\\])*(?!\\s*\\(|\\w)"
  )
  sub("[.]T$", "", matches_in(pattern, text))
}

# An expression in which one name stands in place of another.
replace_name <- function(text, found, meant) {
  pattern <- paste0(
    "(*UCP)(?<![\\w.$\"'])\\Q", found, "\\E(?![\\w\\[$]|\\.(?!T\\b|dot|sum))"
  )
  gsub(pattern, gsub("\\", "\\\\", meant, fixed = TRUE), text, perl = TRUE)
}
