//! Expands references the way symfony/dotenv did before it read all files first: each piece of a value is expanded as
//! soon as it is read. Escapes are removed from the result, including the inserted values of other variables.

use std::borrow::Cow;

use crate::parse::decode::halve;
use crate::parse::dialect::Words;
use crate::parse::words::{Sink, scan};

use super::super::Unknown;
use super::symfony::{Variables, replace};
use super::{Expanded, Expansion, Lookup};

/// Expands the value that starts at `start`.
pub(super) fn expand(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
    start: usize,
) -> Result<Vec<u8>, Unknown> {
    let mut pieces = Pieces {
        lookup,
        expansion,
        out: Vec::new(),
        piece: Vec::new(),
        origins: Vec::new(),
        result: Ok(()),
    };
    let _ = scan(Words::Symfony5, text, start, &mut pieces);
    pieces.result.map(|()| pieces.out)
}

struct Pieces<'l, 'a, 's, 'e> {
    lookup: &'l mut Lookup<'a, 's>,
    expansion: &'l mut Expansion<'e>,
    out: Vec<u8>,
    /// The current piece, and the place of each of its bytes in the file.
    piece: Vec<u8>,
    origins: Vec<usize>,
    result: Result<(), Unknown>,
}

impl Sink for Pieces<'_, '_, '_, '_> {
    fn text(&mut self, at: usize, bytes: &[u8], _: bool) {
        self.piece.extend_from_slice(bytes);
        self.origins.extend(at..at + bytes.len());
    }

    fn piece(&mut self, live: bool) {
        let piece = std::mem::take(&mut self.piece);
        let origins = std::mem::take(&mut self.origins);
        if !live || self.result.is_err() {
            self.out.extend_from_slice(&piece);
            return;
        }
        match replace(self, &piece, &origins, 1) {
            Ok(text) => halve(&text, &mut self.out),
            Err(unknown) => self.result = Err(unknown),
        }
    }
}

impl<'a, 's, 'e> Variables<'a, 's, 'e> for Pieces<'_, 'a, 's, 'e> {
    fn value(&mut self, name: &[u8]) -> Result<Option<Cow<'s, [u8]>>, Unknown> {
        self.lookup.sequential(name, self.expansion.when)
    }

    /// Replaces the result of the last assignment to the name.
    fn set(&mut self, name: &[u8], value: &[u8]) {
        if let Some(when) = self.lookup.when_before(name, self.expansion.when) {
            let value = Ok(value.to_vec());
            let references = Vec::new();
            self.lookup.done.insert(when, Expanded { value, references });
        }
    }

    fn expansion(&mut self) -> (&mut Lookup<'a, 's>, &mut Expansion<'e>) {
        (self.lookup, self.expansion)
    }
}
