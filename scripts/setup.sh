#!/usr/bin/env bash
# Installs what the tests need beside Rust and Node, and nothing that is there already: a second run takes a moment.
#
#   scripts/setup.sh            all of the below
#   scripts/setup.sh wasm       the wasm32 target, wasm-bindgen and wasm-opt: what `make wasm` needs
#   scripts/setup.sh browser    Chromium and chromedriver
#   scripts/setup.sh ages       a Python with the parsers that read the calendar and the gauges of `envgate rotation`
#   scripts/setup.sh matrix     runtimes, bundlers and hosts in which the npm package is tried
#   scripts/setup.sh page       what builds and tests the review page
#
# Tools go into target/tools, target/npm, scripts/node_modules and www/node_modules; only Chromium is installed in the system, by apt-get, which needs root.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

main() {
  case ${1:-all} in
    all) wasm; page; browser; ages; matrix ;;
    wasm) wasm ;;
    page) page ;;
    browser) browser ;;
    ages) ages ;;
    matrix) matrix ;;
    *) die "unknown part $1 (ages, all, browser, matrix, page, wasm)" ;;
  esac
}

wasm() {
  command -v cargo >/dev/null || die "cargo is missing; install Rust from https://rustup.rs"
  node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null || die "Node 20 or later is missing"
  "$root/scripts/wasm-target.sh"
  wasm_bindgen
  node_tools
}

# The tool that writes the glue must have exactly the version of the crate.
wasm_bindgen() {
  local version
  version=$(locked_version wasm-bindgen)
  [ -n "$version" ] || die "Cargo.lock names no wasm-bindgen"
  has_wasm_bindgen "$version" && { say "wasm-bindgen $version is there"; return; }
  say "building wasm-bindgen-cli $version (a few minutes, once)"
  # --locked is tried first because it is repeatable. It is refused in half a second where a registry has lost a prerelease
  # that the lock file of wasm-bindgen-cli names. The build is not the hot path of anything: quick to compile is better.
  # Its target directory stays while it fails, so that an interrupted build goes on where it stopped.
  local try
  for try in --locked ""; do
    # shellcheck disable=SC2086 # an empty word must vanish
    if env -u CARGO_BUILD_TARGET -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS CARGO_TARGET_DIR="$tools/build" \
      CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
      cargo install wasm-bindgen-cli --version "=$version" --root "$tools" --force $try; then
      break
    fi
    [ -n "$try" ] && say "not with --locked; trying without"
  done
  hash -r
  has_wasm_bindgen "$version" || die "wasm-bindgen-cli $version could not be installed"
  rm -rf "$tools/build"
}

has_wasm_bindgen() {
  local tool
  for tool in wasm-bindgen wasm-bindgen-test-runner; do
    [ "$("$tool" --version 2>/dev/null | awk '{ print $2 }')" = "$1" ] || return 1
  done
}

# wasm-opt.
node_tools() {
  locked "$root/scripts" wasm-opt
}

# Vite, TypeScript and CodeMirror; Playwright's library and axe for the tests, which drive the Chromium of the system.
page() {
  locked "$root/www" "what the page is built of"
}

# locked FOLDER WHAT: the npm packages of a folder, in the versions that its lock file pins.
locked() {
  local stamp=$1/node_modules/.package-lock.json
  if [ "$stamp" -nt "$1/package-lock.json" ]; then say "$2 is there"; return; fi
  say "installing $2 from npm"
  npm ci --prefix "$1" --no-audit --no-fund --loglevel=error >&2
  touch "$stamp"
}

ages() {
  local python=$target_dir/python/bin/python
  "$python" -c 'import icalendar, prometheus_client' 2>/dev/null && { say "the parsers of calendars and gauges are there"; return; }
  python3 -m venv "$target_dir/python" || die "python3 with venv is missing; on Debian: apt-get install python3-venv"
  "$python" -m pip install --quiet --disable-pip-version-check icalendar==6.3.1 prometheus_client==0.22.1
}

# Away from the checkout, whose tsconfig.json some of them would read.
matrix() {
  local folder=$target_dir/npm/matrix stamp=$target_dir/npm/matrix/node_modules/.package-lock.json
  if [ "$stamp" -nt "$root/pkg/matrix/package-lock.json" ]; then say "the runtimes and bundlers are there"; return; fi
  say "installing runtimes and bundlers from npm"
  mkdir -p "$folder"
  cp "$root"/pkg/matrix/package*.json "$folder"
  npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  touch "$stamp"
}

browser() {
  local missing=()
  chrome >/dev/null || missing+=(chromium)
  [ -n "${CHROMEDRIVER:-}" ] || command -v chromedriver >/dev/null || missing+=(chromium-driver)
  [ "${#missing[@]}" -eq 0 ] && { say "$(chrome) is there"; return; }
  local how="apt-get install ${missing[*]} (or set CHROME and CHROMEDRIVER to the programs)"
  command -v apt-get >/dev/null || die "${missing[*]} missing; on Debian: $how"
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || die "${missing[*]} missing and this is not root; run as root: $how"
    sudo=(sudo -n)
  fi
  say "installing ${missing[*]} by apt-get"
  # The package lists of a fresh machine are empty or old, so they are fetched when the first try fails.
  local install=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}")
  "${install[@]}" >&2 || { "${sudo[@]}" apt-get -qq update >&2; "${install[@]}" >&2; } || die "failed: $how"
  chrome >/dev/null || die "chromium is installed, but not on the PATH"
}

main "$@"
