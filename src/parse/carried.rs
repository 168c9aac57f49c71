//! The variables of a file other than .env, as a document holds them.
//!
//! A value in YAML, JSON or base64 is written differently from what a program gets. So the document keeps the decoded
//! text, and the place of every key and value in the file. The readers are in [`carrier`](crate::carrier); the model
//! sees no difference.

use std::fmt;

use zeroize::Zeroizing;

use crate::sort;
use crate::source::Span;

use super::document::{Assignment, AssignmentKind, Document, RawValue, SyntaxError};

/// What a document of another carrier holds in addition.
#[derive(Default)]
pub(super) struct Carried {
    /// Keys and values, one after the other.
    text: Zeroizing<Vec<u8>>,
    /// Where key and value of each assignment are in the file.
    pub(super) places: Vec<(Span, Span)>,
    pub(super) structure: Vec<Span>,
    pub(super) stores: Stores,
    pub(super) unset: Vec<Unset>,
}

/// What systemd removes from all that sets variables, at the very end: a name, or `NAME=value`.
pub(crate) type Unset = Zeroizing<Vec<u8>>;

/// All that is removed, sorted.
pub(crate) struct Removals<'u>(Vec<&'u [u8]>);

impl<'u> Removals<'u> {
    pub(crate) fn of(unset: impl Iterator<Item = &'u Unset>) -> Removals<'u> {
        Removals(sort::set(unset.map(|one| one.as_slice()).collect()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether a variable is removed. Its value may be unknown.
    pub(crate) fn remove(&self, key: &[u8], value: Option<&[u8]>) -> bool {
        let is_named = |text: &[u8]| self.0.binary_search(&text).is_ok();
        is_named(key) || value.is_some_and(|value| is_named(&Zeroizing::new([key, b"=", value].concat())))
    }
}

/// Secrets and ConfigMaps, as `secret/NAME` and `configmap/NAME`.
#[derive(Default)]
pub(crate) struct Stores {
    /// Those that are in the file, and where they are named.
    pub(crate) held: Vec<(Span, Box<str>)>,
    /// Those in other files from which a container takes all variables.
    pub(crate) wanted: Vec<Wanted>,
    /// What stands before the variables, if the file is read for those of a container that wants it so.
    pub(crate) prefix: Box<str>,
    /// The single keys that containers take from those in other files.
    #[cfg(feature = "yaml")]
    pub(crate) asked: Vec<Asked>,
}

/// A Secret or ConfigMap in another file from which a container takes all variables.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) store: Box<str>,
    /// What the container puts before each name.
    pub(crate) prefix: Box<str>,
    /// Where the container names it.
    pub(crate) place: Span,
}

/// A key of a Secret or ConfigMap in another file that a container takes.
#[cfg(feature = "yaml")]
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) store: Box<str>,
    pub(crate) key: Box<str>,
    /// Whether the container starts without it.
    pub(crate) is_optional: bool,
    /// Where the container names the key.
    pub(crate) place: Span,
}

impl Carried {
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Carried({} assignments)", self.places.len())
    }
}

/// One variable of another carrier.
#[derive(Clone)]
pub(crate) struct Binding {
    pub(crate) key: Box<str>,
    pub(crate) value: Held,
    /// Where its name is.
    pub(crate) key_span: Span,
    /// Where its value is, or what takes the place of the value.
    pub(crate) value_span: Span,
}

/// The value of a variable in another carrier.
#[derive(Clone, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "yaml"),
    allow(dead_code, reason = "an object of variables holds them all")
)]
pub(crate) enum Held {
    Known(Zeroizing<Vec<u8>>),
    External(External),
}

impl Document {
    /// Creates the document of another carrier from its variables in order of increasing precedence, its errors, and
    /// the names of its structural parts.
    #[must_use]
    pub(crate) fn carried(
        bindings: &[Binding],
        errors: Vec<SyntaxError>,
        structure: Vec<Span>,
        stores: Stores,
        unset: Vec<Unset>,
    ) -> Document {
        let len = |binding: &Binding| {
            let value = match &binding.value {
                Held::Known(value) => value.len(),
                Held::External(_) => 0,
            };
            binding.key.len() + value
        };
        let mut text = Zeroizing::new(Vec::with_capacity(bindings.iter().map(len).sum()));
        let mut add = |bytes: &[u8]| {
            let start = text.len();
            text.extend_from_slice(bytes);
            Span::new(start, text.len())
        };
        let assignments = bindings
            .iter()
            .map(|binding| {
                let key = add(binding.key.as_bytes());
                let (span, kind) = match &binding.value {
                    Held::Known(value) => (add(value), AssignmentKind::Value),
                    Held::External(why) => (add(b""), AssignmentKind::External(*why)),
                };
                let value = RawValue {
                    span,
                    quote: None,
                    plain: true,
                };
                Assignment { key, value, kind }
            })
            .collect();
        let places = bindings
            .iter()
            .map(|binding| (binding.key_span, binding.value_span))
            .collect();
        let carried = Carried {
            text,
            places,
            structure,
            stores,
            unset,
        };
        Document {
            respelled: vec![],
            assignments,
            errors,
            carried: Some(Box::new(carried)),
            ordinary: false,
        }
    }
}

/// Why a value is not in the file that sets the variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum External {
    /// It is in a Secret that is not in the file.
    Secret,
    /// It is in a ConfigMap that is not in the file.
    ConfigMap,
    /// Kubernetes takes it from the pod or the container (`fieldRef`, `resourceFieldRef`).
    Field,
    /// It is an expression, such as `${{ secrets.NAME }}`.
    Expression,
    /// The key is alone, and the value is passed on from the shell.
    PassedOn,
    /// It refers to a variable from outside the file.
    Interpolated,
    /// It is the text of another file.
    File,
    /// It contains a specifier of systemd, such as `%h`.
    Specifier,
    /// It is encrypted.
    Encrypted,
    /// The value refers to a secret manager.
    Manager,
    /// It contains a placeholder that the program resolves, such as `${NAME}` in Java.
    Placeholder,
    /// It refers to a variable that every login sets, such as `$HOME`.
    Login,
}

impl External {
    /// Describes, for people, where the value is.
    #[must_use]
    pub fn place(self) -> &'static str {
        match self {
            External::Secret => "in a Secret that is not in this file",
            External::ConfigMap => "in a ConfigMap that is not in this file",
            External::Field => "in the pod, once it runs",
            External::Expression => "in an expression, which the runner evaluates",
            External::PassedOn => "in the shell that passes it on",
            External::Interpolated => "outside of this file, from where it is interpolated",
            External::File => "in a file, of which it is the text",
            External::Specifier => "in a specifier, which systemd resolves",
            External::Encrypted => "encrypted, until the program is started",
            External::Manager => "in a secret manager, to which it refers",
            External::Placeholder => "in a placeholder, which the program resolves",
            External::Login => "in the environment of the process, from where the loader takes a part of it",
        }
    }
}

/// What is wrong with an entry of a carrier other than a .env file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryError {
    /// This build can't read such files.
    Unsupported,
    /// It is not JSON from here on.
    NotJson,
    /// It is not YAML from here on.
    NotYaml,
    /// It is a template (`{{ … }}`) from which the YAML has yet to be generated.
    Template,
    /// The file is not of the carrier that it is read as, or of no known one.
    UnknownKind,
    /// The file has no such part.
    NoSuchPart,
    /// Two parts of the file set a key to different values.
    Ambiguous,
    /// Two parts take a key with different values from Secrets and ConfigMaps in other files.
    AmbiguousStore,
    /// The files that it takes variables from differ from part to part.
    AmbiguousFiles,
    /// A key occurs twice in one mapping.
    Duplicate,
    /// A generator of Kustomize has a key twice, from different files.
    Repeated,
    /// An alias names no anchor, or leads back to itself.
    BadAlias,
    /// What is merged is not a mapping, or the carrier does not support merging.
    BadMerge,
    /// All aliases together exceed the size limit.
    TooLarge,
    /// A tag that the carrier does not support.
    Tag,
    /// The key is not the name of a variable.
    Key,
    /// A list or a mapping in place of a value.
    NotScalar,
    /// A list in place of a mapping, or the other way round.
    NotStructure,
    /// No value where one is required.
    Null,
    /// An unquoted boolean such as `true` or `yes`.
    Boolean,
    /// An unquoted number that the loader writes differently.
    Number,
    /// An unquoted number where only a string is allowed.
    NotString,
    /// It is not base64.
    Base64,
    /// It is not text once decoded.
    NotText,
    /// The value contains a zero byte.
    Nul,
    /// An entry of a list that is not of the form `KEY=value`.
    NoAssignment,
    /// An unterminated reference.
    Reference,
    /// All variables of an object that is not in the file.
    ForeignSource,
    /// A key that the Secret or ConfigMap in the file does not have.
    NoSuchKey,
    /// An object with variables that no container of the file refers to.
    Unreferenced,
    /// What the service extends is not read.
    Extends,
    /// The file that this one includes can't be determined from here.
    Include,
    /// Kustomize takes or changes something there that is not read.
    NotFollowed,
    /// Compose merges a file of this name over the file by itself, and nobody said that it should be read.
    Override(&'static str),
    /// A name that systemd does not allow.
    Name,
    /// A quote or an escape that systemd can't parse.
    Quoting,
    /// The path of a further file, which can't be determined from here.
    Path,
    /// What is set depends on a specifier of systemd that is not known here.
    Specifier,
    /// There is no specifier of that letter.
    NoSpecifier,
}
