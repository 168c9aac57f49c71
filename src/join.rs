//! Joining texts. The standard library's costs a kilobyte of WebAssembly for each type of text.

/// Joins texts, with a separator between them.
pub(crate) fn join<S: AsRef<str>>(texts: &[S], separator: &str) -> String {
    let mut joined = String::new();
    for (at, text) in texts.iter().enumerate() {
        if at > 0 {
            joined.push_str(separator);
        }
        joined.push_str(text.as_ref());
    }
    joined
}
