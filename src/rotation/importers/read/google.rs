//! Google Cloud: Secret Manager and service-account keys.

use super::{Duration, Expiry, Found, Interval, NoteKind, Reader, Sink, member_rows, rows_of, segment_after, version};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;
use crate::rotation::sort;

/// `secrets versions list`: the newest enabled version, with its date.
pub(super) static SECRET_VERSIONS: Reader = Reader {
    kind: "gcloud-secret-versions",
    command: "gcloud secrets versions list SECRET --format=json",
    rank: Rank::Store,
    knows: |node| {
        let is_version = |row: &Node<'_>| row.has("createTime") && has_segment(row, "versions");
        member_rows(node, "versions").first().is_some_and(is_version)
    },
    read: |pages, sink| {
        next_page(pages, sink);
        let rows = rows_of(pages, |page| member_rows(page, "versions"));
        let mut versions: Vec<Version<'_, '_>> = rows.into_iter().filter_map(read_version).collect();
        // Group by project and secret, highest number first. Compared as text, 9 would sort after 10.
        sort::by(&mut versions, &|a, b| a.path.cmp(&b.path).then(b.number.cmp(&a.number)));
        for of_one in versions.chunk_by(|a, b| a.path == b.path) {
            if of_one[0].state == "DISABLED" {
                let message = "the newest version of a secret is disabled, so what reads `latest` fails";
                sink.note_once(NoteKind::Inactive, message, of_one[0].node.span);
            }
            let Some(current) = of_one.iter().find(|version| version.state == "ENABLED") else {
                let message = if of_one[0].state.is_empty() {
                    "the versions of a secret have no `state`, so it is not clear which one is in use"
                } else {
                    "a secret has no enabled version"
                };
                sink.note_once(NoteKind::Inactive, message, of_one[0].node.span);
                continue;
            };
            let Some(created) = sink.time(current.node.get("createTime")) else {
                continue;
            };
            let expires = sink.expiry(current.node.get("scheduledDestroyTime"));
            let found = Found::named(
                &*current.secret,
                "createTime of the newest enabled version",
                Interval::exact(created),
            )
            .ends(expires);
            let record = sink.add(found, current.node.span);
            record.evidence.version = version("gcp", &current.number.to_string());
            record.scopes = project(current.node);
        }
    },
};

struct Version<'n, 't> {
    /// `projects/PROJECT/secrets/SECRET`
    path: String,
    secret: String,
    number: u64,
    state: String,
    node: &'n Node<'t>,
}

fn read_version<'n, 't>(node: &'n Node<'t>) -> Option<Version<'n, 't>> {
    let name = node.text_of("name")?;
    let (path, _) = name.split_once("/versions/")?;
    Some(Version {
        path: path.to_owned(),
        secret: segment_after(&name, "secrets")?.to_owned(),
        number: segment_after(&name, "versions")?.parse().ok()?,
        state: node.text_of("state").unwrap_or_default().to_ascii_uppercase(),
        node,
    })
}

/// `secrets list` and `secrets describe`: when the secret was created, and its expiry. `nextRotationTime` is not read: it advances when the
/// reminder is sent, whether or not anybody rotates.
pub(super) static SECRETS: Reader = Reader {
    kind: "gcloud-secrets",
    command: "gcloud secrets list --format=json",
    rank: Rank::Store,
    knows: |node| {
        let is_secret = |row: &Node<'_>| row.has("createTime") && has_segment(row, "secrets");
        member_rows(node, "secrets").first().is_some_and(is_secret)
    },
    read: |pages, sink| {
        next_page(pages, sink);
        for secret in rows_of(pages, |page| member_rows(page, "secrets")) {
            let path = secret.text_of("name").unwrap_or_default();
            let Some(name) = segment_after(&path, "secrets") else {
                continue;
            };
            let created = sink.time(secret.get("createTime"));
            let found = Found::named(
                name,
                "createTime of the secret",
                created.map_or(Interval::UNKNOWN, Interval::since),
            )
            .ends(sink.expiry(secret.get("expireTime")))
            .better("gcloud secrets versions list SECRET --format=json has the date of the version in use");
            let period = secret.at(&["rotation", "rotationPeriod"]).and_then(Node::text);
            let hours = period
                .and_then(|period| period.strip_suffix('s')?.parse::<u64>().ok())
                .map(|seconds| seconds / 3600);
            let record = sink.add(found, secret.span);
            record.max_age = hours.and_then(|hours| Duration::parse(&format!("PT{hours}H")).ok());
            record.scopes = project(secret);
        }
    },
};

/// `service-accounts keys list`: exact, from the issuer. Matched by the id of the key, which is in its JSON.
pub(super) static SERVICE_ACCOUNT_KEYS: Reader = Reader {
    kind: "gcloud-service-account-keys",
    command: "gcloud iam service-accounts keys list --iam-account=ACCOUNT --format=json",
    rank: Rank::Issuer,
    knows: |node| {
        let is_key = |row: &Node<'_>| row.has("validAfterTime") && has_segment(row, "keys");
        member_rows(node, "keys").first().is_some_and(is_key)
    },
    read: |pages, sink| {
        for key in rows_of(pages, |page| member_rows(page, "keys")) {
            // Google creates and replaces these itself; nobody holds one.
            if key.text_of("keyType").as_deref() == Some("SYSTEM_MANAGED") {
                continue;
            }
            if key.get("disabled").and_then(Node::boolean) == Some(true) {
                sink.note_once(
                    NoteKind::Inactive,
                    "a service-account key is disabled: delete it",
                    key.span,
                );
                continue;
            }
            let name = key.text_of("name").unwrap_or_default();
            let (Some(id), Some(from)) = (segment_after(&name, "keys"), sink.time(key.get("validAfterTime"))) else {
                continue;
            };
            let expires: Expiry = sink.expiry(key.get("validBeforeTime"));
            sink.add(
                Found::with_id(id, "validAfterTime", Interval::exact(from)).ends(expires),
                key.span,
            );
        }
    },
};

/// Returns the project, which often is the environment, unless it is a project number.
fn project(row: &Node<'_>) -> Vec<String> {
    let name = row.text_of("name").unwrap_or_default();
    let project = segment_after(&name, "projects").filter(|project| !project.bytes().all(|byte| byte.is_ascii_digit()));
    project.map(str::to_owned).into_iter().collect()
}

fn has_segment(row: &Node<'_>, segment: &str) -> bool {
    row.text_of("name")
        .is_some_and(|name| segment_after(&name, segment).is_some())
}

/// Tracks pages by the resource that their rows belong to, since a loop over secrets has a response for each. A page without rows continues
/// the list before it.
fn next_page(pages: &[&Node<'_>], sink: &mut Sink<'_>) {
    let mut list = String::new();
    for page in pages {
        let rows = ["versions", "secrets"]
            .into_iter()
            .find_map(|list| page.get(list))
            .map_or(&[][..], Node::items);
        if let Some(path) = rows.first().and_then(|row| row.text_of("name")) {
            list = path.rsplit_once('/').map_or("", |(list, _)| list).to_owned();
        }
        sink.page(&list, page.get("nextPageToken"));
    }
}
