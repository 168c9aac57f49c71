//! Stores of secrets beside those of the clouds: Vault and OpenBao, Infisical, Doppler, 1Password.

use super::{
    Change, Duration, Found, Interval, NoteKind, Reader, Subject, is_list_of, last_changes, one_or_many, version,
};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;

/// Fields of `custom_metadata` in which teams note an end. They are comments: nothing ties them to the value.
const NOTED_ENDS: [&str; 6] = [
    "renew-date",
    "renew_date",
    "expires",
    "expires-at",
    "expires_at",
    "expiry",
];

/// `kv metadata get` of Vault and OpenBao: the version in use, with its date. It doesn't say of which path.
pub(super) static KV_METADATA: Reader = Reader {
    kind: "vault-kv-metadata",
    command: "vault kv metadata get -format=json -mount=MOUNT PATH",
    rank: Rank::Store,
    knows: |node| {
        payload(node).get("current_version").is_some() && payload(node).get("versions").is_some_and(Node::is_object)
    },
    read: |node, sink| {
        let data = payload(node);
        let subject = sink
            .options
            .name
            .map_or(Subject::Unnamed, |name| Subject::Name(name.to_owned()));
        let number = data.get("current_version").and_then(Node::number).unwrap_or("0");
        let Some(current) = data.get("versions").and_then(|versions| versions.get(number)) else {
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
        // Past: it is deleted and nobody can read it. To come: `delete_version_after`.
        let expires = sink.expiry(current.get("deletion_time"));
        let found = Found {
            subject: subject.clone(),
            field: "created_time of the current version",
            written,
            expires,
            better: None,
        };
        sink.add(found, current.span).evidence.version = version("vault", number);
        for field in NOTED_ENDS {
            if let Some(noted) = data.at(&["custom_metadata", field]) {
                let expires = sink.expiry(Some(noted));
                let found = Found {
                    subject: subject.clone(),
                    field: "custom_metadata",
                    written: Interval::UNKNOWN,
                    expires,
                    better: None,
                };
                sink.add(found, noted.span).evidence.rank = Rank::Comment;
            }
        }
    },
};

/// The envelope of the CLI is not there if only the payload was saved.
fn payload<'n, 't>(node: &'n Node<'t>) -> &'n Node<'t> {
    node.get("data").filter(|data| data.is_object()).unwrap_or(node)
}

/// Infisical's list of secrets.
pub(super) static INFISICAL: Reader = Reader {
    kind: "infisical",
    command: "GET /api/v4/secrets?viewSecretValue=false",
    rank: Rank::Store,
    knows: |node| {
        node.get("secrets")
            .is_some_and(|secrets| is_list_of(secrets, &["secretKey"]))
    },
    read: |node, sink| {
        for secret in node.get("secrets").map_or(&[][..], Node::items) {
            let Some(name) = secret.text_of("secretKey") else {
                continue;
            };
            if secret.has("secretValue") && secret.get("secretValueHidden").and_then(Node::boolean) != Some(true) {
                sink.holds_values(secret.span);
            }
            let (created, updated) = (sink.time(secret.get("createdAt")), sink.time(secret.get("updatedAt")));
            let found = Found::named(name, "createdAt, updatedAt", Interval::between(created, updated))
                .better("Infisical keeps no date of the value alone; write down its last rotation with `envgate rotation record`");
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
    },
};

/// Doppler's log of a config: which keys changed when. Only names are read of a `diff`.
pub(super) static DOPPLER_LOG: Reader = Reader {
    kind: "doppler-log",
    command: "GET /v3/configs/config/logs?project=PROJECT&config=CONFIG",
    rank: Rank::Store,
    knows: |node| node.get("logs").is_some_and(Node::is_array),
    read: |node, sink| {
        let logs = node.get("logs").map_or(&[][..], Node::items);
        // A later page is older: newer changes may stand on the pages before it.
        let from_the_top = node.get("page").and_then(Node::integer).is_none_or(|page| page <= 1);
        let mut newest: Vec<Change<'_, '_>> = Vec::new();
        for log in logs {
            let Some(at) = sink.time(log.get("created_at")) else {
                continue;
            };
            for change in log.get("diff").map_or(&[][..], Node::items) {
                if change.has("added") || change.has("removed") {
                    sink.holds_values(change.span);
                }
                if let Some(name) = change.text_of("name") {
                    newest.push((name.into_owned(), at, log));
                }
            }
        }
        last_changes(&mut newest);
        for (name, at, log) in newest {
            let written = if from_the_top {
                Interval::exact(at)
            } else {
                Interval::since(at)
            };
            let found = Found::named(name, "created_at of the last log that names the key", written);
            let scopes = ["environment", "config"]
                .into_iter()
                .filter_map(|field| log.text_of(field));
            let scopes = scopes.map(String::from).collect();
            sink.add(found, log.span).scopes = scopes;
        }
        if !from_the_top {
            sink.incomplete(node.span);
        }
    },
};

/// 1Password's items: dates are the item's, whatever field of it changed.
pub(super) static ONE_PASSWORD: Reader = Reader {
    kind: "onepassword",
    command: "op item list --vault VAULT --format json",
    rank: Rank::Store,
    knows: |node| {
        one_or_many(node).first().is_some_and(|item| {
            ["title", "vault", "category"]
                .iter()
                .all(|member| item.get(member).is_some())
        })
    },
    read: |node, sink| {
        for item in one_or_many(node) {
            let Some(title) = item.text_of("title") else { continue };
            if item
                .get("fields")
                .is_some_and(|fields| fields.items().iter().any(|field| field.has("value")))
            {
                sink.holds_values(item.span);
            }
            let (created, updated) = (sink.time(item.get("created_at")), sink.time(item.get("updated_at")));
            let found = Found::named(title, "created_at, updated_at", Interval::between(created, updated))
                .better("1Password keeps no date of the value alone; write down its last rotation with `envgate rotation record`");
            let number = item.get("version").and_then(Node::number);
            let vault = item.at(&["vault", "name"]).and_then(Node::text);
            let record = sink.add(found, item.span);
            record.evidence.version = number.and_then(|number| version("op", number));
            record.scopes = vault.map(String::from).into_iter().collect();
        }
    },
};
