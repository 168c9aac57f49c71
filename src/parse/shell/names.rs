//! Words with a meaning to a shell: commands, reserved words, and the shell's own variables.

use super::super::dialect::Shell;

/// Commands that may change variables, or where reading continues.
const OPAQUE: &str = " . source eval exec exit bye logout read readarray mapfile getopts shift let \
    printf trap alias unalias shopt setopt unsetopt emulate enable builtin command cd pushd popd \
    nocorrect noglob integer float break continue autoload \
    zmodload compinit bindkey limit unlimit vared - ";

/// Reserved words that start a compound command, which is not followed here.
const RESERVED: &str = " if for while until case select function time coproc { ! [[ repeat foreach ";

/// Reserved words that can't start a command.
const MISPLACED: &str = " then elif else fi do done esac } ";

/// Special built-ins of POSIX: an assignment before them outlasts them, in a shell that conforms.
const SPECIAL: &str = " : export readonly set return unset ";

/// Variables that a shell sets itself unless they are set.
const SET: &str = " PWD OLDPWD SHLVL HOSTNAME HOSTTYPE MACHTYPE OSTYPE COLUMNS LINES PS1 PS2 PS4 OPTARG OPTERR OPTIND REPLY TERM SHELL \
    HOST LOGNAME USERNAME VENDOR CPUTYPE WORDCHARS NULLCMD READNULLCMD TIMEFMT PROMPT SPROMPT TMPPREFIX FCEDIT HISTSIZE MAILCHECK IFS \
    UID EUID GID EGID PPID GROUPS _ ";

/// Returns whether a list, in which every word has a blank on both sides, contains a word.
pub(crate) fn has(list: &str, word: &[u8]) -> bool {
    let (list, Some((first, rest))) = (list.as_bytes(), word.split_first()) else {
        return false;
    };
    let stands_at = |at: usize| {
        let end = at + word.len();
        list[at - 1] == b' ' && list[at + 1..].starts_with(rest) && list.get(end) == Some(&b' ')
    };
    *first != b' ' && !rest.contains(&b' ') && memchr::memchr_iter(*first, list).any(stands_at)
}

/// What assigning to a variable does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// It sets the variable.
    Plain,
    /// The shell refuses it.
    Refused,
    /// The program does not get the value.
    Kept,
    /// Not known here.
    Unclear,
}

/// Variables with a special meaning to bash, sorted.
const OF_BASH: &[(&[u8], Setting)] = &[
    (b"BASHOPTS", Setting::Refused),
    (b"BASHPID", Setting::Kept),
    (b"BASH_VERSINFO", Setting::Refused),
    (b"COMP_WORDBREAKS", Setting::Unclear),
    (b"DIRSTACK", Setting::Unclear),
    (b"EPOCHREALTIME", Setting::Kept),
    (b"EPOCHSECONDS", Setting::Kept),
    (b"EUID", Setting::Refused),
    (b"FUNCNAME", Setting::Unclear),
    (b"GROUPS", Setting::Unclear),
    (b"HISTCMD", Setting::Kept),
    (b"LINENO", Setting::Kept),
    (b"OPTIND", Setting::Unclear),
    (b"PIPESTATUS", Setting::Unclear),
    (b"POSIXLY_CORRECT", Setting::Unclear),
    (b"PPID", Setting::Refused),
    (b"RANDOM", Setting::Kept),
    (b"SECONDS", Setting::Kept),
    (b"SHELLOPTS", Setting::Refused),
    (b"SRANDOM", Setting::Kept),
    (b"UID", Setting::Refused),
    (b"_", Setting::Unclear),
];

/// Variables with a special meaning to zsh, sorted.
const OF_ZSH: &[(&[u8], Setting)] = &[
    (b"ARGC", Setting::Unclear),
    (b"CDPATH", Setting::Unclear),
    (b"COLUMNS", Setting::Unclear),
    (b"DIRSTACK", Setting::Unclear),
    (b"EGID", Setting::Unclear),
    (b"EPOCHREALTIME", Setting::Unclear),
    (b"EPOCHSECONDS", Setting::Unclear),
    (b"ERRNO", Setting::Refused),
    (b"EUID", Setting::Unclear),
    (b"FIGNORE", Setting::Unclear),
    (b"FPATH", Setting::Unclear),
    (b"GID", Setting::Unclear),
    (b"HISTCHARS", Setting::Unclear),
    (b"HISTCMD", Setting::Refused),
    (b"HISTSIZE", Setting::Unclear),
    (b"KEYTIMEOUT", Setting::Unclear),
    (b"LINENO", Setting::Refused),
    (b"LINES", Setting::Unclear),
    (b"LISTMAX", Setting::Unclear),
    (b"LOGCHECK", Setting::Unclear),
    (b"MAILCHECK", Setting::Unclear),
    (b"MAILPATH", Setting::Unclear),
    (b"MANPATH", Setting::Unclear),
    (b"MODULE_PATH", Setting::Unclear),
    (b"OPTIND", Setting::Unclear),
    (b"PPID", Setting::Refused),
    (b"PSVAR", Setting::Unclear),
    (b"RANDOM", Setting::Unclear),
    (b"SAVEHIST", Setting::Unclear),
    (b"SECONDS", Setting::Unclear),
    (b"SHLVL", Setting::Unclear),
    (b"TTY", Setting::Unclear),
    (b"TTYIDLE", Setting::Refused),
    (b"UID", Setting::Unclear),
    (b"USERNAME", Setting::Unclear),
    (b"WATCH", Setting::Unclear),
    (b"ZSH_SUBSHELL", Setting::Refused),
    (b"_", Setting::Unclear),
    (b"aliases", Setting::Unclear),
    (b"argv", Setting::Unclear),
    (b"cdpath", Setting::Unclear),
    (b"commands", Setting::Unclear),
    (b"fignore", Setting::Unclear),
    (b"fpath", Setting::Unclear),
    (b"functions", Setting::Unclear),
    (b"histchars", Setting::Unclear),
    (b"mailpath", Setting::Unclear),
    (b"manpath", Setting::Unclear),
    (b"module_path", Setting::Unclear),
    (b"options", Setting::Unclear),
    (b"parameters", Setting::Unclear),
    (b"path", Setting::Unclear),
    (b"pipestatus", Setting::Unclear),
    (b"psvar", Setting::Unclear),
    (b"signals", Setting::Unclear),
    (b"status", Setting::Refused),
    (b"watch", Setting::Unclear),
];

/// Variables with a special meaning to dash, sorted.
const OF_DASH: &[(&[u8], Setting)] = &[(b"OPTIND", Setting::Unclear), (b"_", Setting::Kept)];

/// Returns what assigning to a variable does, unless the script made it read-only.
pub(super) fn setting(shell: Shell, name: &[u8]) -> Setting {
    let (list, prefix): (_, &[u8]) = match shell {
        Shell::Bash => (OF_BASH, b"BASH_"),
        Shell::Zsh => (OF_ZSH, b"ZSH_"),
        Shell::Dash => (OF_DASH, b""),
    };
    match list.binary_search_by(|one| one.0.cmp(name)) {
        Ok(at) => list[at].1,
        Err(_) if !prefix.is_empty() && name.starts_with(prefix) => Setting::Unclear,
        Err(_) => Setting::Plain,
    }
}

/// Returns whether a shell sets a variable itself, so that its value is not known from the file or the environment.
pub(crate) fn sets_itself(shell: Shell, name: &[u8]) -> bool {
    setting(shell, name) != Setting::Plain || name.starts_with(b"BASH") || has(SET, name)
}

/// What following a command requires one to know about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It sets nothing: it is a program, or it does not exist.
    Harmless,
    /// It does nothing and succeeds.
    True,
    /// It does nothing and fails.
    False,
    /// It declares: `export`, `readonly`, `declare`, `typeset`, `local`.
    Declares,
    /// `unset`.
    Unsets,
    /// `set`.
    Options,
    /// `return`, which ends the file.
    Returns,
    /// The shell refuses it outside a function.
    Refused,
    /// A reserved word in the wrong place.
    Misplaced,
    /// It may do anything.
    Opaque,
}

/// Returns the kind of a command by its name. `first` is whether the name is the first word, and so may be a reserved word.
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
        // bash expands aliases in interactive shells only.
        b"alias" | b"unalias" if shell == Shell::Bash => Known::Harmless,
        b"unset" => Known::Unsets,
        b"set" => Known::Options,
        b"return" => Known::Returns,
        b"[[" | b"function" | b"time" if shell == Shell::Dash => Known::Harmless,
        _ if first && has(MISPLACED, name) => Known::Misplaced,
        b"end" if shell == Shell::Zsh => Known::Misplaced,
        // To zsh a reserved word stays one behind an assignment, where none may stand.
        _ if !first && shell == Shell::Zsh && (has(MISPLACED, name) || has(RESERVED, name)) => Known::Misplaced,
        _ if has(OPAQUE, name) || first && has(RESERVED, name) => Known::Opaque,
        _ => Known::Harmless,
    }
}

/// Returns whether a command that sets nothing is a built-in of zsh, in which the number of a job stands for `fg`.
pub(super) fn is_builtin(name: &[u8]) -> bool {
    name.starts_with(b"%")
        || has(
            " echo print test [ pwd dirs jobs kill wait times umask ulimit type whence which where hash rehash fg bg disown fc history log suspend true false : ",
            name,
        )
}

/// Returns whether an assignment before this command outlasts it.
pub(super) fn keeps_assignments(shell: Shell, name: &[u8]) -> bool {
    shell == Shell::Dash && has(SPECIAL, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_sorted() {
        assert!(
            [OF_BASH, OF_ZSH, OF_DASH]
                .iter()
                .all(|list| list.is_sorted_by(|a, b| a.0 < b.0))
        );
    }

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
