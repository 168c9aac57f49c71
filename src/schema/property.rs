//! Reads what the schema says about a declared key beyond what is checked: secrecy, environments, phases, and notes for
//! people.
//!
//! These keywords are in the schema of the key, or in a definition it refers to with `$ref`; the nearer one wins.

use std::borrow::Cow;
use std::sync::atomic::AtomicU16;

use super::documents::{Documents, Target};
use super::environments;
use super::instance::Constant;
use super::json::{Json, Node, quoted};
use super::keyword::Keyword;
use super::parts::Declared;
use super::policy::{self, Key, Remark, Rotation, SecretWord};
use super::{Encoding, EnvironmentId, EnvironmentSpec, Errors, Phase, Property, SecretSpec};
use crate::find;
use crate::join::join;
use crate::name::secrecy;
use crate::source::Span;

/// How many consecutive `$ref`s are followed.
const MAX_CHAIN: usize = 64;

const ENCODINGS: [(&str, Encoding); 4] = [
    ("hex", Encoding::Hex),
    ("base64", Encoding::Base64),
    ("base64url", Encoding::Base64Url),
    ("utf8", Encoding::Utf8),
];

const PHASES: [(&str, Phase); 3] = [("build", Phase::Build), ("deploy", Phase::Deploy), ("run", Phase::Run)];

/// What the keywords of a property may refer to.
pub(crate) struct Names<'n> {
    pub environments: &'n [EnvironmentSpec],
    pub rotation: &'n Rotation,
}

/// The keywords of one schema.
#[derive(Default)]
pub(crate) struct Words {
    secret: Option<SecretWord>,
    in_secret: Vec<(EnvironmentId, SecretWord)>,
    pub required_in: Option<Vec<EnvironmentId>>,
    allowed_in: Option<Vec<EnvironmentId>>,
    pub phases: Option<Vec<Phase>>,
    min_bits: Option<u32>,
    /// For each environment, its name as written there.
    in_bits: Vec<(EnvironmentId, String, u32)>,
    in_default: Vec<(EnvironmentId, String)>,
    encoding: Option<Encoding>,
    distinct_across: Option<Vec<EnvironmentId>>,
    replaced_by: Option<String>,
    owner: Option<String>,
    runbook: Option<String>,
    category: Option<String>,
    title: Option<String>,
    description: Option<String>,
    deprecated: Option<bool>,
    default: Option<String>,
    examples: Option<Vec<String>>,
    /// Where its policy is weaker than a preset.
    pub remarks: Vec<Remark>,
}

/// Reads the keywords of one schema and reports mistakes in them.
pub(crate) fn read_words(node: &Node<'_>, names: &Names<'_>, errors: &mut Errors) -> Words {
    let mut words = Words::default();
    let Some(object) = node.as_object() else { return words };
    let text = |node: &Node<'_>| node.as_str().map(str::to_owned);
    let list = |node: &Node<'_>, keyword: Keyword, errors: &mut Errors| {
        environments::read_names(node, keyword.name(), names.environments, errors)
    };
    let separator = node.get("separator").and_then(Node::as_str).unwrap_or(",");
    for member in &object.members {
        let value = &member.value;
        let Some(keyword) = Keyword::find(&member.key) else {
            continue;
        };
        match keyword {
            Keyword::Secret => {
                words.secret = Some(policy::read_secret(value, names.rotation, names.environments, errors));
            }
            Keyword::RequiredIn => words.required_in = Some(list(value, keyword, errors)),
            Keyword::DistinctAcross => words.distinct_across = Some(list(value, keyword, errors)),
            Keyword::AllowedIn => {
                words.allowed_in = Some(list(value, keyword, errors));
                if value.as_array().is_some_and(<[_]>::is_empty) {
                    errors.push_help(
                        value.span,
                        "\"allowedIn\" names no environment, so the key is allowed nowhere",
                        "use false as the schema of a key that must not be set",
                    );
                }
            }
            Keyword::Phases => words.phases = read_phases(value, errors),
            Keyword::MinBits => words.min_bits = read_bits(value, errors),
            Keyword::Encoding => words.encoding = choose(value, "encoding", &ENCODINGS, errors),
            Keyword::ReplacedBy => words.replaced_by = errors.string(value, "replacedBy").map(str::to_owned),
            Keyword::In => read_in(value, separator, names, &mut words, errors),
            Keyword::Separator if errors.string(value, "separator") == Some("") => {
                errors.push(value.span, "\"separator\" can't be empty");
            }
            // Their types are checked with those of all other annotations.
            Keyword::Owner => words.owner = text(value),
            Keyword::Runbook => words.runbook = text(value),
            Keyword::Category => words.category = text(value),
            Keyword::Title => words.title = text(value),
            Keyword::Description => words.description = text(value),
            Keyword::Deprecated => words.deprecated = Some(matches!(value.json, Json::Bool(true))),
            Keyword::Default => words.default = Some(as_text(value, separator)),
            Keyword::Examples => {
                let texts = |items: &[Node<'_>]| items.iter().map(|item| as_text(item, separator)).collect();
                words.examples = value.as_array().map(texts);
            }
            _ => {}
        }
    }
    refuse_required_and_forbidden(node, &words, names, errors);
    words
}

fn refuse_required_and_forbidden(node: &Node<'_>, words: &Words, names: &Names<'_>, errors: &mut Errors) {
    if let (Some(required), Some(allowed), Some(node)) = (&words.required_in, &words.allowed_in, node.get("requiredIn"))
        && let Some(id) = required.iter().find(|id| !allowed.contains(id))
    {
        let name = quoted(&names.environments[usize::from(id.0)].name);
        errors.push(
            node.span,
            format!("the key is required in {name}, where \"allowedIn\" does not allow it"),
        );
    }
}

/// Builds a declared key from its own keywords and those of the definitions it refers to.
pub(crate) fn property(
    declared: &Declared<'_, '_>,
    documents: &Documents<'_>,
    names: &Names<'_>,
    everywhere: bool,
    errors: &mut Errors,
) -> (Property, Words) {
    let &Declared {
        name: key,
        schema,
        ref further,
        span,
        ref pointer,
    } = declared;
    let mut words = gathered(schema, documents, names);
    for other in further {
        words.inherit(gathered(*other, documents, names));
    }
    if everywhere {
        check_allowed_everywhere(key, span, &words, names, errors);
    }
    let every = || (0..names.environments.len()).filter_map(|index| u16::try_from(index).ok().map(EnvironmentId));
    let (secret, remarks) = secret(key, span, &words, names, &every().collect::<Vec<_>>(), errors);
    let own_bits = |id: EnvironmentId| words.in_bits.iter().find(|own| own.0 == id);
    let own_default = |id: EnvironmentId| words.in_default.iter().find(|own| own.0 == id);
    let called_secret = secrecy::looks_secret(key.as_bytes());
    let property = Property {
        name: key.to_owned(),
        span,
        min_bits: every()
            .map(|id| own_bits(id).map(|own| own.2).or(words.min_bits))
            .collect(),
        bits_in: every()
            .map(|id| own_bits(id).map(|own| format!("{pointer}/in/{}", escaped(&own.1))))
            .collect(),
        default_in: every()
            .map(|id| own_default(id).map(|own| &own.1).or(words.default.as_ref()).cloned())
            .collect(),
        pointer: pointer.clone(),
        title: words.title.take(),
        description: words.description.take(),
        category: words.category.take(),
        default: words.default.take(),
        encoding: words.encoding,
        deprecated: words.deprecated.unwrap_or_default(),
        replaced_by: words.replaced_by.take(),
        distinct_across: match (words.distinct_across.take(), &secret) {
            (Some(named), _) => named,
            (None, Some(_)) => every().collect(),
            (None, None) => Vec::new(),
        },
        required_in: words.required_in.clone().unwrap_or_default(),
        allowed_in: words.allowed_in.take(),
        phases: words.phases.clone(),
        secret,
        owner: words.owner.take(),
        runbook: words.runbook.take(),
        examples: words.examples.take().unwrap_or_default(),
        // A switch is none, whatever it is called, and nor is what the schema says is none.
        looks_secret: called_secret
            && words.secret.is_none()
            && schema.node.get("type").and_then(Node::as_str) != Some("boolean"),
        called_secret,
        noted: AtomicU16::default(),
    };
    words.remarks = remarks;
    (property, words)
}

/// Merges the keywords of a key with those of what it refers to. Mistakes in definitions are reported where the
/// definition is read.
fn gathered(schema: Target<'_, '_>, documents: &Documents<'_>, names: &Names<'_>) -> Words {
    let mut unheard = Errors::default();
    let mut words = read_words(schema.node, names, &mut unheard);
    words.set_file(schema.file);
    let mut at = schema;
    for _ in 0..MAX_CHAIN {
        let Some(target) = documents.behind(at) else { break };
        let mut further = read_words(target.node, names, &mut unheard);
        further.set_file(target.file);
        words.inherit(further);
        at = target;
    }
    words
}

/// A key that is required everywhere must be allowed everywhere.
fn check_allowed_everywhere(key: &str, span: Span, words: &Words, names: &Names<'_>, errors: &mut Errors) {
    if let Some(allowed) = &words.allowed_in
        && allowed.len() < names.environments.len()
    {
        let message = format!(
            "{} is required everywhere, but \"allowedIn\" does not allow it everywhere",
            quoted(key)
        );
        let help = "name the environments in \"requiredIn\" instead of \"required\"";
        errors.push_help(span, &message, help);
    }
}

/// Returns the requirements on the age of a secret. A key that is secret in one environment is treated as a secret in
/// all.
fn secret(
    key: &str,
    span: Span,
    words: &Words,
    names: &Names<'_>,
    environments: &[EnvironmentId],
    errors: &mut Errors,
) -> (Option<SecretSpec>, Vec<Remark>) {
    let unsaid = SecretWord::default();
    let word = words.secret.as_ref().unwrap_or(&unsaid);
    if !word.is_secret && !words.in_secret.iter().any(|(_, word)| word.is_secret) {
        return (None, Vec::new());
    }
    let key = Key {
        name: key,
        span,
        owner: words.owner.as_deref(),
        runbook: words.runbook.as_deref(),
        environments,
        word,
        own: &words.in_secret,
    };
    let mut remarks = Vec::new();
    let policies = names.rotation.of(&key, errors, &mut remarks);
    (Some(SecretSpec { policies }), remarks)
}

impl Words {
    /// Returns the classes that it names.
    pub(crate) fn classes(&self) -> impl Iterator<Item = &str> {
        let inside = self.in_secret.iter().map(|(_, word)| word);
        self.secret
            .iter()
            .chain(inside)
            .filter_map(|word| word.class.as_deref())
    }

    /// Records the file that the keywords are in.
    fn set_file(&mut self, file: u16) {
        let inside = self.in_secret.iter_mut().map(|(_, word)| word);
        for declared in self
            .secret
            .iter_mut()
            .chain(inside)
            .filter_map(|word| word.declared.as_mut())
        {
            declared.set_file(file);
        }
    }

    /// Fills in keywords from `other`; existing ones win.
    fn inherit(&mut self, other: Words) {
        macro_rules! inherit {
            ($($field:ident)*) => { $( if self.$field.is_none() { self.$field = other.$field; } )* };
        }
        inherit!(secret required_in allowed_in phases min_bits encoding distinct_across replaced_by owner runbook category title description deprecated default examples);
        self.in_bits.extend(other.in_bits);
        self.in_secret.extend(other.in_secret);
        self.in_default.extend(other.in_default);
    }
}

fn read_phases(node: &Node<'_>, errors: &mut Errors) -> Option<Vec<Phase>> {
    let items = node.as_array();
    if items.is_none_or(<[_]>::is_empty) {
        errors.wrong_kind(
            node,
            "phases",
            "a list of \"build\", \"deploy\" and \"run\" that is not empty",
        );
        return None;
    }
    Some(
        items?
            .iter()
            .filter_map(|item| choose(item, "phases", &PHASES, errors))
            .collect(),
    )
}

fn read_bits(node: &Node<'_>, errors: &mut Errors) -> Option<u32> {
    match node.json {
        Json::Number(number) if number.as_count().is_some_and(|bits| (1..=1 << 20).contains(&bits)) => {
            number.as_count()
        }
        _ => {
            errors.push_help(
                node.span,
                "\"minBits\" takes a number of bits, from 1",
                "a key of 32 random bytes has 256",
            );
            None
        }
    }
}

/// Reads the keywords in the branches of `in`; the schemas there are read with all others.
fn read_in(node: &Node<'_>, separator: &str, names: &Names<'_>, words: &mut Words, errors: &mut Errors) {
    let Some(object) = node.as_object() else {
        errors.wrong_kind(node, "in", "an object: environments to schemas");
        return;
    };
    let mut seen = Vec::new();
    for member in &object.members {
        let Some(id) = environments::find_in(&member.key, member.key_span, names.environments, errors) else {
            continue;
        };
        if seen.contains(&id) {
            errors.push(
                member.key_span,
                format!(
                    "{} is an environment that is already in this \"in\"",
                    quoted(&member.key)
                ),
            );
        }
        seen.push(id);
        if let Some(bits) = member.value.get("minBits").and_then(|node| read_bits(node, errors)) {
            words.in_bits.push((id, member.key.to_string(), bits));
        }
        if let Some(node) = member.value.get("secret") {
            let word = policy::read_secret(node, names.rotation, names.environments, errors);
            words.in_secret.push((id, word));
        }
        if let Some(default) = member.value.get("default") {
            let own = member.value.get("separator").and_then(Node::as_str);
            words.in_default.push((id, as_text(default, own.unwrap_or(separator))));
        }
    }
}

/// Escapes a name as a token of a JSON Pointer.
pub(crate) fn escaped(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        find::replace(&find::replace(name, "~", "~0"), "/", "~1").into()
    } else {
        name.into()
    }
}

/// Reads one of a few words.
fn choose<T: Copy>(node: &Node<'_>, keyword: &str, known: &[(&'static str, T)], errors: &mut Errors) -> Option<T> {
    let word = errors.string(node, keyword)?;
    let found = known.iter().find(|row| row.0 == word).map(|row| row.1);
    if found.is_none() {
        let names = || known.iter().map(|row| row.0);
        let message = format!(
            "{} takes {}, not {}",
            quoted(keyword),
            crate::suggest::list(names(), "or"),
            quoted(word)
        );
        errors.unknown(node.span, &message, word, names());
    }
    found
}

/// Formats a value as it would be written in a file: a string as it is, a list with the separator between its items,
/// anything else as JSON.
pub(super) fn as_text(node: &Node<'_>, separator: &str) -> String {
    let is_plain = |item: &Node<'_>| item.as_array().is_none() && item.as_object().is_none();
    match node.as_array() {
        Some(items) if items.iter().all(is_plain) => {
            let texts: Vec<String> = items.iter().map(|item| Constant::of(item).show()).collect();
            join(&texts, separator)
        }
        _ => Constant::of(node).show(),
    }
}
