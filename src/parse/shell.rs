//! The commands of a shell: which of them assign, and which can't be followed without running them.
//!
//! Only the static subset is read: assignments, alone on a command or behind `export`. A command that a shell would run sets
//! nothing by itself and is passed over; where something could set variables out of sight, reading stops, and says so. A value
//! that is not told is better than a wrong one.

use crate::source::Span;

use super::dialect::{Shell, Words};
use super::document::{Assignment, AssignmentKind, Effect, SyntaxErrorKind};
use super::parser::Parser;
use super::words::{self, End, Fault, shell::word};

/// Commands that may change variables, or where reading goes on.
const OPAQUE: &str = " . source eval exec exit return read readarray mapfile getopts unset set shift local typeset readonly let \
    printf trap alias unalias shopt setopt unsetopt emulate enable builtin command cd pushd popd if then else elif fi for while \
    until do done case esac select function time coproc { } ! [[ repeat foreach nocorrect noglob integer float break continue ";

/// Variables that a shell does not let a script set, or that are not what they are set to.
const GUARDED: &str = " UID EUID GID EGID PPID RANDOM SRANDOM SECONDS LINENO HISTCMD DIRSTACK FUNCNAME GROUPS EPOCHSECONDS \
    EPOCHREALTIME SHELLOPTS BASHOPTS OPTIND PIPESTATUS POSIXLY_CORRECT COMP_WORDBREAKS IFS _ ";

/// The same of zsh, beside.
const GUARDED_BY_ZSH: &str = " path cdpath fpath mailpath manpath module_path fignore psvar watch status argv ARGC USERNAME TTY \
    TTYIDLE COLUMNS LINES HISTSIZE SAVEHIST KEYTIMEOUT LISTMAX LOGCHECK MAILCHECK SHLVL ERRNO pipestatus signals options aliases \
    functions parameters commands HISTCHARS histchars ";

/// Variables that a shell sets if nobody else does.
const SET: &str = " PWD OLDPWD SHLVL HOSTNAME HOSTTYPE MACHTYPE OSTYPE COLUMNS LINES PS1 PS2 PS4 OPTARG OPTERR REPLY TERM SHELL HOST \
    LOGNAME USERNAME VENDOR CPUTYPE WORDCHARS NULLCMD READNULLCMD TIMEFMT PROMPT SPROMPT TMPPREFIX FCEDIT HISTSIZE MAILCHECK ";

/// Whether a list of words has a word.
fn has(list: &str, word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|word| list.split_ascii_whitespace().any(|entry| entry == word))
}

/// Whether a variable can't be set like any other.
fn is_guarded(shell: Shell, name: &[u8]) -> bool {
    has(GUARDED, name) || name.starts_with(b"BASH_") || shell == Shell::Zsh && has(GUARDED_BY_ZSH, name)
}

/// Whether a shell sets a variable itself, so that what it holds is not known from the file or the environment.
pub(crate) fn sets_itself(shell: Shell, name: &[u8]) -> bool {
    is_guarded(shell, name) || name.starts_with(b"BASH") || has(SET, name)
}

/// What ends a simple command.
enum Stop {
    /// A line end, `;`, or `&&` behind assignments that can't fail.
    Ended(usize),
    /// `&` or `|`: what stands before runs in another process.
    Elsewhere(usize),
    /// Something that this does not follow.
    Opaque(Fault),
}

impl Parser<'_> {
    /// Reads one simple command; gives the offset behind it.
    pub(super) fn command(&mut self, shell: Shell, start: usize) -> usize {
        let before = self.document.assignments.len();
        let stop = self.simple_command(shell, start);
        let end = match &stop {
            Stop::Ended(end) | Stop::Elsewhere(end) => *end,
            Stop::Opaque(fault) => fault.at,
        };
        if let Some(at) = memchr::memchr(0, &self.text[start..end]) {
            // Some shells leave zero bytes out, and some stop at them.
            self.document.assignments.truncate(before);
            return self.not_static(
                shell,
                start,
                Fault {
                    kind: SyntaxErrorKind::NotStatic,
                    at: start + at,
                },
            );
        }
        match stop {
            Stop::Ended(end) => end,
            Stop::Elsewhere(end) => {
                self.document.assignments.truncate(before);
                self.error(SyntaxErrorKind::Command, Effect::Dropped, Span::new(start, end));
                end
            }
            Stop::Opaque(fault) => {
                self.document.assignments.truncate(before);
                self.not_static(shell, start, fault)
            }
        }
    }

    /// Stops reading. What stands on the same line is not run if the shell can't read the line, and what may be assigned from there
    /// on is not known. An open quote ends bash and zsh without a failure, and dash with one.
    fn not_static(&mut self, shell: Shell, start: usize, fault: Fault) -> usize {
        let line_of = |at: usize| memchr::memrchr(b'\n', &self.text[..at]).map_or(0, |end| end + 1);
        let mut line = line_of(start);
        // A value in quotes may bring its line down from further up, and that line others.
        while let Some(last) = self.document.assignments.last()
            && (last.key.start as usize >= line || last.value.span.end as usize > line)
        {
            line = line.min(line_of(last.key.start as usize));
            self.document.assignments.pop();
        }
        let is_open = fault.kind == SyntaxErrorKind::UnterminatedQuote;
        let effect = if is_open && shell == Shell::Dash {
            Effect::Halted
        } else {
            Effect::Stopped
        };
        self.error(fault.kind, effect, Span::new(line, self.text.len()));
        if !is_open {
            self.assign_unknown(line);
        }
        self.text.len()
    }

    /// Takes what looks like an assignment, from `from` on, for one whose value is not known; and each mention of a variable that is
    /// set before, which may be changed.
    fn assign_unknown(&mut self, from: usize) {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let text = self.text;
        let mut at = from;
        while at < text.len() {
            let len = text[at..].iter().take_while(|byte| is_name(byte)).count();
            let (start, end) = (at, at + len);
            at = end + 1;
            let opens = start == 0
                || matches!(
                    text[start - 1],
                    b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'(' | b'"' | b'\''
                );
            if len == 0 || !opens || text[start].is_ascii_digit() {
                continue;
            }
            let assigns = matches!(&text[end..], [b'=' | b'[', ..] | [b'+', b'=', ..]);
            if assigns || self.is_known(&text[start..end]) {
                let value = self.quoted_whole(end, end);
                self.document.assignments.push(Assignment {
                    key: Span::new(start, end),
                    value,
                    kind: AssignmentKind::Unknown,
                });
            }
        }
    }

    /// `unset NAME…`, behind the word.
    fn unset(&mut self, shell: Shell, mut at: usize) -> Stop {
        loop {
            at = self.blanks(at);
            let rest = &self.text[at..];
            if matches!(rest, [] | [b'\n' | b'#', ..]) || rest.starts_with(b";") && !rest.starts_with(b";;") {
                return Stop::Ended((at + usize::from(rest.first() == Some(&b';'))).min(self.text.len()));
            }
            let len = rest
                .iter()
                .take_while(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b';'))
                .count();
            let name = &rest[..len];
            let is_name =
                name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') && !name[0].is_ascii_digit();
            if !is_name || is_guarded(shell, name) {
                return Stop::Opaque(Fault {
                    kind: SyntaxErrorKind::NotStatic,
                    at,
                });
            }
            let value = self.quoted_whole(at + len, at + len);
            self.document.assignments.push(Assignment {
                key: Span::new(at, at + len),
                value,
                kind: AssignmentKind::Clear,
            });
            at += len;
        }
    }

    fn simple_command(&mut self, shell: Shell, start: usize) -> Stop {
        let before = self.document.assignments.len();
        let mut at = start;
        let mut declares = false;
        // Where the name of the command stands, if there is one.
        let mut name: Option<(usize, usize)> = None;
        loop {
            at = self.blanks(at);
            let opaque = |kind| Stop::Opaque(Fault { kind, at });
            let rest = &self.text[at..];
            match rest {
                [] | [b'\n' | b';' | b'#', ..] if rest.starts_with(b";;") => return opaque(SyntaxErrorKind::NotStatic),
                [b';', ..] if at == start => return opaque(SyntaxErrorKind::NotStatic),
                [] | [b'\n' | b';' | b'#', ..] => return self.ended(start, at, name, before),
                [b'&', b'&', ..] if name.is_none() && at > start => return Stop::Ended(at + 2),
                [b'&' | b'|', ..] if at == start => return opaque(SyntaxErrorKind::NotStatic),
                [b'&' | b'|', b'&' | b'|' | b'>', ..] => {
                    return opaque(SyntaxErrorKind::NotStatic);
                }
                [b'&', ..] if shell == Shell::Zsh => return opaque(SyntaxErrorKind::NotStatic),
                [b'&', ..] => return Stop::Elsewhere(at + 1),
                // zsh runs the last command of a pipeline itself.
                [b'|', ..] if shell == Shell::Zsh => return opaque(SyntaxErrorKind::NotStatic),
                [b'|', ..] => return self.pipeline(shell, at),
                [b'<' | b'>' | b'(' | b')', ..] => return opaque(SyntaxErrorKind::NotStatic),
                _ => {}
            }
            let len = rest
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                .count();
            let key = (at, at + len);
            let is_key = len > 0 && !rest[0].is_ascii_digit();
            let appends = rest[len..].starts_with(b"+=") && shell != Shell::Dash;
            if is_key && (appends || rest.get(len) == Some(&b'=')) && (name.is_none() || declares) {
                let kind = if appends {
                    AssignmentKind::Append
                } else {
                    AssignmentKind::Value
                };
                match self.assignment(shell, key, kind, declares) {
                    Ok(end) => at = end,
                    Err(fault) => return Stop::Opaque(fault),
                }
                continue;
            }
            let end = match word(shell, self.text, at, &mut ()) {
                Ok(end) => end,
                Err(fault) => return Stop::Opaque(fault),
            };
            let text = &self.text[at..end];
            if crate::find::find(text, b"${").is_some() {
                // It may set a variable, or end the shell.
                return opaque(SyntaxErrorKind::NotStatic);
            }
            if name.is_none() {
                let has_assignments = self.document.assignments.len() > before;
                if text == b"unset" && !has_assignments {
                    return self.unset(shell, end);
                }
                let is_literal = text
                    .iter()
                    .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'\'' | b'"' | b'$' | b'`'));
                let globs = text
                    .iter()
                    .any(|byte| matches!(byte, b'*' | b'?' | b'[' | b'~' | b'=' | b'^'))
                    && shell == Shell::Zsh;
                let is_element = shell == Shell::Bash && len > 0 && rest[len..].starts_with(b"[");
                if has(OPAQUE, text) || is_element || !is_literal && text.is_ascii() || globs {
                    return opaque(SyntaxErrorKind::NotStatic);
                }
                declares = !has_assignments && (text == b"export" || text == b"declare" && shell != Shell::Dash);
                name = Some((at, end));
            } else if declares && !is_plain_declaration(text) {
                return opaque(SyntaxErrorKind::NotStatic);
            }
            at = end;
        }
    }

    /// Reads an assignment; gives the offset behind it.
    fn assignment(
        &mut self,
        shell: Shell,
        key: (usize, usize),
        kind: AssignmentKind,
        declares: bool,
    ) -> Result<usize, Fault> {
        let start = key.1 + if kind == AssignmentKind::Append { 2 } else { 1 };
        let End { value: end, .. } = words::scan(Words::Shell(shell), self.text, start, &mut ())?;
        let typed = &self.text[start..end];
        let fault = Fault {
            kind: SyntaxErrorKind::NotStatic,
            at: start,
        };
        // A shell may split or expand what stands behind `export` more than once.
        let is_split = declares
            && typed
                .iter()
                .any(|byte| matches!(byte, b'{' | b'*' | b'?' | b'[' | b'~') || shell == Shell::Dash && *byte == b'$');
        if is_split && !matches!(typed, [b'"', ..] | [b'\'', ..] | [b'$', b'{', ..])
            || is_guarded(shell, &self.text[key.0..key.1])
        {
            return Err(fault);
        }
        let value = self.quoted_whole(start, end);
        self.document.assignments.push(Assignment {
            key: Span::new(key.0, key.1),
            value,
            kind,
        });
        Ok(end)
    }

    /// The end of a simple command: with a name, the assignments before it are its own.
    fn ended(&mut self, start: usize, at: usize, name: Option<(usize, usize)>, before: usize) -> Stop {
        if let Some((from, to)) = name {
            let declares = matches!(&self.text[from..to], b"export" | b"declare") && from == start;
            if !declares {
                self.document.assignments.truncate(before);
                self.error(SyntaxErrorKind::Command, Effect::Dropped, Span::new(start, at));
            }
        }
        Stop::Ended((at + usize::from(self.text.get(at) == Some(&b';'))).min(self.text.len()))
    }

    /// A pipeline runs each of its commands elsewhere.
    fn pipeline(&mut self, shell: Shell, mut at: usize) -> Stop {
        let mut ends_with_bar = false;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b'\n' | b';' if ends_with_bar => {
                    return Stop::Opaque(Fault {
                        kind: SyntaxErrorKind::NotStatic,
                        at,
                    });
                }
                b'\n' | b';' => break,
                b'|' => {
                    ends_with_bar = true;
                    at += 1;
                }
                b' ' | b'\t' => at += 1,
                b'&' | b'<' | b'>' | b'(' | b')' => {
                    return Stop::Opaque(Fault {
                        kind: SyntaxErrorKind::NotStatic,
                        at,
                    });
                }
                _ => match word(shell, self.text, at, &mut ()) {
                    Ok(end) => {
                        ends_with_bar = false;
                        at = end;
                    }
                    Err(fault) => return Stop::Opaque(fault),
                },
            }
        }
        Stop::Elsewhere(at)
    }

    /// The offset behind blanks and escaped line ends.
    fn blanks(&self, mut at: usize) -> usize {
        loop {
            match &self.text[at..] {
                [b' ' | b'\t', ..] => at += 1,
                [b'\\', b'\n', ..] => at += 2,
                _ => return at,
            }
        }
    }
}

/// A word behind `export` or `declare` that changes no value: a name, or `-x`.
fn is_plain_declaration(text: &[u8]) -> bool {
    text == b"-x" || text.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}
