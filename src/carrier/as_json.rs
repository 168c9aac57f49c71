//! Rewrites a YAML text as JSON, for readers of schemas that may be in either: they only have to know one syntax, and
//! the original place of each node is kept.

use std::fmt::Write as _;

use crate::schema::json::{self, Json};
use crate::source::Span;

use super::tree::{Data, NodeId, Plain, Tree};
use super::yaml;

/// The maximum length of the JSON text. With aliases, a short YAML text can describe a much longer one.
const MAX_TEXT: usize = 1 << 20;
/// The maximum depth of nesting, the same as for JSON.
const MAX_DEPTH: u32 = 128;

/// A JSON text, and the places of its nodes in the YAML text that it was written from.
#[derive(Debug)]
pub(crate) struct AsJson {
    pub(crate) text: String,
    /// Where each node and key starts in the JSON text, and its place in the YAML text; sorted.
    places: Vec<(usize, Span)>,
}

impl AsJson {
    /// Rewrites a YAML text with a single document. `None` if it is not valid, or has no equivalent in JSON.
    pub(crate) fn of(text: &str) -> Option<AsJson> {
        let tree = yaml::tree(text).ok()?;
        let [root] = tree.roots[..] else { return None };
        if !tree.errors.is_empty() || !tree.own_tags.is_empty() {
            return None;
        }
        let mut written = AsJson {
            text: String::new(),
            places: Vec::new(),
        };
        written.node(&tree, root, 0)?;
        Some(written)
    }

    /// Returns the place in the YAML text of the node that starts at, or last before, offset `at` of the JSON text.
    pub(crate) fn place(&self, at: usize) -> Span {
        let behind = self.places.partition_point(|(start, _)| *start <= at);
        behind
            .checked_sub(1)
            .map_or(Span::new(0, 0), |index| self.places[index].1)
    }

    fn node(&mut self, tree: &Tree, id: NodeId, depth: u32) -> Option<()> {
        if self.text.len() > MAX_TEXT || depth > MAX_DEPTH {
            return None;
        }
        let node = &tree.nodes[id];
        self.places.push((self.text.len(), node.span));
        match &node.data {
            Data::Scalar { text, plain: true } => match Plain::of(text) {
                Plain::Null => self.text.push_str("null"),
                Plain::Boolean => self.text.push_str(&text.to_ascii_lowercase()),
                Plain::Number | Plain::OtherNumber if is_number(text) => self.text.push_str(text),
                _ => self.string(text),
            },
            Data::Scalar { text, plain: false } => self.string(text),
            Data::Sequence(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.comma(index);
                    self.node(tree, *item, depth + 1)?;
                }
                self.text.push(']');
            }
            Data::Mapping(members) => {
                self.text.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    self.comma(index);
                    self.places.push((self.text.len(), tree.nodes[*key].span));
                    self.string(tree.text(*key)?);
                    self.text.push(':');
                    self.node(tree, *value, depth + 1)?;
                }
                self.text.push('}');
            }
            Data::Broken => return None,
        }
        Some(())
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.text.push(',');
        }
    }

    fn string(&mut self, text: &str) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, "{}", serde_json::Value::from(text));
    }
}

/// Returns whether a YAML number is also valid in JSON.
fn is_number(text: &str) -> bool {
    json::parse(text, &mut Vec::new()).is_ok_and(|node| matches!(node.json, Json::Number(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_the_same() {
        let text = "# A\n---\nPORT:\n  type: int # B\n  default: 3000\n  'odd': [yes, 0x10, ~, True, \"1\", 1.50, !!str 2]\n  note: |\n    two\n    lines\n";
        let written = AsJson::of(text).unwrap();
        assert_eq!(
            written.text,
            r#"{"PORT":{"type":"int","default":3000,"odd":["yes","0x10",null,true,"1",1.50,"2"],"note":"two\nlines\n"}}"#
        );
        let place = written.place(written.text.find("3000").unwrap());
        assert_eq!(&text[place.range()], "3000");
        let place = written.place(written.text.find("\"odd\"").unwrap());
        assert_eq!(&text[place.range()], "odd");
    }

    #[test]
    fn anything_but_one_json_document_is_refused() {
        let bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n".to_owned()
            + &('b'..='h')
                .map(|name| {
                    let before = (name as u8 - 1) as char;
                    format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", "))
                })
                .collect::<String>();
        let deep = "[".repeat(1000);
        for text in [
            "",
            "a: 1\n---\nb: 2\n",
            "[a: 1\n",
            "? [a]\n: 1\n",
            "a: !own 1\n",
            &bomb,
            &deep,
        ] {
            assert!(AsJson::of(text).is_none(), "{text:.40}");
        }
    }
}
