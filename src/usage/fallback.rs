//! Whether a read of a variable says what to take where there is none: `process.env.PORT ?? 3000`, `os.getenv("PORT", 3000)`.
//!
//! So does a comparison with a value, `process.env.DEBUG === "1"`. Such a read can't break a deploy, so this errs on the other side: what may raise an error, or may be nothing, is no default. An
//! empty text is none either: it is what people write to please a type checker, and a program that needs the value fails with it.

use super::access::Code;
use super::lexer::Kind;
use super::{Language, Need, result, tidied};
use crate::check::draft;

/// Returns the need of the variable whose name is at a token.
pub(super) fn need_of(code: Code<'_>, language: Language, name: usize) -> Need {
    if name >= 2 && code.is_word(name - 2, "$_SERVER") {
        // It also holds data of the request.
        Need::Unsure
    } else {
        Need::unless(has_default(code, language, name))
    }
}

fn has_default(code: Code<'_>, language: Language, name: usize) -> bool {
    let is_argument = name > 0 && code.kind(name) == Some(Kind::Text) && code.is(name - 1, b'(');
    if language == Language::Java && code.kind(name.wrapping_sub(1)) == Some(Kind::Template) {
        return need_of_placeholder(code.text, code.tokens[name].end) == Need::Optional;
    }
    let mut behind = name + 1;
    if is_argument {
        let callee = name.checked_sub(2);
        if code.is(behind, b',') {
            return callee.is_some_and(|callee| second_argument(code, language, callee, behind + 1))
                || tidied::does_without(code, language, name, behind);
        }
        if !code.is(behind, b')') {
            return false;
        }
        behind += 1;
    } else if code.is(behind, b']') {
        behind += 1;
    }
    // TypeScript's `process.env.PORT!`, which is no comparison.
    if code.is(behind, b'!') && !code.is(behind + 1, b'=') {
        behind += 1;
    }
    // `env("A") || env("B")`: the one fails no more than the other.
    let is_alternative = || {
        let is_or = code.spells(behind, b"||") || code.spells(behind, b"??");
        let same = name.checked_sub(2).map(|callee| code.text(callee));
        is_argument && is_or && code.kind(behind + 2) == Some(Kind::Word) && same == Some(code.text(behind + 2)) && {
            code.is(behind + 3, b'(') && code.kind(behind + 4) == Some(Kind::Text) && !demands(code.text(behind + 2))
        }
    };
    is_followed(code, language, converted(code, name, behind))
        || is_argument && language == Language::Rust && result::does_without(code, name)
        || is_alternative()
        || tidied::does_without(code, language, name, behind)
        || (is_compared(code, behind) || tidied::is_member(code, language, behind))
            && may_be_missing(code, language, name, is_argument)
}

/// Returns whether the read is compared with a value: `process.env.DEBUG === "1"` is false where there is none, and means it.
pub(super) fn is_compared(code: Code<'_>, at: usize) -> bool {
    let is_operator = code.spells(at, b"==") || code.spells(at, b"!=");
    let with = at + 2 + usize::from(code.is(at + 2, b'='));
    // `typeof process.env.NAME === "undefined"`
    is_operator && is_literal(code, with) && code.text(with) != b"undefined"
}

/// Returns whether a read of a variable that is missing gives nothing, rather than an error.
pub(super) fn may_be_missing(code: Code<'_>, language: Language, name: usize, is_argument: bool) -> bool {
    const READS: &[&[u8]] = &[b"get", b"getenv", b"get_env", b"getenvironmentvariable", b"lookupenv"];
    if is_argument {
        let Some(callee) = name.checked_sub(2) else {
            return false;
        };
        let callee = code.text(callee).to_ascii_lowercase();
        // Django's `env` raises an error, Laravel's does not.
        let is_laravel = language == Language::Php && callee == b"env";
        return is_laravel || READS.contains(&&*callee);
    }
    matches!(language, Language::JavaScript | Language::Ruby)
}

/// Returns the need of the variable in `${NAME…}` of a shell or a Compose file, whose name ends at `end`: `${PORT:-3000}` has a default.
pub(super) fn need_of_expansion(text: &[u8], end: usize) -> Need {
    Need::unless(draft::has_default(text.get(end..).unwrap_or_default()))
}

/// Returns the need of the variable in `${NAME:default}` of Spring.
pub(super) fn need_of_placeholder(text: &[u8], end: usize) -> Need {
    Need::unless(matches!(text.get(end..), Some([b':', next, ..]) if *next != b'}'))
}

/// Returns the need of the variable in a tag of Go's, whose name ends at `end`: `env:"PORT,default=3000"`, `env:"PORT" envDefault:"3000"`.
pub(super) fn need_of_tag(tag: &[u8], end: usize) -> Need {
    const OPTION: &[u8] = b"default=";
    const TAGS: [&[u8]; 3] = [b"envDefault:\"", b"env-default:\"", b"default:\""];
    let behind = &tag[end..];
    let close = memchr::memchr(b'"', behind).unwrap_or(behind.len());
    let option = memchr::memmem::find(&behind[..close], OPTION).map(|at| &behind[at + OPTION.len()..]);
    let others = TAGS.iter().filter_map(|mark| {
        let at = memchr::memmem::find(tag, mark).filter(|at| *at == 0 || tag[at - 1] == b' ')?;
        Some(&tag[at + mark.len()..])
    });
    // Nothing is no value that a program could do with.
    let is_value = |value: &[u8]| value.first().is_some_and(|first| !matches!(first, b'"' | b','));
    Need::unless(option.into_iter().chain(others).any(is_value))
}

/// How deep in brackets, from a word in `#[arg(…)]`, the field is that follows it.
pub(super) const OUTSIDE_ATTRIBUTE: i32 = -2;

/// Returns the need of the option of clap whose attribute has a word at `index`: `#[arg(env, default_value = "3000")]`,
/// `Option<u16>`.
pub(super) fn need_of_option(code: Code<'_>, index: usize) -> Need {
    // What stands before it in the attribute, whose bracket is the last that is open there.
    let mut depth = 0;
    for at in (index.saturating_sub(40)..index).rev() {
        depth -= code.nesting(at);
        if depth < 0 {
            break;
        }
        if depth == 0 && code.kind(at) == Some(Kind::Word) && code.text(at).starts_with(b"default_value") {
            return Need::Optional;
        }
    }
    for (at, depth) in code.depths(index..index + 80) {
        match code.kind(at) {
            _ if depth < OUTSIDE_ATTRIBUTE => break,
            Some(Kind::Sign(b',')) if depth == OUTSIDE_ATTRIBUTE => break,
            Some(Kind::Word) if depth == 0 && code.text(at).starts_with(b"default_value") => return Need::Optional,
            // Its type, behind the colon that is no `::`.
            Some(Kind::Word) if depth == OUTSIDE_ATTRIBUTE && code.is(at - 1, b':') && !code.is(at - 2, b':') => {
                return Need::unless(code.is_word(at, "Option"));
            }
            _ => {}
        }
    }
    Need::Sure
}

/// Returns the index behind `Number(process.env.PORT)`, which is not a number where there is none; else that behind the read.
fn converted(code: Code<'_>, name: usize, behind: usize) -> usize {
    let mut close = behind;
    // `parseInt(process.env.PORT || "", 10)`
    let is_replaced = code.spells(close, b"||") || code.spells(close, b"??");
    if is_replaced && code.kind(close + 2) == Some(Kind::Text) && code.text(close + 2).is_empty() {
        close += 3;
    }
    // `parseInt(process.env.PORT, 10)`
    if code.is(close, b',') && is_number(code, close + 1) {
        close += 2;
    }
    let is_converted = code.is(close, b')')
        && code.opening(close).is_some_and(|open| {
            open < name && open > 0 && code.is_any_word(open - 1, &["Number", "parseInt", "parseFloat"])
        });
    if is_converted { close + 1 } else { behind }
}

/// Returns whether an operator or a method at `at` replaces what is missing.
pub(super) fn is_followed(code: Code<'_>, language: Language, at: usize) -> bool {
    if ["??", "||", "?:"].iter().any(|signs| code.spells(at, signs.as_bytes())) {
        let is_set = code.is(at + 2, b'=');
        return is_value(code, at + 2 + usize::from(is_set));
    }
    match language {
        Language::Python | Language::Ruby if code.is_word(at, "or") => is_value(code, at + 1),
        // `{ PORT = 3000 } = process.env`
        Language::JavaScript if code.is_assignment(at) => is_value(code, at + 1),
        // `ENV.fetch("PORT") { 3000 }`
        Language::Ruby => code.is(at, b'{') && is_literal(code, at + 1),
        Language::Java => code.behind_dot(at).is_some_and(|method| {
            let takes_value = code.is_any_word(method, &["getOrElse", "orElse"]);
            takes_value && code.is(method + 1, b'(') && is_literal(code, method + 2)
        }),
        _ => false,
    }
}

/// Words in names of functions whose second argument is what to say where the variable is missing.
const DEMANDS: &[&str] = &[
    "require",
    "must",
    "need",
    "assert",
    "ensure",
    "check",
    "throw",
    "expect",
    "mandatory",
    "fail",
];

/// Returns whether the name of a function says that it fails where the variable is missing.
pub(super) fn demands(callee: &[u8]) -> bool {
    let name = callee.to_ascii_lowercase();
    let has = |word: &&str| memchr::memmem::find(&name, word.as_bytes()).is_some();
    DEMANDS.iter().any(has)
}

/// Returns whether the second argument of a call, which begins at `at`, is a default.
fn second_argument(code: Code<'_>, language: Language, callee: usize, at: usize) -> bool {
    let name = code.text(callee).to_ascii_lowercase();
    let has = |word: &&str| memchr::memmem::find(&name, word.as_bytes()).is_some();
    // A macro takes a message; C# and PHP's own function take something else.
    let is_no_default = code.is(callee, b'!')
        || matches!(language, Language::CSharp | Language::C)
        || language == Language::Php && name == b"getenv";
    if is_no_default || demands(&name) {
        return false;
    }
    // `config("PORT", cast=int, default=3000)`. Without it, such a function fails, so that also `None` is meant.
    if let Some(named) = named_default(code, at) {
        return is_value(code, named) || code.kind(named) == Some(Kind::Text) || code.is_word(named, "None");
    }
    // In these, what else a call may take has a name.
    let is_known = matches!(
        language,
        Language::Python | Language::Php | Language::Ruby | Language::Elixir
    );
    match code.kind(at) {
        Some(Kind::Word) => {
            let word = code.text(at);
            let is_boolean = matches!(word, b"true" | b"false" | b"True" | b"False");
            let is_type =
                matches!(word, b"str" | b"int" | b"bool" | b"float" | b"list" | b"dict") && !code.is(at + 1, b'(');
            let is_option = code.is_assignment(at + 1) || code.is(at + 1, b':') && !code.is(at + 2, b':');
            if is_number(code, at) {
                true
            } else if is_boolean {
                is_known || has(&"bool") || has(&"flag")
            } else {
                let is_meant = is_known || word.to_ascii_lowercase().starts_with(b"default");
                is_meant && !is_type && !is_option && !is_nothing(word)
            }
        }
        Some(Kind::Sign(b'[' | b'(')) => is_known && !code.is_any(at + 1, b"])"),
        _ => is_literal(code, at),
    }
}

/// Returns where the value of `default=…` or `default: …` begins, if the rest of a call has it.
fn named_default(code: Code<'_>, from: usize) -> Option<usize> {
    let mut call = code.depths(from..from + 40).take_while(|&(_, depth)| depth >= 0);
    let (at, _) = call.find(|&(at, depth)| depth == 0 && code.is_word(at, "default"))?;
    (code.is_assignment(at + 1) || code.is(at + 1, b':')).then_some(at + 2)
}

/// Functions that give a path, or something of the own machine, whatever happens.
const GIVEN: &[&str] = &[
    "basename",
    "base_path",
    "cpu_count",
    "cpus",
    "cwd",
    "dirname",
    "expanduser",
    "getcwd",
    "gethostname",
    "gettempdir",
    "homedir",
    "hostname",
    "pwd",
    "storage_path",
    "tmpdir",
];

/// Returns whether a call of the function at `at` always gives a value: `dirname(__DIR__)`, `path.join(…)`.
fn is_given(code: Code<'_>, at: usize) -> bool {
    let is_joined = || {
        at >= 2
            && code.is_any_word(at, &["join", "Join", "resolve"])
            && code.is_any_word(at - 2, &["path", "filepath", "File"])
    };
    code.is(at + 1, b'(') && (code.is_any_word(at, GIVEN) || is_joined())
}

/// Returns whether there is a value at `at` that is there whatever happens: a literal, or a name. Most calls may fail.
pub(super) fn is_value(code: Code<'_>, at: usize) -> bool {
    if is_literal(code, at) {
        return true;
    }
    // `!isDevelopment`
    let mut end = at + usize::from(code.is(at, b'!'));
    while code.kind(end) == Some(Kind::Word) {
        let word = code.text(end);
        if is_nothing(word)
            || matches!(
                word,
                b"throw" | b"raise" | b"die" | b"exit" | b"panic" | b"return" | b"abort"
            )
        {
            return false;
        }
        match code.behind_dot(end + 1) {
            Some(member) => end = member,
            None => return ends(code, end) || is_given(code, end),
        }
    }
    false
}

/// Returns whether an expression ends with the token at `at`.
fn ends(code: Code<'_>, at: usize) -> bool {
    let Some(next) = code.kind(at + 1) else {
        return at < code.tokens.len();
    };
    code.ends_line(at) && next != Kind::Sign(b'(')
        || matches!(next, Kind::Sign(b')' | b']' | b'}' | b',' | b';' | b'|' | b'?' | b'+'))
}

/// Returns whether there is a number, a boolean, or a text that is not empty.
pub(super) fn is_literal(code: Code<'_>, at: usize) -> bool {
    match code.kind(at) {
        Some(Kind::Text) => !code.text(at).is_empty(),
        Some(Kind::Template) => true,
        Some(Kind::Sign(b'-')) => is_number(code, at + 1),
        Some(Kind::Word) => is_number(code, at) || matches!(code.text(at), b"true" | b"false" | b"True" | b"False"),
        _ => false,
    }
}

fn is_number(code: Code<'_>, at: usize) -> bool {
    code.kind(at) == Some(Kind::Word) && code.text(at)[0].is_ascii_digit()
}

fn is_nothing(word: &[u8]) -> bool {
    matches!(
        word,
        b"null" | b"NULL" | b"None" | b"nil" | b"undefined" | b"NaN" | b"void"
    )
}
