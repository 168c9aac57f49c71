//! A small writer of JSON text, used by all JSON formats instead of a set of serialised types for each.
//!
//! Punctuation is appended as strings, because a `char` is encoded first, by a function that a build for size does not inline.

use crate::json;
use crate::report::untrusted;

/// A JSON value under construction.
pub(crate) struct JsonText {
    text: String,
    /// Whether to indent by two spaces, or to write no white space at all.
    indented: bool,
    depth: usize,
    /// Whether the innermost object or array is still empty.
    fresh: bool,
}

impl JsonText {
    /// Returns the text of an object, ending in a line feed.
    pub(crate) fn object_of(members: &mut dyn FnMut(&mut JsonText)) -> String {
        JsonText::of(true, '{', '}', members) + "\n"
    }

    /// Returns the text of an array, ending in a line feed.
    pub(crate) fn array_of(items: &mut dyn FnMut(&mut JsonText)) -> String {
        JsonText::of(true, '[', ']', items) + "\n"
    }

    /// Returns the text of an object without white space, as an answer to a program.
    #[cfg(feature = "wasm")]
    pub(crate) fn answer(members: &mut dyn FnMut(&mut JsonText)) -> String {
        JsonText::of(false, '{', '}', members)
    }

    /// Returns the text of an array of strings without white space.
    #[cfg(feature = "wasm")]
    pub(crate) fn list(values: &mut dyn Iterator<Item = &str>) -> String {
        JsonText::of(false, '[', ']', &mut |json| json.items(values))
    }

    fn of(indented: bool, open: char, close: char, inside: &mut dyn FnMut(&mut JsonText)) -> String {
        let mut json = JsonText {
            text: String::new(),
            indented,
            depth: 0,
            fresh: true,
        };
        json.braces(open, close, inside);
        json.text
    }

    /// Writes a member that is an object.
    pub(crate) fn object(&mut self, name: &str, members: &mut dyn FnMut(&mut JsonText)) {
        self.name(name);
        self.braces('{', '}', members);
    }

    /// Writes a member that is an array.
    pub(crate) fn array(&mut self, name: &str, items: &mut dyn FnMut(&mut JsonText)) {
        self.name(name);
        self.braces('[', ']', items);
    }

    /// Writes a member that is a string.
    pub(crate) fn string(&mut self, name: &str, value: &str) {
        self.name(name);
        self.quoted(value);
    }

    /// Writes a member that is a string, or nothing for `None`.
    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.string(name, value);
        }
    }

    /// Writes a member that is a string, or null for `None`.
    pub(crate) fn nullable(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.string(name, value),
            None => self.null(name),
        }
    }

    /// Writes a member that is null.
    pub(crate) fn null(&mut self, name: &str) {
        self.name(name);
        self.text.push_str("null");
    }

    /// Writes a member that is an array of strings.
    pub(crate) fn strings(&mut self, name: &str, values: &mut dyn Iterator<Item = &str>) {
        self.array(name, &mut |json| json.items(values));
    }

    fn items(&mut self, values: &mut dyn Iterator<Item = &str>) {
        for value in values {
            self.next();
            self.quoted(value);
        }
    }

    /// Writes a member that is a number.
    pub(crate) fn number(&mut self, name: &str, value: u32) {
        self.name(name);
        self.text.push_str(&value.to_string());
    }

    /// Writes a member that is an array of numbers, with null for each `None`.
    #[cfg(feature = "wasm")]
    pub(crate) fn numbers(&mut self, name: &str, values: &mut dyn Iterator<Item = Option<i64>>) {
        self.array(name, &mut |json| {
            for value in &mut *values {
                json.next();
                match value {
                    Some(number) => json.text.push_str(&number.to_string()),
                    None => json.text.push_str("null"),
                }
            }
        });
    }

    /// Writes a member that is true or false.
    pub(crate) fn boolean(&mut self, name: &str, value: bool) {
        self.name(name);
        self.text.push_str(if value { "true" } else { "false" });
    }

    /// Writes an item that is an object.
    pub(crate) fn item(&mut self, members: &mut dyn FnMut(&mut JsonText)) {
        self.next();
        self.braces('{', '}', members);
    }

    fn name(&mut self, name: &str) {
        self.next();
        self.quoted(name);
        self.text.push_str(if self.indented { ": " } else { ":" });
    }

    /// Begins the next member or item.
    fn next(&mut self) {
        if !self.fresh {
            self.text += ",";
        }
        self.fresh = false;
        self.line();
    }

    fn line(&mut self) {
        if !self.indented {
            return;
        }
        self.text += "\n";
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }

    fn braces(&mut self, open: char, close: char, inside: &mut dyn FnMut(&mut JsonText)) {
        self.text.push(open);
        self.depth += 1;
        self.fresh = true;
        inside(self);
        self.depth -= 1;
        if !self.fresh {
            self.line();
        }
        self.fresh = false;
        self.text.push(close);
    }

    /// Escapes what JSON requires, and everything that acts on a terminal or begins a command to a CI service.
    fn quoted(&mut self, value: &str) {
        let mut rest = value;
        self.text += "\"";
        loop {
            // Most of a report is harmless ASCII, and is appended in long pieces.
            let is_plain = |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'#');
            let (plain, behind) = rest.split_at(rest.bytes().take_while(is_plain).count());
            self.text.push_str(plain);
            let Some(character) = behind.chars().next() else { break };
            let is_command = character == '#' && untrusted::begins_command(behind);
            if character >= ' ' && (is_command || untrusted::acts(character)) {
                json::push_unicode(character, &mut self.text);
            } else {
                json::push(character, &mut self.text);
            }
            rest = &behind[character.len_utf8()..];
        }
        self.text += "\"";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_text_is_read_back() {
        let text = JsonText::object_of(&mut |json| {
            json.string("a\"b", "\\ \u{1b}[2J \u{202E}\u{E0001}\t\n é😀");
            json.number("n", 7);
            json.boolean("yes", true);
            json.optional("none", None);
            json.array("empty", &mut |_| {});
            json.string("command", "##vso[x]");
            json.object("hollow", &mut |_| {});
            json.array("list", &mut |json| {
                json.item(&mut |_| {});
                json.item(&mut |json| json.string("k", "v"));
            });
        });
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            read,
            serde_json::json!({
                "a\"b": "\\ \u{1b}[2J \u{202E}\u{E0001}\t\n é😀", "n": 7, "yes": true, "empty": [], "command": "##vso[x]", "hollow": {},
                "list": [{}, { "k": "v" }],
            })
        );
        assert!(!text.contains("##"));
        assert!(!text.chars().any(|letter| letter != '\n' && untrusted::acts(letter)));
    }
}
