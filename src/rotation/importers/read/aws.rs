//! AWS: Secrets Manager, Systems Manager parameters, IAM access keys.
//!
//! Dates come as numbers or, with the offset of the machine, as text, depending on the version of the CLI; both are instants.

use super::{Duration, Expiry, Found, Interval, NoteKind, Reader, Sink, json, one_or_many, version};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;
use crate::rotation::sort;

/// `list-secret-version-ids`: the version in use, with its date. The best that AWS has.
pub(super) static SECRET_VERSIONS: Reader = Reader {
    kind: "aws-secret-versions",
    command: "aws secretsmanager list-secret-version-ids --secret-id NAME",
    rank: Rank::Store,
    knows: |node| node.get("Versions").is_some_and(Node::is_array) && node.has("Name"),
    read: |node, sink| {
        if let Some(token) = node.get("NextToken") {
            sink.incomplete(token.span);
        }
        let versions = node.get("Versions").map_or(&[][..], Node::items);
        let current = versions.iter().find(|version| {
            version.get("VersionStages").is_some_and(|stages| {
                stages
                    .items()
                    .iter()
                    .any(|stage| stage.text().as_deref() == Some("AWSCURRENT"))
            })
        });
        let (Some(name), Some(current)) = (node.text_of("Name"), current) else {
            let message = "no version of the secret has the label AWSCURRENT, so none is in use".to_owned();
            return sink.note(NoteKind::Inactive, message, Some(node.span));
        };
        let Some(created) = sink.time(current.get("CreatedDate")) else {
            return;
        };
        let found = Found::named(
            name,
            "CreatedDate of the version with AWSCURRENT",
            Interval::exact(created),
        );
        let record = sink.add(found, current.span);
        record.evidence.version = current.text_of("VersionId").and_then(|id| version("aws-sm", &id));
    },
};

/// `list-secrets` and `describe-secret`: bounds.
pub(super) static SECRETS: Reader = Reader {
    kind: "aws-secrets",
    command: "aws secretsmanager list-secrets",
    rank: Rank::Store,
    knows: |node| {
        node.get("SecretList").is_some_and(Node::is_array)
            || (node.has("ARN") && node.has("Name") && node.has("CreatedDate"))
    },
    read: |node, sink| {
        if let Some(token) = node.get("NextToken") {
            sink.incomplete(token.span);
        }
        for secret in node.get("SecretList").map_or(one_or_many(node), Node::items) {
            read_secret(secret, sink);
        }
    },
};

/// The value was written by the last managed rotation or later (a change by hand leaves no other trace), after the secret was created, and not after
/// the secret was last changed in any way.
fn read_secret(secret: &Node<'_>, sink: &mut Sink<'_>) {
    let Some(name) = secret.text_of("Name") else { return };
    if let Some(deleted) = secret.get("DeletedDate") {
        return sink.note_once(
            NoteKind::Inactive,
            "secrets that are to be deleted are left out",
            deleted.span,
        );
    }
    let created = sink.time(secret.get("CreatedDate"));
    let rotated = sink.time(secret.get("LastRotatedDate"));
    let changed = sink.time(secret.get("LastChangedDate"));
    let field = if rotated.is_some() {
        "LastRotatedDate, LastChangedDate"
    } else {
        "CreatedDate, LastChangedDate"
    };
    let found = Found::named(name, field, Interval::between(created.max(rotated), changed))
        .better("aws secretsmanager list-secret-version-ids --secret-id NAME has the date of the version in use");
    // The rules stay filled in when rotation is switched off.
    let max_age = (secret.get("RotationEnabled").and_then(Node::boolean) == Some(true))
        .then(|| secret.at(&["RotationRules", "AutomaticallyAfterDays"])?.integer())
        .flatten();
    sink.add(found, secret.span).max_age = max_age.and_then(|days| u32::try_from(days).ok()).map(Duration::days);
}

/// `ssm describe-parameters`: every change of a parameter writes its value again, so the date is an upper bound.
pub(super) static PARAMETERS: Reader = Reader {
    kind: "aws-parameters",
    command: "aws ssm describe-parameters",
    rank: Rank::Store,
    knows: |node| node.get("Parameters").is_some_and(Node::is_array),
    read: |node, sink| {
        if let Some(token) = node.get("NextToken") {
            sink.incomplete(token.span);
        }
        let parameters = node.get("Parameters").map_or(&[][..], Node::items);
        let version = |parameter: &Node<'_>| parameter.get("Version").and_then(Node::integer).unwrap_or_default();
        let mut newest: Vec<(_, &Node<'_>)> = parameters
            .iter()
            .filter_map(|parameter| Some((parameter.text_of("Name")?, parameter)))
            .collect();
        // A history names a parameter once for each version; the last one is in use.
        sort::by(&mut newest, &|(a, this), (b, that)| {
            a.cmp(b).then(version(that).cmp(&version(this)))
        });
        newest.dedup_by(|(this, _), (kept, _)| this == kept);
        sort::by(&mut newest, &|(_, a), (_, b)| a.span.cmp(&b.span));
        for (name, parameter) in newest {
            if parameter.has("Value") {
                sink.holds_values(parameter.span);
            }
            let Some(modified) = sink.time(parameter.get("LastModifiedDate")) else {
                continue;
            };
            let (expires, max_age) = parameter_policies(parameter, sink);
            let found = Found::named(name, "LastModifiedDate", Interval::until(modified))
                .ends(expires)
                .better(
                    "AWS keeps no date of the value alone; write down its last rotation with `envgate rotation record`",
                );
            sink.add(found, parameter.span).max_age = max_age;
        }
    },
};

/// The policies of a parameter are JSON in a string.
fn parameter_policies(parameter: &Node<'_>, sink: &mut Sink<'_>) -> (Expiry, Option<Duration>) {
    let (mut expires, mut max_age) = (Expiry::Unknown, None);
    for policy in parameter.get("Policies").map_or(&[][..], Node::items) {
        let Some(text) = policy.text_of("PolicyText") else {
            continue;
        };
        let Ok(inner) = json::parse(&text) else {
            sink.note(
                NoteKind::BadDate,
                "a PolicyText is not JSON".to_owned(),
                Some(policy.span),
            );
            continue;
        };
        let attribute = |name| inner.at(&["Attributes", name]);
        match inner.text_of("Type").as_deref() {
            Some("Expiration") => {
                let at = attribute("Timestamp").map(|node| Node {
                    span: policy.span,
                    kind: node.kind.clone(),
                });
                expires = sink.expiry(at.as_ref());
            }
            Some("NoChangeNotification") => {
                let after = attribute("After").and_then(|node| node.text()?.parse::<u32>().ok());
                max_age = match attribute("Unit").and_then(Node::text).as_deref() {
                    Some("Days") => after.map(Duration::days),
                    Some("Hours") => after.and_then(|hours| Duration::parse(&format!("PT{hours}H")).ok()),
                    _ => None,
                };
            }
            _ => {}
        }
    }
    (expires, max_age)
}

/// `iam list-access-keys`: a key is never changed, only replaced, so its date is exact. The id is public and stands in the environment.
pub(super) static ACCESS_KEYS: Reader = Reader {
    kind: "aws-access-keys",
    command: "aws iam list-access-keys --user-name USER",
    rank: Rank::Issuer,
    knows: |node| node.get("AccessKeyMetadata").is_some_and(Node::is_array),
    read: |node, sink| {
        if node.get("IsTruncated").and_then(Node::boolean) == Some(true) || node.has("Marker") || node.has("NextToken")
        {
            sink.incomplete(node.span);
        }
        for key in node.get("AccessKeyMetadata").map_or(&[][..], Node::items) {
            if key.text_of("Status").as_deref() != Some("Active") {
                sink.note_once(NoteKind::Inactive, "an access key is inactive: delete it", key.span);
                continue;
            }
            let created = sink.time(key.get("CreateDate"));
            if let (Some(id), Some(created)) = (key.text_of("AccessKeyId"), created) {
                sink.add(Found::with_id(id, "CreateDate", Interval::exact(created)), key.span);
            }
        }
    },
};
