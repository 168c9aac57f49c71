//! AWS: Secrets Manager, Systems Manager parameters, IAM access keys.
//!
//! Depending on its version, the CLI writes dates as numbers or as text with the offset of the machine; both are exact. Each reader
//! recognises a complete response, the list that `--query` extracted from it, and a single row, as long as the fields kept their names.

use std::borrow::Cow;

use super::{
    Duration, Expiry, Found, Interval, NoteKind, Reader, Sink, Subject, json, member_rows, one_or_many, rows_of,
    version,
};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;
use crate::rotation::sort;
use crate::rotation::time::shift;

/// `list-secret-version-ids`: the version in use, with its date. The best evidence that AWS has.
pub(super) static SECRET_VERSIONS: Reader = Reader {
    kind: "aws-secret-versions",
    command: "aws secretsmanager list-secret-version-ids --secret-id NAME",
    rank: Rank::Store,
    knows: |node| {
        let is_version = |row: &Node<'_>| row.has("CreatedDate") && (row.has("VersionStages") || row.has("VersionId"));
        match member_rows(node, "Versions") {
            [] => name(node).is_some(),
            rows => rows.first().is_some_and(is_version),
        }
    },
    read: |pages, sink| {
        // Group the pages by secret, by ARN too: two accounts may each have a secret of that name.
        let secret = |page| (name(page), page.text_of("ARN"));
        let mut secrets: Vec<_> = pages.iter().map(|page| (secret(page), *page)).collect();
        for ((name, arn), page) in &secrets {
            let list = arn.as_deref().or(name.as_deref());
            sink.page(list.unwrap_or_default(), page.get("NextToken"));
        }
        let unnamed = secrets.iter().filter(|((name, _), _)| name.is_none()).count();
        sort::by(&mut secrets, &|(a, _), (b, _)| a.cmp(b));
        for pages in secrets.chunk_by(|(a, _), (b, _)| a == b) {
            let mut versions = pages.iter().flat_map(|(_, page)| member_rows(page, "Versions"));
            let ((name, _), page) = &pages[0];
            let Some(current) = versions.find(|version| is_current(version)) else {
                let message = "no version of a secret has the label AWSCURRENT in VersionStages, so none is in use";
                sink.note_once(NoteKind::Inactive, message, page.span);
                continue;
            };
            let Some(created) = sink.time(current.get("CreatedDate")) else {
                continue;
            };
            let subject = match name {
                Some(name) => Subject::Name(name.clone()),
                None => sink.named_by_file(page, unnamed),
            };
            let field = "CreatedDate of the version with AWSCURRENT";
            let record = sink.add(Found::of(subject, field, Interval::exact(created)), current.span);
            record.evidence.version = current.text_of("VersionId").and_then(|id| version("aws-sm", &id));
        }
    },
};

fn is_current(version: &Node<'_>) -> bool {
    version
        .get("VersionStages")
        .is_some_and(|stages| has(stages, "AWSCURRENT"))
}

/// Returns whether a label is among those of a version.
fn has(stages: &Node<'_>, label: &str) -> bool {
    stages
        .items()
        .iter()
        .any(|stage| stage.text().as_deref() == Some(label))
}

/// Returns the name of a secret, or else the one in its ARN, which ends in six random characters: `…:secret:prod/app-1a2B3c`.
fn name(secret: &Node<'_>) -> Option<String> {
    let in_arn = |arn: Cow<'_, str>| {
        let (name, random) = arn.split_once(":secret:")?.1.rsplit_once('-')?;
        (random.len() == 6).then(|| name.to_owned())
    };
    match secret.text_of("Name") {
        Some(name) if !name.is_empty() => Some(name.into_owned()),
        _ => secret.text_of("ARN").and_then(in_arn),
    }
}

/// `list-secrets` and `describe-secret`, which give bounds only.
pub(super) static SECRETS: Reader = Reader {
    kind: "aws-secrets",
    command: "aws secretsmanager list-secrets",
    rank: Rank::Store,
    knows: |node| {
        let is_secret = |row: &Node<'_>| {
            let dates = ["CreatedDate", "LastChangedDate", "LastRotatedDate"];
            name(row).is_some() && dates.into_iter().any(|date| row.has(date))
        };
        node.get("SecretList").is_some_and(Node::is_array) || one_or_many(node).first().is_some_and(is_secret)
    },
    read: |pages, sink| {
        for page in pages {
            sink.page("", page.get("NextToken"));
        }
        for secret in rows_of(pages, |page| member_rows(page, "SecretList")) {
            read_secret(secret, sink);
        }
    },
};

/// The value was written no earlier than the creation of the secret, and no later than the last change of any kind. The last managed rotation
/// bounds it only if its version is the one in use: `AWSCURRENT` may have been moved back to an older one, which leaves the dates as they are.
fn read_secret(secret: &Node<'_>, sink: &mut Sink<'_>) {
    let Some(name) = name(secret) else { return };
    if secret.has("DeletedDate") {
        return sink.note_once(
            NoteKind::Inactive,
            "secrets that are to be deleted are left out",
            secret.span,
        );
    }
    let created = sink.time(secret.get("CreatedDate"));
    let rotated = secret.get("LastRotatedDate").filter(|_| uses_last_rotation(secret));
    // A rotation writes the value before it is done, within a window that ends with the day.
    let rotated = sink.time(rotated).map(|done| shift(done, -86_400));
    let changed = sink.time(secret.get("LastChangedDate"));
    let field = if rotated.is_some() {
        "LastRotatedDate, LastChangedDate"
    } else {
        "CreatedDate, LastChangedDate"
    };
    let found = Found::named(name, field, Interval::between(created.max(rotated), changed))
        .better("`aws secretsmanager list-secret-version-ids --secret-id NAME` has the date of the version in use");
    // AWS keeps the rules when rotation is switched off.
    let max_age = (secret.get("RotationEnabled").and_then(Node::boolean) == Some(true))
        .then(|| secret.at(&["RotationRules", "AutomaticallyAfterDays"])?.integer())
        .flatten();
    sink.add(found, secret.span).max_age = max_age.and_then(|days| u32::try_from(days).ok()).map(Duration::days);
}

/// Returns whether the version in use is the one that the last rotation made, which alone keeps the label `AWSPENDING`.
fn uses_last_rotation(secret: &Node<'_>) -> bool {
    let stages = ["SecretVersionsToStages", "VersionIdsToStages"].map(|field| secret.get(field));
    let versions = stages.into_iter().flatten().flat_map(Node::members);
    versions
        .map(|version| &version.value)
        .any(|stages| has(stages, "AWSCURRENT") && has(stages, "AWSPENDING"))
}

/// `ssm describe-parameters`: every change of a parameter writes its value again, so the date is an upper bound.
pub(super) static PARAMETERS: Reader = Reader {
    kind: "aws-parameters",
    command: "aws ssm describe-parameters",
    rank: Rank::Store,
    knows: |node| {
        let is_parameter = |row: &Node<'_>| row.has("Name") && row.has("LastModifiedDate");
        node.get("Parameters").is_some_and(Node::is_array) || parameters(node).first().is_some_and(is_parameter)
    },
    read: |pages, sink| {
        for page in pages {
            sink.page("", page.get("NextToken"));
        }
        let version = |parameter: &Node<'_>| parameter.get("Version").and_then(Node::integer).unwrap_or_default();
        let mut newest: Vec<(_, &Node<'_>)> = rows_of(pages, parameters)
            .into_iter()
            .filter_map(|parameter| Some((parameter.text_of("Name")?, parameter)))
            .collect();
        // A history lists a parameter once per version; the last one is in use.
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
                    "AWS keeps no date of the value alone; record its last rotation with `envgate rotation record`",
                );
            sink.add(found, parameter.span).max_age = max_age;
        }
    },
};

/// Returns the parameters in a response, including the single one of `get-parameter`.
fn parameters<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    member_rows(node.get("Parameter").unwrap_or(node), "Parameters")
}

/// Reads the policies of a parameter, which are JSON in a string.
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

/// `iam list-access-keys`: a key is never changed, only replaced, so its date is exact. Its id is public and is found in the environment.
pub(super) static ACCESS_KEYS: Reader = Reader {
    kind: "aws-access-keys",
    command: "aws iam list-access-keys --user-name USER",
    rank: Rank::Issuer,
    knows: |node| {
        let is_key = |row: &Node<'_>| row.has("AccessKeyId") && row.has("CreateDate");
        node.get("AccessKeyMetadata").is_some_and(Node::is_array) || access_keys(node).first().is_some_and(is_key)
    },
    read: |pages, sink| {
        for page in pages {
            let user = access_keys(page).first().and_then(|key| key.text_of("UserName"));
            let next = ["Marker", "NextToken"]
                .into_iter()
                .filter_map(|name| page.get(name))
                .next();
            let is_cut = page.get("IsTruncated").filter(|node| node.boolean() == Some(true));
            let message = || "the export is incomplete: IsTruncated is true; export all pages".to_owned();
            match is_cut {
                Some(cut) => sink.leave_open(&user.unwrap_or_default(), Some((cut.span, message()))),
                None => sink.page(&user.unwrap_or_default(), next),
            }
        }
        for key in rows_of(pages, access_keys) {
            if key.has("SecretAccessKey") {
                sink.holds_values(key.span);
            }
            if key.text_of("Status").is_some_and(|status| status != "Active") {
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

/// Returns the keys in a response, including the single one of `create-access-key`.
fn access_keys<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    member_rows(node.get("AccessKey").unwrap_or(node), "AccessKeyMetadata")
}
