//! Runs a [`Program`] as a deterministic automaton whose states are built lazily, when a text first needs them.
//!
//! A state is a set of instructions to continue from, before jumps are followed and assertions tested, with two facts
//! about the text read so far: whether it is empty, and whether it ends in a word character. Jumps and assertions are
//! resolved once the next character, or the end of the text, is known; so an assertion needs no look-ahead, and a match
//! is noticed one character late, or at the end. Characters that no instruction distinguishes share a column of the
//! table.
//!
//! When the table is full it is cleared and filled again: memory is bounded, and a text costs at most one pass over the
//! program per character.

use super::charset::{WIDE, WORD};
use super::program::{Instruction, Program};
use super::syntax::Assertion;

/// The most states kept at a time.
const MAX_STATES: usize = 512;
/// The most table entries, so that the offset of a row fits a `u16`.
const MAX_ENTRIES: usize = u16::MAX as usize;
/// How many states to allocate at first; the short texts of an environment need few.
const FIRST_STATES: usize = 32;
/// Number of hash chains of states; a power of two.
const CHAINS: usize = 64;

/// Table entries that are not rows. The first row is left unused so that no row has these offsets, and rows are wide
/// enough to cover them.
const UNKNOWN: u16 = 0;
const DEAD: u16 = 1;
const MATCH: u16 = 2;
const MIN_STRIDE: usize = 3;

/// The part of a program's automaton that texts have needed so far.
pub(super) struct Dfa {
    alphabet: Alphabet,
    /// A row for each state, with a column for each class of characters: the next state.
    table: Vec<u16>,
    /// The instructions and facts of each state as a bitmap of `words` words.
    sets: Vec<u64>,
    words: usize,
    /// For each state, the previous one in its hash chain; 0 for none.
    previous: Vec<u16>,
    chains: [u16; CHAINS],
    start: u16,
    /// Scratch space: the set being built, the instructions already visited for it, and those still to visit.
    next: Vec<u64>,
    passed: Vec<u64>,
    pending: Vec<u16>,
    #[cfg(test)]
    pub(super) steps: u64,
}

impl Dfa {
    #[inline(never)]
    pub(super) fn new(program: &Program) -> Dfa {
        // Two extra bits for the facts, see `fact`.
        let words = (program.len() + 2).div_ceil(64);
        let alphabet = Alphabet::ascii(program);
        Dfa {
            table: Vec::with_capacity(FIRST_STATES * alphabet.stride()),
            alphabet,
            sets: Vec::with_capacity(FIRST_STATES * words),
            words,
            previous: Vec::with_capacity(FIRST_STATES),
            chains: [0; CHAINS],
            start: UNKNOWN,
            next: vec![0; words],
            passed: vec![0; words],
            pending: Vec::with_capacity(FIRST_STATES),
            #[cfg(test)]
            steps: 0,
        }
    }

    /// Returns whether the text contains a match. `program` must be the one the automaton was built for.
    pub(super) fn is_match(&mut self, program: &Program, text: &str) -> bool {
        // Optimised for short ASCII values.
        let mut state = self.begin(program);
        let mut rest = text.as_bytes();
        loop {
            (state, rest) = self.walk(state, rest);
            let Some((&byte, behind)) = rest.split_first() else {
                return self.end(program, state);
            };
            if !byte.is_ascii() {
                return self.run_wide(program, text);
            }
            match self.go(program, state, usize::from(self.alphabet.ascii[usize::from(byte)])) {
                next @ ..=MATCH => return next == MATCH,
                next => state = next,
            }
            rest = behind;
        }
    }

    /// Returns the next state for a byte, or [`UNKNOWN`]. Always inlined, since a call would take longer than the
    /// look-up.
    #[inline(always)]
    fn next(&self, state: u16, byte: u8) -> u16 {
        self.table[usize::from(state) + usize::from(self.alphabet.ascii[usize::from(byte)])]
    }

    /// The hot loop: walks the text while the states are known, and returns the state where it stops with the rest of
    /// the text. A byte beyond ASCII has the column of the end, which leads to no row.
    fn walk<'t>(&self, mut state: u16, text: &'t [u8]) -> (u16, &'t [u8]) {
        let mut rest = text;
        // Unrolled by hand to four bytes, because the compiler does not unroll loops when optimising for size. Most
        // characters leave the state unchanged; if all four do, no look-up waits for the previous one.
        while let Some((&[a, b, c, d], behind)) = rest.split_first_chunk::<4>() {
            let first = self.next(state, a);
            let moved = (first ^ state)
                | (self.next(state, b) ^ state)
                | (self.next(state, c) ^ state)
                | (self.next(state, d) ^ state);
            if moved == 0 {
                rest = behind;
                continue;
            }
            if first <= MATCH {
                return (state, rest);
            }
            let second = self.next(first, b);
            if second <= MATCH {
                return (first, &rest[1..]);
            }
            let third = self.next(second, c);
            if third <= MATCH {
                return (second, &rest[2..]);
            }
            let fourth = self.next(third, d);
            if fourth <= MATCH {
                return (third, &rest[3..]);
            }
            (state, rest) = (fourth, behind);
        }
        while let [byte, behind @ ..] = rest {
            let next = self.next(state, *byte);
            if next <= MATCH {
                break;
            }
            (state, rest) = (next, behind);
        }
        (state, rest)
    }

    /// Continues with a text that is not all ASCII.
    fn run_wide(&mut self, program: &Program, text: &str) -> bool {
        if !self.alphabet.is_wide() {
            self.alphabet.widen(program);
            self.clear();
        }
        let mut state = self.begin(program);
        for c in text.chars() {
            let column = self.alphabet.column(c);
            match self.go(program, state, column) {
                next @ ..=MATCH => return next == MATCH,
                next => state = next,
            }
        }
        self.end(program, state)
    }

    /// Returns the state before the first character.
    fn begin(&mut self, program: &Program) -> u16 {
        if self.start == UNKNOWN {
            self.next.fill(0);
            set_bit(&mut self.next, 0);
            set_bit(&mut self.next, fact::at_start(program));
            self.start = self.intern();
        }
        self.start
    }

    /// Returns the next state for a column.
    fn go(&mut self, program: &Program, state: u16, column: usize) -> u16 {
        match self.table[usize::from(state) + column] {
            UNKNOWN => self.step(program, state, column),
            known => known,
        }
    }

    /// Returns whether the text may end here.
    fn end(&mut self, program: &Program, state: u16) -> bool {
        match self.table[usize::from(state) + Alphabet::END] {
            UNKNOWN => self.step(program, state, Alphabet::END) == MATCH,
            known => known == MATCH,
        }
    }

    /// Finds or builds the state that follows this one for a column, and records the transition.
    #[cold]
    fn step(&mut self, program: &Program, state: u16, column: usize) -> u16 {
        let c = self.alphabet.samples[column];
        let matched = self.advance(program, usize::from(state) / self.alphabet.stride() - 1, c);
        let next = if matched {
            MATCH
        } else if c == Alphabet::NONE {
            DEAD
        } else {
            if !program.anchored {
                set_bit(&mut self.next, 0);
            }
            if self.next.iter().all(|&word| word == 0) {
                DEAD
            } else {
                if program.boundaries && is_word(c) {
                    set_bit(&mut self.next, fact::after_word(program));
                }
                let states = self.previous.len();
                let next = self.intern();
                if self.previous.len() < states {
                    // The table was cleared, including the row this step started from.
                    return next;
                }
                next
            }
        };
        self.table[usize::from(state) + column] = next;
        next
    }

    /// Runs the instructions of the state in a row on one character. Collects those that the next state begins with in `next`, and returns
    /// whether the program matched.
    fn advance(&mut self, program: &Program, row: usize, c: u32) -> bool {
        let from = row * self.words;
        let set = &self.sets[from..from + self.words];
        let at_start = bit(set, fact::at_start(program));
        let word_ends = bit(set, fact::after_word(program)) != is_word(c);

        for (index, &word) in set.iter().enumerate() {
            let mut rest = word;
            while rest != 0 {
                self.pending.push((index * 64) as u16 + rest.trailing_zeros() as u16);
                rest &= rest - 1;
            }
        }
        self.next.fill(0);
        self.passed.fill(0);
        while let Some(at) = self.pending.pop() {
            let at = usize::from(at);
            // The facts are not instructions.
            let Some(&instruction) = program.code.get(at) else {
                continue;
            };
            if !set_bit(&mut self.passed, at) {
                continue;
            }
            #[cfg(test)]
            {
                self.steps += 1;
            }
            let goes_on = match instruction {
                Instruction::Char(expected) => {
                    if c == expected {
                        set_bit(&mut self.next, at + 1);
                    }
                    false
                }
                Instruction::Set(set) => {
                    if program.sets[usize::from(set)].contains(c) {
                        set_bit(&mut self.next, at + 1);
                    }
                    false
                }
                Instruction::Assert(Assertion::Start) => at_start,
                Instruction::Assert(Assertion::End) => c == Alphabet::NONE,
                Instruction::Assert(Assertion::Boundary) => word_ends,
                Instruction::Assert(Assertion::NotBoundary) => !word_ends,
                Instruction::Split(by) => {
                    self.pending.push((at as u16).wrapping_add_signed(by));
                    true
                }
                Instruction::Jump(by) => {
                    self.pending.push((at as u16).wrapping_add_signed(by));
                    false
                }
                Instruction::Match => {
                    self.pending.clear();
                    return true;
                }
            };
            if goes_on {
                self.pending.push(at as u16 + 1);
            }
        }
        false
    }

    /// Returns the state for the set `next`.
    fn intern(&mut self) -> u16 {
        let hash = self.next.iter().fold(0u64, |hash, word| {
            (hash ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29)
        });
        let chain = hash as usize % CHAINS;
        let stride = self.alphabet.stride();
        let mut state = usize::from(self.chains[chain]);
        while state != 0 {
            if self.sets[(state - 1) * self.words..][..self.words] == self.next {
                return (state * stride) as u16;
            }
            state = usize::from(self.previous[state - 1]);
        }
        if self.is_full() {
            self.clear();
        }
        if self.table.is_empty() {
            self.table.resize(stride, UNKNOWN);
        }
        self.previous.push(self.chains[chain]);
        let state = self.previous.len();
        self.chains[chain] = state as u16;
        self.sets.extend_from_slice(&self.next);
        self.table.resize(self.table.len() + stride, UNKNOWN);
        (state * stride) as u16
    }

    fn is_full(&self) -> bool {
        self.previous.len() == MAX_STATES || self.table.len() + self.alphabet.stride() > MAX_ENTRIES
    }

    fn clear(&mut self) {
        self.table.clear();
        self.sets.clear();
        self.previous.clear();
        self.chains = [0; CHAINS];
        self.start = UNKNOWN;
    }
}

/// The two bits of a state's set that are not instructions.
mod fact {
    use super::Program;

    /// Nothing has been read.
    pub(super) fn at_start(program: &Program) -> usize {
        program.len()
    }

    /// The last character read is a word character.
    pub(super) fn after_word(program: &Program) -> usize {
        program.len() + 1
    }
}

/// Groups the characters that no instruction of a program distinguishes.
struct Alphabet {
    /// The column of each ASCII character, and [`Alphabet::END`] for all other bytes.
    ascii: [u8; 256],
    /// A code point of each column, ASCII first.
    samples: Vec<u32>,
    /// Where each column beyond ASCII begins, and the number of the first; built for the first text that needs it.
    wide: Vec<u32>,
    first_wide: usize,
}

impl Alphabet {
    /// The column of the end of the text.
    const END: usize = 0;
    /// The sample of that column, which is not a code point.
    const NONE: u32 = u32::MAX;

    #[inline(never)]
    fn ascii(program: &Program) -> Alphabet {
        let mut singles = 0u128;
        for instruction in &program.code {
            if let Instruction::Char(c @ ..WIDE) = instruction {
                singles |= 1 << c;
            }
        }
        // Each set splits each block into members and others. A single character gets a column of its own.
        let mut blocks = Vec::with_capacity(16);
        blocks.push(!singles);
        let mut divide = |set: u128| {
            for index in 0..blocks.len() {
                let (members, others) = (blocks[index] & set, blocks[index] & !set);
                if members != 0 && others != 0 {
                    blocks[index] = members;
                    blocks.push(others);
                }
            }
        };
        for set in &program.sets {
            divide(set.ascii);
        }
        if program.boundaries {
            divide(WORD);
        }

        let mut alphabet = Alphabet {
            ascii: [Alphabet::END as u8; 256],
            samples: Vec::with_capacity(32),
            wide: Vec::new(),
            first_wide: 0,
        };
        alphabet.samples.push(Alphabet::NONE);
        // All characters get the column of the largest block, which has most of them, before the others get theirs.
        if let Some(largest) = (0..blocks.len()).max_by_key(|&index| blocks[index].count_ones()) {
            alphabet.ascii[..WIDE as usize].fill(alphabet.samples.len() as u8);
            alphabet.samples.push(blocks.swap_remove(largest).trailing_zeros());
        }
        for mut block in blocks {
            if block != 0 {
                let column = alphabet.samples.len() as u8;
                alphabet.samples.push(block.trailing_zeros());
                while block != 0 {
                    alphabet.ascii[block.trailing_zeros() as usize] = column;
                    block &= block - 1;
                }
            }
        }
        while singles != 0 {
            let c = singles.trailing_zeros();
            alphabet.ascii[c as usize] = alphabet.samples.len() as u8;
            alphabet.samples.push(c);
            singles &= singles - 1;
        }
        alphabet
    }

    /// Adds the columns beyond ASCII: one wherever a set begins or ends.
    fn widen(&mut self, program: &Program) {
        let mut begins = vec![WIDE];
        let mut divide = |at: u32| {
            if let Err(index) = begins.binary_search(&at) {
                begins.insert(index, at);
            }
        };
        for instruction in &program.code {
            if let Instruction::Char(c @ WIDE..) = *instruction {
                divide(c);
                divide(c + 1);
            }
        }
        for set in &program.sets {
            for &(first, last) in &set.wide {
                divide(first);
                divide(last + 1);
            }
        }
        self.first_wide = self.samples.len();
        self.samples.extend_from_slice(&begins);
        self.wide = begins;
    }

    fn is_wide(&self) -> bool {
        self.first_wide != 0
    }

    fn column(&self, c: char) -> usize {
        if c.is_ascii() {
            usize::from(self.ascii[c as usize])
        } else {
            self.first_wide + self.wide.partition_point(|&begin| begin <= c as u32) - 1
        }
    }

    fn stride(&self) -> usize {
        self.samples.len().max(MIN_STRIDE)
    }
}

fn is_word(c: u32) -> bool {
    c < WIDE && WORD >> c & 1 != 0
}

fn bit(bits: &[u64], index: usize) -> bool {
    bits[index / 64] >> (index % 64) & 1 != 0
}

/// Sets a bit. Returns whether it was unset before.
fn set_bit(bits: &mut [u64], index: usize) -> bool {
    let word = &mut bits[index / 64];
    let mask = 1 << (index % 64);
    let new = *word & mask == 0;
    *word |= mask;
    new
}
