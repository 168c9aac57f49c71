//! What a caller writes into the buffer, and how it is read.
//!
//! All numbers are unsigned and 32 bits, little-endian, without padding. A `field` is a number of bytes and then those bytes; a
//! `list` is a number of items and then those items. Nothing may follow the last item.
//!
//! ```text
//! compile = encoding:number schema:file beside:list(file)
//! check   = encoding:number phase:number now:instant example:option files:list(file) environments:list(environment) extras:list(extra)
//!
//! parse   = dialect:field text:field variables
//!
//! encoding    0 columns count Unicode scalar values, as in report.v1; 1 columns count UTF-16 code units, for editors
//! phase       0 all of them, 1 build, 2 deploy, 3 run
//! instant     64 bits, signed: milliseconds since 1970 in UTC, as hosts count; the module has no clock
//! option      0 for none, else 1 + the index of a file; `example` is the project's .env.example
//! file        name:field bytes:field
//! beside      the files that the schema refers to
//! environment name:field dialect:field files:list(number) variables
//!             `dialect` is empty to read the files as the schema says; `files` are indices, low to high precedence
//! variables   those from no file, one of
//!             0                                  none
//!             1 count:number text:field          so many, each as key, NUL, value, NUL
//!             2 absent:list(number) text:field   values of the schema's keys in its order, each as value, NUL; `absent` are the
//!                                                indices, ascending, of the keys that have none
//! extra       kind:number option words:field
//!             what else the check is to know: the index of a file, where it is in one, and words, each as name, NUL, text, NUL
//!             1 an export of a secret manager; words `kind`, `environment`, `exportedAt` (milliseconds), `assumeUtc` (`true`)
//!             2 the ledger, env.rotation.json; no words
//!             3 what the names in exports stand for; no file; words are those names with the keys
//!             4 the waivers, env.waivers.json; 5 the baseline, env.baseline.json; no words
//!             6 the part of a file that an environment takes, where it does not take all of it; words `environment`, `part`. A file that
//!             stands in an environment more than once gives its first part at the first place, and so on; all of it is the part ``
//!             In `files` these stand behind the env files: waivers, baseline, exports, ledger, as in the native program, so that
//!             reports are sorted alike
//! ```
//!
//! The variables are one text because a host writes one string many times faster than sixty, and no environment can hold a NUL;
//! that there are as many as are to be makes sure of that. `pkg/src/request.js` writes all of it.

use std::fmt;

use jiff::Timestamp;

use crate::model::ProcessEnvironment;
use crate::schema::{Phase, Property};
use crate::source::{PositionEncoding, Source, TooLarge};

/// What [`compile`](super::compile) is asked.
pub(super) struct CompileRequest<'a> {
    pub(super) encoding: PositionEncoding,
    schema: File<'a>,
    beside: Vec<File<'a>>,
}

/// What [`check`](fn@super::check) and [`verdict`](super::verdict) are asked. Borrows from the buffer; `Debug` is not derived, because it
/// would show values.
pub(super) struct CheckRequest<'a> {
    pub(super) encoding: PositionEncoding,
    pub(super) phase: Option<Phase>,
    pub(super) now: Timestamp,
    /// An index into `files`.
    pub(super) example: Option<u32>,
    pub(super) files: Vec<File<'a>>,
    pub(super) environments: Vec<Environment<'a>>,
    pub(super) extras: Vec<Extra<'a>>,
}

/// What else a check is to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExtraKind {
    Export,
    Ledger,
    Names,
    Waivers,
    Baseline,
    Part,
}

pub(super) struct Extra<'a> {
    pub(super) kind: ExtraKind,
    /// An index into the files of the request.
    pub(super) file: Option<u32>,
    /// Names and texts.
    pub(super) words: Vec<(&'a str, &'a str)>,
}

impl<'a> Extra<'a> {
    /// The text of that name.
    pub(super) fn word(&self, name: &str) -> Option<&'a str> {
        self.words.iter().find(|word| word.0 == name).map(|word| word.1)
    }
}

/// What [`parse`](super::parse) is asked. No `Debug`, for the same reason.
pub(super) struct ParseRequest<'a> {
    pub(super) dialect: &'a str,
    pub(super) text: &'a [u8],
    pub(super) variables: ProcessEnvironment,
}

impl<'a> ParseRequest<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader { rest: bytes };
        let (dialect, text) = (reader.text()?, reader.field()?);
        // There is no schema that would name the keys of values.
        let variables = reader.variables()?.read(&[])?;
        reader.end()?;
        Ok(ParseRequest {
            dialect,
            text,
            variables,
        })
    }
}

/// A name and bytes.
pub(super) struct File<'a> {
    name: &'a str,
    bytes: &'a [u8],
}

impl File<'_> {
    /// As the library takes it.
    pub(super) fn source(&self) -> Result<Source, TooLarge> {
        Source::new(self.name, self.bytes)
    }
}

pub(super) struct Environment<'a> {
    pub(super) name: &'a str,
    pub(super) dialect: &'a str,
    /// Indices into the files of the request; all of them are there.
    pub(super) files: Vec<u32>,
    pub(super) variables: Variables<'a>,
}

/// Variables from no file.
pub(super) enum Variables<'a> {
    None,
    Pairs { count: u32, text: &'a [u8] },
    Values { absent: Vec<u32>, text: &'a [u8] },
}

impl Variables<'_> {
    /// As the library takes them, where those are the keys of the schema. A NUL too many would shift names and values, so what was meant as a value
    /// could come to be shown as a name.
    pub(super) fn read(&self, keys: &[Property]) -> Result<ProcessEnvironment, Malformed> {
        let variables = match self {
            Variables::None => Some(ProcessEnvironment::default()),
            Variables::Pairs { count, text } => ProcessEnvironment::from_words(text, *count as usize),
            Variables::Values { absent, text } => {
                ProcessEnvironment::from_values(keys.iter().map(|property| &*property.name), absent, text)
            }
        };
        variables.ok_or(Malformed("variables, whose keys and values can't hold a NUL"))
    }
}

/// A request that isn't one: what was expected where something else stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed(pub(super) &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request is malformed: expected {}", self.0)
    }
}

impl<'a> CompileRequest<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader { rest: bytes };
        let encoding = reader.encoding()?;
        let (schema, beside) = (reader.file()?, reader.list(Reader::file)?);
        reader.end()?;
        Ok(CompileRequest {
            encoding,
            schema,
            beside,
        })
    }

    /// The schema, and the files beside it.
    pub(super) fn sources(&self) -> Result<(Source, Vec<Source>), TooLarge> {
        let beside: Result<_, _> = self.beside.iter().map(File::source).collect();
        Ok((self.schema.source()?, beside?))
    }
}

impl<'a> CheckRequest<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader { rest: bytes };
        let encoding = reader.encoding()?;
        let phase = match reader.number()? {
            0 => None,
            1 => Some(Phase::Build),
            2 => Some(Phase::Deploy),
            3 => Some(Phase::Run),
            _ => return Err(Malformed("a phase from 0 to 3")),
        };
        let now = reader.instant()?;
        let example = reader.number()?.checked_sub(1);
        let files = reader.list(Reader::file)?;
        if example.is_some_and(|index| !is_file(index, files.len())) {
            return Err(NO_SUCH_FILE);
        }
        let environments = reader.list(|reader| reader.environment(files.len()))?;
        let extras = reader.list(|reader| reader.extra(files.len()))?;
        reader.end()?;
        Ok(CheckRequest {
            encoding,
            phase,
            now,
            example,
            files,
            environments,
            extras,
        })
    }
}

const NO_SUCH_FILE: Malformed = Malformed("the index of a file of the request");

fn is_file(index: u32, files: usize) -> bool {
    (index as usize) < files
}

/// Reads from the front; every read is bounded by what is left.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn number(&mut self) -> Result<u32, Malformed> {
        let (number, rest) = self.rest.split_first_chunk().ok_or(Malformed("a number"))?;
        self.rest = rest;
        Ok(u32::from_le_bytes(*number))
    }

    /// A number and no text: reading texts as `jiff` does would make the compact module larger by two thirds.
    fn instant(&mut self) -> Result<Timestamp, Malformed> {
        let (low, high) = (u64::from(self.number()?), u64::from(self.number()?));
        let milliseconds = (high << 32 | low).cast_signed();
        Timestamp::from_millisecond(milliseconds).map_err(|_| Malformed("an instant from the year -9999 to 9999"))
    }

    fn field(&mut self) -> Result<&'a [u8], Malformed> {
        let len = self.number()? as usize;
        let (field, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(Malformed("a field of the length given"))?;
        self.rest = rest;
        Ok(field)
    }

    fn text(&mut self) -> Result<&'a str, Malformed> {
        str::from_utf8(self.field()?).map_err(|_| Malformed("UTF-8"))
    }

    /// An environment of a request with so many files.
    fn environment(&mut self, files: usize) -> Result<Environment<'a>, Malformed> {
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

    /// An extra of a request with so many files.
    fn extra(&mut self, files: usize) -> Result<Extra<'a>, Malformed> {
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
        // A word that is not known may be one that matters.
        if words.iter().all(|word| known(word.0)) {
            Ok(Extra { kind, file, words })
        } else {
            Err(Malformed("a word that the extra has"))
        }
    }

    fn variables(&mut self) -> Result<Variables<'a>, Malformed> {
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

    /// Names and texts, each with a NUL behind it.
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

    fn file(&mut self) -> Result<File<'a>, Malformed> {
        Ok(File {
            name: self.text()?,
            bytes: self.field()?,
        })
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T, Malformed>) -> Result<Vec<T>, Malformed> {
        let count = self.number()? as usize;
        // An item has at least four bytes, so a count that lies is found out before memory is asked for.
        if count > self.rest.len() / 4 {
            return Err(Malformed("as many items as the list says"));
        }
        (0..count).map(|_| item(self)).collect()
    }

    fn encoding(&mut self) -> Result<PositionEncoding, Malformed> {
        match self.number()? {
            0 => Ok(PositionEncoding::Scalar),
            1 => Ok(PositionEncoding::Utf16),
            _ => Err(Malformed("an encoding from 0 to 1")),
        }
    }

    fn end(&self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(Malformed("nothing behind the last item"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn number(number: usize) -> Vec<u8> {
        u32::try_from(number).unwrap().to_le_bytes().to_vec()
    }

    fn field(bytes: &[u8]) -> Vec<u8> {
        [number(bytes.len()), bytes.to_vec()].concat()
    }

    fn instant(milliseconds: i64) -> Vec<u8> {
        milliseconds.to_le_bytes().to_vec()
    }

    /// All kinds of extras behind the rest.
    fn request() -> Vec<u8> {
        [
            without_extras(),
            number(5),
            number(1),
            number(1),
            field(b"kind\0vercel\0environment\0production\0"),
            number(2),
            number(1),
            field(b""),
            number(3),
            number(0),
            field(b"prod/db\0DATABASE_URL\0"),
            number(4),
            number(1),
            field(b""),
            number(5),
            number(1),
            field(b""),
        ]
        .concat()
    }

    /// One file, one environment with that file and one variable.
    fn without_extras() -> Vec<u8> {
        [
            number(1),
            number(2),
            instant(1_795_132_800_000),
            number(1),
            number(1),
            field(b".env"),
            field(b"A=1\n"),
            number(1),
            field(b"production"),
            field(b""),
            number(1),
            number(0),
            number(1),
            number(2),
            field(b"B\x002\0C\0\0"),
        ]
        .concat()
    }

    #[test]
    fn a_request_is_read_as_written() {
        let bytes = request();
        let request = CheckRequest::read(&bytes).expect("it is well formed");
        assert_eq!(request.encoding, PositionEncoding::Utf16);
        assert_eq!(request.phase, Some(Phase::Deploy));
        assert_eq!(request.now.to_string(), "2026-11-20T00:00:00Z");
        assert_eq!(request.example, Some(0));
        assert_eq!((request.files[0].name, request.files[0].bytes), (".env", &b"A=1\n"[..]));
        let environment = &request.environments[0];
        assert_eq!(
            (environment.name, environment.dialect, &environment.files[..]),
            ("production", "", &[0][..])
        );
        let variables = environment.variables.read(&[]).expect("they are right");
        let pairs: Vec<_> = variables.pairs().collect();
        assert_eq!(pairs, [(&b"B"[..], &b"2"[..]), (b"C", b"")]);
        let [export, ledger, names, waivers, baseline] = &request.extras[..] else {
            panic!("five extras")
        };
        assert_eq!(
            (export.kind, export.file, export.word("kind")),
            (ExtraKind::Export, Some(0), Some("vercel"))
        );
        assert_eq!(
            (ledger.kind, ledger.file, ledger.words.len()),
            (ExtraKind::Ledger, Some(0), 0)
        );
        assert_eq!(
            (names.kind, names.file, &names.words[..]),
            (ExtraKind::Names, None, &[("prod/db", "DATABASE_URL")][..])
        );
        assert_eq!(
            (waivers.kind, waivers.file, baseline.kind, baseline.file),
            (ExtraKind::Waivers, Some(0), ExtraKind::Baseline, Some(0))
        );
    }

    #[test]
    fn a_request_that_is_cut_or_too_long_is_refused() {
        let bytes = request();
        for len in 0..bytes.len() {
            assert!(CheckRequest::read(&bytes[..len]).is_err(), "cut to {len} bytes");
        }
        assert!(CheckRequest::read(&[bytes, vec![0]].concat()).is_err());
    }

    #[test]
    fn a_list_that_lies_about_its_length_asks_for_no_memory() {
        let bytes = [number(0), number(0), instant(0), number(0), number(u32::MAX as usize)].concat();
        assert_eq!(
            CheckRequest::read(&bytes).err(),
            Some(Malformed("as many items as the list says"))
        );
    }

    #[test]
    fn an_instant_out_of_range_is_refused() {
        for milliseconds in [i64::MIN, i64::MAX] {
            let bytes = [number(0), number(0), instant(milliseconds)].concat();
            assert_eq!(
                CheckRequest::read(&bytes).err(),
                Some(Malformed("an instant from the year -9999 to 9999"))
            );
        }
    }

    #[test]
    fn variables_with_a_nul_are_refused() {
        let cases: [(&[u8], usize, bool); 9] = [
            (b"", 0, true),
            (b"A\x001\0", 1, true),
            (b"A\x001\x002\0", 1, false),
            (b"A\x001\x002\0", 2, false),
            (b"A\x001\0\0\0", 1, false),
            (b"A\x001", 1, false),
            (b"A", 0, false),
            (b"", 1, false),
            (b"", usize::MAX, false),
        ];
        for (text, count, right) in cases {
            let variables = ProcessEnvironment::from_words(text, count);
            assert_eq!(variables.is_some(), right, "{text:?} as {count}");
        }
    }

    #[test]
    fn values_without_their_keys_are_as_many_as_the_keys() {
        let pairs = |absent: &[u32], text: &[u8]| {
            let read = ProcessEnvironment::from_values(["A", "B", "C"].into_iter(), absent, text);
            read.map(|read| {
                read.pairs()
                    .map(|(key, value)| (key.to_vec(), value.to_vec()))
                    .collect::<Vec<_>>()
            })
        };
        let pair = |key: &[u8], value: &[u8]| (key.to_vec(), value.to_vec());
        assert_eq!(
            pairs(&[], b"1\0\x003\0"),
            Some(vec![pair(b"A", b"1"), pair(b"B", b""), pair(b"C", b"3")])
        );
        assert_eq!(pairs(&[0, 2], b"2\0"), Some(vec![pair(b"B", b"2")]));
        assert_eq!(pairs(&[0, 1, 2], b""), Some(vec![]));
        let wrong: [(&[u32], &[u8]); 7] = [
            (&[], b""),
            (&[], b"1\x002\0"),
            (&[], b"1\x002\x003"),
            (&[], b"1\x002\x003\x004\0"),
            (&[2, 0], b"2\0"),
            (&[0, 2, 3], b"2\0"),
            (&[0, 0, 2], b"2\0"),
        ];
        for (absent, text) in wrong {
            assert_eq!(pairs(absent, text), None, "{absent:?} {text:?}");
        }
    }

    #[test]
    fn extras_with_another_kind_file_or_word_are_refused() {
        let extras = |parts: &[Vec<u8>]| {
            CheckRequest::read(&[without_extras(), number(1), parts.concat()].concat())
                .map(|_| ())
                .err()
        };
        assert_eq!(extras(&[number(2), number(1), field(b"")]), None);
        for parts in [
            [number(0), number(1), field(b"")],
            [number(7), number(1), field(b"")],
            [number(4), number(0), field(b"")],
            [number(5), number(1), field(b"kind\0x\0")],
            [number(2), number(2), field(b"")],
            [number(1), number(0), field(b"")],
            [number(3), number(1), field(b"")],
            [number(2), number(1), field(b"kind\0x\0")],
            [number(1), number(1), field(b"kinds\0x\0")],
            [number(1), number(1), field(b"kind\0x")],
            [number(1), number(1), field(b"kind")],
        ] {
            assert!(extras(&parts).is_some(), "{parts:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = CheckRequest::read(&bytes);
            let _ = CompileRequest::read(&bytes);
            let _ = ParseRequest::read(&bytes);
        }

        #[test]
        fn a_request_with_any_byte_changed_is_read_or_refused(at in 0..request().len(), byte: u8) {
            let mut bytes = request();
            bytes[at] = byte;
            let _ = CheckRequest::read(&bytes);
        }
    }
}
