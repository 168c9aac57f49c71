//! Variables from a file other than .env: what a document holds of them, in place of spans into the file.
//!
//! A value in YAML, JSON or base64 is another text than a program gets, so what it gets is kept here, with the place of every key
//! and value in the file. The readers are in [`carrier`](crate::carrier); the model sees no difference.

use std::fmt;

use zeroize::Zeroizing;

use crate::source::Span;

use super::document::{Assignment, AssignmentKind, Document, RawValue, SyntaxError};

/// What is kept for a document of another carrier.
#[derive(Default)]
pub(super) struct Carried {
    /// Keys and values, one behind the other.
    text: Zeroizing<Vec<u8>>,
    /// Where key and value of each assignment stand in the file.
    pub(super) places: Vec<(Span, Span)>,
    pub(super) structure: Vec<Span>,
    pub(super) stores: Stores,
}

/// Secrets and ConfigMaps, as `secret/NAME` and `configmap/NAME`.
#[derive(Default)]
pub(crate) struct Stores {
    /// Those that stand in the file.
    pub(crate) held: Vec<Box<str>>,
    /// Those of other files from which a container takes all variables under their names, and where it names them.
    pub(crate) wanted: Vec<(Span, Box<str>)>,
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
    /// Where its name stands.
    pub(crate) key_span: Span,
    /// Where its value stands, or what stands for it.
    pub(crate) value_span: Span,
}

/// What a carrier holds for a variable.
#[derive(Clone)]
#[cfg_attr(
    not(feature = "yaml"),
    allow(dead_code, reason = "an object of variables holds them all")
)]
pub(crate) enum Held {
    Known(Zeroizing<Vec<u8>>),
    External(External),
}

impl Document {
    /// The document of another carrier: its variables from low to high precedence, what is wrong with it, and what names its structure.
    #[must_use]
    pub(crate) fn carried(
        bindings: &[Binding],
        errors: Vec<SyntaxError>,
        structure: Vec<Span>,
        stores: Stores,
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
    /// Kubernetes takes it from the pod or the container: `fieldRef`, `resourceFieldRef`.
    Field,
    /// It is an expression, such as `${{ secrets.NAME }}`.
    Expression,
    /// The key stands alone, and the value is passed on from the shell.
    PassedOn,
    /// It refers to a variable from outside of the file.
    Interpolated,
    /// It holds a specifier of systemd, such as `%h`.
    Specifier,
}

impl External {
    /// Where the value is, for people.
    #[must_use]
    pub fn place(self) -> &'static str {
        match self {
            External::Secret => "in a Secret that is not in this file",
            External::ConfigMap => "in a ConfigMap that is not in this file",
            External::Field => "in the pod, once it runs",
            External::Expression => "in an expression, which the runner evaluates",
            External::PassedOn => "in the shell that passes it on",
            External::Interpolated => "outside of this file, from where it is interpolated",
            External::Specifier => "in a specifier, which systemd resolves",
        }
    }
}

/// What is wrong with an entry of another carrier than a .env file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryError {
    /// This build does not read such files.
    Unsupported,
    /// It is not JSON from here on.
    NotJson,
    /// It is not YAML from here on.
    NotYaml,
    /// A template (`{{ … }}`), from which the YAML is yet to be made.
    Template,
    /// The file is not of the carrier that it is read as, or of none that is known.
    UnknownKind,
    /// There is no such part of the file.
    NoSuchPart,
    /// Two parts of the file set a key to different values.
    Ambiguous,
    /// What it takes from other files differs from part to part.
    AmbiguousFiles,
    /// A key stands twice in one mapping.
    Duplicate,
    /// An alias names no anchor, or leads back to itself.
    BadAlias,
    /// What is merged is no mapping, or the carrier knows no merging.
    BadMerge,
    /// All aliases together are larger than the bound.
    TooLarge,
    /// A tag that the carrier does not know.
    Tag,
    /// The key is no name of a variable.
    Key,
    /// A list or a mapping stands where a value should.
    NotScalar,
    /// A list stands where a mapping should, or the like.
    NotStructure,
    /// Nothing stands where a value should.
    Null,
    /// `true`, `yes` and the like without quotes.
    Boolean,
    /// A number without quotes that the loader writes in another way.
    Number,
    /// A number without quotes where only a string will do.
    NotString,
    /// It is not base64.
    Base64,
    /// It is no text once decoded.
    NotText,
    /// The value holds a zero byte.
    Nul,
    /// An entry of a list that is no `KEY=value`.
    NoAssignment,
    /// A reference that begins and does not end.
    Reference,
    /// All variables of an object that is not in the file.
    ForeignSource,
    /// An object with variables of which no container of the file takes any.
    Unreferenced,
    /// What the service extends is not read.
    Extends,
    /// The services of another file that this one includes are not read with it.
    Include,
    /// A quote or an escape that systemd can't read.
    Quoting,
    /// The path of a further file that can't be told from here.
    Path,
}
