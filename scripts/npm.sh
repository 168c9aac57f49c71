#!/usr/bin/env bash
# Builds the npm package into pkg/dist from the WebAssembly in target/wasm, and packs it: target/npm/envgate-VERSION.tgz.
#
#   scripts/npm.sh          build and pack
#   scripts/npm.sh test     and run the package's own tests, with the packed tarball installed in an empty folder
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

main() {
  cd "$root/pkg"
  install_tools
  node build.mjs --wasm "$target_dir/wasm"
  mkdir -p "$target_dir/npm"
  rm -f "$target_dir"/npm/*.tgz
  npm pack --silent --pack-destination "$target_dir/npm" >/dev/null
  tarball=$(ls "$target_dir"/npm/envgate-*.tgz)
  say "$(basename "$tarball"): $(($(stat -c %s "$tarball") / 1000)) kB, unpacked $(($(tar -xzOf "$tarball" | wc -c) / 1000)) kB, sha256 $(sha256sum <"$tarball" | cut -c1-16)"
  if [ "${1:-}" = test ]; then repeatable "$tarball"; run_tests "$tarball"; fi
}

# Built again from nothing, it has the same bytes.
repeatable() {
  local again=$target_dir/npm/again
  rm -rf "$again" dist gen
  mkdir -p "$again"
  node build.mjs --wasm "$target_dir/wasm"
  npm pack --silent --pack-destination "$again" >/dev/null
  cmp "$1" "$again/$(basename "$1")" || die "two builds differ"
}

install_tools() {
  local stamp=node_modules/.package-lock.json
  if [ "$stamp" -nt package-lock.json ]; then return; fi
  say "installing the tools of the package from npm"
  npm ci --no-audit --no-fund --loglevel=error >&2
  touch "$stamp"
}

# The tarball as users get it: in a folder of its own, where nothing of the checkout is in reach.
run_tests() {
  local folder=$target_dir/npm/installed
  rm -rf "$folder"
  mkdir -p "$folder"
  echo '{ "private": true, "type": "module" }' >"$folder/package.json"
  npm install --silent --no-audit --no-fund --prefix "$folder" "$1"
  cp -r test ../tests/dialects/recorded.json "$folder/"
  mv "$folder/recorded.json" "$folder/test/"
  node node_modules/publint/src/cli.js --strict "$1"
  node node_modules/@arethetypeswrong/cli/dist/index.js "$1" --profile node16 --exclude-entrypoints core.wasm full.wasm.br
  (cd "$folder" && node --test test/*.test.mjs)
  node test/types/report.mjs
  node test/types/env.mjs
  node --test test/editor.mjs
  run_matrix "$1"
}

# In every runtime, bundler and host; their versions are pinned by pkg/matrix/package-lock.json.
run_matrix() {
  local folder=$target_dir/npm/matrix
  "$root/scripts/setup.sh" matrix
  cp -r "$root"/pkg/matrix/. "$root"/pkg/examples/{next,cdk} "$root/schemas/examples/convex-saas" "$root/scripts/action.sh" "$root/action.yml" "$folder"
  rm -rf "$folder/node_modules/envgate"
  mkdir "$folder/node_modules/envgate"
  tar -xzf "$1" -C "$folder/node_modules/envgate" --strip-components=1
  (cd "$folder" && node --test matrix.test.mjs)
}

main "$@"
