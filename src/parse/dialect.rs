//! The table of loaders. A row is a composition: reader, parser, expander, command policy, precedence, error policy.

/// How one loader reads a .env file.
#[derive(Debug)]
pub struct Dialect {
    /// The name in schemas, on the command line and in reports.
    pub name: &'static str,
    /// The loader and the versions it stands for, for people.
    pub title: &'static str,
}

/// Every dialect, in the order in which help lists them.
pub static DIALECTS: &[&Dialect] = &[];

impl Dialect {
    /// The row of a name or alias.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Dialect> {
        DIALECTS.iter().copied().find(|dialect| dialect.name == name)
    }
}
