# What the system has to offer: R with its packages, Python, and the headers of both.
# Debian and Ubuntu get what is missing; for other systems the command is named.

r_packages="jsonlite digest testthat roxygen2 lintr nnet hdf5r"

# The names that R itself cannot find, so that it does not matter where they came from.
missing_r_packages() {
  # shellcheck disable=SC2086 # a list of names
  Rscript --no-site-file --no-init-file -e '
    wanted <- commandArgs(trailingOnly = TRUE)
    found <- nzchar(vapply(wanted, function(name) system.file(package = name), ""))
    cat(wanted[!found])' $r_packages
}

# The bridge between the languages is compiled against libR: try it with one empty program.
bridge_can_be_built() {
  local folder status
  folder=$(mktemp -d)
  printf '#include <Rinterface.h>\nint main(void) { return 0; }\n' >"$folder/probe.c"
  # shellcheck disable=SC2046 # these print several options
  $(R CMD config CC) $(R CMD config --cppflags) "$folder/probe.c" -o "$folder/probe" \
    $(R CMD config --ldflags) >/dev/null 2>&1
  status=$?
  rm -rf "$folder"
  return "$status"
}

is_new_python() {
  has "$1" && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# Sets `python`: the one that was named, or the first that is new enough.
find_python() {
  if [ -n "${PYTHON:-}" ]; then
    python=$PYTHON
    is_new_python "$python" || fail "PYTHON=$PYTHON is not a Python of version 3.11 or newer."
    return
  fi
  for python in python3 python3.13 python3.12 python3.11; do
    if is_new_python "$python"; then return; fi
  done
  fail "no python3 of version 3.11 or newer was found: install one (Debian 12, Ubuntu 24.04:" \
    "apt-get install python3 python3-venv python3-dev) or name it (make setup PYTHON=/path/to/python3)."
}

# Prints the parts that this Python lacks: `venv`, `dev`, or both.
missing_python_parts() {
  "$python" -c 'import venv; from ensurepip import version' 2>/dev/null || echo venv
  [ -f "$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ] ||
    echo dev
}

# Prints apt's package for a part of the system's Python: python3.11-venv, python3.11-dev.
apt_python_package() {
  "$python" -c 'import sys; print("python%d.%d-" % sys.version_info[:2] + sys.argv[1])' "$1"
}

apt_serves_python() {
  has apt-get && [ "$("$python" -c 'import sys; print(sys.base_prefix)')" = /usr ]
}

# An R from elsewhere (conda, /usr/local) would not see what apt-get installs.
apt_serves_r() { has apt-get && { ! has R || [ "$(R RHOME)" = /usr/lib/R ]; }; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif has sudo && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    sudo "$@"
  else
    fail "packages of the system are missing; run this as root, then make again:" \
      "apt-get update && apt-get install --no-install-recommends $apt_wanted"
  fi
}

apt_install() {
  local PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # dpkg's own tools
  local apt="env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"
  apt_wanted="$*"
  as_root true # asks for the password, or gives up, where it can be seen
  say "installing with apt-get: $apt_wanted"
  quietly as_root dpkg --configure -a || say "dpkg could not finish an earlier installation"
  # shellcheck disable=SC2086 # a command with its options
  quietly as_root $apt update || say "apt-get update failed, trying with the lists there are"
  # shellcheck disable=SC2086
  quietly as_root $apt install -y --no-install-recommends "$@" ||
    fail "apt-get could not install $apt_wanted (its last lines are above)."
}

# R and, for the bridge, its libraries: the command of this system.
command_for_r() {
  if [ -n "${CONDA_PREFIX:-}" ]; then
    echo "conda install -c conda-forge r-base compilers"
  elif has apt-get; then
    echo "sudo apt-get install r-base-core r-base-dev"
  elif has dnf; then
    echo "sudo dnf install R-core-devel"
  elif has pacman; then
    echo "sudo pacman -S r gcc-fortran base-devel"
  elif has brew; then
    echo "brew install r"
  else
    echo "your system's package manager (R with its headers and shared library)"
  fi
}

command_for_r_packages() {
  if [ -n "${CONDA_PREFIX:-}" ]; then
    # shellcheck disable=SC2001
    echo "conda install -c conda-forge $(echo "$*" | sed 's/[^ ]* */r-&/g')"
  else
    printf "Rscript -e 'chooseCRANmirror(ind = 1)' -e 'install.packages(c(\"%s\"), \"%s\")'\n" \
      "$(echo "$*" | sed 's/ /", "/g')" "$r_library"
  fi
}

# Debian's packages for all that R lacks; $1 is `bridge` if the bridge will be built.
apt_packages_for_r() {
  if ! has R; then
    # shellcheck disable=SC2086
    printf '%s ' r-base-core r-base-dev $(printf 'r-cran-%s ' $r_packages)
    return
  fi
  for name in $(missing_r_packages); do printf 'r-cran-%s ' "$name"; done
  if [ "$1" = bridge ] && ! bridge_can_be_built; then printf 'r-base-dev '; fi
}

# Nothing may be missing any more; otherwise one sentence, with the command.
check_r() {
  local missing
  has Rscript || fail "R is missing; install it, then make setup again: $(command_for_r)"
  Rscript --vanilla -e 'quit(status = getRversion() < "4.1")' ||
    fail "R 4.1 or newer is needed, found $(r_version); install it with: $(command_for_r)"
  missing=$(missing_r_packages)
  [ -z "$missing" ] || fail "R at $(R RHOME) lacks $missing; run this, then make setup again:" \
    "$(command_for_r_packages "$missing")"
  [ "$1" != bridge ] || bridge_can_be_built ||
    fail "a program cannot be linked with R at $(R RHOME), its headers, its shared library or a" \
      "compiler is missing; install them, then make setup again: $(command_for_r)"
}

check_python() {
  local missing
  missing=$(missing_python_parts | tr '\n' ' ')
  [ -z "$missing" ] || fail "$python lacks its part(s) ${missing% } (venv: the modules venv and" \
    "ensurepip, dev: Python.h); install them or name another (make setup PYTHON=/path/to/python3)."
}

# $1 is `bridge` if the Python packages, and so the bridge, will be built in this run.
prepare_system() {
  local wanted="" part
  mkdir -p "$r_library"
  if apt_serves_r; then wanted=$(apt_packages_for_r "$1"); fi
  if [ "$1" = bridge ]; then
    find_python
    if apt_serves_python; then
      for part in $(missing_python_parts); do wanted="$wanted $(apt_python_package "$part")"; done
    fi
  fi
  [ -z "${wanted// /}" ] || has bwrap || wanted="$wanted bubblewrap"
  # shellcheck disable=SC2086
  [ -z "${wanted// /}" ] || apt_install $wanted
  check_r "$1"
  [ "$1" != bridge ] || check_python
  prepare_wall
}

# Bubblewrap, behind which check runs somebody's program. Namespaces that the kernel lets users make
# serve as well, so its absence stops no set-up; doctor says what holds.
prepare_wall() {
  if has bwrap || ! has apt-get; then return; fi
  if [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; then
    (apt_install bubblewrap) && return
  elif unshare --user --map-root-user true 2>/dev/null; then
    return
  fi
  say "bubblewrap is missing, without which check may be able to run trusted programs alone:" \
    "sudo apt-get install bubblewrap"
}

# What builds an empty system, for make test-bare alone.
prepare_bare() {
  if has mmdebstrap; then return; fi
  has apt-get || fail "mmdebstrap is missing, which only Debian and its kin have."
  apt_install mmdebstrap
}

# A browser for the tests of pages: Debian's own, which apt-get serves as an ordinary package. Nothing
# else needs it, so its absence stops no set-up; the tests of pages then fail and say so.
prepare_browser() {
  if has chromium || has chromium-browser; then return; fi
  # shellcheck disable=SC1091
  if has apt-get && [ "$(. /etc/os-release && echo "$ID")" = debian ]; then
    (apt_install chromium) || say "chromium could not be installed; the tests of pages need it"
  else
    say "chromium is missing; the tests of pages need it, all else does without"
  fi
}

has_torch() { has "$1" && "$1" -c 'import torch' 2>/dev/null; }

# PyTorch, for make test-others alone: Debian's build for CPUs, 150 MB to load. That of PyPI is for
# graphics cards on Linux and loads 3 GB, 5.5 GB when unpacked, so it is left to its user.
prepare_torch() {
  local python
  for python in ${TORCH_PYTHON:-.venv/bin/python /usr/bin/python3}; do
    if has_torch "$python"; then return; fi
  done
  if [ -z "${TORCH_PYTHON:-}" ] && has apt-get; then
    apt_install python3-torch
    if has_torch /usr/bin/python3; then return; fi
  fi
  fail "PyTorch is missing: install it (.venv/bin/python -m pip install torch, 3 GB on Linux), or" \
    "name a Python that has it (make test-others TORCH_PYTHON=/path/to/python3)."
}

has_reticulate() { Rscript -e 'stopifnot(nzchar(system.file(package = "reticulate")))' 2>/dev/null; }

prepare_reticulate() {
  if has_reticulate; then return; fi
  if has apt-get; then
    apt_install r-cran-reticulate
    if has_reticulate; then return; fi
  fi
  fail "the R package reticulate is missing: R -e 'install.packages(\"reticulate\")'"
}

find_openblas() { ls "${TWINPROP_OPENBLAS:-}" {,"$1"}/usr/lib/*/openblas*/libopenblas*.so.0 2>/dev/null; }

# OpenBLAS for R, for make test-slow alone: unpacked beside the Python packages and not installed,
# since an installed one would become the BLAS of everybody on this machine.
prepare_openblas() {
  local target=$PWD/.venv/openblas folder
  [ -z "$(find_openblas "$target")" ] || return 0
  folder=$(mktemp -d)
  if (cd "$folder" && has apt-get && quietly apt-get -q download libopenblas0-pthread &&
    dpkg-deb -x ./*.deb unpacked) && mv "$folder/unpacked" "$target"; then
    say "unpacked OpenBLAS into .venv/openblas"
  else
    say "OpenBLAS could not be loaded with apt-get; one test of make test-slow needs it, name its" \
      "file: make test-slow TWINPROP_OPENBLAS=/path/to/libopenblas.so.0"
  fi
  rm -rf "$folder"
}
