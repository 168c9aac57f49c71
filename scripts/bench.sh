#!/usr/bin/env bash
# Measures speed and size and prints tables in Markdown; what they said last is in benches/README.md. Nothing here fails for being
# slow: the figures are ratios of one run on one machine.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

cd "$root"
command -v valgrind >/dev/null || die "valgrind is missing: apt-get install valgrind"
command -v python3 >/dev/null || die "python3 is missing"
"$root/scripts/wasm.sh"
cargo build --locked --quiet --release
# As programs are installed: copied. One that a linker has just written lies in the page cache in small pieces, and takes longer to start.
installed=$target_dir/bench-installed
mkdir -p "$installed"
cp "$target_dir/release/envgate" "$installed/cargo"
cp "$("$root/scripts/release.sh")" "$installed/release"
binary=$installed/cargo

# Instructions do not depend on what else the machine does.
instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null | sed -n 's/.*Collected : //p'
}
printf '\n### Native, whole process: instructions (callgrind)\n\n| | million |\n|---|--:|\n'
report() { awk -v name="$1" -v count="$2" 'BEGIN { printf "| %s | %.2f |\n", name, count / 1e6 }'; }
report /bin/true "$(instructions /bin/true)"
for build in cargo release; do
  (cd benches/data && report "envgate check, 30 keys, 21 patterns, $build" "$(instructions "$installed/$build" check --now 2026-11-20T00:00:00Z)")
  report "envgate --version, $build" "$(instructions "$installed/$build" --version)"
done

python3 benches/process.py cargo="$installed/cargo" release="$installed/release"
python3 benches/leaks.py "$binary" "$target_dir/bench-leaks"
python3 benches/hook.py "$binary" "$target_dir/bench-hook"
# GNU time starts programs from a small process; one that is started from a large one seems as large.
if [ -x /usr/bin/time ]; then
  peak=$(cd benches/data && /usr/bin/time -f %M "$binary" check --now 2026-11-20T00:00:00Z 2>&1 >/dev/null | tail -n 1)
  printf '\nPeak memory of the check: %s KiB.\n' "$peak"
fi
printf '\n'
cargo bench --locked --quiet --bench batch
printf '\n### Native, parsing\n\n```\n'
cargo bench --locked --quiet --bench parse
printf '```\n'

if [ "benches/js/node_modules/.package-lock.json" -ot benches/js/package-lock.json ]; then
  npm ci --prefix benches/js --no-audit --no-fund --loglevel=error >&2
  touch benches/js/node_modules/.package-lock.json
fi
export ENVGATE_WASM=$target_dir/wasm
node benches/js/warm.mjs
node benches/js/cold.mjs
"$root/scripts/setup.sh" page
"$root/scripts/setup.sh" browser
npm run --silent --prefix www build >&2
node benches/js/page.mjs
