# The Python half: .venv with exactly the pinned packages, and twinprop itself, editable.

venv=.venv
lock=python/requirements.lock

# A virtual environment holds absolute paths, and the bridge is compiled for one R.
venv_text() { printf '%s\n%s\n%s\n' "$PWD" "$(r_version)" "$(cat "$lock")"; }

venv_is_current() { [ -x "$venv/bin/python" ] && is_current "$venv/.packages" "$(venv_text)"; }

pip_install() {
  quietly "$venv/bin/python" -m pip --disable-pip-version-check --no-input install -qq --no-deps "$@"
}

# The lock is complete, so pip resolves nothing (--no-deps) and `pip check` confirms it.
make_venv() {
  local bridge others
  bridge=$(grep '^rpy2-rinterface==' "$lock")
  may_write "$venv"
  say "making $venv with $("$python" --version) and the packages of $lock"
  rm -rf "$venv"
  quietly "$python" -m venv "$venv" || fail "$python could not make $venv (see above)."
  others=$venv/without-bridge.txt
  grep -v '^rpy2-rinterface==' "$lock" >"$others"
  pip_install -r "$others" || fail "pip could not install the packages of $lock (see above)."
  say "building the bridge to $(r_version)"
  # API mode: compiled, without rpy2's slower fallback.
  # No cache: it could hold a bridge to another R.
  RPY2_CFFI_MODE=API pip_install --no-build-isolation --no-cache-dir --no-binary rpy2-rinterface \
    "$bridge" || fail "pip could not build $bridge (see above)."
  quietly "$venv/bin/python" -c 'import _rinterface_cffi_api' ||
    fail "the bridge that was built from $bridge does not load (see above)."
  write_stamp "$venv/.packages" "$(venv_text)"
}

# Where pip quotes this folder's path for the shell it forgets that $ and ` mean something there.
# Commands look for Python beside themselves instead.
free_commands() {
  local command
  for command in "$1"/*; do
    if head -n 2 "$command" | grep -qas "^'''exec'"; then
      sed -i "2s|.*|'''exec' \"\$(dirname \"\$(readlink -f \"\$0\")\")/python\" \"\$0\" \"\$@\"|" "$command"
    fi
  done
}

install_editable() {
  local text
  text=$(cat python/pyproject.toml)
  if is_current "$venv/.editable" "$text"; then return; fi
  say "installing twinprop for Python, editable"
  pip_install --no-build-isolation --editable python ||
    fail "pip could not install python/ (see above)."
  free_commands "$venv/bin"
  # pip writes this folder's path there, which Python cannot read in the locale C if it is not ASCII.
  echo ../../../../python/src >"$(echo "$venv"/lib/python3.*/site-packages/__editable__.twinprop-*.pth)"
  quietly "$venv/bin/python" -m pip check ||
    fail "$lock does not fit python/pyproject.toml (see above); make lock renews it."
  write_stamp "$venv/.editable" "$text"
}

prepare_python() {
  venv_is_current || make_venv
  install_editable
  # pip does so for a package that is not editable. Else every process would compile it anew where
  # the caller lets Python write nothing of it.
  quietly "$venv/bin/python" -m compileall -q python/src
}
