#!/usr/bin/env bash
# Builds the WebAssembly of the library, compact and full, into target/wasm/{core,full}/, and holds both to their limits: bytes over
# the wire, and no import at all (no clock, no randomness, nothing of the host). Beside them the texts of the rules, which the compact one
# leaves out (rules.json), and the commands, for Node: target/wasm/cli/, which import what src/cli/host/node.rs asks of the host.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

triple=wasm32-unknown-unknown
# Everything that engines of 2023 know; listed for wasm-opt, because the section that names them is gone by then.
baseline=(--enable-bulk-memory --enable-bulk-memory-opt --enable-sign-ext --enable-mutable-globals
          --enable-nontrapping-float-to-int --enable-multivalue --enable-reference-types --enable-simd)
library=(--lib --crate-type cdylib)
# The stack is at the bottom of memory, so no address below 1024 is ever meant, and constants may move into loads. The second pass finds what
# the first, which takes the code apart and puts it together again, has left: 1.5 % together. To ask for speed, of code that LLVM has made
# small, is 2 to 3 % quicker and no larger once compressed. A function with one caller stays apart unless it is small: engines
# compile a whole function when it is first called, and most checks need a part of each. How far an address is aligned is a hint that no engine
# for today's processors takes; without it, loads and stores that are alike are the same bytes.
optimise=(--low-memory-unused --one-caller-inline-max-function-size=50 --flatten --rereloop -O3 -O3 --dealign)
strip=(--strip-debug --strip-dwarf --strip-producers --strip-target-features)

main() {
  "$root/scripts/setup.sh" wasm
  cd "$root"
  cargo fetch --quiet --locked --target "$triple"
  # The last step of each works on one core alone, so two go side by side, each in a folder of its own, which Cargo locks.
  build cli wasm,cli,full "$target_dir/beside" --bin envgate &
  local beside=$!
  build core wasm "$target_dir" "${library[@]}"
  build full wasm,full "$target_dir" "${library[@]}"
  wait "$beside"
  # The texts that the compact module leaves out.
  node --input-type=module -e "
    import { readFileSync, writeFileSync } from 'node:fs';
    const core = await import('$target_dir/wasm/full/envgate.js');
    core.initSync({ module: readFileSync('$target_dir/wasm/full/envgate_bg.wasm') });
    writeFileSync('$target_dir/wasm/rules.json', core.rules());"
  node scripts/wasm-report.mjs core="$target_dir/wasm/core/envgate_bg.wasm":90000:338500 full="$target_dir/wasm/full/envgate_bg.wasm":500000:893000
}

# At `opt-level = "z"` next to nothing is inlined, so that small functions cost more to call than to run: what comes to forty steps is, for a
# fifth less time and 2 % more bytes.
# SHA-256 in a loop, not written out: a fingerprint takes a few microseconds either way, and the text of the rounds is as large as a loader.
# With SIMD, line ends and quotes are sought sixteen bytes at a time: 4 % less time for a check of text, in a smaller module. The full one would be
# 1,700 bytes larger.
# The seed of hash tables is ours (src/wasm/seed.rs), so that it is not asked for from the host.
# build NAME FEATURES FOLDER TARGET…
build() {
  local name=$1 features=$2 folder=$3 out=$target_dir/wasm/$1 simd=
  shift 3
  [ "$name" != core ] || simd=,+simd128
  say "building $name (features: $features)"
  RUSTFLAGS="-Ctarget-feature=-reference-types$simd --cfg=getrandom_backend=\"custom\" --cfg=sha2_backend_soft=\"compact\" -Cllvm-args=--inline-threshold=40 $(remap)" cargo rustc --quiet --locked "$@" --target-dir "$folder" --profile wasm \
    --no-default-features --features "$features" --target "$triple"
  mkdir -p "$out"
  # With reference types wasm-bindgen makes a table of host objects, and imports a function that fills it, though no object ever
  # crosses. The section that names them goes too, because the precompiled standard library asks for them there.
  wasm-opt -g "${baseline[@]}" --strip-target-features "$folder/$triple/wasm/envgate.wasm" -o "$out/unbound.wasm"
  wasm-bindgen --target web --omit-default-module-path --no-typescript --out-name envgate --out-dir "$out" \
    --keep-debug --remove-producers-section "$out/unbound.wasm"
  rm "$out/unbound.wasm"
  # The commands have a hook for panics, and say through the host where one was.
  case $name in
    core) node scripts/wasm-snip.mjs "$out/envgate_bg.wasm" --debug ;;
    full) node scripts/wasm-snip.mjs "$out/envgate_bg.wasm" ;;
  esac
  wasm-opt "${optimise[@]}" "${baseline[@]}" "${strip[@]}" "$out/envgate_bg.wasm" -o "$out/envgate_bg.wasm"
  node scripts/wasm-order.mjs "$out/envgate_bg.wasm"
}

main "$@"
