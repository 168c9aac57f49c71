//! Secret stores other than those of the clouds: Vault and OpenBao, Infisical, Doppler, 1Password, Bitwarden.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{
    Change, Duration, Found, Interval, NoteKind, Reader, Sink, Subject, is_list_of, last_changes, member_rows,
    one_or_many, rows_of, version,
};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;

/// Fields of `custom_metadata` in which teams note an expiry. They rank as comments, since nothing ties them to the value.
const NOTED_ENDS: [&str; 6] = [
    "renew-date",
    "renew_date",
    "expires",
    "expires-at",
    "expires_at",
    "expiry",
];

/// `kv metadata get` of Vault and OpenBao, and the metadata in the response of `kv put`: the version in use, with its date. It doesn't say
/// which path it belongs to.
pub(super) static KV_METADATA: Reader = Reader {
    kind: "vault-kv-metadata",
    command: "vault kv metadata get -format=json -mount=MOUNT PATH",
    rank: Rank::Store,
    knows: |node| {
        let data = payload(node);
        let is_metadata = data.get("current_version").is_some() && data.get("versions").is_some_and(Node::is_object);
        let is_version = data.has("created_time") && data.has("version") && data.get("destroyed").is_some();
        is_metadata || is_version
    },
    read: |pages, sink| {
        for page in pages {
            let subject = sink.named_by_file(page, pages.len());
            read_metadata(payload(page), &subject, sink);
        }
    },
};

fn read_metadata(data: &Node<'_>, subject: &Subject, sink: &mut Sink<'_>) {
    let (number, current) = match data.get("versions") {
        Some(versions) => {
            let number = data.get("current_version").and_then(Node::number).unwrap_or("0");
            (number, versions.get(number))
        }
        None => (data.get("version").and_then(Node::number).unwrap_or("0"), Some(data)),
    };
    let Some(current) = current else {
        let message = "the path has metadata but no current version".to_owned();
        return sink.note(NoteKind::Inactive, message, Some(data.span));
    };
    if current.get("destroyed").and_then(Node::boolean) == Some(true) {
        let message = "the current version is destroyed, so what uses it fails".to_owned();
        return sink.note(NoteKind::Inactive, message, Some(current.span));
    }
    let written = sink
        .time(current.get("created_time"))
        .map_or(Interval::UNKNOWN, Interval::exact);
    // In the past: the version is deleted and nobody can read it. In the future: set by `delete_version_after`.
    let expires = sink.expiry(current.get("deletion_time"));
    let found = Found::of(subject.clone(), "created_time of the current version", written).ends(expires);
    sink.add(found, current.span).evidence.version = version("vault", number);
    for field in NOTED_ENDS {
        if let Some(noted) = data.at(&["custom_metadata", field]) {
            let expires = sink.expiry(Some(noted));
            let found = Found::of(subject.clone(), "custom_metadata", Interval::UNKNOWN).ends(expires);
            sink.add(found, noted.span).evidence.rank = Rank::Comment;
        }
    }
}

/// A static database role, whose password Vault changes itself, so the date is exact.
pub(super) static STATIC_ROLE: Reader = Reader {
    kind: "vault-static-role",
    command: "vault read -format=json database/static-roles/ROLE",
    rank: Rank::Store,
    knows: |node| payload(node).has("last_vault_rotation"),
    read: |pages, sink| {
        for page in pages {
            let role = payload(page);
            if role.has("password") {
                sink.holds_values(role.span);
            }
            let subject = sink.named_by_file(page, pages.len());
            let Some(rotated) = sink.time(role.get("last_vault_rotation")) else {
                continue;
            };
            let seconds = role.get("rotation_period").and_then(Node::integer).unwrap_or_default();
            let found = Found::of(subject, "last_vault_rotation", Interval::exact(rotated));
            let period = Duration::parse(&format!("PT{}H", seconds / 3600)).ok();
            sink.add(found, role.span).max_age = period.filter(|_| seconds >= 3600);
        }
    },
};

/// Unwraps the CLI's envelope, which is missing if only the payload was saved.
fn payload<'n, 't>(node: &'n Node<'t>) -> &'n Node<'t> {
    node.get("data").filter(|data| data.is_object()).unwrap_or(node)
}

/// Infisical's list of secrets, including imported ones, or a single secret.
pub(super) static INFISICAL: Reader = Reader {
    kind: "infisical",
    command: "GET /api/v4/secrets?viewSecretValue=false",
    rank: Rank::Store,
    knows: |node| {
        let is_secret = |secret: &Node<'_>| secret.has("secretKey") && secret.has("updatedAt");
        infisical(node).first().is_some_and(is_secret) || imported(node).any(is_secret)
    },
    read: |pages, sink| {
        for page in pages {
            let secrets = infisical(page).iter().chain(imported(page));
            secrets.for_each(|secret| read_infisical(secret, sink));
        }
    },
};

fn infisical<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    member_rows(node.get("secret").unwrap_or(node), "secrets")
}

fn imported<'n, 't>(node: &'n Node<'t>) -> impl Iterator<Item = &'n Node<'t>> {
    let imports = node.get("imports").map_or(&[][..], Node::items);
    imports
        .iter()
        .filter_map(|one| one.get("secrets"))
        .flat_map(Node::items)
}

fn read_infisical(secret: &Node<'_>, sink: &mut Sink<'_>) {
    let Some(name) = secret.text_of("secretKey") else {
        return;
    };
    let is_hidden = secret.get("secretValueHidden").and_then(Node::boolean) == Some(true);
    if secret.get("secretValue").is_some_and(Node::is_text) && !is_hidden {
        sink.holds_values(secret.span);
    }
    let (created, updated) = (sink.time(secret.get("createdAt")), sink.time(secret.get("updatedAt")));
    let found = Found::named(name, "createdAt, updatedAt", Interval::between(created, updated))
        .better("Infisical keeps no date of the value alone; record its last rotation with `envgate rotation record`");
    let scope = secret.text_of("environment");
    let number = secret.get("version").and_then(Node::number);
    let days = secret.get("secretReminderRepeatDays").and_then(Node::integer);
    let record = sink.add(found, secret.span);
    record.scopes = scope.map(String::from).into_iter().collect();
    record.evidence.version = number.and_then(|number| version("infisical", number));
    record.max_age = days
        .and_then(|days| u32::try_from(days).ok())
        .filter(|days| *days > 0)
        .map(Duration::days);
}

/// Doppler's log of a config: which keys changed when. Only the names in a `diff` are read.
pub(super) static DOPPLER_LOG: Reader = Reader {
    kind: "doppler-log",
    command: "GET /v3/configs/config/logs?project=PROJECT&config=CONFIG",
    rank: Rank::Store,
    knows: |node| node.get("logs").is_some_and(Node::is_array) || is_list_of(node, &["created_at", "config", "text"]),
    read: |pages, sink| {
        // Later pages are older, so pages before the first one given may hold newer changes.
        let is_first = |page: &&Node<'_>| page.get("page").and_then(Node::integer).is_none_or(|page| page <= 1);
        let from_the_top = pages.iter().any(is_first);
        let logs = rows_of(pages, |page| member_rows(page, "logs"));
        let mut newest: Vec<Change<'_, '_>> = Vec::new();
        let mut gone: BTreeSet<(String, Vec<String>, Timestamp)> = BTreeSet::new();
        for log in logs {
            let Some(at) = sink.time(log.get("created_at")) else {
                continue;
            };
            let scopes: Vec<String> = ["environment", "config"]
                .into_iter()
                .filter_map(|field| log.text_of(field).map(String::from))
                .collect();
            for change in log.get("diff").map_or(&[][..], Node::items) {
                let [added, removed] = ["added", "removed"].map(|side| change.get(side));
                if added.or(removed).is_some() {
                    sink.holds_values(change.span);
                }
                let Some(name) = change.text_of("name") else { continue };
                let (key, scopes) = (name.into_owned(), scopes.clone());
                if removed.is_some_and(Node::is_text) && !added.is_some_and(Node::is_text) {
                    gone.insert((key.clone(), scopes.clone(), at));
                }
                newest.push(Change {
                    key,
                    scopes,
                    at,
                    node: log,
                });
            }
        }
        last_changes(&mut newest);
        for Change { key, scopes, at, node } in newest {
            let this = (key, scopes, at);
            let is_gone = gone.contains(&this);
            let (key, scopes, at) = this;
            if is_gone {
                sink.note_once(NoteKind::Inactive, "keys that were removed are left out", node.span);
                continue;
            }
            // A roll-back brings back a value of an older change.
            let is_old = node.get("rollback").and_then(Node::boolean) == Some(true);
            let written = match (is_old, from_the_top) {
                (false, true) => Interval::exact(at),
                (false, false) => Interval::since(at),
                (true, true) => Interval::until(at),
                (true, false) => Interval::UNKNOWN,
            };
            let found = Found::named(key, "created_at of the last log that names the key", written);
            sink.add(found, node.span).scopes = scopes;
        }
        if let Some(page) = pages.first().filter(|_| !from_the_top) {
            let message = "the export is incomplete: it begins after the first page; export all pages";
            sink.note_once(NoteKind::Incomplete, message, page.span);
        }
    },
};

/// 1Password's items, in the spelling of the CLI or of Connect. Dates are those of the item, whichever field of it changed.
pub(super) static ONE_PASSWORD: Reader = Reader {
    kind: "onepassword",
    command: "op item list --vault VAULT --format json",
    rank: Rank::Store,
    knows: |node| {
        let members = ["title", "vault", "category"];
        let is_item = |item: &Node<'_>| members.iter().all(|member| item.get(member).is_some());
        one_or_many(node).first().is_some_and(is_item)
    },
    read: |pages, sink| {
        rows_of(pages, one_or_many)
            .into_iter()
            .for_each(|item| read_item(item, sink))
    },
};

fn read_item(item: &Node<'_>, sink: &mut Sink<'_>) {
    let Some(title) = item.text_of("title") else { return };
    if item.text_of("state").is_some_and(|state| state == "ARCHIVED") {
        return sink.note_once(NoteKind::Inactive, "items in the archive are left out", item.span);
    }
    let fields = item.get("fields").map_or(&[][..], Node::items);
    if fields.iter().any(|field| field.get("value").is_some_and(Node::is_text)) {
        sink.holds_values(item.span);
    }
    let created = sink.time(item.get("created_at").or(item.get("createdAt")));
    let updated = sink.time(item.get("updated_at").or(item.get("updatedAt")));
    let written = Interval::between(created, updated);
    let number = item.get("version").and_then(Node::number);
    let scopes: Vec<String> = item
        .at(&["vault", "name"])
        .and_then(Node::text)
        .map(String::from)
        .into_iter()
        .collect();
    // An item is named after its key, or holds several keys, each in a field of that name.
    let labels = fields.iter().filter_map(|field| field.text_of("label"));
    let names = std::iter::once(title.to_string()).chain(labels.map(|label| format!("{title}/{label}")));
    for name in names {
        let found = Found::named(name, "created_at, updated_at", written).better(
            "1Password keeps no date of the value alone; record its last rotation with `envgate rotation record`",
        );
        let record = sink.add(found, item.span);
        record.scopes.clone_from(&scopes);
        record.evidence.version = number.and_then(|number| version("op", number));
    }
}

/// Secrets of Bitwarden's Secrets Manager, and items of its password manager.
pub(super) static BITWARDEN: Reader = Reader {
    kind: "bitwarden",
    command: "bws secret list --output json | jq 'map(del(.value, .note))'",
    rank: Rank::Store,
    knows: |node| {
        let has = |secret: &Node<'_>, name| ["revisionDate", "creationDate", name].iter().all(|one| secret.has(one));
        let first = one_or_many(node).first();
        first.is_some_and(|secret| has(secret, "key") || has(secret, "name"))
    },
    read: |pages, sink| {
        rows_of(pages, one_or_many)
            .into_iter()
            .for_each(|secret| read_bitwarden(secret, sink))
    },
};

fn read_bitwarden(secret: &Node<'_>, sink: &mut Sink<'_>) {
    let Some(name) = secret.text_of("key").or_else(|| secret.text_of("name")) else {
        return;
    };
    if secret.get("deletedDate").is_some_and(Node::is_text) {
        return sink.note_once(NoteKind::Inactive, "items in the trash are left out", secret.span);
    }
    let password = secret.at(&["login", "password"]);
    if [secret.get("value"), password].into_iter().flatten().any(Node::is_text) {
        sink.holds_values(secret.span);
    }
    let [created, revised] = ["creationDate", "revisionDate"].map(|date| sink.time(secret.get(date)));
    let found = Found::named(name, "creationDate, revisionDate", Interval::between(created, revised))
        .better("Bitwarden keeps no date of the value alone; record its last rotation with `envgate rotation record`");
    sink.add(found, secret.span);
}
