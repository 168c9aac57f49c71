//! Texts of which many parts are read: each is parsed once.

use std::rc::Rc;

use super::set::{Reader, Set};
use super::{Carrier, File, Merge, Reading, read_merged, read_text};

/// A text, and what it was parsed to.
#[derive(Default)]
pub struct Shelf {
    /// The text is read as one carrier, except on request.
    parsed: Vec<(Carrier, Parsed)>,
}

/// What was collected from a text.
struct Parsed {
    carrier: Carrier,
    /// All but the sets.
    reader: Reader,
    sets: Rc<Vec<Set>>,
}

impl Shelf {
    /// Reads a text, always the same, as [`read_merged`] does.
    pub fn read(&mut self, file: File<'_>, carrier: Carrier, part: Option<&str>, merge: &Merge) -> Reading {
        if let Some((_, parsed)) = self.parsed.iter().find(|(known, _)| *known == carrier) {
            return parsed.read(part, merge);
        }
        // The parts of a unit are its instances, each of which is read anew.
        let text = str::from_utf8(file.text).ok().filter(|_| carrier != Carrier::Systemd);
        let read = text.and_then(|text| read_text((text, file.name), carrier, None).ok());
        let Some((found, mut reader)) = read else {
            return read_merged(file, carrier, part, merge);
        };
        let parsed = Parsed {
            carrier: found,
            sets: Rc::new(std::mem::take(&mut reader.sets)),
            reader: reader.again(),
        };
        let reading = parsed.read(part, merge);
        self.parsed.push((carrier, parsed));
        reading
    }
}

impl Parsed {
    fn read(&self, part: Option<&str>, merge: &Merge) -> Reading {
        let sets = Rc::clone(&self.sets);
        self.reader.again().finish(sets, self.carrier, part, merge)
    }
}
