#!/usr/bin/env bash
# Runs tests/wasm.rs with wasm-bindgen's runner, in Node or in a headless browser.
#
#   scripts/test-wasm.sh node|browser
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

"$root/scripts/setup.sh" wasm
case ${1:-} in
  node) ;;
  browser)
    "$root/scripts/setup.sh" browser
    export WASM_BINDGEN_USE_BROWSER=1 CHROMEDRIVER="${CHROMEDRIVER:-$(command -v chromedriver)}"
    export WASM_BINDGEN_TEST_WEBDRIVER_JSON="$target_dir/tools/webdriver.json"
    mkdir -p "$target_dir/tools"
    # No sandbox, because it refuses to run as root, which is what a container is; no use of /dev/shm, which is small there.
    # What runs in it is ours.
    cat >"$WASM_BINDGEN_TEST_WEBDRIVER_JSON" <<JSON
{
  "goog:chromeOptions": {
    "binary": "$(chrome)",
    "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync"]
  }
}
JSON
    ;;
  *) die "node or browser?" ;;
esac
cd "$root"
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=wasm-bindgen-test-runner WASM_BINDGEN_TEST_TIMEOUT=120
cargo test --locked --target wasm32-unknown-unknown --no-default-features --features wasm --test wasm
