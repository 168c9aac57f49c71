"""Makes .env files of which loaders disagree, and smaller ones of those."""

KEYS = ["A", "B", "C", "A", "B", "D"]
ODD_KEYS = [
    "a", "A_B", "AB", "A.B", "A-B", "1A", "_", "__A", "PROC_SET", "PROC_EMPTY", "PROC_DOLLAR", "É", "A B", "", '"A"', "'A'", "A[0]", "$A", "A$", "A/B", "A'", 'A"', "#A",
    "export", "A:B", "A,B", "A\u00a0", "\ufeffA", "A+", "-A", ".A", "A\\", "`A`", "set A", "A\tB", "@A", "HOME", "A!", "a-b.c", "1", "12", "A\x0b", "\u200bA",
]
SEPARATORS = ["=", "=", "=", "=", "=", "=", "=", " = ", "= ", " =", ":", ": ", " : ", "==", "\t=\t", "=\t", " :", "+=", "=\\\n", "= \\\n", ":=", "?="]
WORDS = ["x", "a", "abc", "1", "y z", "hello world", "a.b", "/usr/bin", "C:\\dir", "k=v", "u:p@h", "é", "100%", "*", "~", "~/x", "{a,b}", "[a]", "!", "?", "a,b", "-", "true", "0x1", "日本", "a&b", "a;b", "a|b", "<", ">x", "(x)", ")", "^", "x:~/y", "{", "}", "a\u00a0b", "\u2028", "\x0c", "\x0b", "\x7f", "\x01", "\u0085", "😀", "=x", "=", "%", ":-", "http://h/?a=1&b=2#f"]
DOLLARS = [
    "$A", "${A}", "$B", "${B}", "${C}", "$UNDEF", "${UNDEF}", "${PROC_SET}", "$PROC_SET", "$PROC_EMPTY", "${PROC_EMPTY:-d}", "${PROC_EMPTY-d}", "${A:-d}", "${A-d}", "${UNDEF:-d}", "${UNDEF-d}",
    "${A:+x}", "${A+x}", "${UNDEF:+x}", "${UNDEF+x}", "${UNDEF:?e}", "${UNDEF?e}", "${A:?e}", "${A?e}", "${UNDEF:-$A}", "${UNDEF:-${A}}", "${UNDEF:-${B:-z}}", "${UNDEF:-a b}", "${UNDEF:-'q'}", '${UNDEF:-"q"}', "${UNDEF:-}", "${A:-}", "${}", "${ A }", "${A",
    "$", "$$", "$$A", "$1", "$1a", "$_", "$a", "${a}", "$A$B", "${A}${B}", "$A_B", "${A_B}", "$A.B", "${A.B}", "$A-B", "${A-B}", "\\$A", "\\${A}", "\\\\$A", "\\\\\\$A", "$(echo hi)", "`echo hi`", "$(", "$(echo", "\\$(echo hi)", "$A}", "${A}}", "$É", "${É}", "${A:=d}", "${UNDEF:=d}", "${A:1}", "${#A}", "${A%x}", "${A/x/y}", "$PROC_DOLLAR", "${PROC_CMD}", "$'a\\n'", '$"a"', "$2b$10$abc", "${A}x", "x${A}", "$A b", "${UNDEF:-x}y", "$-", "$?", "$!", "$*", "$@", "$#", "${1}", "${UNDEF:-{}", "${UNDEF:-}}", "${UNDEF:-a\\}b}", "${UNDEF:-$}", "$[1]", "$((1+1))", "${!A}", "${A@Q}", "${A^^}", "$A\\", "$ A", "${A:-${B}}", "${UNDEF:+${A}}", "${A:+${B}}", "$A[0]", "$A:x", "${PROC_SET:-d}", "${LINES}", "${#}", "$A'", '$A"',
]
REFERENCES = [
    "1", "x", "", "two", "$A", "${A}", "${B}", "$B-x", "${C:-d}", "${D:-$A}", "${A:-d}", "a${A}b", "${PROC_SET}", "$PROC_EMPTY", "${PROC_EMPTY:-d}", "\\$A", "${E}", "$D",
    "${UNDEF}", "${UNDEF:-x}", "${PATH}:/x", "$PATH",
]
ESCAPES = ["\\n", "\\t", "\\r", "\\\\", '\\"', "\\'", "\\ ", "\\#", "\\`", "\\a", "\\0", "\\x41", "\\101", "\\u0041", "\\e", "\\f", "\\v", "\\b", "\\\n", "\\", "\\0101", "\\=", "\\é", "\\$", "\\{", "\\;", "\\c", "\\N"]
HASHES = ["#", " #", " # c", "#c", "\t# c", "  #c", "##", "# ", "#\"", "# '", "#A=1"]
BLANKS = [" ", "  ", "\t", " \t"]
QUOTES = ['"', "'", "`"]
LINES = [
    "", "", " ", "\t", "# c", "  # c", "#", "#A=1", "# 'q", '# "q', "; c", "A", "export A", "B", "export", "export B C", "garbage line", "// x", "=", "=x", " = x", "A:", "A", "unset A", "echo hi", "---", "<<<<<<< x", "'", '"', "`", "\\", "[x]", "export A=1 B=2", "A=1 B=2", "A=1;B=2", "A=1 && B=2", "set -a", "A=1 export B=2", "readonly A=1", "declare B=2", "A= B", "if true; then A=2; fi", "\x0c", "\u00a0", "# c \\", "A=1 # c \\", "export -n A", "export  A=2", "export\tA=2", " export A=2", "exportA=2", "EXPORT A=2", "true", ":", ": ${A:=d}", "A=1|B=2", "A=(1 2)", "alias x=y", "A=1 ; B=2", "A=1 #", "A=1#",
]


def value(numbers):
    """A value that looks like what people write."""
    kind = numbers.random()
    if kind < 0.08:
        return ""
    if kind < 0.2:
        return numbers.choice(WORDS)
    if kind < 0.3:
        return numbers.choice(DOLLARS)
    parts = [part(numbers) for _ in range(numbers.choice([1, 1, 2, 2, 3, 4]))]
    text = "".join(parts)
    if kind < 0.72:
        mark = numbers.choice(['"', '"', '"', "'", "'", "`"])
        if kind < 0.6:
            text = text.replace(mark, "") if numbers.random() < 0.8 else text
        if numbers.random() < 0.15:
            text = numbers.choice(["\n", "x\n", "a\nB=1\n", "\n# c\n", "l1\nl2\n", "-----BEGIN X-----\nMIIB+/=\n"]) + text
        text = mark + text + mark
        if numbers.random() < 0.2:
            text += numbers.choice([*HASHES, "x", " x", " ", '"y"', "'y'", " B=2", ";", "\\"])
    elif numbers.random() < 0.2:
        text += numbers.choice(HASHES) + numbers.choice(["", "c", " c", " c # d"])
    return text


def part(numbers):
    kind = numbers.random()
    for share, choices in ((0.3, WORDS), (0.6, DOLLARS), (0.75, ESCAPES), (0.82, HASHES), (0.9, BLANKS), (1.1, QUOTES)):
        if kind < share:
            return numbers.choice(choices)
    return ""


def line(numbers):
    if numbers.random() < 0.14:
        return numbers.choice(LINES)
    key = numbers.choice(KEYS if numbers.random() < 0.85 else ODD_KEYS)
    before = numbers.choice([""] * 12 + ["export "] * 3 + [" ", "\t", "export  ", "export\t", " export "])
    return before + key + numbers.choice(SEPARATORS if numbers.random() < 0.5 else ["="]) + value(numbers)


def file(numbers):
    """The bytes of one file."""
    lines = [line(numbers) for _ in range(numbers.choice([1, 1, 2, 2, 3, 3, 4, 6]))]
    if numbers.random() < 0.5:
        lines.insert(0, "A=1" if numbers.random() < 0.7 else "B=two words" if numbers.random() < 0.3 else "B=b")
    if numbers.random() < 0.4:
        lines.append("C=after")
    ends = numbers.choice(["\n"] * 20 + ["\r\n"] * 3 + ["\r"])
    text = ""
    for content in lines:
        text += content + (numbers.choice(["\n", "\r\n", "\r"]) if numbers.random() < 0.01 else ends)
    if numbers.random() < 0.2:
        text = text[: -len(ends)]
    data = text.encode()
    if numbers.random() < 0.02:
        data = b"\xef\xbb\xbf" + data
    if numbers.random() < 0.02:
        at = numbers.randrange(len(data) + 1)
        data = data[:at] + numbers.choice([b"\0", b"\xe9", b"\xff", b"\xc3", b"\xed\xa0\x80"]) + data[at:]
    return data


def layers(numbers):
    """The bytes of two or three files that refer to each other, from low to high precedence."""
    return tuple(gentle(numbers) if numbers.random() < 0.7 else file(numbers) for _ in range(numbers.choice([2, 2, 2, 3])))


def gentle(numbers):
    """A file that every loader reads."""
    text = ""
    for _ in range(numbers.choice([1, 2, 2, 3, 4])):
        key = numbers.choice("ABCDE") if numbers.random() < 0.9 else numbers.choice(["PROC_SET", "PROC_EMPTY", "HOME", "PATH"])
        mark = numbers.choice(["", "", '"', "'"])
        text += numbers.choice(["", "", "", "export "]) + key + "=" + mark + numbers.choice(REFERENCES) + mark + "\n"
    return text.encode()


def smaller(data):
    """Files that are a little less than this one."""
    if isinstance(data, tuple):
        # One file less, or one of them less.
        fewer = [data[:at] + data[at + 1 :] for at in range(len(data))] if len(data) > 2 else []
        return fewer + [data[:at] + (less,) + data[at + 1 :] for at, one in enumerate(data) for less in smaller(one)]
    found = {}
    lines = data.split(b"\n")
    for at in range(len(lines)):
        found[b"\n".join(lines[:at] + lines[at + 1 :])] = None
    size = len(data) // 2
    while size:
        for at in range(0, len(data), max(1, size // 2)):
            found[data[:at] + data[at + size :]] = None
        size //= 2
    for at, byte in enumerate(data):
        if byte not in b"x\n'\"`$={}\\ #":
            found[data[:at] + b"x" + data[at + 1 :]] = None
    found.pop(data, None)
    return [smaller for smaller in found if rank(smaller) < rank(data)]


def rank(data):
    if isinstance(data, tuple):
        return tuple(map(sum, zip(*(rank(one)[:2] for one in data)))) + (data,)
    return len(data), sum(byte != ord("x") for byte in data), data
