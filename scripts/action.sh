#!/usr/bin/env bash
# What action.yml runs: `envgate check` with the inputs of the step, which come as variables.
set -euo pipefail

arguments=(check --format github --fail-on "${INPUT_FAIL_ON:-error}")
[ -z "${INPUT_SCHEMA:-}" ] || arguments+=(--schema "$INPUT_SCHEMA")
[ -z "${INPUT_PHASE:-}" ] || arguments+=(--phase "$INPUT_PHASE")
case ${INPUT_PROCESS_ENV:-false} in
  true) arguments+=(--process-env) ;;
  false) ;;
  *) echo "::error::process-env is true or false"; exit 2 ;;
esac
case ${INPUT_RECURSIVE:-false} in
  true) arguments+=(--recursive) ;;
  false) ;;
  *) echo "::error::recursive is true or false"; exit 2 ;;
esac
# All lines of it: one that is left out would be an environment that is not checked. No array that may be empty, which is an error in the bash of macOS.
set -f
for environment in ${INPUT_ENVIRONMENT:-}; do arguments+=(--environment "$environment"); done
set +f
case ${INPUT_SARIF:-} in
  *$'\n'* | *$'\r'*) echo "::error::sarif is the path of one file"; exit 2 ;;
esac
[ -z "${INPUT_SARIF:-}" ] || arguments+=(--output "sarif=$INPUT_SARIF")

program=(npx --yes "envgate@${INPUT_VERSION:-latest}")
[ -z "${INPUT_PROGRAM:-}" ] || read -r -a program <<<"$INPUT_PROGRAM"
started=$(mktemp)
status=0
"${program[@]}" "${arguments[@]}" || status=$?
# Later steps start in the workspace. Of a check that could not be done there is no file, or that of an earlier one, and nothing to upload.
if [ -f "${INPUT_SARIF:-}" ] && ! [ "$started" -nt "$INPUT_SARIF" ]; then
  case $INPUT_SARIF in
    /* | [A-Za-z]:*) sarif=$INPUT_SARIF ;;
    *) sarif=${INPUT_WORKING_DIRECTORY:-.}/$INPUT_SARIF ;;
  esac
  echo "sarif=${sarif#./}" >>"${GITHUB_OUTPUT:-/dev/null}"
fi
rm -f "$started"
exit "$status"
