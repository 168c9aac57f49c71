//! The vocabulary of the schema language: a table of keywords, with the places where each is allowed and the values it
//! takes.

use super::violation::{TypeName, Types};

/// Where a keyword is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// In any schema.
    Any,
    /// At the root of the document only.
    Root,
    /// At the root of the document, or of a file beside it.
    Document,
    /// In the schema of a declared key, or in a definition that such a schema refers to.
    Property,
    /// Like `Property`, and also in a branch of `in`.
    PropertyOrIn,
}

/// The values a keyword takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Anything: the keyword is only an annotation.
    Anything,
    /// Text for people.
    Text,
    Flag,
    List,
    Count,
    Limit,
    /// A number above zero.
    Step,
    /// `type`.
    Types,
    /// `enum`.
    Values,
    Pattern,
    Format,
    Schema,
    Schemas,
    /// An object whose values are schemas.
    SchemaMap,
    /// An object from patterns to schemas.
    PatternMap,
    /// A list of distinct keys.
    Keys,
    /// An object from keys to lists of keys.
    KeyLists,
    Reference,
    /// A name within the document: `$anchor`, `$dynamicAnchor`.
    Anchor,
    /// Read elsewhere: envgate's own keywords at the root and in a property.
    Own,
}

macro_rules! keywords {
    ($($variant:ident $name:literal $place:ident $shape:ident,)*) => {
        /// A keyword.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Keyword { $($variant),* }

        /// All keywords, sorted by the bytes of their names.
        static TABLE: &[(&str, Keyword, Place, Shape)] = &[$(($name, Keyword::$variant, Place::$place, Shape::$shape)),*];
    };
}

keywords! {
    Anchor "$anchor" Any Anchor,
    Comment "$comment" Any Text,
    Defs "$defs" Any SchemaMap,
    DynamicAnchor "$dynamicAnchor" Any Anchor,
    DynamicRef "$dynamicRef" Any Reference,
    Id "$id" Document Text,
    Ref "$ref" Any Reference,
    Dialect "$schema" Document Text,
    AdditionalProperties "additionalProperties" Any Schema,
    AllOf "allOf" Any Schemas,
    AllowedIn "allowedIn" Property Own,
    AnyOf "anyOf" Any Schemas,
    Category "category" Property Text,
    Const "const" Any Anything,
    Contains "contains" Any Schema,
    ContentEncoding "contentEncoding" Any Text,
    ContentMediaType "contentMediaType" Any Text,
    ContentSchema "contentSchema" Any Schema,
    Default "default" Any Anything,
    DependentRequired "dependentRequired" Any KeyLists,
    DependentSchemas "dependentSchemas" Any SchemaMap,
    Deprecated "deprecated" Any Flag,
    Description "description" Any Text,
    Dialects "dialects" Root Own,
    DistinctAcross "distinctAcross" Property Own,
    Else "else" Any Schema,
    Encoding "encoding" Property Own,
    Enum "enum" Any Values,
    EnvironmentKey "environmentKey" Root Own,
    Environments "environments" Root Own,
    Examples "examples" Any List,
    Exclusive "exclusive" Root Own,
    ExclusiveMaximum "exclusiveMaximum" Any Limit,
    ExclusiveMinimum "exclusiveMinimum" Any Limit,
    Format "format" Any Format,
    If "if" Any Schema,
    In "in" Property Own,
    Items "items" Any Schema,
    MaxContains "maxContains" Any Count,
    MaxItems "maxItems" Any Count,
    MaxLength "maxLength" Any Count,
    MaxProperties "maxProperties" Any Count,
    Maximum "maximum" Any Limit,
    MinBits "minBits" PropertyOrIn Own,
    MinContains "minContains" Any Count,
    MinItems "minItems" Any Count,
    MinLength "minLength" Any Count,
    MinProperties "minProperties" Any Count,
    Minimum "minimum" Any Limit,
    MultipleOf "multipleOf" Any Step,
    Not "not" Any Schema,
    OneOf "oneOf" Any Schemas,
    Owner "owner" Property Text,
    Pattern "pattern" Any Pattern,
    PatternProperties "patternProperties" Any PatternMap,
    Phases "phases" Property Own,
    PrefixItems "prefixItems" Any Schemas,
    Properties "properties" Any SchemaMap,
    PropertyNames "propertyNames" Any Schema,
    ReadOnly "readOnly" Any Flag,
    ReplacedBy "replacedBy" Property Own,
    Required "required" Any Keys,
    RequiredIn "requiredIn" Property Own,
    Rotation "rotation" Root Own,
    Rules "rules" Root Own,
    Runbook "runbook" Property Text,
    Secret "secret" PropertyOrIn Own,
    Separator "separator" Property Own,
    Then "then" Any Schema,
    Title "title" Any Text,
    Together "together" Root Own,
    Type "type" Any Types,
    UnevaluatedItems "unevaluatedItems" Any Schema,
    UnevaluatedProperties "unevaluatedProperties" Any Schema,
    UniqueItems "uniqueItems" Any Flag,
    WriteOnly "writeOnly" Any Flag,
}

/// For each ASCII byte, the row at which the keywords beginning with it start. Every member of a schema is looked up
/// several times; few keywords share a first letter, and most of those differ in length.
static STARTS: [u8; 129] = {
    let (mut starts, mut byte, mut row) = ([0; 129], 0, 0);
    while byte < starts.len() {
        while row < TABLE.len() && (TABLE[row].0.as_bytes()[0] as usize) < byte {
            row += 1;
        }
        #[expect(clippy::cast_possible_truncation, reason = "there are fewer keywords than u8 counts")]
        {
            starts[byte] = row as u8;
        }
        byte += 1;
    }
    starts
};

impl Keyword {
    /// Returns the keyword with that name.
    pub(crate) fn find(name: &str) -> Option<Keyword> {
        let first = usize::from(*name.as_bytes().first()?);
        let (start, end) = (*STARTS.get(first)?, *STARTS.get(first + 1)?);
        TABLE[usize::from(start)..usize::from(end)]
            .iter()
            .find(|row| row.0 == name)
            .map(|row| row.1)
    }

    pub(crate) fn name(self) -> &'static str {
        TABLE[self as usize].0
    }

    pub(crate) fn place(self) -> Place {
        TABLE[self as usize].2
    }

    pub(crate) fn shape(self) -> Shape {
        TABLE[self as usize].3
    }

    /// Returns the types that it constrains, if it constrains only some. What `format` constrains depends on which one it is, so it is not included.
    pub(crate) fn concerns(self) -> Types {
        use Keyword::{
            AdditionalProperties, Contains, DependentRequired, DependentSchemas, ExclusiveMaximum, ExclusiveMinimum,
            Items, MaxContains, MaxItems, MaxLength, MaxProperties, Maximum, MinContains, MinItems, MinLength,
            MinProperties, Minimum, MultipleOf, Pattern, PatternProperties, PrefixItems, Properties, PropertyNames,
            Required, Separator, UnevaluatedItems, UnevaluatedProperties, UniqueItems,
        };
        match self {
            Minimum | Maximum | ExclusiveMinimum | ExclusiveMaximum | MultipleOf => {
                Types::one(TypeName::Number).with(Types::one(TypeName::Integer))
            }
            MinLength | MaxLength | Pattern => Types::one(TypeName::String),
            Items | PrefixItems | MinItems | MaxItems | UniqueItems | Contains | MinContains | MaxContains
            | UnevaluatedItems | Separator => Types::one(TypeName::Array),
            Properties
            | PatternProperties
            | AdditionalProperties
            | PropertyNames
            | Required
            | MinProperties
            | MaxProperties
            | DependentRequired
            | DependentSchemas
            | UnevaluatedProperties => Types::one(TypeName::Object),
            _ => Types::NONE,
        }
    }

    /// Returns every keyword.
    pub(crate) fn all() -> impl Iterator<Item = Keyword> {
        TABLE.iter().map(|row| row.1)
    }
}

/// Returns what replaced a keyword of older JSON Schema drafts or of other tools, and what to do.
pub(crate) fn replaced(name: &str) -> Option<&'static str> {
    let of = |row: &&(&[&str], &'static str)| row.0.contains(&name);
    Some(REPLACED.iter().find(of)?.1)
}

const REPLACED: [(&[&str], &str); 20] = [
    (&["definitions"], "JSON Schema 2020-12 calls it \"$defs\""),
    (
        &["dependencies"],
        "JSON Schema 2020-12 has \"dependentRequired\" and \"dependentSchemas\" instead",
    ),
    (
        &["additionalItems"],
        "JSON Schema 2020-12 has \"prefixItems\" and \"items\" instead",
    ),
    (&["$recursiveRef"], "JSON Schema 2020-12 calls it \"$dynamicRef\""),
    (&["$recursiveAnchor"], "JSON Schema 2020-12 calls it \"$dynamicAnchor\""),
    (&["id"], "JSON Schema 2020-12 calls it \"$id\""),
    (&["$vocabulary"], "it belongs to meta-schemas"),
    (
        &["optional"],
        "a key is optional unless \"required\" or \"requiredIn\" names it",
    ),
    (&["values", "choices", "oneof"], "a list of allowed values is \"enum\""),
    (
        &["maxAge", "rotateEvery", "rotationPeriod", "expiresAfter"],
        "how old a secret may be is said by its policy: \"secret\": { \"maxAge\": \"P90D\" }",
    ),
    (
        &["allowedEnvironments", "onlyIn"],
        "the environments that may set a key are a list, \"allowedIn\"",
    ),
    (
        &["requiredEnvironments", "requiredFor"],
        "the environments that need a key are a list, \"requiredIn\"",
    ),
    (&["min"], "a number has \"minimum\", a string \"minLength\""),
    (&["max"], "a number has \"maximum\", a string \"maxLength\""),
    (&["regex", "regexp"], "a regular expression is \"pattern\""),
    (
        &["vars", "variables", "keys"],
        "the keys are declared in \"properties\"",
    ),
    (
        &["example"],
        "values that only show how it looks are a list, \"examples\"",
    ),
    (
        &["nullable"],
        "\"type\" takes a list: [\"integer\", \"null\"] may be empty",
    ),
    (&["sensitive"], "mark it \"secret\": true"),
    (&["envs", "stages"], "they are declared in \"environments\""),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_in_the_order_of_the_enum() {
        for (index, row) in TABLE.iter().enumerate() {
            assert_eq!(row.1 as usize, index, "{}", row.0);
            assert_eq!(Keyword::find(row.0), Some(row.1));
        }
        assert_eq!(Keyword::find("minLenght"), None);
    }
}
