#!/usr/bin/env bash
# The hook under the frameworks that people run hooks with: pre-commit and prek from PyPI, lefthook and husky from npm. Each must stop a
# commit whose staged file has a secret while the work tree is clean, and let through one where it is the other way round.
#
#   scripts/test-hooks.sh BINARY
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

binary=$(readlink -f "$1")
home=$target_dir/hooks
# Put together here, so that no scanner takes it for a leak of ours.
secret=$(printf '%s-%s%s' tk 93jf8sKd02lQ zMxv71Rp)
export PATH="$(dirname "$binary"):$PATH" GIT_CONFIG_GLOBAL=/dev/null PRE_COMMIT_HOME=$home/cache/pre-commit PREK_HOME=$home/cache/prek
export GIT_AUTHOR_NAME=Somebody GIT_AUTHOR_EMAIL=somebody@example.org GIT_COMMITTER_NAME=Somebody GIT_COMMITTER_EMAIL=somebody@example.org
passed=0

main() {
  install_frameworks
  hooks_repository
  try "plain git" with_plain_git
  try pre-commit with_pre_commit
  try prek with_prek
  try lefthook with_lefthook
  try husky with_husky
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
    # Without their install scripts: that of lefthook would put a hook into the repository of whoever runs this.
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

# try NAME INSTALL: a project with the hook that INSTALL puts into it, and the commits.
try() {
  local name=$1 install=$2 project=$home/project said
  rm -rf "$project"
  git init -q -b main "$project"
  cd "$project"
  cat >env.schema.json <<'JSON'
{ "environments": { "production": { "files": [".env.production"] } }, "properties": { "TOKEN": { "type": "string", "secret": true } } }
JSON
  printf '.env.production\nnode_modules\n' >.gitignore
  printf 'TOKEN=%s\n' "$secret" >.env.production
  chmod 600 .env.production
  "$install" >/dev/null
  git add .
  git commit -qm first >/dev/null 2>&1 || die "$name: a clean commit does not go through"
  echo "key = '$secret'" >main.py
  git add main.py
  echo "key = 1" >main.py
  if said=$(git commit -m leak 2>&1); then die "$name: staged secret, clean work tree: went through"; fi
  grep -q known-value-leaked <<<"$said" || die "$name: does not say why: $said"
  if grep -qF "$secret" <<<"$said"; then die "$name: prints the value"; fi
  git add main.py
  echo "key = '$secret'" >main.py
  said=$(git commit -m clean 2>&1) || die "$name: clean index, secret in the work tree: stopped: $said"
  if git commit -qm leak -- main.py >/dev/null 2>&1; then die "$name: commit of a path: went through"; fi
  passed=$((passed + 1))
  say "$name: stops what is staged, and only that"
}

with_plain_git() { envgate hook install; }

with_pre_commit() { framework_config && "$home/venv/bin/pre-commit" install; }

with_prek() { framework_config && "$home/venv/bin/prek" install; }

framework_config() {
  cat >.pre-commit-config.yaml <<YAML
repos:
  - repo: $home/repository
    rev: $(git -C "$home/repository" rev-parse HEAD)
    hooks: [{ id: envgate-system }]
YAML
}

with_lefthook() {
  printf 'pre-commit:\n  commands:\n    envgate:\n      run: envgate hook\n' >lefthook.yml
  PATH="$home/npm/node_modules/.bin:$PATH" lefthook install
  ln -s "$home/npm/node_modules" node_modules
}

with_husky() {
  echo '{ "private": true }' >package.json
  ln -s "$home/npm/node_modules" node_modules
  node_modules/.bin/husky
  echo 'envgate hook' >.husky/pre-commit
}

main
