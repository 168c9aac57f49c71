/** Variables that are always there, as far as JavaScript programs see them. A test checks that `envgate scan`, whose list is longer (src/usage/ambient.rs), knows all of them. */

/** Set by systems, shells, runtimes and places where programs run. */
export const AMBIENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "APPDATA", "BROWSER", "CI", "COLORTERM", "COLUMNS", "COMSPEC", "DISPLAY", "EDITOR", "FORCE_COLOR", "HOME", "HOMEDRIVE", "HOMEPATH", "HOST", "HOSTNAME", "INIT_CWD",
  "LANG", "LANGUAGE", "LINES", "LOCALAPPDATA", "LOGNAME", "NODE", "NODE_DEBUG", "NODE_ENV", "NODE_OPTIONS", "NODE_PATH", "NO_COLOR", "NUMBER_OF_PROCESSORS", "OLDPWD", "OS", "PAGER",
  "PATH", "PATHEXT", "PROGRAMDATA", "PROGRAMFILES", "PWD", "SHELL", "SHLVL", "SOURCE_DATE_EPOCH", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TERM", "TERM_PROGRAM", "TMP", "TMPDIR", "TZ",
  "USER", "USERNAME", "USERPROFILE", "VISUAL", "VITEST", "WINDIR", "WSL_DISTRO_NAME",
]);

/** Beginnings of names that somebody's machinery sets. */
export const MACHINERY: readonly string[] = [
  "AWS_LAMBDA_", "BUILDKITE_", "CIRCLE_", "CI_", "CODEBUILD_", "FLY_", "GITHUB_", "GITLAB_", "HEROKU_", "JEST_", "KUBERNETES_", "K_", "LC_", "NETLIFY_", "NEXT_PHASE", "NEXT_RUNTIME",
  "PLAYWRIGHT_", "RAILWAY_", "RENDER_", "RUNNER_", "TRAVIS_", "VERCEL_", "VITEST_", "VSCODE_", "XDG_", "npm_",
];

/** What Vite puts into `import.meta.env` by itself. */
export const OF_VITE: ReadonlySet<string> = /* @__PURE__ */ new Set(["BASE_URL", "DEV", "LEGACY", "MODE", "PROD", "SITE", "SSR"]);
