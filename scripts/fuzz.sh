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
  if [ "$1" = carrier ]; then
    # A byte that says which carrier, and a small file of each, with anchors, merge keys, several documents and base64.
    printf '0{"TOKEN": "@", "PORT": 80}' >"$corpus/json"
    printf '1a: &a {TOKEN: "@"}\nb: {<<: *a, PORT: 80}\n' >"$corpus/yaml"
    printf '2x-e: &e\n  TOKEN: "@"\nservices:\n  web:\n    extends: {service: base}\n    environment:\n      <<: *e\n  base:\n    env_file: .env\n    environment: [PORT=80, "TOKEN=@"]\n' >"$corpus/compose"
    printf '3kind: Secret\ndata: {TOKEN: QA==}\nstringData: {PORT: "@"}\n---\nkind: Pod\nspec: {containers: [{name: a, env: [{name: TOKEN, value: "@"}], envFrom: [{secretRef: {name: a}}]}]}\n' >"$corpus/kubernetes"
    printf '4on: push\nenv: {TOKEN: "@"}\njobs: {a: {runs-on: x, env: {PORT: 80}, steps: [{run: x, env: {TOKEN: "${{ secrets.A }}"}}]}}\n' >"$corpus/actions"
    printf '5[Service]\nEnvironment="TOKEN=@" PORT=80\nEnvironmentFile=-/etc/a\n' >"$corpus/unit"
    printf '6{"containerDefinitions":[{"name":"a","environment":[{"name":"TOKEN","value":"@"}],"secrets":[{"name":"S","valueFrom":"arn"}],"environmentFiles":[{"value":"arn","type":"s3"}]}]}' >"$corpus/ecs"
    printf '2services:\n  web:\n    environment: {TOKEN: "@", PORT: 80}\n    env_file: a\n\0services:\n  web:\n    environment: {TOKEN: !reset null}\n    env_file: !override b\n' >"$corpus/merged"
    printf '1a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: [*c,*c,*c,*c]\n' >"$corpus/bomb"
  fi
  if [ "$1" = layers ]; then
    # Two loaders, the process environment, and files with references to each other.
    printf '\005\020\043A=1\nB=${A}x\nC=7\0A=$B\nB="${C:-$A}"\nD=a$(id)\n\0export B\nC+=${A:+2}\nA=\\$B\n' >"$corpus/references"
  fi
  case $1 in
    age) cp tests/rotation/samples/* "$corpus/" 2>/dev/null || true ;;
    search) cp -r tests/scan/samples/. "$corpus/" ;;
  esac
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
