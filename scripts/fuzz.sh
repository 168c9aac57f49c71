#!/usr/bin/env bash
# Runs fuzz targets, one after the other, for so many seconds each. A crash is kept in fuzz/artifacts/ and ends the run.
#
#   scripts/fuzz.sh SECONDS TARGET…
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

seconds=${1:?seconds}
shift
command -v cargo-fuzz >/dev/null || die "cargo-fuzz is missing: cargo install cargo-fuzz"
cd "$root"
# cargo-fuzz wants the coverage flags of a nightly compiler; the stable one has them too, behind this switch. No sanitizer: it
# would need a nightly std, and the library has no unsafe code for it to look at.
export RUSTC_BOOTSTRAP=1

# The examples are where mutation begins: random bytes are hardly ever a schema.
seed() {
  local corpus=fuzz/corpus/$1 number=0 schema file
  mkdir -p "$corpus"
  for schema in schemas/examples/*/env.schema.json; do
    for file in "$(dirname "$schema")"/*/.env*; do
      number=$((number + 1))
      case $1 in
        parse) cp "$file" "$corpus/example-$number" ;;
        schema) cp "$schema" "$corpus/example-$number"; break ;;
        check) { cat "$schema"; printf '\0'; cat "$file"; } >"$corpus/example-$number" ;;
      esac
    done
  done
}

for target in "$@"; do
  say "$target for $seconds s"
  seed "$target"
  cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" -- \
    -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=65536 -print_final_stats=1
done
