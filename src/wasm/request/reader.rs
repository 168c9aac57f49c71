//! Reads the parts of a request from its bytes.

use jiff::Timestamp;

use super::{Environment, Extra, ExtraKind, File, Malformed, NO_SUCH_FILE, Variables, is_file};
use crate::source::PositionEncoding;

/// Reads from the front; every read is bounded by what is left.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader { rest: bytes }
    }

    pub(super) fn number(&mut self) -> Result<u32, Malformed> {
        let (number, rest) = self.rest.split_first_chunk().ok_or(Malformed("a number"))?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*number))
    }

    /// Reads an instant, which is a number and not a text: parsing texts with `jiff` would make the compact module two
    /// thirds larger.
    pub(super) fn instant(&mut self) -> Result<Timestamp, Malformed> {
        let (low, high) = (u64::from(self.number()?), u64::from(self.number()?));
        let milliseconds = (high << 32 | low).cast_signed();
        Timestamp::from_millisecond(milliseconds).map_err(|_| Malformed("an instant from the year -9999 to 9999"))
    }

    pub(super) fn field(&mut self) -> Result<&'a [u8], Malformed> {
        let len = self.number()? as usize;
        let (field, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(Malformed("a field of the length given"))?;
        self.rest = rest;
        Ok(field)
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Malformed> {
        str::from_utf8(self.field()?).map_err(|_| Malformed("UTF-8"))
    }

    /// Reads an environment of a request with `files` files.
    pub(super) fn environment(&mut self, files: usize) -> Result<Environment<'a>, Malformed> {
        let environment = Environment {
            name: self.text()?,
            dialect: self.text()?,
            files: self.list(Reader::number)?,
            variables: self.variables()?,
        };
        if environment.files.iter().all(|&index| is_file(index, files)) {
            Ok(environment)
        } else {
            Err(NO_SUCH_FILE)
        }
    }

    /// Reads an extra of a request with `files` files.
    pub(super) fn extra(&mut self, files: usize) -> Result<Extra<'a>, Malformed> {
        let kind = match self.number()? {
            1 => ExtraKind::Export,
            2 => ExtraKind::Ledger,
            3 => ExtraKind::Names,
            4 => ExtraKind::Waivers,
            5 => ExtraKind::Baseline,
            6 => ExtraKind::Part,
            _ => return Err(Malformed("an extra from 1 to 6")),
        };
        let file = self.number()?.checked_sub(1);
        if file.is_some_and(|index| !is_file(index, files)) || file.is_none() != (kind == ExtraKind::Names) {
            return Err(NO_SUCH_FILE);
        }
        let words = self.words()?;
        let known = |word: &str| match kind {
            ExtraKind::Export => matches!(word, "kind" | "environment" | "exportedAt" | "assumeUtc"),
            ExtraKind::Ledger | ExtraKind::Waivers | ExtraKind::Baseline => false,
            ExtraKind::Part => matches!(word, "environment" | "part"),
            ExtraKind::Names => true,
        };
        // An unknown word may be one that matters.
        if words.iter().all(|word| known(word.0)) {
            Ok(Extra { kind, file, words })
        } else {
            Err(Malformed("a word that the extra has"))
        }
    }

    pub(super) fn variables(&mut self) -> Result<Variables<'a>, Malformed> {
        Ok(match self.number()? {
            0 => Variables::None,
            1 => Variables::Pairs {
                count: self.number()?,
                text: self.field()?,
            },
            2 => Variables::Values {
                absent: self.list(Reader::number)?,
                text: self.field()?,
            },
            _ => return Err(Malformed("variables of a kind from 0 to 2")),
        })
    }

    /// Reads names and texts, each followed by a NUL.
    fn words(&mut self) -> Result<Vec<(&'a str, &'a str)>, Malformed> {
        const PAIRS: Malformed = Malformed("words, each as name, NUL, text, NUL");
        let mut rest = self.text()?;
        let mut words = Vec::new();
        while !rest.is_empty() {
            let (name, behind) = rest.split_once('\0').ok_or(PAIRS)?;
            let (text, behind) = behind.split_once('\0').ok_or(PAIRS)?;
            words.push((name, text));
            rest = behind;
        }
        Ok(words)
    }

    pub(super) fn file(&mut self) -> Result<File<'a>, Malformed> {
        Ok(File {
            name: self.text()?,
            bytes: self.field()?,
        })
    }

    pub(super) fn list<T>(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Vec<T>, Malformed> {
        let count = self.number()? as usize;
        // An item takes at least four bytes, so a false count is noticed before memory is allocated for it.
        if count > self.rest.len() / 4 {
            return Err(Malformed("as many items as the list says"));
        }
        (0..count).map(|_| item(self)).collect()
    }

    pub(super) fn encoding(&mut self) -> Result<PositionEncoding, Malformed> {
        match self.number()? {
            0 => Ok(PositionEncoding::Scalar),
            1 => Ok(PositionEncoding::Utf16),
            _ => Err(Malformed("an encoding from 0 to 1")),
        }
    }

    pub(super) fn end(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Malformed("nothing behind the last item"))
        }
    }
}
