#!/usr/bin/env bash
# The hook under the frameworks that people run hooks with: pre-commit and prek from PyPI, lefthook and husky from npm, and plain git. Each must stop what is
# staged, merged or pushed with a secret in it, and let through what has one in the work tree only.
#
#   scripts/test-hooks.sh BINARY
#   scripts/test-hooks.sh built     the ids that build the program themselves: `envgate` by Cargo, `envgate-python` as a wheel by maturin (minutes)
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

home=$target_dir/hooks
# Put together here, so that no scanner takes it for a leak of ours.
secret=$(printf '%s-%s%s' tk 93jf8sKd02lQ zMxv71Rp)
export GIT_CONFIG_GLOBAL=/dev/null PRE_COMMIT_HOME=$home/cache/pre-commit PREK_HOME=$home/cache/prek
export GIT_AUTHOR_NAME=Somebody GIT_AUTHOR_EMAIL=somebody@example.org GIT_COMMITTER_NAME=Somebody GIT_COMMITTER_EMAIL=somebody@example.org
passed=0

main() {
  install_frameworks
  if [ "$1" = built ]; then
    if command -v envgate >/dev/null; then die "there is an envgate on the PATH, and what is built would not be what is tried"; fi
    # Builds share what they have in common with each other, and with a release build.
    export CARGO_TARGET_DIR=$target_dir
    try "pre-commit, built by Cargo" with_cargo
    try "pre-commit, a wheel built by maturin" with_wheel
  else
    PATH="$(dirname "$(readlink -f "$1")"):$PATH"
    export PATH
    hooks_repository
    try "plain git" with_plain_git
    try pre-commit with_pre_commit
    try prek with_prek
    try lefthook with_lefthook
    try husky with_husky
  fi
  say "$passed passed, 0 failed"
}

install_frameworks() {
  mkdir -p "$home"
  if [ ! -x "$home/venv/bin/prek" ]; then
    say "installing pre-commit and prek from PyPI"
    python3 -m venv "$home/venv"
    "$home/venv/bin/pip" install --quiet --disable-pip-version-check pre-commit==4.3.0 prek==0.2.2
  fi
  if [ ! -x "$home/npm/node_modules/.bin/lefthook" ]; then
    say "installing lefthook and husky from npm"
    mkdir -p "$home/npm"
    echo '{ "private": true }' >"$home/npm/package.json"
    # Without their install scripts: that of lefthook would install a hook into this repository.
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$home/npm" lefthook@1.13.0 husky@9.1.7
  fi
}

# What pre-commit takes for the repository of the hook: our own file of hooks, in a repository of its own.
hooks_repository() {
  rm -rf "$home/repository"
  git init -q -b main "$home/repository"
  cp "$root/.pre-commit-hooks.yaml" "$home/repository/"
  git -C "$home/repository" add .
  git -C "$home/repository" commit -qm hooks
}

# try NAME INSTALL: a project with the hook that INSTALL puts into it, and all that is committed, merged and pushed in it.
try() {
  name=$1
  local install=$2 project=$home/project
  rm -rf "$project" "$home/remote" "$home/empty"
  git init -q --bare -b main "$home/remote"
  git init -q --bare -b main "$home/empty"
  git init -q -b main "$project"
  cd "$project"
  git remote add origin "$home/remote"
  cat >env.schema.json <<'JSON'
{ "environments": { "production": { "files": [".env.production"] } }, "properties": { "TOKEN": { "type": "string", "secret": true } } }
JSON
  printf '.env.production\nnode_modules\n' >.gitignore
  printf 'TOKEN=%s\n' "$secret" >.env.production
  chmod 600 .env.production
  "$install" >/dev/null
  git add .
  passes "a clean commit" git commit -qm first
  passes "a clean push" git push -q origin main

  echo "key = '$secret'" >main.py
  git add main.py
  echo "key = 1" >main.py
  stops "secret staged, work tree clean" git commit -qm leak
  git add main.py
  echo "key = '$secret'" >main.py
  passes "index clean, secret in the work tree" git commit -qm clean
  stops "commit of a path" git commit -qm leak -- main.py

  printf '%s\n' "a = 1" 2 3 4 5 6 7 8 "b = 1" >main.py
  passes "lines to change" git commit -qm lines -- main.py
  printf '%s\n' "a = 2" 2 3 4 5 6 7 8 "b = '$secret'" >main.py
  printf -- '--- a/main.py\n+++ b/main.py\n@@ -1 +1 @@\n-a = 1\n+a = 2\n' | git apply --cached --unidiff-zero
  passes "the clean part of a file" git commit -qm "clean part"
  stops "the other part" git commit -qam "other part"
  git reset -q --hard

  git mv main.py renamed.py
  passes "a rename" git commit -qm renamed
  git mv renamed.py again.py
  echo "key = '$secret'" >>again.py
  git add again.py
  stops "a rename with a secret added" git commit -qm "renamed again"
  git reset -q --hard

  git checkout -qb side
  echo "key = '$secret'" >side.py
  git add side.py
  git commit -qm leak --no-verify
  git checkout -q main
  echo 1 >other.py
  git add other.py
  passes "another line of history" git commit -qm other
  stops "a merge" git merge -q --no-edit side
  git merge -q --abort 2>/dev/null || git reset -q --hard
  git merge -q --no-commit side >/dev/null 2>&1
  stops "the commit of a merge" git commit -qm merge
  git reset -q --hard

  echo "key = '$secret'" >pushed.py
  git add pushed.py
  git commit -qm leak --no-verify
  git rm -q pushed.py
  passes "the secret taken out again" git commit -qm "taken out"
  stops "a push of both commits" git push -q origin main
  passes "a push of what was before" git push -q origin main~2:refs/heads/before
  # Of this one, pre-commit names no commits.
  git remote add empty "$home/empty"
  stops "a first push" git push -q empty main
  passed=$((passed + 1))
  say "$name: stops what is staged, merged and pushed, and only that"
}

# stops WHAT COMMAND…: the hook stops it, says why, and does not say the value.
stops() {
  local what=$1 said
  shift
  if said=$("$@" 2>&1); then die "$name: $what: went through"; fi
  grep -q known-value-leaked <<<"$said" || die "$name: $what: does not say why: $said"
  if grep -qF "$secret" <<<"$said"; then die "$name: $what: prints the value"; fi
}

# passes WHAT COMMAND…
passes() {
  local what=$1 said
  shift
  said=$("$@" 2>&1) || die "$name: $what: stopped: $said"
}

with_plain_git() { envgate hook install --pre-push; }

with_pre_commit() { framework_config "$home/repository" envgate-system && "$home/venv/bin/pre-commit" install "${types[@]}"; }

with_prek() { framework_config "$home/repository" envgate-system && "$home/venv/bin/prek" install "${types[@]}"; }

with_cargo() { framework_config "$root" envgate && "$home/venv/bin/pre-commit" install --install-hooks "${types[@]}"; }

with_wheel() { framework_config "$root" envgate-python && "$home/venv/bin/pre-commit" install --install-hooks "${types[@]}"; }

types=(--hook-type pre-commit --hook-type pre-merge-commit --hook-type pre-push)

# framework_config REPOSITORY ID
framework_config() {
  cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $1
    rev: $(git -C "$1" rev-parse HEAD)
    hooks: [{ id: $2 }]
YAML
}

with_lefthook() {
  cat >lefthook.yml <<'YAML'
pre-commit: { commands: { envgate: { run: envgate hook } } }
pre-merge-commit: { commands: { envgate: { run: envgate hook } } }
pre-push: { commands: { envgate: { run: "envgate hook --pre-push --remote {1}", use_stdin: true } } }
YAML
  PATH="$home/npm/node_modules/.bin:$PATH" lefthook install
  ln -s "$home/npm/node_modules" node_modules
}

with_husky() {
  echo '{ "private": true }' >package.json
  ln -s "$home/npm/node_modules" node_modules
  node_modules/.bin/husky
  echo 'envgate hook' | tee .husky/pre-commit >.husky/pre-merge-commit
  echo 'envgate hook --pre-push --remote "$1"' >.husky/pre-push
}

main "$@"
