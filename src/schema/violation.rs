//! What the variables violate in a schema, with everything a good message needs: limits and words from the schema,
//! counts from the value, never the value.

use std::fmt;

use crate::source::Span;

/// A requirement of the schema that the variables don't meet. Holds no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The kind, with the limits of the schema.
    pub kind: ViolationKind,
    /// The key it is about: an index into [`Schema::properties`](super::Schema::properties), or `None` for the whole set or
    /// an undeclared key.
    pub property: Option<u16>,
    /// The variable it is about: an index into the variables of the instance. `None` for the whole set and for an
    /// absent key.
    pub variable: Option<u32>,
    /// For a value that is a list, the index of the item, from 0.
    pub item: Option<u32>,
    /// The keyword, as a JSON Pointer into its file.
    pub pointer: String,
    /// The keyword's place in that file.
    pub span: Span,
    /// The file: 0 is the schema, `n` is the file `n - 1` beside it.
    pub file: u16,
}

/// The kind of a violation. Texts in it come from the schema, counts from the length of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViolationKind {
    /// A required key is absent.
    Required {
        /// The key.
        key: String,
    },
    /// A required key is present but empty, and the schema does not allow that.
    EmptyRequired {
        /// The key.
        key: String,
    },
    /// The value can't be read as any of these types, or has another type. It is the only violation of its key.
    Type {
        /// The types that the schema allows.
        expected: Vec<TypeName>,
        /// Whether the text could not be read at all; otherwise it was read as a type that this part of the schema does
        /// not allow.
        unreadable: bool,
    },
    /// The value is not among these.
    Enum {
        /// The allowed values as the schema writes them: strings as they are, anything else as JSON.
        allowed: Vec<String>,
    },
    /// The value is not this one.
    Const {
        /// The value of the schema, as in `Enum`.
        allowed: String,
    },
    /// The value does not match.
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// The value has too few or too many characters (Unicode scalar values).
    Length {
        /// How many it has.
        actual: usize,
        /// The minimum.
        min: Option<u32>,
        /// The maximum.
        max: Option<u32>,
    },
    /// The number is too small or too large.
    Range {
        /// Which side of which limit it must be on.
        bound: Bound,
        /// The limit, as the schema writes it.
        limit: String,
    },
    /// The number is not a multiple of this.
    MultipleOf {
        /// The step, as the schema writes it.
        step: String,
    },
    /// The value is not of this format.
    Format {
        /// The format's name.
        name: &'static str,
    },
    /// A boolean combination is not met.
    Combinator {
        /// Which.
        keyword: Combinator,
        /// For `anyOf`, and for `oneOf` if no branch matched: the violations of each branch.
        branches: Vec<Vec<Violation>>,
        /// For `oneOf`: the branches that matched.
        matched: Vec<u32>,
    },
    /// The value is one that `not` excludes with `const` or `enum`.
    Refused {
        /// The excluded values, as the schema writes them.
        values: Vec<String>,
    },
    /// All of these keys are set, which `not` excludes with `required`.
    Forbidden {
        /// The keys.
        keys: Vec<String>,
        /// Whether each of them by itself is excluded, as one of several alternatives.
        each: bool,
    },
    /// The key is not declared, and the schema allows no other keys. `variable` says which it is.
    Additional,
    /// The name of the key is not allowed by the schema. `variable` or `property` says which it is.
    PropertyName {
        /// What is wrong with it.
        why: Vec<ViolationKind>,
    },
    /// Nothing is allowed here: the schema is `false`.
    Never,
    /// A key is set that requires others.
    DependentRequired {
        /// The key that is missing.
        missing: String,
        /// The key that is set and requires it.
        because: String,
    },
    /// Of a group of keys, all or none must be set.
    Together {
        /// Those that are set.
        present: Vec<String>,
        /// Those that are not.
        missing: Vec<String>,
    },
    /// Of a group of keys, at most one may be set.
    Exclusive {
        /// Those that are set: two or more.
        present: Vec<String>,
    },
    /// Too few or too many keys are set.
    KeyCount {
        /// How many are.
        actual: usize,
        /// At least.
        min: Option<u32>,
        /// At most.
        max: Option<u32>,
    },
    /// The list has too few or too many items.
    ItemCount {
        /// How many it has.
        actual: usize,
        /// At least.
        min: Option<u32>,
        /// At most.
        max: Option<u32>,
    },
    /// Too few or too many items of the list match `contains`.
    Contains {
        /// How many are.
        actual: usize,
        /// At least.
        min: u32,
        /// At most.
        max: Option<u32>,
    },
    /// Two items of the list are equal.
    Unique {
        /// Their positions, from 0.
        items: (u32, u32),
    },
    /// A keyword that only the engine evaluates.
    Engine {
        /// The keyword.
        keyword: String,
    },
}

/// Which side of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// `minimum`.
    AtLeast,
    /// `maximum`.
    AtMost,
    /// `exclusiveMinimum`.
    Above,
    /// `exclusiveMaximum`.
    Below,
}

/// A keyword that combines schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Combinator {
    /// At least one.
    AnyOf,
    /// Exactly one.
    OneOf,
    /// Not this.
    Not,
}

impl Combinator {
    /// The keyword.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Combinator::AnyOf => "anyOf",
            Combinator::OneOf => "oneOf",
            Combinator::Not => "not",
        }
    }
}

/// The types a value can be read as, in the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeName {
    /// A decimal number without fraction.
    Integer,
    /// A decimal number.
    Number,
    /// Yes or no.
    Boolean,
    /// The empty string.
    Null,
    /// A list, split by the separator.
    Array,
    /// A JSON object.
    Object,
    /// The text as it is.
    String,
}

impl TypeName {
    /// All, in the order in which they are tried.
    pub const ALL: [TypeName; 7] = [
        TypeName::Integer,
        TypeName::Number,
        TypeName::Boolean,
        TypeName::Null,
        TypeName::Array,
        TypeName::Object,
        TypeName::String,
    ];

    /// The word of the schema.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TypeName::Integer => "integer",
            TypeName::Number => "number",
            TypeName::Boolean => "boolean",
            TypeName::Null => "null",
            TypeName::Array => "array",
            TypeName::Object => "object",
            TypeName::String => "string",
        }
    }
}

impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Types(u8);

impl Types {
    pub(crate) const NONE: Types = Types(0);

    pub(crate) const fn one(name: TypeName) -> Types {
        Types(1 << name as u8)
    }

    pub(crate) fn has(self, name: TypeName) -> bool {
        self.0 & Types::one(name).0 != 0
    }

    pub(crate) fn with(self, other: Types) -> Types {
        Types(self.0 | other.0)
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(crate) fn meets(self, other: Types) -> bool {
        self.0 & other.0 != 0
    }

    pub(crate) fn names(self) -> Vec<TypeName> {
        TypeName::ALL.into_iter().filter(|&name| self.has(name)).collect()
    }

    pub(crate) fn find(name: &str) -> Option<Types> {
        TypeName::ALL
            .into_iter()
            .find(|known| known.name() == name)
            .map(Types::one)
    }
}
