//! A read with a default can't break a deploy, in any language; what only looks like a default can.

use std::fmt::Write as _;

use crate::support::Folder;

/// Files and lines: in those of the first kind, `NAME` has a default; in those of the second, it has none.
const LINES: &[(&str, &[&str], &[&str])] = &[
    (
        "a.ts",
        &[
            "const a = process.env.NAME ?? 'x'",
            "const a = process.env.NAME || \"x\";",
            "const a = process.env['NAME'] ?? 3000;",
            "const a = (process.env.NAME ?? DEFAULT_NAME)",
            "const a = process.env.NAME || defaults.name\nb()",
            "const a = process.env.NAME ?? `http://${host}`;",
            "const a = process.env.NAME ?? path.join(__dirname, 'x');",
            "const a = process.env.NAME || os.tmpdir()",
            "const a = { b: process.env.NAME ?? !isDevelopment };",
            "const a = process.env.NAME || b + '/c';",
            "const a = process.env.NAME?.toLowerCase() === 'true';",
            "const a = process.env.NAME?.trim() || 'x';",
            "const a = (process.env.NAME ?? '').trim().toLowerCase() === 'true';",
            "const a = getEnv('NAME', '').toLowerCase() == 'true'",
            "process.env.NAME ??= 'x';",
            "const a = Number(process.env.NAME) || 3000;",
            "const a = parseInt(process.env.NAME, 10) || 3000;",
            "const a = parseInt(process.env.NAME ?? '3000');",
            "const { NAME = 'x' } = process.env;",
            "const a = import.meta.env.NAME ?? 'x';",
            "const a = this.config.get('NAME', 'x'); // env",
            "const a = getEnv('NAME', 'x');",
            "const a = envBool('NAME', false);",
            "const a = Deno.env.get('NAME') ?? 'x';",
            "const E = z.object({ NAME: z.string().default('x') }); E.parse(process.env);",
            "if (process.env.NAME !== 'x') {}",
            "const E = z.object({ NAME: z.string().prefault('x') }); E.parse(process.env);",
            "const E = createEnv({ server: { NAME: z.string().optional() }, runtimeEnv: { NAME: process.env.NAME } });",
            "const a = env('NAME') || env('CI');",
            "const a = getEnv('NAME') ?? getEnv('CI');",
            "const a = process.env.NAME === 'true' ? f() : g();",
            "const a = process.env['NAME'] == \"1\";",
            "const a = import.meta.env.NAME === 'x';",
            "const a = Deno.env.get('NAME') === 'x';",
            "if (process.env.NAME) {\n  f(process.env.NAME)\n}\ng()",
            "if (a && process.env.NAME && b) f(process.env['NAME']);",
            "if (process.env.NAME || b) { f(process.env.NAME) } else { g() }",
            "if (a && import.meta.env.NAME) {}",
            "process.env.NAME && f(process.env.NAME);",
            "const a = { ...(process.env.NAME && { a: process.env.NAME }) };",
            "const a = <p>{!!process.env.NAME && (\n<Script a={process.env.NAME} />)}</p>;",
            "const a = process.env.NAME ? [process.env.NAME] : [];",
            "const a = process.env.NAME\n  ? parseInt(process.env.NAME, 10)\n  : undefined;",
            "const a = process.env.NAME ? b ? process.env.NAME : c : d?.e;",
            "const a = Boolean(process.env.NAME);",
            "const a = { b: typeof process.env.NAME !== 'undefined' };",
            "const a = process.env.NAME !== undefined ? [process.env.NAME] : [];",
            "if (a && process.env.NAME != null) { f(process.env.NAME) }",
            "if (typeof process.env.NAME === \"string\") { f(process.env.NAME) }",
            "if (typeof process.env.NAME !== 'undefined' && f(process.env.NAME)) {}",
            "const a = Number.parseInt(process.env.NAME || '', 10) || b;",
            "const a = Number(process.env.NAME ?? '') || 3;",
            "if (!process.env.NAME) { return 'local'; }\n g(process.env.NAME)",
            "const a = !!process.env.NAME;",
            "f(Boolean(process.env.NAME) && process.env.NAME);",
            "function f() { if (!process.env.NAME) { return; }\n  g(process.env.NAME);\n}",
            "for (const a of b) { if (!process.env.NAME) continue\n g(process.env.NAME) }",
            "if (!process.env.NAME) return null;\n g(process.env.NAME)",
            "if (!process.env.NAME || !b) return;\n g(process.env.NAME)",
            "if (a === 'b' || !process.env.NAME) {\n console.log(a);\n return;\n}\n g(process.env.NAME)",
            "if (!process.env.NAME) { return prisma; }\n g(process.env.NAME)",
            "const a = process.env.NAME;\nif (!a) return null;\ng(a)",
            "const a = process.env.NAME\nfunction f() {\n if (!a) { return null }\n return <B a={a} />\n}",
            "const a: string | undefined = process.env.NAME;\nif (a) {\n f(`${a}/b`);\n}",
            "const a = process.env.NAME;\nconst b = a ? [a] : [];\nif (a !== undefined) f(a);",
            "const u = b;\nconst a = process.env['NAME'];\nif (!u || !a) return;\nf(`${u}?a=${a}`)",
            "const a = env('NAME');\nif (a) { f(a) } else { g() }",
            "if (env('NAME')) { f(env('NAME')) }",
            "const a = Deno.env.get('NAME');\nif (a === undefined) return;\nf(a);",
            "f(() => { const a = process.env.NAME; if (a) g(a) });\nh(a);",
        ],
        &[
            "const a = process.env.NAME === undefined;",
            "const a = process.env.NAME ?? secrets.join('x');",
            "const a = process.env.NAME ?? resolve('x');",
            "const a = process.env.NAME ?? !f();",
            "const a = process.env.NAME.toLowerCase() === 'true';",
            "const a = f(process.env.NAME ?? '').trim() === 'true';",
            "const a = (process.env.NAME ?? '').trim();",
            "const a = process.env.NAME !== '';",
            "const a = process.env.NAME === other;",
            "if (!process.env.NAME) { throw new Error() }",
            "if (!process.env.NAME) { return fail() }",
            "if (process.env.NAME) { f() } else { throw new Error() }",
            "if (f(process.env.NAME)) { g() }",
            "const a = process.env.NAME ? f() : fail('NAME');",
            "const a = process.env.NAME ? f() : (() => { throw new Error() })();",
            "const a = !process.env.NAME;",
            "const a = Number(process.env.NAME ?? '');",
            "const a = typeof process.env.NAME;",
            "if (typeof process.env.NAME === 'undefined') { f(process.env.NAME) }",
            "const a = f(process.env.NAME, b && c)",
            "const a = process.env.NAME?.trim();",
            "const a = process.env.NAME;",
            "const a = process.env.NAME!;",
            "const a = process.env.NAME ?? '';",
            "const a = process.env.NAME || undefined;",
            "const a = process.env.NAME ?? null;",
            "const a = process.env.NAME ?? fail('NAME');",
            "const a = process.env.NAME || (() => { throw new Error() })();",
            "const a = process.env.NAME || process.exit(1);",
            "const { NAME = '' } = process.env;",
            "const a = requireEnv('NAME', 'is missing');",
            "const a = getEnv('NAME', true);",
            "const a = getEnv('NAME', { required: true });",
            "const a = f(process.env.NAME) || 'x';",
            "const E = createEnv({ server: { NAME: z.string() }, runtimeEnv: { NAME: process.env.NAME } });",
            "const a = b || env('NAME');",
            "export const a = process.env.NAME;\nif (a) f(a);",
            "const a = requireEnv('NAME') || requireEnv('CI');",
            "if (!!process.env.NAME) { f() } else { throw new Error() }",
            "const a = process.env.NAME;\nif (!a) throw new Error();\ng(a)",
            "const a = process.env.NAME;\nif (!a) { return res.status(500).json({}) }\ng(a)",
            "const a = process.env.NAME;\nif (!a) { console.error('x'); return; }\ng(a)",
            "const a = process.env.NAME;\ng(a);\nif (a) h(a);",
            "const a = process.env.NAME;\nif (a) h(a);\nif (!a) { process.exit(1) }",
            "const a = process.env.NAME;\nif (a) h(a);\nmodule.exports = { a };",
            "const a = process.env.NAME as string;\nif (!a && b) return;\nf(a)",
            "const a = requireEnv('NAME');\nif (a) { f(a) }",
            "const a = process.env.NAME;\nf(() => { const a = b; if (a) g(a) }); h(a);",
        ],
    ),
    (
        "a.py",
        &[
            "a = os.environ.get('NAME', 'x')",
            "a = os.getenv('NAME', 3000)",
            "a = os.getenv('NAME', default=-1)",
            "a = os.getenv('NAME') or os.path.join(b, 'x')",
            "a = (\n    os.environ.get('NAME', '').lower() == 'true'\n)",
            "a = os.environ.get('NAME', '').strip().lower() not in ['false', '']",
            "a = os.getenv('NAME') in ('1', 'true')",
            "if v := os.getenv('NAME'):\n    f(v)\ng()",
            "if (v := os.environ.get('NAME')) and b:\n    f(v)",
            "a = os.environ.get('NAME', '') or DEFAULT",
            "a = (os.environ.get('NAME') or '').lower() == 'x'",
            "a = os.environ.get('NAME') or 'x'",
            "a = os.environ.get('NAME', str(BASE_DIR))",
            "a = int(os.environ.get('NAME', '3'))",
            "from decouple import config\na = config('NAME', cast=int, default=3)",
            "from decouple import config\na = config('NAME', default=None)",
            "from decouple import config\na = config('NAME', default='')",
            "a = os.getenv('NAME', DEFAULT)",
            "a = env_bool('NAME', False)",
            "a = os.environ.get('NAME') == '1'",
            "a = os.getenv('NAME') != 'x'",
            "if os.environ.get('NAME'):\n    f(os.environ['NAME'])",
            "if 'NAME' in os.environ:\n    f(os.environ['NAME'])\ng()",
            "v = os.getenv('NAME')\nif v:\n    f(v)\ng()",
            "def f():\n    v = os.getenv('NAME')\n    if not v:\n        return None\n    return g(v)",
            "v = os.getenv('NAME')\nif v is not None:\n    f(v)",
            "a = os.getenv('NAME') is not None",
            "v = os.getenv('NAME')\nif (b and\n        v):\n    f(v)",
        ],
        &[
            "a = os.environ['NAME'] == '1'",
            "a = os.getenv('NAME') is None",
            "a = os.environ['NAME']",
            "a = os.getenv('NAME')",
            "a = os.environ.get('NAME', '')",
            "a = os.environ.get('NAME', None)",
            "a = os.environ.get('NAME') or fail()",
            "a = get_env('NAME', int)",
            "a = env_list('NAME', [])",
            "v = os.getenv('NAME')\nif not v:\n    raise E()\nf(v)",
            "if os.environ.get('NAME'):\n    f()\nelse:\n    sys.exit(1)",
            "v = os.getenv('NAME')\nif v:\n    f(v)\ng(v)",
            "if os.environ['NAME']:\n    f()",
            "v = os.getenv('NAME')\nif b:\n    a = b and v",
        ],
    ),
    (
        "a.php",
        &[
            "<?php $a = env('NAME', 'x');",
            "<?php $a = env('NAME', false);",
            "<?php $a = env('NAME', storage_path('x'));",
            "<?php $a = env('NAME', 'a'.'b');",
            "<?php $a = getenv('NAME') ?: 'x';",
            "<?php $a = env('NAME') === 'x';",
            "<?php $a = $_ENV['NAME'] ?? 'x';",
            "<?php $a = ['b' => env('NAME', null) ? explode(',', env('NAME')) : null];",
            "<?php if ($a = getenv('NAME')) { f($a); }",
            "<?php $a = new A(\n    $_ENV['NAME'] ?? dirname(__DIR__)\n);",
            "<?php if (getenv('NAME')) { f(getenv('NAME')); }",
            "<?php $a = getenv('NAME'); if ($a) { f($a); }",
            "<?php if (!empty($_ENV['NAME'])) { f($_ENV['NAME']); }",
            "<?php $a = null === env('NAME') ? 1.0 : (float) env('NAME');",
            "<?php if (isset($_ENV['NAME'])) { f($_ENV['NAME']); }",
        ],
        &[
            "<?php $a = env('NAME');",
            "<?php $a = env('NAME', null);",
            "<?php $a = env('NAME', '');",
            "<?php $a = getenv('NAME', true);",
            "<?php $a = getenv('NAME') ?: '';",
            "<?php $a = $_ENV['NAME'] ?? throw new E();",
            "<?php if (!getenv('NAME')) { throw new E(); }",
            "<?php if (getenv('NAME')) { f(); } else { exit(1); }",
        ],
    ),
    (
        "a.rb",
        &[
            "a = ENV.fetch('NAME', 'x')",
            "a = ENV.fetch(\"NAME\") { 3 }",
            "a = ENV['NAME'] || 'x'",
            "a = ENV['NAME'].presence || 'x'",
            "a = ENV['NAME']&.to_i || 587",
            "if (v = ENV['NAME']).present?\n  f(v)\nend",
            "a = ENV['NAME'] ||= 'x'",
            "a = ENV['NAME'] == 'x'",
            "if ENV['NAME'].present?\n  f(ENV['NAME'])\nend\ng",
            "f ENV['NAME'] if ENV['NAME']",
            "if ENV['NAME'].present? && ENV['NAME'].present?\n  f(ENV['NAME'])\nend",
            "a = ENV['NAME'].present?",
            "a = if ENV['NAME'].present?\n  f(ENV['NAME'])\nelse\n  g\nend",
            "def f\n  v = ENV['NAME']\n  return nil unless v.present?\n  g(v)\nend",
            "def f\n  return unless defined?(S) && ENV['NAME'].present?\n  g\nend",
            "a = ENV['NAME'] ? f(ENV['NAME']) : g",
        ],
        &[
            "a = ENV['NAME']",
            "a = ENV.fetch('NAME')",
            "a = ENV.fetch('NAME', nil)",
            "a = ENV.fetch('NAME') { raise 'x' }",
            "a = ENV['NAME'] || raise",
            "a = ENV['NAME'] || ''",
            "raise 'x' unless ENV['NAME']",
            "if ENV['NAME'].blank?\n  raise 'x'\nend",
            "f(ENV['NAME'].presence)",
            "a = ENV['NAME'].presence || raise",
            "if f(ENV['NAME'])\n  g\nend",
            "a = b if c\nd(e && ENV['NAME'])",
            "if b\n  raise 'x' unless ENV['NAME']\nend",
            "def f\n  return unless a || ENV['NAME']\n  g(ENV['NAME'])\nend",
        ],
    ),
    (
        "a.go",
        &[
            "var a = getEnv(\"NAME\", \"x\")",
            "var a = getEnv(\"NAME\", defaultName)",
            "var a = os.Getenv(\"NAME\") == \"x\"",
            "type A struct { B string `env:\"NAME,default=x\"` }",
            "type A struct { B string `env:\"NAME, default=x,strict\"` }",
            "type A struct { B string `env:\"NAME\" envDefault:\"x\"` }",
            "type A struct { B string `yaml:\"b\" env:\"NAME\" env-default:\"x\"` }",
            "type A struct { B string `default:\"x\" envconfig:\"NAME\"` }",
            "func f() {\n\tif v := os.Getenv(\"NAME\"); v != \"\" {\n\t\tg(v)\n\t}\n}",
            "func f() {\n\tv := os.Getenv(\"NAME\")\n\tif v == \"\" {\n\t\tv = \"x\"\n\t}\n\tg(v)\n}",
            "func f() string {\n\tv := os.Getenv(\"NAME\")\n\tif v == \"\" {\n\t\treturn \"x\"\n\t}\n\treturn v\n}",
            "func f() {\n\tif os.Getenv(\"NAME\") != \"\" {\n\t\tg(os.Getenv(\"NAME\"))\n\t}\n}",
            "var a = os.Getenv(\"NAME\") != \"\"",
            "func f() {\n\tif v := os.Getenv(\"NAME\"); v != \"\" {\n\t\tg(v)\n\t}\n\tif v := h(); v != \"\" {\n\t\tg(v)\n\t}\n}",
            "func f() {\n\tif v, ok := os.LookupEnv(\"NAME\"); ok {\n\t\tg()\n\t}\n}",
            "func f(b string) {\n\tv := os.Getenv(\"NAME\")\n\tif b == \"\" || v == \"\" {\n\t\treturn\n\t}\n\tg(v)\n}",
        ],
        &[
            "type A struct { B string `env:\"NAME\"` }",
            "type A struct { B string `env:\"NAME,default=\"` }",
            "type A struct { B string `env:\"NAME,required\" envDefault:\"\"` }",
            "type A struct { B string `env:\"NAME\" json:\"b,default=x\"` }",
            "var a = os.Getenv(\"NAME\")",
            "var a = mustGetEnv(\"NAME\", \"x\")",
            "var a = getEnv(\"NAME\", \"\")",
            "func f() error {\n\tv := os.Getenv(\"NAME\")\n\tif v == \"\" {\n\t\treturn errors.New(\"x\")\n\t}\n\treturn g(v)\n}",
            "func f() {\n\tif v := os.Getenv(\"NAME\"); v != \"\" {\n\t\tg(v)\n\t} else {\n\t\tlog.Fatal(\"x\")\n\t}\n}",
            "func f() {\n\tv, ok := os.LookupEnv(\"NAME\")\n\tif !ok {\n\t\tpanic(\"x\")\n\t}\n\tg(v)\n}",
            "func f() {\n\tv := os.Getenv(\"NAME\")\n\tg(v)\n\tif v != \"\" {\n\t\th(v)\n\t}\n}",
            "func f() error {\n\tv := os.Getenv(\"NAME\")\n\tif v == \"\" {\n\t\treturn ErrMissing\n\t}\n\treturn g(v)\n}",
            "func f(b string) {\n\tv := os.Getenv(\"NAME\")\n\tif b == \"\" && v == \"\" {\n\t\treturn\n\t}\n\tg(v)\n}",
        ],
    ),
    (
        "a.rs",
        &[
            "let a = env::var(\"NAME\").unwrap_or(\"x\".into());",
            "let a = std::env::var(\"NAME\").unwrap_or_else(|_| \"x\".to_string());",
            "struct A { #[arg(long, env = \"NAME\", default_value = \"x\")] name: String }",
            "struct A { #[arg(long, default_value_t = f(1), env = \"NAME\")] name: u8 }",
            "struct A { #[arg(long, env = \"NAME\")] name: Option<String> }",
            "let a = env::var(\"NAME\").ok();",
            "let a = env::var(\"NAME\").ok().filter(|a| !a.is_empty());",
            "let a = env::var(\"NAME\").map(|a| a == \"1\").unwrap_or(false);",
            "let a = env::var(\"NAME\").ok().map(|a| a.parse()).transpose()?;",
            "let a = env::var(\"NAME\").is_ok_and(|a| a == \"1\");",
            "let a = std::env::var_os(\"NAME\").map(PathBuf::from);",
            "let a = option_env!(\"NAME\");",
            "if let Ok(a) = env::var(\"NAME\") { f(a); }",
            "if let (true, Ok(a)) = (b, c) {} else if let Ok(a) = std::env::var(\"NAME\") { f(a) } else { g() }",
            "if env::var(\"NAME\").is_ok() { f() }",
            "if env::var(\"NAME\").is_err() { g() }",
            "let Ok(a) = env::var(\"NAME\") else { return };",
            "let a = match env::var(\"NAME\") { Ok(a) => Some(a), Err(_) => None };",
            "let a = match env::var(\"NAME\") { Err(NotUnicode(_)) => panic!(), Err(_) => f(b, c), Ok(a) => a };",
            "match env::var(\"NAME\").as_deref() { Ok(\"1\") => f(), _ => g() }",
        ],
        &[
            "let a = env::var(\"NAME\")?;",
            "let a = env::var(\"NAME\").ok().expect(\"a\");",
            "let a = env::var(\"NAME\").ok().ok_or(E)?;",
            "let a = env::var(\"NAME\").map_err(|_| E)?;",
            "let a = env::var(\"NAME\").context(\"a\")?;",
            "let a = env::var(\"NAME\").ok().unwrap_or_else(|| panic!(\"x\"));",
            "let a = option_env!(\"NAME\").unwrap();",
            "if let Ok(a) = env::var(\"NAME\") { f(a); } else { panic!(\"x\") }",
            "if let Err(_) = env::var(\"NAME\") { std::process::exit(1) }",
            "if env::var(\"NAME\").is_err() { bail!(\"x\") }",
            "if !env::var(\"NAME\").is_ok() { bail!(\"x\") }",
            "let Ok(a) = env::var(\"NAME\") else { return Err(E) };",
            "let a = match env::var(\"NAME\") { Ok(a) => a, Err(_) => return Err(E) };",
            "let a = match env::var(\"NAME\") { Ok(a) => { f(a, b) } Err(e) => { eprintln!(\"{e}\"); exit(1) } };",
            "let a = match env::var(\"NAME\").ok() { Some(a) => a, None => panic!(\"x\") };",
            "let a = env::var(\"NAME\");",
            "let a = env::var(\"NAME\").unwrap();",
            "struct A { #[arg(long, env = \"NAME\")] name: String, b: Option<u8> }",
            "let a = env!(\"NAME\", \"is missing\");",
            "let a = env::var(\"NAME\").unwrap_or_default();",
            "let a = env::var(\"NAME\").unwrap_or_else(|_| panic!(\"x\"));",
        ],
    ),
    (
        "A.kt",
        &[
            "val a = System.getenv(\"NAME\") ?: \"x\"",
            "fun f() { val a = System.getenv(\"NAME\"); if (a != null) { g(a) } }",
        ],
        &[
            "val a = System.getenv(\"NAME\") ?: throw E()",
            "val a = System.getenv(\"NAME\")",
            "fun f() { val a = System.getenv(\"NAME\"); if (a == null) { throw E() }; g(a) }",
        ],
    ),
    (
        "A.java",
        &["class A { @Value(\"${NAME:3}\") int a; }"],
        &[
            "class A { @Value(\"${NAME}\") int a; }",
            "class A { @Value(\"${NAME:}\") int a; }",
        ],
    ),
    (
        "A.cs",
        &[
            "var a = Environment.GetEnvironmentVariable(\"NAME\") ?? \"x\";",
            "class A { void F() { var a = Environment.GetEnvironmentVariable(\"NAME\"); if (!string.IsNullOrEmpty(a)) { G(a); } } }",
        ],
        &[
            "var a = Environment.GetEnvironmentVariable(\"NAME\", EnvironmentVariableTarget.User);",
            "var a = Environment.GetEnvironmentVariable(\"NAME\") ?? throw new E();",
            "class A { void F() { var a = Environment.GetEnvironmentVariable(\"NAME\"); if (string.IsNullOrEmpty(a)) { throw new E(); } G(a); } }",
        ],
    ),
    (
        "a.exs",
        &[
            "a = System.get_env(\"NAME\", \"x\")",
            "a = System.get_env(\"NAME\") || \"x\"",
        ],
        &["a = System.fetch_env!(\"NAME\")"],
    ),
    (
        "a.sh",
        &[
            "echo ${NAME:-x}",
            "echo \"${NAME-x}\"",
            ": ${NAME:=x}",
            "echo ${NAME:-\"x\"}",
            "echo \"${NAME:-}\"",
            "echo ${NAME:-\"\"}",
            "f ${NAME:+--name \"$NAME\"}",
            "if [ -n \"$NAME\" ]; then\n  f \"$NAME\"\nfi",
            "if [ ! -z \"${NAME}\" ]; then\n  f $NAME\nelse\n  g\nfi\nh",
            "if [[ -n $NAME && -n $HOME ]]; then\n\tf \"$NAME\"\nfi",
            "[ -n \"$NAME\" ] && f \"$NAME\"",
            "if [ \"$NAME\" = \"true\" ]; then\n  f\nfi",
            "[[ $NAME == 1 ]] && f",
            "if [[ $NAME -eq 1 ]]; then\n  f\nfi",
            "if [[ \"$NAME\" =~ ^(yes|true)$ ]]; then\n  f\nfi",
            "if [ -f \"${NAME}\" ]; then\n  export A=$(cat \"$NAME\")\nfi",
            "if [ -z \"$NAME\" ]; then\n  exit 0\nfi",
            "set -u\nif [ -n \"${NAME:-}\" ]; then\n  f \"$NAME\"\nfi",
            "if [ -n \"${NAME+x}\" ]; then\n  f \"$NAME\"\nfi",
            "if [[ -v NAME ]]; then\n  f \"$NAME\"\nfi",
        ],
        &[
            "echo $NAME",
            "echo ${NAME}",
            "echo ${NAME:?is missing}",
            "if [ -z \"${NAME:-}\" ]; then\n  echo x\n  exit 1\nfi",
            "if [ -z \"$NAME\" ]; then\n  echo 'is missing' >&2\nfi",
            "[ -z \"${NAME:-}\" ] && echo x && exit 1",
            "[ -n \"${NAME:-}\" ] || die x",
            "if [ -n \"$NAME\" ]; then\n  f\nelse\n  exit 1\nfi",
            "set -eu\nif [ -n \"$NAME\" ]; then\n  f\nfi",
            "if [ \"$NAME\" = \"$HOME\" ]; then\n  f\nfi",
            "if f \"$NAME\"; then\n  g\nfi",
            "if [ -z \"$NAME\" ]; then\n  usage_of_it\n  exit\nfi",
            "[ \"$NAME\" = prod ] || exit 1",
        ],
    ),
    (
        "compose.yaml",
        &[
            "image: x:${NAME:-latest}",
            "image: x:${NAME:-}",
            "image: x${NAME:+-slim}",
        ],
        &["image: x:${NAME}", "image: x:${NAME:?is missing}", "image: $NAME-x"],
    ),
    (
        "application.yaml",
        &["port: ${NAME:3}"],
        &["port: ${NAME}", "port: ${NAME:}"],
    ),
];

#[test]
fn a_default_asks_for_no_declaration() {
    let mut wrong = String::new();
    for (file, with, without) in LINES {
        for (lines, severity) in [(with, "info"), (without, "error")] {
            for line in *lines {
                let tree = Folder::new();
                tree.write("env.schema.json", "{}");
                tree.write(file, format!("{line}\n").replace("NAME", "LOG_FOLDER"));
                let output = tree.run(&["--format", "concise"]);
                let said = String::from_utf8(output.stdout).unwrap();
                let is_harmless = said.contains("; the program does without it");
                // A line with several reads says the same of all.
                let of_other = if severity == "info" { "error[" } else { "info[" };
                if !said.contains(&format!("{severity}[undeclared-variable]: LOG_FOLDER"))
                    || is_harmless != (severity == "info")
                    || said.contains(of_other)
                {
                    let _ = writeln!(wrong, "{file}: {line}: not {severity}: {said}");
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// What is declared is then never read, and nothing fails.
#[test]
fn a_misspelt_name_with_a_default_is_an_error() {
    let tree = Folder::new();
    tree.write("env.schema.json", r#"{ "properties": { "DATABASE_URL": {} } }"#);
    tree.write(
        "a.py",
        "os.getenv('DATABSE_URL', 'sqlite://')\nos.getenv('DATABASE_URL')\n",
    );
    let lines = tree.says(&[], 1);
    assert!(
        lines[0].contains("error[undeclared-variable]: DATABSE_URL"),
        "{lines:?}"
    );
    assert!(lines[0].ends_with("did you mean DATABASE_URL?"), "{lines:?}");
}

/// What the configuration of a bundler defines is replaced in the code that it bundles, and no variable there.
#[test]
fn what_a_bundler_defines_is_no_variable() {
    let tree = Folder::new();
    tree.write("env.schema.json", "{}");
    tree.write(
        "web/next.config.ts",
        "const basePath = process.env.BASE_PATH;\nexport default { env: { basePath, 'apiHost': 'x', NAME: process.env.NAME, deep: { inner: 1 } } }\n",
    );
    tree.write(
        "web/src/a.tsx",
        "process.env.basePath; process.env.apiHost; process.env.NAME; process.env.inner; process.env.OTHER\n",
    );
    tree.write(
        "docs/vite.config.ts",
        "export default { define: { 'process.env.RELEASE': '1' } }\n",
    );
    tree.write("docs/a.ts", "process.env.RELEASE\n");
    tree.write("lib/a.ts", "process.env.RELEASE; process.env.basePath\n");
    tree.write("lib/config.ts", "export const x = { env: { basePath: 1 } }\n");
    let mut names: Vec<String> = tree
        .says(&[], 1)
        .iter()
        .filter_map(|line| {
            Some(format!(
                "{} {}",
                line.split(':').next()?,
                line.split("]: ").nth(1)?.split(' ').next()?
            ))
        })
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "lib/a.ts RELEASE",
            "lib/a.ts basePath",
            "web/next.config.ts BASE_PATH",
            "web/next.config.ts NAME",
            "web/src/a.tsx OTHER",
            "web/src/a.tsx inner",
        ]
    );
}
