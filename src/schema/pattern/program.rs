//! Compiles tokens to instructions: a nondeterministic automaton with alternatives written as jumps.
//!
//! A piece of a pattern is a run of instructions that is entered at its first and left after its last. Jumps are
//! relative, so a piece can be copied (counted repetition) and moved (an alternative inserted before it) unchanged;
//! hence one pass over the tokens is enough.

use super::charset::{CharSet, WIDE};
use super::error::{PatternError, PatternErrorKind, Unsupported};
use super::syntax::{Assertion, Lexer, Token};

/// The most instructions, with counted repetitions expanded. `[a-z]{0,2048}` needs 4,096.
const MAX_INSTRUCTIONS: usize = 5_000;
/// The most characters and ranges beyond ASCII, which bounds a row of the table in [`super::dfa`].
const MAX_WIDE_RANGES: usize = 2_000;

/// One step of the automaton. The next instruction follows, unless noted otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instruction {
    /// Consumes this code point.
    Char(u32),
    /// Consumes a member of this set.
    Set(u16),
    /// Consumes nothing, and holds or fails.
    Assert(Assertion),
    /// Continues at the next instruction and also this many further.
    Split(i16),
    /// Continues this many instructions further.
    Jump(i16),
    /// The whole pattern has matched.
    Match,
}

/// A pattern as instructions.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) code: Vec<Instruction>,
    pub(super) sets: Vec<CharSet>,
    /// Whether a match can only begin at the start of the text.
    pub(super) anchored: bool,
    /// Whether there is a `\b` or `\B`.
    pub(super) boundaries: bool,
}

/// A group being read.
#[derive(Clone, Copy)]
struct Group {
    /// Where it begins.
    start: usize,
    /// Where its current alternative begins.
    branch: usize,
}

impl Program {
    #[inline(never)]
    pub(super) fn compile(source: &str) -> Result<Program, PatternError> {
        let mut lexer = Lexer::new(source)?;
        let mut program = Program {
            code: Vec::with_capacity(source.len().min(MAX_INSTRUCTIONS)),
            sets: Vec::new(),
            anchored: false,
            boundaries: false,
        };
        let mut open = Vec::new();
        let mut group = Group { start: 0, branch: 0 };
        // Where the piece begins that a quantifier would repeat.
        let mut piece = 0;
        let mut wide_ranges = 0;
        loop {
            let offset = lexer.offset();
            let error = |kind: PatternErrorKind| Err(kind.at(offset));
            let Some(token) = lexer.next()? else { break };
            let here = program.code.len();
            match token {
                Token::Char(c) => {
                    piece = here;
                    wide_ranges += usize::from(c as u32 >= WIDE);
                    program.code.push(Instruction::Char(c as u32));
                }
                Token::Class(class) => {
                    if !class.properties.is_empty() {
                        return error(PatternErrorKind::Unsupported(Unsupported::UnicodeProperty));
                    }
                    piece = here;
                    let set = if class.negated {
                        class.set.complement()
                    } else {
                        class.set
                    };
                    wide_ranges += set.wide.len();
                    program.code.push(Instruction::Set(program.sets.len() as u16));
                    program.sets.push(set);
                }
                Token::Assertion(assertion) => {
                    program.boundaries |= matches!(assertion, Assertion::Boundary | Assertion::NotBoundary);
                    program.code.push(Instruction::Assert(assertion));
                }
                Token::Open => {
                    open.push(group);
                    group = Group {
                        start: here,
                        branch: here,
                    };
                }
                Token::Close => {
                    program.close(group);
                    piece = group.start;
                    // The lexer closes only groups that it has opened.
                    group = open.pop().unwrap_or(Group { start: 0, branch: 0 });
                }
                Token::Or => {
                    let past = here - group.branch + 2;
                    program.code.insert(group.branch, Instruction::Split(past as i16));
                    program.code.push(Instruction::Jump(0));
                    group.branch = program.code.len();
                }
                Token::Unsupported(what) => return error(PatternErrorKind::Unsupported(what)),
                Token::Repeat { min, max } => {
                    if !program.repeat(piece, min, max) {
                        return error(PatternErrorKind::TooLarge);
                    }
                }
            }
            if program.code.len() >= MAX_INSTRUCTIONS || wide_ranges > MAX_WIDE_RANGES {
                return error(PatternErrorKind::TooLarge);
            }
        }
        program.close(group);
        program.code.push(Instruction::Match);
        program.anchored = program.starts_at_start_only();
        Ok(program)
    }

    pub(super) fn len(&self) -> usize {
        self.code.len()
    }

    /// Makes every alternative of a group except the last, which needs no jump, end in a jump to the end of the group.
    /// Each of them begins with a `Split` to the next one, and the instruction before that next one is the jump to
    /// patch.
    fn close(&mut self, group: Group) {
        let end = self.code.len();
        let mut branch = group.start;
        while branch < group.branch {
            let Instruction::Split(past) = self.code[branch] else {
                break;
            };
            branch += past as usize;
            self.code[branch - 1] = Instruction::Jump((end - (branch - 1)) as i16);
        }
    }

    /// Expands the repetition of the piece from `piece` to the end of the code. Returns `false` if it becomes too
    /// large.
    fn repeat(&mut self, mut piece: usize, min: u32, max: Option<u32>) -> bool {
        let length = self.code.len() - piece;
        // Without an upper limit, the last copy loops.
        let copies = max.unwrap_or(min.max(1)) as usize;
        let optional = copies.saturating_sub(min as usize);
        let total = (length.saturating_mul(copies)).saturating_add(optional + usize::from(max.is_none()));
        if copies >= MAX_INSTRUCTIONS || piece.saturating_add(total) >= MAX_INSTRUCTIONS {
            return false;
        }
        if copies == 0 {
            self.code.truncate(piece);
            return true;
        }
        let end = piece + total;
        if min == 0 {
            self.code.insert(piece, Instruction::Split(total as i16));
            piece += 1;
        }
        for copy in 1..copies {
            if copy >= min as usize {
                let past = end - self.code.len();
                self.code.push(Instruction::Split(past as i16));
            }
            self.code.extend_from_within(piece..piece + length);
        }
        if max.is_none() {
            self.code.push(Instruction::Split(-(length as i16)));
        }
        true
    }

    /// Returns whether all paths from the first instruction to one that consumes a character, or to the match, pass a
    /// `^`.
    fn starts_at_start_only(&self) -> bool {
        let mut seen = vec![false; self.code.len()];
        let mut pending = vec![0];
        while let Some(at) = pending.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            match self.code[at] {
                Instruction::Char(_) | Instruction::Set(_) | Instruction::Match => return false,
                Instruction::Assert(Assertion::Start) => {}
                Instruction::Assert(_) => pending.push(at + 1),
                Instruction::Split(by) => pending.extend([at + 1, at.wrapping_add_signed(isize::from(by))]),
                Instruction::Jump(by) => pending.push(at.wrapping_add_signed(isize::from(by))),
            }
        }
        true
    }
}
