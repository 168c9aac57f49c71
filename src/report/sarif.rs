//! SARIF 2.1.0, for GitHub code scanning and other viewers.
//!
//! All rules are listed with their help, whether or not they found anything, so that a reader sees what was checked.
//! Alerts are identified by `partialFingerprints`. GitHub only uses `primaryLocationLineHash`, and if it were missing
//! would compute it from the text of the line, which would be a hash of a value. Suppressed, waived and baselined
//! diagnostics are only counted, since code scanning shows a result with `suppressions` as an open alert.

use crate::diagnostic::{Edit, Fix, Label, Severity};
use crate::instant::Shown;
#[cfg(feature = "cli")]
use crate::report::Part;
use crate::report::export::{Export, RuleText};
use crate::report::jsontext::JsonText;
use crate::report::merged::{Merged, merged};
use crate::report::places::{Place, Places};
use crate::report::{neutralise, summary};
use crate::source::{Location, PositionEncoding, SourceId};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Renders a report; `rules` are all existing rules, sorted by code.
#[must_use]
pub fn render(export: &Export<'_>, rules: &[RuleText]) -> String {
    let schema = export.path(SourceId(0));
    log(&mut |json| json.item(&mut |json| run(json, &schema, export, rules)))
}

/// Renders the reports of several schemas, as a run each. A schema that could not be checked has no run, since GitHub
/// takes an alert that a run does not repeat for fixed.
#[cfg(feature = "cli")]
#[must_use]
pub fn render_all(parts: &[Part<'_>], rules: &[RuleText]) -> String {
    log(&mut |json| {
        for Part { schema, export } in parts {
            if let Some(export) = export {
                json.item(&mut |json| run(json, schema, export, rules));
            }
        }
    })
}

fn log(runs: &mut dyn FnMut(&mut JsonText)) -> String {
    JsonText::object_of(&mut |json| {
        json.string("$schema", SCHEMA);
        json.string("version", "2.1.0");
        json.array("runs", runs);
    })
}

fn run(json: &mut JsonText, schema: &str, export: &Export<'_>, rules: &[RuleText]) {
    let report = export.report;
    let places = &export.places(export.encoding);
    json.object("tool", &mut |json| {
        json.object("driver", &mut |json| {
            json.string("name", env!("CARGO_PKG_NAME"));
            json.string("semanticVersion", env!("CARGO_PKG_VERSION"));
            json.array("rules", &mut |json| {
                for rule in rules {
                    json.item(&mut |json| describe(json, rule));
                }
            });
        });
    });
    // Keeps the alerts of several schemas of a repository apart: GitHub refuses a file with two runs of one category.
    json.object("automationDetails", &mut |json| {
        json.string("id", &category(schema));
    });
    json.array("invocations", &mut |json| {
        json.item(&mut |json| {
            json.boolean("executionSuccessful", export.complete);
            json.string("endTimeUtc", &Shown(report.checked_at).to_string());
            json.array("toolExecutionNotifications", &mut |json| {
                if !export.complete {
                    json.item(&mut |json| notification(json, "error", summary::INCOMPLETE));
                }
                for name in export.passed_over() {
                    let said = format!("{} was not checked", neutralise(name));
                    json.item(&mut |json| notification(json, "note", &said));
                }
            });
        });
    });
    json.string(
        "columnKind",
        match export.encoding {
            PositionEncoding::Scalar => "unicodeCodePoints",
            PositionEncoding::Utf16 => "utf16CodeUnits",
        },
    );
    let merged = merged(report);
    let fingerprints = export.fingerprints(&merged);
    json.array("results", &mut |json| {
        for (one, fingerprint) in merged.iter().zip(&fingerprints) {
            json.item(&mut |json| result(json, export, rules, places, one, fingerprint));
        }
    });
    json.object("properties", &mut |json| {
        let hidden = report.hidden;
        json.object("hidden", &mut |json| {
            json.number("suppressed", hidden.suppressed);
            json.number("waived", hidden.waived);
            json.number("baseline", hidden.baseline);
            json.number("omitted", hidden.omitted);
        });
    });
}

fn notification(json: &mut JsonText, level: &str, text: &str) {
    json.string("level", level);
    json.object("message", &mut |json| json.string("text", text));
}

/// Returns the category of the alerts of a schema: its folder, and its name unless that is the usual one.
fn category(schema: &str) -> String {
    match schema.strip_suffix("env.schema.json") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("envgate/{folder}"),
        _ => format!("envgate/{schema}/"),
    }
}

fn describe(json: &mut JsonText, rule: &RuleText) {
    json.string("id", rule.code.0);
    // GitHub's rules ask for both descriptions, those of Azure DevOps for the name.
    json.string("name", rule.code.0);
    for description in ["shortDescription", "fullDescription"] {
        json.object(description, &mut |json| json.string("text", rule.summary));
    }
    json.object("help", &mut |json| {
        let text = format!("`envgate explain {}` explains it and how to fix it.", rule.code);
        json.string("text", &text);
        // The compact build has no texts of the rules, and code scanning would show an empty page.
        json.string("markdown", if rule.docs.is_empty() { &text } else { rule.docs });
    });
    json.object("defaultConfiguration", &mut |json| {
        json.string("level", level(rule.severity))
    });
    json.object("properties", &mut |json| {
        json.string("precision", "very-high");
        json.string("problem.severity", problem(rule.severity));
    });
}

fn result(
    json: &mut JsonText,
    export: &Export<'_>,
    rules: &[RuleText],
    places: &Places,
    merged: &Merged<'_>,
    fingerprint: &str,
) {
    let Merged {
        diagnostic,
        environments,
    } = merged;
    json.string("ruleId", diagnostic.code.0);
    if let Some(index) = rules.iter().position(|rule| rule.code == diagnostic.code) {
        json.number("ruleIndex", u32::try_from(index).unwrap_or(0));
    }
    json.string("level", level(diagnostic.severity));
    json.object("message", &mut |json| {
        json.string("text", &export.message_with_help(merged));
    });
    json.array("locations", &mut |json| {
        json.item(&mut |json| {
            let source = Export::location(diagnostic).source;
            physical(json, export, source, Export::span(places, diagnostic));
            if let Some(key) = &diagnostic.key {
                variables(json, key, environments);
            }
        });
    });
    related(json, export, places, &diagnostic.related);
    json.object("partialFingerprints", &mut |json| {
        json.string("envgate/v1", fingerprint);
        json.string("primaryLocationLineHash", fingerprint);
    });
    if let (Some(fix), Some(Location { source, .. })) = (&diagnostic.fix, diagnostic.location) {
        fixes(json, export, places, source, fix);
    }
    json.object("properties", &mut |json| {
        json.strings("environments", &mut environments.iter().copied());
        json.optional("key", diagnostic.key.as_deref());
        json.string("severity", diagnostic.severity.name());
        json.optional("schemaPointer", diagnostic.schema_pointer.as_deref());
    });
}

/// Writes the variable concerned, once for each environment.
fn variables(json: &mut JsonText, key: &str, environments: &[&str]) {
    let variable = |json: &mut JsonText, environment: Option<&str>| {
        json.string("name", key);
        if let Some(environment) = environment {
            json.string("fullyQualifiedName", &format!("{environment}/{key}"));
        }
        json.string("kind", "variable");
    };
    json.array("logicalLocations", &mut |json| {
        if environments.is_empty() {
            json.item(&mut |json| variable(json, None));
        }
        for environment in environments {
            json.item(&mut |json| variable(json, Some(environment)));
        }
    });
}

fn related(json: &mut JsonText, export: &Export<'_>, places: &Places, related: &[Label]) {
    if related.is_empty() {
        return;
    }
    json.array("relatedLocations", &mut |json| {
        for label in related {
            let Location { source, span } = label.location;
            json.item(&mut |json| {
                let span = (places.at(source, span.start), places.at(source, span.end));
                physical(json, export, source, span);
                json.object("message", &mut |json| json.string("text", &neutralise(&label.message)));
            });
        }
    });
}

fn fixes(json: &mut JsonText, export: &Export<'_>, places: &Places, source: SourceId, fix: &Fix) {
    let replacement = |json: &mut JsonText, edit: &Edit| {
        let span = (places.at(source, edit.span.start), places.at(source, edit.span.end));
        json.object("deletedRegion", &mut |json| region(json, span));
        json.object("insertedContent", &mut |json| json.string("text", edit.text));
    };
    let change = |json: &mut JsonText| {
        artifact(json, export, source);
        json.array("replacements", &mut |json| {
            for edit in &fix.edits {
                json.item(&mut |json| replacement(json, edit));
            }
        });
    };
    json.array("fixes", &mut |json| {
        json.item(&mut |json| {
            json.object("description", &mut |json| json.string("text", &fix.title));
            json.array("artifactChanges", &mut |json| json.item(&mut &change));
        });
    });
}

fn physical(json: &mut JsonText, export: &Export<'_>, source: SourceId, span: (Place, Place)) {
    json.object("physicalLocation", &mut |json| {
        artifact(json, export, source);
        json.object("region", &mut |json| region(json, span));
    });
}

fn artifact(json: &mut JsonText, export: &Export<'_>, source: SourceId) {
    json.object("artifactLocation", &mut |json| {
        json.string("uri", &uri(&export.path(source)))
    });
}

fn region(json: &mut JsonText, (start, end): (Place, Place)) {
    json.number("startLine", start.at.line);
    json.number("startColumn", start.at.column);
    json.number("endLine", end.at.line);
    json.number("endColumn", end.at.column);
}

/// Returns a path as a URI: relative to the root of the repository, unless it is absolute.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    if path.starts_with('/') {
        uri.push_str("file://");
    } else if path.as_bytes().get(1) == Some(&b':') {
        uri.push_str("file:///");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) || byte == b':' && uri.starts_with("file:") {
            uri.push(char::from(byte));
        } else {
            uri.push('%');
            for nibble in [byte >> 4, byte & 0xF] {
                uri.extend(char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
    }
    uri
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

/// Returns GitHub's word for a severity.
fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "recommendation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_uri() {
        assert_eq!(uri("api/.env.prod"), "api/.env.prod");
        assert_eq!(uri("a b/ü#?%:.env"), "a%20b/%C3%BC%23%3F%25%3A.env");
        assert_eq!(uri("/etc/x"), "file:///etc/x");
        assert_eq!(uri("C:/x"), "file:///C:/x");
        assert_eq!(uri("<stdin>"), "%3Cstdin%3E");
    }
}
