#!/usr/bin/env bash
# Runs the tools that the README compares envgate with on one small project, so that each cell of its table can be held against what
# they say. Nothing here fails for what they say: it is printed, for somebody to read. `envgate` is the one on the PATH.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Varlock asks for Node 22.3 or later, which npm brings; zenv asks for a newer Rust than it needs.
npm_packages=(node@24 varlock@1.20.0 @dotenvx/dotenvx@2.38.2 @t3-oss/env-core@0.13.11 zod@4)
crates=(dotenv-linter@4.0.0 zorath-env@0.4.0)

main() {
  folder=$target_dir/compare
  mkdir -p "$folder"
  cd "$folder"
  [ -f package.json ] || echo '{ "private": true, "type": "module" }' >package.json
  npm install --silent --no-audit --no-fund "${npm_packages[@]}"
  for crate in "${crates[@]}"; do
    CARGO_TARGET_DIR=$folder/build cargo install --quiet --locked --ignore-rust-version --root "$folder/cargo" "$crate"
  done
  export PATH=$folder/cargo/bin:$folder/node_modules/.bin:$PATH
  varlock telemetry disable >/dev/null

  project
  part "a key that is too short, an environment misspelt, a key missing"
  run envgate check --format concise
  run varlock load
  run dotenvx check
  run dotenv-linter check --skip-updates --plain --schema dotenv-linter.json .env
  run zenv check --schema zenv.json
  run node --env-file=.env t3.mjs

  part "two files of two environments in one run"
  run envgate check --format concise .env .env.production
  run dotenvx check -f .env -f .env.production
  run dotenv-linter check --skip-updates --plain --schema dotenv-linter.json .env .env.production
  run zenv check --schema zenv.json --env .env --env .env.production

  part "variables in source, and a value of the env file there"
  rm .env.production
  printf 'ENVIRONMENT=development\nSECRET_KEY=%s\nDATABASE_URL=postgres://db.example/app\nPORT=80\n' "$secret" >.env
  run envgate scan src
  run envgate leaks src
  run varlock audit
  run varlock scan src
  run zenv scan --schema zenv.json --path src

  part "a value in the output of a program"
  run varlock run -- node -p process.env.SECRET_KEY
  run dotenvx run -- node -p process.env.SECRET_KEY
}

# What each tool calls a schema, saying the same.
project() {
  rm -rf project
  mkdir -p project/src
  cd project
  git init --quiet
  secret=$(head -c 24 /dev/urandom | base64)
  printf 'ENVIRONMENT=prodction\nSECRET_KEY=%s\nPORT=80a0\nUNKNOWN=1\n' "${secret:0:16}" | tee .env >.env.production
  printf 'const key = "%s", other = process.env.UNDECLARED, port = process.env.PORT;\n' "$secret" >src/main.js
  cat >env.schema.json <<'JSON'
{
  "environments": { "development": { "files": [".env"] }, "staging": {}, "production": { "files": [".env.production"] } },
  "required": ["ENVIRONMENT", "SECRET_KEY", "DATABASE_URL"],
  "properties": {
    "ENVIRONMENT": { "enum": ["development", "staging", "production"] },
    "SECRET_KEY": { "type": "string", "secret": true, "minLength": 32 },
    "DATABASE_URL": { "type": "string", "format": "uri" },
    "PORT": { "type": "integer", "format": "port" }
  },
  "additionalProperties": false
}
JSON
  cat >.env.schema <<'SPEC'
# @currentEnv=$ENVIRONMENT
# @defaultSensitive=false
# ---
# @type=enum(development, staging, production) @required
ENVIRONMENT=
# @type=string(minLength=32) @required @sensitive
SECRET_KEY=
# @type=url @required
DATABASE_URL=
# @type=port
PORT=8000
SPEC
  cat >Envfile <<'RUBY'
env "ENVIRONMENT", enum: ["development", "staging", "production"], redacted: false
env "SECRET_KEY", min: 32
env "DATABASE_URL", type: "url"
env "PORT", type: "port", redacted: false
RUBY
  cat >dotenv-linter.json <<'JSON'
{
  "version": "1.0",
  "entries": {
    "ENVIRONMENT": { "type": "String", "required": true, "regex": "^(development|staging|production)$" },
    "SECRET_KEY": { "type": "String", "required": true, "regex": "^.{32,}$" },
    "DATABASE_URL": { "type": "Url", "required": true },
    "PORT": { "type": "Integer" }
  }
}
JSON
  cat >zenv.json <<'JSON'
{
  "ENVIRONMENT": { "type": "enum", "values": ["development", "staging", "production"], "required": true },
  "SECRET_KEY": { "type": "string", "required": true, "secret": true, "validate": { "min_length": 32 } },
  "DATABASE_URL": { "type": "url", "required": true },
  "PORT": { "type": "port" }
}
JSON
  cat >t3.mjs <<'JS'
import { createEnv } from "@t3-oss/env-core";
import { z } from "zod";

const server = { ENVIRONMENT: z.enum(["development", "staging", "production"]), SECRET_KEY: z.string().min(32), DATABASE_URL: z.url(), PORT: z.coerce.number() };
createEnv({ server, runtimeEnv: process.env });
JS
}

part() { printf '\n## %s\n' "$1"; }

run() {
  printf '\n$ %s\n' "$*"
  NO_COLOR=1 "$@" </dev/null 2>&1 || echo "(exit code $?)"
}

main "$@"
