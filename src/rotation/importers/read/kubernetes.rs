//! Kubernetes: Secret, ExternalSecret, and cert-manager's Certificate, in JSON or YAML.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Expiry, Found, Interval, NoteKind, Reader, Sink};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;
use crate::source::Span;

/// `kubectl get … -o json` or `-o yaml`: one object or a list, of one kind or mixed.
pub(super) static OBJECTS: Reader = Reader {
    kind: "kubernetes",
    command: "kubectl get secrets -o json --show-managed-fields | jq 'del(.items[].data, .items[].stringData, .items[].metadata.annotations)'",
    rank: Rank::Copy,
    knows: |node| {
        node.has("apiVersion")
            && node
                .text_of("kind")
                .is_some_and(|kind| kind == "List" || KINDS.contains(&kind.trim_end_matches("List")))
    },
    read: |pages, sink| {
        for node in pages {
            let list = node.text_of("kind").unwrap_or_default();
            sink.page(&list, node.at(&["metadata", "continue"]));
            let Some(items) = node.get("items").filter(|items| items.is_array()) else {
                read(node, &list, sink);
                continue;
            };
            for item in items.items() {
                // In a list, the API states the kind only on the list.
                let kind = item.text_of("kind");
                read(item, kind.as_deref().unwrap_or(list.trim_end_matches("List")), sink);
            }
        }
    },
};

const KINDS: [&str; 3] = ["Secret", "ExternalSecret", "Certificate"];

fn read(object: &Node<'_>, kind: &str, sink: &mut Sink<'_>) {
    match kind {
        "Secret" => secret(object, sink),
        "ExternalSecret" => external_secret(object, sink),
        "Certificate" => certificate(object, sink),
        _ => {}
    }
}

/// Reads every key of a Secret: written no earlier than the object was created, no later than the last change by any field manager that
/// owns the key.
fn secret(object: &Node<'_>, sink: &mut Sink<'_>) {
    // A service account token or a Helm release is not an environment variable.
    if object
        .text_of("type")
        .is_some_and(|kind| kind.starts_with("helm.sh/") || kind == "kubernetes.io/service-account-token")
    {
        return;
    }
    let created = sink.time(object.at(&["metadata", "creationTimestamp"]));
    let mut keys: BTreeMap<String, (Option<Timestamp>, Span)> = BTreeMap::new();
    for manager in object.at(&["metadata", "managedFields"]).map_or(&[][..], Node::items) {
        let time = sink.time(manager.get("time"));
        for field in manager.at(&["fieldsV1", "f:data"]).map_or(&[][..], Node::members) {
            if let Some(key) = field.name.strip_prefix("f:") {
                let (touched, _) = keys.entry(key.to_owned()).or_insert((None, field.name_span));
                *touched = (*touched).max(time);
            }
        }
    }
    for data in ["data", "stringData"] {
        for member in object.get(data).map_or(&[][..], Node::members) {
            sink.holds_values(member.name_span);
            keys.entry(member.name.to_string()).or_insert((None, member.name_span));
        }
    }
    if object
        .at(&[
            "metadata",
            "annotations",
            "kubectl.kubernetes.io/last-applied-configuration",
        ])
        .is_some()
    {
        sink.holds_values(object.span);
    }
    let path = path(object, "metadata", "name");
    for (key, (touched, span)) in keys {
        let field = if touched.is_some() {
            "creationTimestamp, managedFields[].time"
        } else {
            "creationTimestamp"
        };
        let found = Found::named(format!("{path}/{key}"), field, Interval::between(created, touched))
            .better("a Secret is a copy: export the store that it was made from");
        sink.add(found, span);
    }
}

/// An ExternalSecret has no usable date: `refreshTime` is when the operator last looked, which always is minutes ago.
fn external_secret(object: &Node<'_>, sink: &mut Sink<'_>) {
    let message = "an ExternalSecret has no date of any value: refreshTime is when the operator last looked; export the store that it reads, or the Secret that it makes";
    sink.note_once(NoteKind::NoEvidence, message, object.span);
    let found = Found::named(path(object, "metadata", "name"), "none", Interval::UNKNOWN)
        .better("an ExternalSecret has no dates: export the store that it reads, or the Secret that it makes");
    sink.add(found, object.span);
}

/// The dates of the certificate are exact. Its private key is that young only if it is regenerated each time; otherwise it is at least that
/// old.
fn certificate(object: &Node<'_>, sink: &mut Sink<'_>) {
    let from = sink.time(object.at(&["status", "notBefore"]));
    let expires = match sink.expiry(object.at(&["status", "notAfter"])) {
        Expiry::At(at) => Expiry::Through(at),
        other => other,
    };
    let renewed = object
        .at(&["spec", "privateKey", "rotationPolicy"])
        .and_then(Node::text);
    let written = match (from, renewed.as_deref()) {
        (Some(from), Some("Always")) => Interval::exact(from),
        (Some(from), _) => Interval::until(from),
        (None, _) => Interval::UNKNOWN,
    };
    let mut found = Found::named(
        path(object, "spec", "secretName"),
        "status.notBefore, status.notAfter",
        written,
    )
    .ends(expires);
    if !written.is_exact() {
        found = found
            .better("with spec.privateKey.rotationPolicy: Always, cert-manager makes a new key for every certificate");
    }
    sink.add(found, object.span).evidence.rank = Rank::Issuer;
}

/// `namespace/name`.
fn path(object: &Node<'_>, part: &str, name: &str) -> String {
    let text = |path: &[&str]| object.at(path).and_then(Node::text).unwrap_or_default().into_owned();
    format!("{}/{}", text(&["metadata", "namespace"]), text(&[part, name]))
}
