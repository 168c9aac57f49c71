//! Words that a shell takes for more than text: commands, reserved words, variables of its own.

use super::super::dialect::Shell;

/// Commands that may change variables, or where reading goes on.
const OPAQUE: &str = " . source eval exec exit read readarray mapfile getopts shift let \
    printf trap alias unalias shopt setopt unsetopt emulate enable builtin command cd pushd popd \
    nocorrect noglob integer float break continue autoload \
    zmodload compinit bindkey limit unlimit vared - ";

/// Reserved words that begin what is not followed here.
const RESERVED: &str = " if for while until case select function time coproc { ! [[ repeat foreach ";

/// Reserved words that can't begin a command.
const MISPLACED: &str = " then elif else fi do done esac } ";

/// Commands of POSIX for which an assignment before them lasts, where a shell keeps to that.
const SPECIAL: &str = " : export readonly set return unset ";

/// Variables that a shell sets if nobody else does.
const SET: &str = " PWD OLDPWD SHLVL HOSTNAME HOSTTYPE MACHTYPE OSTYPE COLUMNS LINES PS1 PS2 PS4 OPTARG OPTERR OPTIND REPLY TERM SHELL \
    HOST LOGNAME USERNAME VENDOR CPUTYPE WORDCHARS NULLCMD READNULLCMD TIMEFMT PROMPT SPROMPT TMPPREFIX FCEDIT HISTSIZE MAILCHECK IFS \
    UID EUID GID EGID PPID GROUPS _ ";

/// Whether a list of words has a word. Each stands between blanks.
pub(super) fn has(list: &str, word: &[u8]) -> bool {
    let (list, Some((first, rest))) = (list.as_bytes(), word.split_first()) else {
        return false;
    };
    let stands_at = |at: usize| {
        let end = at + word.len();
        list[at - 1] == b' ' && list[at + 1..].starts_with(rest) && list.get(end) == Some(&b' ')
    };
    *first != b' ' && !rest.contains(&b' ') && memchr::memchr_iter(*first, list).any(stands_at)
}

/// What comes of setting a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// It is set.
    Plain,
    /// The shell refuses.
    Refused,
    /// The program does not get it.
    Kept,
    /// Not known here.
    Unclear,
}

/// Variables that bash refuses to set.
const REFUSED_BY_BASH: &[&[u8]] = &[b"BASHOPTS", b"BASH_VERSINFO", b"EUID", b"PPID", b"SHELLOPTS", b"UID"];

/// Variables that bash makes up whenever they are asked for.
const KEPT_BY_BASH: &[&[u8]] = &[
    b"BASHPID",
    b"EPOCHREALTIME",
    b"EPOCHSECONDS",
    b"HISTCMD",
    b"LINENO",
    b"RANDOM",
    b"SECONDS",
    b"SRANDOM",
];

/// Variables of which it is not known what bash makes of them.
const UNCLEAR_IN_BASH: &[&[u8]] = &[
    b"COMP_WORDBREAKS",
    b"DIRSTACK",
    b"FUNCNAME",
    b"GROUPS",
    b"OPTIND",
    b"PIPESTATUS",
    b"POSIXLY_CORRECT",
    b"_",
];

/// The same for zsh.
const REFUSED_BY_ZSH: &[&[u8]] = &[
    b"ERRNO",
    b"HISTCMD",
    b"LINENO",
    b"PPID",
    b"TTYIDLE",
    b"ZSH_SUBSHELL",
    b"status",
];

/// The same for zsh.
const UNCLEAR_IN_ZSH: &[&[u8]] = &[
    b"ARGC",
    b"CDPATH",
    b"COLUMNS",
    b"DIRSTACK",
    b"EGID",
    b"EPOCHREALTIME",
    b"EPOCHSECONDS",
    b"EUID",
    b"FIGNORE",
    b"FPATH",
    b"GID",
    b"HISTCHARS",
    b"HISTSIZE",
    b"KEYTIMEOUT",
    b"LINES",
    b"LISTMAX",
    b"LOGCHECK",
    b"MAILCHECK",
    b"MAILPATH",
    b"MANPATH",
    b"MODULE_PATH",
    b"OPTIND",
    b"PSVAR",
    b"RANDOM",
    b"SAVEHIST",
    b"SECONDS",
    b"SHLVL",
    b"TTY",
    b"UID",
    b"USERNAME",
    b"WATCH",
    b"_",
    b"aliases",
    b"argv",
    b"cdpath",
    b"commands",
    b"fignore",
    b"fpath",
    b"functions",
    b"histchars",
    b"mailpath",
    b"manpath",
    b"module_path",
    b"options",
    b"parameters",
    b"path",
    b"pipestatus",
    b"psvar",
    b"signals",
    b"watch",
];

/// What comes of setting a variable that no script declared.
pub(super) fn setting(shell: Shell, name: &[u8]) -> Setting {
    let is_in = |list: &[&[u8]]| list.contains(&name);
    match shell {
        Shell::Bash if is_in(REFUSED_BY_BASH) => Setting::Refused,
        Shell::Bash if is_in(KEPT_BY_BASH) => Setting::Kept,
        Shell::Bash if is_in(UNCLEAR_IN_BASH) || name.starts_with(b"BASH_") => Setting::Unclear,
        Shell::Zsh if is_in(REFUSED_BY_ZSH) => Setting::Refused,
        Shell::Zsh if is_in(UNCLEAR_IN_ZSH) || name.starts_with(b"ZSH_") => Setting::Unclear,
        Shell::Dash if name == b"OPTIND" => Setting::Unclear,
        Shell::Dash if name == b"_" => Setting::Kept,
        _ => Setting::Plain,
    }
}

/// Whether a shell sets a variable itself, so that what it holds is not known from the file or the environment.
pub(crate) fn sets_itself(shell: Shell, name: &[u8]) -> bool {
    setting(shell, name) != Setting::Plain || name.starts_with(b"BASH") || has(SET, name)
}

/// What a command is to who follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It sets nothing: a program, or one that there is not.
    Harmless,
    /// It does nothing, well.
    True,
    /// It does nothing, and says so.
    False,
    /// `export` and the like.
    Declares,
    /// `unset`.
    Unsets,
    /// `set`.
    Options,
    /// `return`: the end of the file.
    Returns,
    /// The shell refuses it outside of a function.
    Refused,
    /// A reserved word where none may be.
    Misplaced,
    /// It may do anything.
    Opaque,
}

/// What a command is, by its name; `first` says whether that is its first word, which may be a reserved one.
pub(super) fn known(shell: Shell, name: &[u8], first: bool) -> Known {
    match name {
        b":" | b"true" => Known::True,
        b"false" => Known::False,
        b"export" | b"readonly" => Known::Declares,
        b"declare" | b"typeset" if shell == Shell::Dash => Known::Harmless,
        b"declare" | b"typeset" => Known::Declares,
        b"local" => match shell {
            Shell::Bash => Known::Harmless,
            Shell::Dash => Known::Refused,
            Shell::Zsh => Known::Declares,
        },
        // They are not looked at unless somebody types.
        b"alias" | b"unalias" if shell == Shell::Bash => Known::Harmless,
        b"unset" => Known::Unsets,
        b"set" => Known::Options,
        b"return" => Known::Returns,
        b"[[" | b"function" | b"time" if shell == Shell::Dash => Known::Harmless,
        _ if first && has(MISPLACED, name) => Known::Misplaced,
        _ if has(OPAQUE, name) || first && has(RESERVED, name) => Known::Opaque,
        _ => Known::Harmless,
    }
}

/// Whether a command that sets nothing is one of the shell itself.
pub(super) fn is_builtin(name: &[u8]) -> bool {
    has(
        " echo print test [ pwd dirs jobs kill wait times umask ulimit type whence which where hash rehash fg bg disown fc history log suspend true false : ",
        name,
    )
}

/// Whether an assignment before this command lasts.
pub(super) fn keeps_assignments(shell: Shell, name: &[u8]) -> bool {
    shell == Shell::Dash && has(SPECIAL, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_list_are_found_whole() {
        for list in [OPAQUE, RESERVED, MISPLACED, SPECIAL, SET] {
            assert!(list.starts_with(' ') && list.ends_with(' '));
            assert!(list.split_ascii_whitespace().all(|word| has(list, word.as_bytes())));
            for word in ["", " ", "printf trap", "rintf", "print", "printé", "\n"] {
                assert!(!has(list, word.as_bytes()), "{word:?}");
            }
        }
    }
}
