"""Makes .env files as people write them: settings of services, keys and tokens, JSON, paths, references, and the slips that go with them."""

NAMES = [
    "PORT", "HOST", "DB_HOST", "DB_USER", "DB_PASSWORD", "DATABASE_URL", "REDIS_URL", "JWT_SECRET", "PRIVATE_KEY", "API_KEY", "LOG_LEVEL", "DEBUG", "APP_NAME", "APP_URL", "SENTRY_DSN",
    "SMTP_PASS", "ALLOWED_HOSTS", "FEATURE_FLAGS", "CONFIG_JSON", "CERT_DIR", "WIN_PATH", "REGEX", "GREETING", "EMPTY", "VITE_TITLE", "NEXT_PUBLIC_API", "base_url", "Node.Env", "A-B", "PROC_SET", "PROC_EMPTY", "2FA", "_X", "HOME",
]
SECRETS = [
    "p@ss$word", "pa$$w0rd", "a$1b$2", "abc#123", "abc #123", "s3cr3t!", "hunter2;", "x&y", "a|b", "50%off", "c^d", "~tilde", "back\\slash", "end\\", "tick`s", "a'b", 'a"b', "it's", "{curly}", "$tart", "end$", "a$", "$$", "(paren)",
    "$2b$12$KIXQ4S3Yk5nE9O1Zxyzabc", "$2y$10$abcdefghij", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", "$6$rounds=5000$salt$hash", "eyJhbGciOi.eyJzdWIi.sig-_", "dGVzdA==", "AKIA/abc+def=", "a b", "a  b", " lead", "trail ", "tab\tin", "tab\t", "=eq", "a=b=c", ":colon", "-dash",
    "user:pa$s@host", "!bang", "a!b", "*", "?", "<tag>", "@at", "%PATH%", "${", "$}", "a${b", "a}b", "$(pwd)", "`id`", "$((1+1))", "ünïcode", "日本語", "emoji😀", "nb\u00a0sp", "\u00a0", "\u2003wide\u2003", "zero\u200bwidth", "smart “quotes”", "’", "\ufeffbom", "null\\0", "\\u0041", "\\x41",
]
URLS = [
    "postgres://user:pass@localhost:5432/db", "postgres://u:p$w@h/db?sslmode=require&x=1#frag", "https://example.com/a?b=c&d=e", "https://example.com/#/route", "redis://:p#ss@h:6379/0", "mongodb+srv://u:p%40ss@c.mongodb.net/?retryWrites=true&w=majority", "amqp://guest:guest@h//",
    "jdbc:mysql://h:3306/db?user=a;password=b", "smtp://u@h.com:p@h:587", "http://[::1]:8080", "unix:///var/run/x.sock", "file:///C:/x y/z",
]
PATHS = ["C:\\Users\\name\\new", "C:\\temp\\", "\\\\server\\share\\r", "C:/Program Files/x", "/usr/local/bin:/usr/bin", "~/x", "./a b", "../x", "$HOME/x", "${HOME}/x", "%APPDATA%\\x", "/a:$PATH", "~:~/b", "D:\\a\\b c\\d"]
JSON = [
    '{"a":1}', '{"a": "b", "c": [1, 2]}', '{"k":"v with \\"quotes\\""}', '[]', '["a","b"]', '{"re":"^\\\\d+$"}', '{"nl":"a\\nb"}', '{"p":"$ecret"}', "{'a':'b'}", '{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----\\n"}', '{"a":"#x"}', '{"a": "it\'s"}',
]
PEM = ["-----BEGIN RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA+/=", "abc/def+ghi==", "-----END RSA PRIVATE KEY-----"]
REFERENCES = [
    "{}", "${{{}}}", "${}", "http://${{{}}}:8080", "$${}", "\\${}", "\\${{{}}}", "${{{}:-default}}", "${{{}-default}}", "${{{}:-}}", "${{{}:+set}}", "${{{}:?must be set}}", "${{{}:=def}}", "${{{}:-${{HOST}}}}", "${{{}:-${{HOST:-localhost}}}}", "${{{}:-a b}}", "${{{}:-\"q\"}}", "${{{}:-'q'}}",
    "${{{}:-http://x:80/y?z=1}}", "${{{}:-{{}}}}", "${{{}}}_suffix", "${}_suffix", "prefix-${}", "${}/${}", "${{{}}}${{HOST}}", "${{ {} }}", "${{{}", "${}}}", "$({})", "${{{}:-$(hostname)}}", "${{{}:-$HOST}}", "${{{}//a/b}}", "${{{}:0:2}}", "${{{}^^}}", "${{{},,}}", "${{#{}}}", "${{!{}}}", "${{{}:-\\}}}}", "${{{}:-#x}}", "${{{}:-x#y}}", "${{{}.x}}", "$env:{}", "%{}%", "#{{{}}}", "{{{{{}}}}}", "@{}", "<{}>",
]
COMMENTS = ["", "", "", "", " # comment", "# comment", "  # it's", " #", "#", ' # "q"', "\t# tab", " // no", " ; semi", " # $HOME", " # a=b", "  "]
TEXT = ["hello world", "Hello, World!", "multi word value here", "true", "false", "1", "0", "null", "3.14", "1e3", "info", "production", "a,b,c", "a, b, c", "*.example.com", "x", "-", "[a]", "0 0 * * *", "*/5 * * * *", "yes # no", "on", "^\\d+\\.\\d+$", "\\w+@\\w+", "s/a/b/", "line1\\nline2", "tab\\there", "a\\\\b", "\\\"q\\\"", "don\\'t", "100%", "5s", "10MB", "en_US.UTF-8"]
ODD = [
    "", "", "", "# comment", "#comment=1", "# it's a comment", '# "unbalanced', "#!/bin/bash", "; ini comment", "// js comment", "[section]", "---", "=====", "KEY", "KEY:", "KEY: value", "KEY : value", "KEY: \"a b\"", "export KEY", "export", "export A B", "set KEY=1", "setx KEY 1", "SET KEY=1", "$env:KEY='x'", "KEY==x", "=x", "KEY =x", "KEY= x", "KEY = x", "  KEY=x", "\tKEY=x", "KEY\t=\tx",
    "export KEY=x", "export  KEY=x", "export\tKEY=x", "export KEY = x", "export 'KEY=x'", "export KEY='a b' OTHER=2", "declare -x KEY=\"x\"", "readonly KEY=x", "KEY=x;", "KEY=x; OTHER=y", "KEY=x OTHER=y", "KEY=x && OTHER=y", "KEY+=x", "KEY?=x", "KEY:=x", "\"KEY\"=x", "'KEY'=x", "KEY=\"x\",", "KEY='x',", "KEY=x,", "KEY=>x", "KEY=(a b)", "KEY[0]=x", "KEY.SUB=x", "KEY-SUB=x", "KEY SUB=x", "KÉY=x", "key=x", "unset KEY", "source .env.other", ". ./x", "echo hi", "if [ -f x ]; then", "fi", "true", "KEY=x\\", "  ", "\t", "\x0c", "\u00a0", "\u00a0KEY=x", "KEY\u00a0=x", "KEY=\u00a0x", "\ufeffKEY=x", "\u200bKEY=x",
    "<<<<<<< HEAD", "=======", ">>>>>>> x", "KEY=<<EOF", "EOF", "KEY=|", "  indented", "- KEY=x", "{", "}", "\"KEY\": \"x\",", "#\\", "# x \\", "\\", "'", '"', "`", "KEY='", 'KEY="', "KEY=`", "KEY='''x'''", 'KEY="""x"""', "KEY=''", 'KEY=""', "KEY=``", "KEY='' # c", 'KEY="" # c', "KEY= # c", "KEY=#c", "KEY=' '", "KEY=\" \"", "KEY=\\", "KEY='\\'", 'KEY="\\"', 'KEY="\\\\"',
    "export PATH=$PATH:/x", "PATH=/x:$PATH", ": ${KEY:=x}", "KEY=${KEY:-x}", "KEY=$KEY", "KEY=\"$KEY:x\"", "export KEY=$(echo x)", "KEY=`echo x`", "KEY=x &", "KEY=x | cat", "KEY=x > /dev/null", "KEY=a\\ b", "KEY=a\\\tb", "KEY=\"a\"b", "KEY='a'b", "KEY=a'b'c", "KEY=a\"b\"c", "KEY=\"a\"'b'", "KEY=\"a\" \"b\"", "KEY='a'\\''b'", "KEY=$'a\\nb'", "KEY=$\"x\"", "KEY=\"a\\$b\"", "KEY='a\\$b'", "KEY=a\\$b", "KEY=\"$$\"", "KEY=\"\\\\$HOST\"", "constructor=x", "toString=x", "__proto__=x", "hasOwnProperty=x", "IFS=x", "UID=1", "RANDOM=1", "SECONDS=1", "path=x", "KEY=${toString}", "NODE_ENV=production", "NODE_OPTIONS=--inspect", "LD_PRELOAD=x", "KEY=undefined", "undefined=x",
]


def reference(numbers):
    names = [numbers.choice(NAMES[:24] + ["UNSET", "UNSET_ONE", "PROC_SET", "PROC_EMPTY", "PROC_DOLLAR"]) for _ in range(2)]
    return numbers.choice(REFERENCES).format(*names)


def text(numbers):
    kind = numbers.random()
    for share, choices in ((0.22, SECRETS), (0.34, URLS), (0.43, PATHS), (0.53, JSON), (0.72, TEXT)):
        if kind < share:
            return numbers.choice(choices)
    if kind < 0.94:
        return numbers.choice(["", "", "", "x", "a ", "/"]) + reference(numbers) + numbers.choice(["", "", "", "x", " b", "/c", ".d", "-e", ":f", "$"])
    return numbers.choice(SECRETS) + numbers.choice(["", " ", ",", ":", "/"]) + numbers.choice(TEXT)


def block(numbers, mark):
    """A value over several lines."""
    lines = numbers.choice([PEM, PEM, ["{", '  "a": "b",', '  "c": "$HOST"', "}"], ["first", "", "third # x"], ["a", "B=1", "c"], ["# a", "# b"], ["line one \\", "line two"], ["  indented", "\ttab"], ["select *", "from t", "where a = 'b'"], ["x", "it's", "y"], ["$HOST", "${PORT:-1}", "\\$x"]])
    shape = numbers.random()
    joint = "\n"
    if shape < 0.2:
        joint = "\\n"
    elif shape < 0.3:
        joint = "\\\n"
    return mark + numbers.choice(["", "", "\n"]) + joint.join(lines) + numbers.choice(["", "", "\n", "\\n"]) + mark


def value(numbers):
    kind = numbers.random()
    if kind < 0.07:
        return numbers.choice(["", "", " ", "''", '""'])
    if kind < 0.17:
        return block(numbers, numbers.choice(['"', '"', "'", "`", ""]))
    content = text(numbers)
    mark = numbers.choice(["", "", "", '"', '"', '"', "'", "'", "`"])
    if mark and numbers.random() < 0.7:
        # What an editor's hint made of it.
        content = content.replace(mark, "\\" + mark) if numbers.random() < 0.5 else content.replace(mark, "")
    return mark + content + mark


def line(numbers):
    if numbers.random() < 0.2:
        return numbers.choice(ODD).replace("KEY", numbers.choice(NAMES))
    before = numbers.choice([""] * 14 + ["export "] * 4 + [" ", "  ", "\t", "export  "])
    separator = numbers.choice(["="] * 16 + [" = ", "= ", " =", ": ", "=  ", ":", "\t=\t"])
    return before + numbers.choice(NAMES) + separator + value(numbers) + numbers.choice(COMMENTS)


def file(numbers):
    """The bytes of one file."""
    lines = [line(numbers) for _ in range(numbers.choice([1, 1, 2, 3, 4, 6, 9]))]
    if numbers.random() < 0.5:
        lines.insert(0, numbers.choice(["HOST=localhost", "PORT=8080", "DB_HOST=db", "APP_NAME=My App", "HOST='h$x'", 'HOST="h\\nx"']))
    if numbers.random() < 0.5:
        lines.append("LAST=end")
    style = numbers.random()
    ends = "\r\n" if style < 0.15 else "\r" if style < 0.17 else "\n"
    out = "".join(content + (numbers.choice(["\n", "\r\n"]) if 0.17 < style < 0.2 else ends) for content in lines)
    if ends == "\r\n" and numbers.random() < 0.5:
        # An editor turns the line ends in values, too.
        out = out.replace("\r\n", "\n").replace("\n", "\r\n")
    if numbers.random() < 0.25:
        out = out[: -len(ends)] if out.endswith(ends) else out
    data = out.encode()
    if numbers.random() < 0.03:
        data = b"\xef\xbb\xbf" + data
    if numbers.random() < 0.02:
        data = out.encode("utf-16-le" if numbers.random() < 0.3 else "latin-1", "replace")
    return data


def layers(numbers):
    """The bytes of two or three files that refer to each other, from low to high precedence."""
    return tuple(file(numbers) for _ in range(numbers.choice([2, 2, 3])))
