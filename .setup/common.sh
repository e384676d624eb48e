# Words that every part of the set-up uses. Sourced by run, from the root of the repository.

# The path of this folder may hold any letter, which pip cannot write in the locale C.
export LC_ALL=C.UTF-8

r_library=.r-library
R_LIBS="$PWD/$r_library${R_LIBS:+:$R_LIBS}"
export R_LIBS

say() { printf 'setup: %s\n' "$*"; }

# Exit status 2: bad input or a missing part, as everywhere in twinprop.
fail() {
  printf 'setup: %s\n' "$*" >&2
  exit 2
}

# Nobody else's folder is removed, nor half of it.
may_write() {
  [ ! -e "$1" ] || [ -w "$1" ] ||
    fail "$PWD/$1 does not work for you and is not yours to write: make your own clone."
}

has() { command -v "$1" >/dev/null 2>&1; }

# Run a command; show what it printed only if it fails.
quietly() {
  local printed
  printed=$("$@" 2>&1 </dev/null) || {
    printf '%s\n' "$printed" | tail -n 40 >&2
    return 1
  }
}

# A stamp holds the text of all that a step was made from, and is written when the step is done.
# So a step that was interrupted, or whose origin has changed, is done again.
is_current() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

write_stamp() { printf '%s\n' "$2" >"$1"; }

r_version() { R --version 2>/dev/null | sed -n '1s/ (.*//p'; }
