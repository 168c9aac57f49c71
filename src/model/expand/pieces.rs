//! Expands references the way the crate dotenvy does: while composing a value of pieces.

use crate::parse::dialect::Words;
use crate::parse::words::{Sink, scan};

use super::super::Unknown;
use super::{Expansion, Lookup, outcome};

/// Expands a value. References are looked up while the pieces are read.
pub(super) fn dotenvy(
    lookup: &mut Lookup<'_, '_>,
    expansion: &mut Expansion<'_>,
    text: &[u8],
    start: usize,
) -> Result<Vec<u8>, Unknown> {
    let mut sink = Dotenvy {
        text,
        lookup,
        expansion,
        out: vec![],
        result: Ok(()),
    };
    let _ = scan(Words::Dotenvy, text, start, &mut sink);
    sink.result.map(|()| sink.out)
}

struct Dotenvy<'t, 'l, 'a, 's, 'e> {
    text: &'t [u8],
    lookup: &'l mut Lookup<'a, 's>,
    expansion: &'l mut Expansion<'e>,
    out: Vec<u8>,
    result: Result<(), Unknown>,
}

impl Sink for Dotenvy<'_, '_, '_, '_, '_> {
    fn text(&mut self, _: usize, bytes: &[u8], _: bool) {
        self.out.extend_from_slice(bytes);
    }

    fn reference(&mut self, whole: (usize, usize), name: (usize, usize)) {
        let key = &self.text[name.0..name.1];
        let value = if key.is_empty() {
            Ok(None)
        } else {
            self.lookup.sequential(key, self.expansion.when)
        };
        let inserted = value.and_then(|value| {
            if !key.is_empty() {
                self.expansion.refer_to_text(whole, name, outcome(value.is_some()));
            }
            let value = value.unwrap_or_default();
            self.out.extend_from_slice(&value);
            self.lookup.insert(value.len())
        });
        self.result = self.result.and(inserted);
    }
}
