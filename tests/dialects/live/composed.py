"""Makes .env files in which values are composed, as long-lived projects have them: settings built from others over several files, JSON and PEM blocks
in all quotes, defaults within defaults, a key assigned again with what it was, comments behind quotes, and how editors of every system save that."""

NAMES = ["A", "B", "C", "D", "HOST", "PORT", "DB_URL", "PROC_SET", "HOME", "PATH", "UNDEF"]
SET = NAMES[:7]
WORDS = ["x", "a b", "", "8080", "https://h:1/p?q=r&s=t#u", "p@$$w0rd", "$ecret", "a$", "$", "C:\\new\\r", "D:\\x y\\", "\\\\srv\\c$", "é😀", "it's", 'say "hi"', "`tick`", "#1", "a #1", "a#1", "{", "}", '{"a":"b"}', "[1, 2]", "a=b=", "a:b", "100%", "~/x", "!x!", "(a)", "a;b", "a|b", "a&b", "<a>", "*", "\\n", "a\\nb", "\\t", "\\", "\t", "\u00a0", "x\u00a0"]
JSONS = [
    ["{", '  "a": "b",', '  "c": [1, "$A"],', '  "d": {"e": "it\'s # x"}', "}"], ["[", '  "x",', '  "\\"y\\""', "]"], ["{", '\t"k": "-----BEGIN X-----\\nab+/=\\n-----END X-----\\n",', '\t"u": "${A}"', "}"], ['{"a":', '"b=c",', "", '"A": 1}'], ["{'a':", "'b'}"],
]
PEMS = [["-----BEGIN X-----", "ab+/cd==", "AbC=", "-----END X-----"], ["-----BEGIN X-----", "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES,0", "", "ab/+=", "-----END X-----", ""], ["ssh-rsa AAAA= a@b", "# c", "ssh-rsa BB== c@d"]]
TEXTS = [["a", " b ", "", "c\\"], ["select '$A'", "from \"t\" -- x", "where a = `b`;"], ["#!/bin/sh", "export B=1", "echo $B # x"], ["- a: ${A}", "  b: 'c'"], ["A=1", "B='2'", "export C=\"3\""]]
BEHIND = ["", "", "", "", " # c", "# c", " # it's", ' # "c"', " #", "  ", "\t", "\t# c", ";", ",", " x", " B=2", ' "x"', " # $A ${B}", "#", " // c", "\\"]
BEFORE = [""] * 8 + ["export "] * 3 + [" ", "\t", "  export ", "export\t", "export  "]
SEPARATORS = ["="] * 12 + [" = ", "= ", " =", "\t=\t", "=\t", ": ", ":", "=  "]
OPERATORS = [":-", ":-", ":-", "-", ":+", "+", ":?", "?", ":=", "="]


def reference(numbers, depth=0):
    name = numbers.choice(NAMES)
    kind = numbers.random()
    if kind < 0.25:
        return "$" + name
    if kind < 0.45:
        return "${" + name + "}"
    if kind < 0.5:
        return "\\" * numbers.choice([1, 2, 3]) + numbers.choice(["$" + name, "${" + name + "}"])
    if kind < 0.55:
        return "$" + numbers.choice(["$" + name, "${" + name + "}", "(x)", "{" + name.lower() + "}", "{" + name + " }", "{ " + name + "}", "{" + name])
    inner = ""
    for _ in range(numbers.choice([1, 1, 2])):
        inner += reference(numbers, depth + 1) if depth < 3 and numbers.random() < 0.5 else numbers.choice(WORDS)
    mark = numbers.choice(["", "", "", "", '"', "'"])
    return "${" + name + numbers.choice(OPERATORS) + mark + inner + mark + "}"


def text(numbers):
    return "".join(reference(numbers) if numbers.random() < 0.45 else numbers.choice(WORDS) for _ in range(numbers.choice([1, 1, 2, 3, 5])))


def block(numbers, ends):
    lines = numbers.choice(numbers.choice([JSONS, PEMS, TEXTS]))
    return numbers.choice(["", "", ends]) + numbers.choice([ends, ends, ends, "\\n", "\\" + ends, ends + "  "]).join(lines)


def value(numbers, ends):
    content = block(numbers, ends) if numbers.random() < 0.15 else text(numbers)
    mark = numbers.choice(["", "", '"', '"', '"', "'", "'", "`", '"""', "'''"] if numbers.random() < 0.5 else ["", '"', "'"])
    if mark:
        # The mark itself is escaped, doubled, left away or forgotten.
        content = content.replace(mark, numbers.choice(["\\" + mark, "\\" + mark, "", "", mark, mark * 2]))
    return mark + content + mark


def again(numbers):
    """A key that is built from what it was."""
    name = numbers.choice(SET)
    how = numbers.choice(["${K}:x", "$K:x", '"${K} y"', "x:${K}", "'${K}'", "${K:-d}", "${K:+${K}:}x", '"$K"', "\\$K", "${K}${K}", "", '""', "$K # c", '"${K}" # c'])
    return numbers.choice(BEFORE) + name + "=" + how.replace("K", name)


def line(numbers, ends):
    kind = numbers.random()
    if kind < 0.12:
        return again(numbers)
    if kind < 0.24:
        return numbers.choice(["", "", "# c", "#A=1", "# it's \"c", "  # c", "## c ##", "A", "export A", "export", "export A B", "unset A", "[x]", "---", "}", '"', "'", "A=1 B=2", "export A=1 B='2 3'", "set -a", "A+=x", " ", "\t", "#" + "-" * 70])
    name = numbers.choice(SET if numbers.random() < 0.93 else [*NAMES, "a", "A.B", "A-B", "1A", "É", '"A"', "'A'"])
    return numbers.choice(BEFORE) + name + numbers.choice(SEPARATORS) + value(numbers, ends) + numbers.choice(BEHIND)


def file(numbers):
    """The bytes of one file."""
    ends = numbers.choice(["\n"] * 5 + ["\r\n"] * 2)
    lines = [line(numbers, ends) for _ in range(numbers.choice([1, 2, 2, 3, 4, 6]))]
    if numbers.random() < 0.5:
        lines.insert(0, numbers.choice(["A=1", "A=", "A='$B'", 'A="x\\ny"', "A=$HOME", "B=two words", 'B="q\\"q"']))
    if numbers.random() < 0.5:
        lines.append("E=end")
    data = (ends.join(lines) + numbers.choice([ends, ends, ends, ends * 2, "", " ", "\x1a"])).encode()
    return numbers.choice([b""] * 15 + [b"\xef\xbb\xbf"]) + data


def layers(numbers):
    """The bytes of two or three files that are built from each other, from low to high precedence."""
    return tuple(file(numbers) for _ in range(numbers.choice([2, 2, 3])))
