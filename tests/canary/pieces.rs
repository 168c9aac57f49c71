//! Pieces of the planted secrets, and whether a text contains one.

use std::collections::HashSet;

/// Every four bytes in a row of the secrets that were planted, in lower case.
pub(crate) struct Pieces(HashSet<[u8; 4]>);

impl Pieces {
    pub(crate) fn of(planted: &[String]) -> Pieces {
        let windows = planted.iter().flat_map(|secret| secret.as_bytes().windows(4));
        Pieces(windows.map(lower).collect())
    }

    /// Returns a piece that the text contains, in either case or as numbers.
    pub(crate) fn leaked(&self, text: &str) -> Option<String> {
        // Anything between two commas that is not a number becomes one that stands for no letter.
        let number = |item: &str| item.rsplit('[').next()?.split(']').next()?.parse().ok();
        let numbers: Vec<u8> = text.split(", ").map(|item| number(item).unwrap_or_default()).collect();
        self.find(text.as_bytes()).or_else(|| self.find(&numbers))
    }

    fn find(&self, bytes: &[u8]) -> Option<String> {
        // The set is only searched where four letters of secrets follow each other.
        let mut run = 0;
        bytes.iter().enumerate().find_map(|(at, byte)| {
            run = if IS_LETTER[usize::from(*byte)] { run + 1 } else { 0 };
            let piece = (run >= 4).then(|| lower(&bytes[at - 3..=at]))?;
            let is_leaked = self.0.contains(&piece);
            is_leaked.then(|| String::from_utf8_lossy(&piece).into_owned())
        })
    }
}

/// Which bytes secrets are made of.
static IS_LETTER: [bool; 256] = {
    let letters = b"qxzjvkwQXZJVKW";
    let (mut table, mut at) = ([false; 256], 0);
    while at < letters.len() {
        table[letters[at] as usize] = true;
        at += 1;
    }
    table
};

fn lower(piece: &[u8]) -> [u8; 4] {
    std::array::from_fn(|at| piece[at].to_ascii_lowercase())
}

#[test]
fn a_leak_would_be_seen() {
    let pieces = Pieces::of(&["qxZJvkwq".to_owned()]);
    assert_eq!(pieces.leaked("nothing here"), None);
    assert_eq!(pieces.leaked("letters of secrets, but none of them: wqxz kkkk"), None);
    assert!(pieces.leaked("a value jVKW of it").is_some(), "in any case of letters");
    assert!(
        pieces.leaked("the bytes [118, 107, 119, 113]").is_some(),
        "and as the numbers of a derived Debug"
    );
}
