# Programs of another processor, and QEMU to run them: .aarch64, which only the proof on it needs.

aarch64=.aarch64
aarch64_suite=bookworm # the Debian whose Python and R they are
aarch64_packages=python3,r-base-core,r-cran-digest,r-cran-jsonlite
aarch64_numpy() { sed -n 's/^numpy==\([^ ]*\).*/\1/p' python/requirements.lock; }
aarch64_text() { printf '%s\n' "$PWD" "$aarch64_suite" "$aarch64_packages" "numpy $(aarch64_numpy)"; }

# Its absence stops no set-up: the tests of it then fail and say so.
prepare_aarch64() {
  local wanted=""
  if is_current "$aarch64/.made" "$(aarch64_text)"; then return; fi
  if ! has apt-get; then
    say "only Debian and its kin have programs for aarch64; the tests marked so need them"
    return
  fi
  has qemu-aarch64-static || wanted=qemu-user-static
  has mmdebstrap || wanted="$wanted mmdebstrap"
  # shellcheck disable=SC2086 # a list of packages
  [ -z "$wanted" ] || apt_install $wanted
  may_write "$aarch64"
  say "fetching Python, R and numpy for aarch64 into $aarch64"
  rm -rf "$aarch64"
  mkdir "$aarch64"
  (extract_aarch64 && fetch_aarch64_numpy) || fail "what aarch64 needs could not be had (see above)."
  write_stamp "$aarch64/.made" "$(aarch64_text)"
}

# Packages are unpacked and nothing in them is run, so that nobody has to be root.
extract_aarch64() {
  quietly mmdebstrap --architectures=arm64 --variant=extract --include="$aarch64_packages" \
    --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr "$aarch64_suite" "$aarch64/root"
}

fetch_aarch64_numpy() {
  run_pip download -qq --no-deps --only-binary :all: --platform manylinux_2_28_aarch64 \
    --python-version 3.11 --dest "$aarch64/wheel" "numpy==$(aarch64_numpy)" &&
    "$venv/bin/python" -m zipfile -e "$aarch64"/wheel/*.whl "$aarch64/numpy" &&
    rm -r "$aarch64/wheel"
}
