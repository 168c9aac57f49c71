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
for target in "$@"; do
  say "$target for $seconds s"
  mkdir -p "fuzz/corpus/$target"
  seeds=()
  [ -d "fuzz/seeds/$target" ] && seeds=("fuzz/seeds/$target")
  cargo fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "${seeds[@]}" -- \
    -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -max_len=65536 -print_final_stats=1
done
