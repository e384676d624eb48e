# The R half: the package of r/ in the project's own library.

# Contents, not times: a stamp survives a copy of the repository, and a deleted file is noticed.
r_text() {
  r_version
  find -L r -path r/tests -prune -o -type f -exec cksum {} + | LC_ALL=C sort
}

prepare_r() {
  local text
  text=$(r_text)
  if is_current "$r_library/.package" "$text"; then return; fi
  say "installing twinprop for R"
  rm -rf "$r_library"/00LOCK-* "$r_library/.package" # what an interrupted installation leaves
  quietly R CMD INSTALL --no-multiarch --library="$r_library" r ||
    fail "R could not install r/ (see above)."
  write_stamp "$r_library/.package" "$text"
}
