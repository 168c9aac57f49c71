//! What `envgate init` writes is made from values, and is committed.

use envgate::check::draft::{Draft, Found};
use envgate::schema::{Schema, Vocabulary};
use envgate::source::Source;
use proptest::prelude::*;

use crate::config;
use crate::pieces::Pieces;
use crate::planted::{KEYS, file};

proptest! {
    #![proptest_config(config(48))]

    #[test]
    fn a_drafted_schema_holds_no_piece_of_a_secret((first, mut planted) in file(), (second, more) in file(), doubt in any::<bool>()) {
        planted.extend(more);
        let found = |name: &str, file: &str, text: &[u8]| Found { name: name.to_owned(), files: vec![Source::new(file, text).unwrap()], is_guessed: false, is_to_come: false, dialect: None };
        let environments = [found("staging", ".env.staging", &first), found("production", ".env.production", &second)];
        let example = Source::new(".env.example", first.clone()).unwrap();
        let doubted: Vec<String> = if doubt { KEYS.iter().map(|key| (*key).to_owned()).collect() } else { Vec::new() };
        let pieces = Pieces::of(&planted);
        for environments in [&environments[..], &[]] {
            let text = Draft { environments, example: Some(&example), loaders: &[], asked: None, doubted: &doubted }.write();
            if let Some(piece) = pieces.leaked(&text) {
                return Err(TestCaseError::fail(format!("the draft holds {piece}:\n{text}")));
            }
            let source = Source::new("env.schema.json", text.clone()).unwrap();
            prop_assert!(Schema::compile(&source, &Vocabulary::default()).is_ok(), "no schema:\n{text}");
        }
    }
}
