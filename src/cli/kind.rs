//! What the value of a key must be, in the few words for which a table, an example file or a list of what to set before a deployment has room.

use std::collections::BTreeSet;

use envgate::report::{counted, neutralise};
use envgate::schema::{EnvironmentId, Format, Property, Schema, Shape};
use serde_json::Value;

use crate::said::Said;

/// Returns what the value of a key must be in some environments. Of a secret, nothing that it could be.
pub(crate) fn kind(said: &Said<'_>, schema: &Schema, property: &Property, environments: &[EnvironmentId]) -> String {
    let shapes = environments.iter().map(|&id| schema.shape(id, property).of);
    let shapes: Vec<Vec<Shape>> = shapes.collect();
    let (mut words, mut choices, mut seen) = (Vec::<String>::new(), Vec::new(), BTreeSet::new());
    for shape in shapes.iter().flatten() {
        if let Shape::Literal(json) = shape {
            let choice = serde_json::from_str::<String>(json).unwrap_or_else(|_| json.clone());
            let choice = line(&choice);
            if seen.insert(choice.clone()) {
                choices.push(choice);
            }
        } else if !words.iter().any(|known| known == word(shape)) {
            words.push(word(shape).to_owned());
        }
    }
    if property.holds_secret() && !choices.is_empty() {
        words.push("one of those that the schema names".to_owned());
    } else if !choices.is_empty() {
        let one_of = if choices.len() > 1 { "one of " } else { "" };
        words.insert(0, format!("{one_of}{}", choices.join(", ")));
    }
    if words.is_empty() {
        return "must not be set".to_owned();
    }
    // Limits beside a few values, or to what is no text and no number, say next to nothing.
    let is_limited = |words: &[String]| choices.is_empty() && words.iter().any(|word| TAKES_LIMITS.contains(&&**word));
    let mut limits = String::new();
    if is_limited(&words) {
        let allowed = environments.iter().zip(&shapes).filter(|(_, of)| !of.is_empty());
        let each = allowed.map(|(&id, _)| (id, Limits::of(said, schema, property, id, &words)));
        limits = worded(each.collect(), schema, &mut words);
    }
    words.join(" or ") + &limits
}

/// The words that have limits behind them.
const TAKES_LIMITS: [&str; 3] = ["text", "whole number", "number"];

/// Returns the word for a type.
pub(crate) fn word(shape: &Shape) -> &'static str {
    match shape {
        Shape::Null => "empty",
        Shape::Boolean => "true or false",
        Shape::Number(true) => "whole number",
        Shape::Number(false) => "number",
        Shape::String => "text",
        Shape::List(..) => "list",
        Shape::Object => "JSON object",
        Shape::Literal(_) => "word",
    }
}

/// What is asked of a text or a number in one environment.
#[derive(PartialEq, Eq)]
struct Limits {
    /// What its `format` is called.
    format: Option<String>,
    others: Vec<String>,
}

impl Limits {
    fn of(said: &Said<'_>, schema: &Schema, property: &Property, id: EnvironmentId, words: &[String]) -> Limits {
        let spec = &schema.environments()[usize::from(id.0)];
        let all = |word| said.words(&property.name, spec, word);
        let has = |word: &str| words.iter().any(|known| known == word);
        let mut others = Vec::new();
        if has("text") {
            let characters = |count: &Value| counted(usize::try_from(count.as_u64()?).ok()?, "character").into();
            let [least, most] = [strictest(&all("minLength"), true), strictest(&all("maxLength"), false)];
            others.extend(between(least, most, &characters));
        }
        if has("number") || has("whole number") {
            let [least, most] = [strictest(&all("minimum"), true), strictest(&all("maximum"), false)];
            others.extend(between(least, most, &|number| Some(number.to_string())));
            let beyond = [
                ("above", "exclusiveMinimum", true),
                ("below", "exclusiveMaximum", false),
            ];
            let beyond =
                beyond.map(|(how, word, is_lower)| Some(format!("{how} {}", strictest(&all(word), is_lower)?)));
            others.extend(beyond.into_iter().flatten());
        }
        // The pattern of a secret may be the secret.
        if has("text") && !property.holds_secret() {
            let patterns = all("pattern").into_iter().filter_map(Value::as_str);
            others.extend(patterns.map(|pattern| format!("of the form {}", line(pattern))));
        }
        let format = all("format").into_iter().find_map(|name| Format::find(name.as_str()?));
        Limits {
            format: format.map(called),
            others,
        }
    }
}

/// Returns the name of a format, with its example in brackets.
fn called(format: Format) -> String {
    let described = format.description();
    let article = ["a ", "an "].iter().find_map(|article| described.strip_prefix(article));
    let name = article.unwrap_or(described);
    match name.split_once(", such as ") {
        Some((name, example)) => format!("{name} (such as {example})"),
        None => name.to_owned(),
    }
}

/// The limit that counts: the highest of lower ones, and the lowest of upper ones.
fn strictest<'v>(limits: &[&'v Value], is_lower: bool) -> Option<&'v Value> {
    let number = |value: &&&Value| value.as_f64().unwrap_or_default();
    let order = |a: &&&Value, b: &&&Value| number(a).total_cmp(&number(b));
    let limits = limits.iter();
    let found = if is_lower {
        limits.max_by(order)
    } else {
        limits.min_by(order)
    };
    found.copied()
}

/// Says between which limits something is. `shown` gives a limit with its unit.
fn between(least: Option<&Value>, most: Option<&Value>, shown: &dyn Fn(&Value) -> Option<String>) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) if least == most => shown(most),
        (Some(least), Some(most)) => Some(format!("{least} to {}", shown(most)?)),
        (Some(least), None) => Some(format!("at least {}", shown(least)?)),
        (None, Some(most)) => Some(format!("at most {}", shown(most)?)),
        (None, None) => None,
    }
}

/// Words the limits of all environments, naming those in which they differ. A format that all have takes the place of its type in `words`.
fn worded(mut each: Vec<(EnvironmentId, Limits)>, schema: &Schema, words: &mut [String]) -> String {
    let format = each.first().and_then(|(_, limits)| limits.format.clone());
    let is_of_all = each.iter().all(|(_, limits)| limits.format == format);
    let typed = match words {
        [only] => Some(only),
        several => several.iter_mut().find(|word| *word == "text"),
    };
    if let (true, Some(format), Some(typed)) = (is_of_all, format, typed) {
        *typed = format;
        for (_, limits) in &mut each {
            limits.format = None;
        }
    }
    let mut groups: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for (id, limits) in each {
        let name = &*schema.environments()[usize::from(id.0)].name;
        let said: Vec<String> = limits.format.into_iter().chain(limits.others).collect();
        match groups.iter_mut().find(|group| group.0 == said) {
            Some(group) => group.1.push(name),
            None => groups.push((said, vec![name])),
        }
    }
    let is_one = groups.len() == 1;
    let groups = groups.into_iter().filter(|(said, _)| !said.is_empty());
    let groups = groups.map(|(said, names)| {
        let place = if is_one {
            String::new()
        } else {
            format!(" in {}", line(&names.join(", ")))
        };
        format!(", {}{place}", said.join(", "))
    });
    groups.collect()
}

/// Puts words of the schema on one line.
pub(crate) fn line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    neutralise(&words.join(" ")).into_owned()
}
