"""Makes .env files each of which is about one thing that files rarely have: white space that is none to others, quotes within references,
runs of backslashes, line ends of several kinds, lines longer than a buffer, words before a key, lines without a separator."""

WHITE = ["\t", "\x0b", "\x0c", "\u00a0", "\u0085", "\u1680", "\u2003", "\u2028", "\u2029", "\u202f", "\u3000", "\ufeff", "\u200b", "\x1c", "\x1f", "\x08", "\x7f", "à", "Р", "😠", "  ", "\r"]
QUOTED = ['"x"', "'x'", "`x`", '""', "''", '"a b"', "'a b'", '"}"', "'}'", '"$A"', "'$A'", '"${A}"', "\\\"x\\\"", "\\'x\\'", '"', "'", '"a"b', "a'b'", '\\}', "\\\\", "{}", "{x}", "}", "$A}", "${A:-'x'}", '${A:-"x y"}', "$(echo \"x\")", "`echo 'x'`", "a b", "#x", " # x", "\\$A", "$$A", "~", "~/x", "*", "é", "\n", "a\nb", "\\n"]
OPERATORS = [":-", "-", ":+", "+", ":=", "=", ":?", "?", ":", "#", "##", "%", "%%", "/", "//", "^", ",", "@", "", " :- ", ":- ", " ", "!", "[0]", ".", "}"]
LINE_ENDS = ["\n", "\r\n", "\r", "\n\r", "\r\r\n", "\n\n", "\x0b", "\x0c", "\u2028", "\u0085", " \n", "\t\r\n", "\\\n", "\\\r\n"]
LENGTHS = [255, 256, 1023, 1024, 2047, 2048, 4094, 4095, 4096, 4097, 8191, 8192, 16384, 32768, 65534, 65535, 65536, 65537, 70000]
WORDS = [
    "export ", "export\t", "export  ", "export \t ", "\texport ", "export export ", "export -n ", "export -p ", "export -- ", "export -x ", "export \\\n", "export\n", "export=", "export = ", "Export ", "exports ", "set ", "setx ", "SET ", "let ", "local ", "readonly ", "declare ",
    "declare -x ", "typeset -x ", "env ", "export A=1 ", "export 'A'=", "export \"A=", "export A ", "export\u00a0", "export\x0b", "export\x0c", "export:", "export: ", "unset ", "ENV ", "- ", "* ", "var ", "const ", "$env:", "%", "@", "!", "+", ":", "; ", "# ", "//", "<!-- ", "--", "#export ", "export #", "exportA=1 ", "export.", "export-",
]
BARE = [
    "A", "B:", "A B", "A: 1", "A : 1", "A:1", "A -> 1", "A\\", "A'", 'A"', "A`", "'A'", '"A"', "'A", '"A', "$A", "${A}", "[A]", "{A}", "(A)", "A;", "A,", "A#", "A #", "A # x=1", "# A=1 # B=2", "#", "\\#", "\\", "\\\\", "...", "---", "===", "= =", "==", "=", "=A", "'='", '"="', "A\tB", "\tA", "A\u00a0B", "\u00a0", "\ufeff", "\x0c", "\x00", "\x1a", "EOF", "<<EOF",
    "!!", "%A%", "&", "|", "||", ">", "<", ";", "a.b.c", "A-B", "1", "1A", "日本", "é", "😀", "-----BEGIN X-----", "MIIB+/=", "abc==", "-----END X-----", "{", "}", '"a": "b",', "]", "<a href=\"x\">", "A=1 B", "include x", "source x", "A=(", ")", "A+=1", "A?=1", "A==1", "A=>1", "A:=1", "A!=1", "A<=1", "A~=1", "A = = 1", "a=b=c",
]
VALUES = [
    '{"a":{"b":"c"}}', "{\"a\":\"it's\"}", "'{\"a\":\"it\\'s\"}'", '"{\\"a\\":\\"b\\"}"', '{"k":"-----BEGIN\\nA+/=\\n"}', "p@$$w0rd#1!", "'p@$$w0rd#1!'", '"p@$$w0rd#1!"', "$apr1$x$y", "{SHA}abc=", "C:\\new\\table", '"C:\\new\\table\\"', "'C:\\new\\'", "\\\\srv\\x$", "https://h/#/a?b=c&d=$e", "https://u:p%23@h/%20", "a,b;c|d", "*/5 * * * *", "<%= x %>", "{{ x }}", "%{x}", "#{x}", "#fff", "'#fff'", "x #fff",
    "👩‍👩‍👧", "e\u0301", "\u202eabc", "x\u2028y", "-1", "+1", "1_000", "0b1", ".5", "null", "~", "!!str x", "&a", "*a", "|", ">-", "@x", "`x`", "\"x\" # c", "\"x\"# c", "'x' #", "'x'#c", "\"a\\\"b\" # \"c\"", "'it''s'", "'it'\\''s'", "\"a\" \"b\"", "\"a\"'b'`c`", "a\"b\"c", "a'b c'd", "\"\"\"x\"\"\"", "'''x\ny'''", "\"x\ny\"", "'x\n\ny'", "\"x\n# c\ny\"", "'x\nB=1\ny'", "\"x\\\ny\"", "x\\\ny", "x\\\n", "x\\ ", "x \\", "\\", "\\\\", "\\\\\\", "\\\"", "\"\\\\\"", "'\\\\'", "\"\\\\\\\"\"", "x\\#y", "x\\ #y", "x \\# y", "\"x\\#y\"", "\"\\$A\"", "\"\\\\$A\"", "'\\$A'", "\\${A}", "\\\\${A}", "\"$A\\\"", "a\tb", "\"a\\tb\"", "a\\tb", "\"\\u00e9\"", "\"\\x41\\101\\0\"", "\"\\a\\b\\e\\f\\v\\z\"", "\\n", "'\\n'", "\"\\\\n\"", "\"\\r\\n\"",
]
SETTINGS = ["PROC_SET", "PROC_EMPTY", "PROC_DOLLAR", "PROC_QUOTE", "PROC_CMD", "HOME", "PATH", "LANG"]


def key(numbers):
    return numbers.choice("ABCD")


def white(numbers):
    """Every place in which white space may stand."""
    some = lambda share=0.35: numbers.choice(WHITE) if numbers.random() < share else ""
    mark = numbers.choice(["", "", '"', "'", "`"])
    word = numbers.choice(["", "", "", "export" + numbers.choice([" ", *WHITE])])
    inside = some(0.2) + numbers.choice(["x", "", "a b", "$A", "${A}"]) + some(0.2)
    return some() + word + some(0.2) + key(numbers) + some() + numbers.choice("====:") + some() + mark + inside + mark + some() + numbers.choice(["", "", "", "# c", " # c"]) + some()


def nested(numbers):
    """A reference with something in quotes within it."""
    inner = "".join(numbers.choice(QUOTED) for _ in range(numbers.choice([1, 1, 2])))
    for _ in range(numbers.choice([1, 1, 1, 2, 3])):
        inner = "${" + numbers.choice(["A", "B", "UNDEF", "PROC_EMPTY", "PROC_SET", "A B", "", "1", "a.b"]) + numbers.choice(OPERATORS[:8] if numbers.random() < 0.8 else OPERATORS) + inner + numbers.choice(["}", "}", "}", "}", ""])
    mark = numbers.choice(["", "", '"', '"', "'", "`"])
    return key(numbers) + "=" + mark + numbers.choice(["", "", "x", " "]) + inner + numbers.choice(["", "", "y", "}", " # c"]) + mark


def backslashes(numbers):
    """A run of backslashes before what it may escape."""
    text = ""
    for _ in range(numbers.choice([1, 2, 3])):
        text += numbers.choice(["", "a"]) + "\\" * numbers.choice([1, 1, 2, 2, 3, 4, 5]) + numbers.choice(["", "n", "t", "r", "$A", "${A}", "$", '"', "'", "`", "#", " #", " ", "\n", "\r\n", "\r", "{", "}", "0", "x", "u", "é", "$(x)", "`x`", "=", "~", "*"])
    mark = numbers.choice(["", '"', '"', "'", "`"])
    return key(numbers) + "=" + mark + text + mark + numbers.choice(["", "", "", " # c", "x"])


def long(numbers):
    """A line that does not fit into a buffer."""
    fill = numbers.choice(["x", "x", "ab ", "é", "\\", "$", "#", "'", "x=", " "])
    size = numbers.choice(LENGTHS)
    text = (fill * (size // len(fill) + 1))[: size - numbers.choice([0, 1, 2, 3])]
    shape = numbers.random()
    if shape < 0.5:
        mark = numbers.choice(["", '"', "'"])
        return key(numbers) + "=" + mark + text + mark
    if shape < 0.6:
        return "# " + text
    if shape < 0.7:
        return text
    if shape < 0.8:
        return ("K" * min(size, 4096)) + "=x"
    return key(numbers) + "=x" + " " * min(size, 9000) + numbers.choice(["", "# c", "y"])


def word(numbers):
    return numbers.choice(WORDS) + key(numbers) + numbers.choice(["=1", "=1", "=", "", " = 1", "=$A", "='x y'", ": 1", "=1 B=2"])


def bare(numbers):
    return numbers.choice(BARE)


def setting(numbers):
    """A key that the process has, set or referred to, in any case."""
    name = numbers.choice(SETTINGS)
    if numbers.random() < 0.5:
        return name + "=" + numbers.choice(["", "x", "$" + name, "${" + name + "}:x", "${" + name + ":-d}", "${" + name + "-d}", "'$" + name + "'", '"$' + name + '"', "$A"])
    return key(numbers) + "=" + numbers.choice(["$" + name, "${" + name + "}", "${" + name.lower() + "}", "${" + name + ":+y}", "$" + name + "x", "'${" + name + "}'", "${" + name + ":-$A}"])


def value(numbers):
    return key(numbers) + numbers.choice(["=", "=", "=", " = ", "= "]) + numbers.choice(VALUES) + numbers.choice(["", "", "", numbers.choice(VALUES), " # c", " "])


THEMES = [white, nested, backslashes, long, word, bare, setting, value]


def plain(numbers):
    return numbers.choice(["A=1", "B=two", "C='three'", 'D="four"', "B=$A", "C=${B}", "# c", ""])


def file(numbers):
    """The bytes of one file."""
    theme = numbers.choice(THEMES)
    lines = [theme(numbers) if numbers.random() < 0.6 else plain(numbers) for _ in range(numbers.choice([1, 2, 2, 3, 4, 5]))]
    lines.insert(numbers.randrange(len(lines) + 1), theme(numbers))
    if numbers.random() < 0.6:
        lines.append("E=end")
    mixed = numbers.random() < 0.15
    ends = numbers.choice(["\n"] * 6 + ["\r\n", "\r"])
    text = "".join(line + (numbers.choice(LINE_ENDS) if mixed else ends) for line in lines)
    if numbers.random() < 0.25:
        text = text[: -len(ends)]
    data = text.encode()
    if theme is white and numbers.random() < 0.05:
        data = text.encode("latin-1", "replace")
    return data


def layers(numbers):
    """The bytes of two or three files, from low to high precedence."""
    return tuple(file(numbers) for _ in range(numbers.choice([2, 2, 3])))
