# shellcheck shell=bash
# What the scripts share: where the project and its tools are. Sourced, never run.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target_dir=${CARGO_TARGET_DIR:-$root/target}
tools=$target_dir/tools
# The project's own tools come first, so that another version on the machine is never used by accident.
export PATH="$tools/bin:$root/scripts/node_modules/.bin:$PATH"

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }
die() { say "$*"; exit 1; }

# The version of a crate that Cargo.lock pins.
locked_version() {
  awk -v name="$1" '$1 == "name" && $3 == "\"" name "\"" { getline; gsub(/"/, "", $3); print $3; exit }' "$root/Cargo.lock"
}

# The browser: $CHROME, or the first of the usual names.
chrome() {
  local name
  for name in "${CHROME:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$name" ] && command -v "$name" && return
  done
  return 1
}

# Flags of rustc, so that no path of this machine reaches what is built: it would say who built it, and give another hash on another machine.
remap() {
  local cargo_home=${CARGO_HOME:-$HOME/.cargo} folder
  printf -- '--remap-path-prefix=%s=/envgate' "$root"
  for folder in "$cargo_home"/registry/src/*/; do
    printf -- ' --remap-path-prefix=%s=/rust/deps' "${folder%/}"
  done
  printf -- ' --remap-path-prefix=%s=/rustc' "$(rustc --print sysroot)/lib/rustlib/src/rust"
}
