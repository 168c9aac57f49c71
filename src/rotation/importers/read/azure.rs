//! Azure Key Vault: the CLI's spelling (`expires`, text) and the API's (`exp`, numbers) of the same objects.

use super::{Duration, Expiry, Found, Interval, NoteKind, Reader, Sink, one_or_many, segment_after, version};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;
use crate::rotation::sort;

/// `keyvault secret list`, `list-versions` and `show`, and their answers of the API.
pub(super) static KEY_VAULT: Reader = Reader {
    kind: "azure-key-vault",
    command: "az keyvault secret list-versions --vault-name VAULT --name NAME -o json",
    rank: Rank::Store,
    knows: |node| {
        rows(node).first().is_some_and(|row| {
            row.has("attributes")
                && row
                    .text_of("id")
                    .is_some_and(|id| segment_after(&id, "secrets").is_some())
        })
    },
    read: |node, sink| {
        if let Some(link) = node
            .get("nextLink")
            .filter(|link| link.text().is_some_and(|text| !text.is_empty()))
        {
            sink.incomplete(link.span);
        }
        let mut secrets: Vec<Row<'_, '_>> = rows(node).iter().filter_map(|row| read_row(row, sink)).collect();
        // By secret, the newest version first.
        sort::by(&mut secrets, &|a, b| {
            a.name.cmp(&b.name).then(b.created.cmp(&a.created))
        });
        for of_one in secrets.chunk_by(|a, b| a.name == b.name) {
            if !of_one[0].enabled {
                sink.note_once(
                    NoteKind::Inactive,
                    "the newest version of a secret is disabled",
                    of_one[0].node.span,
                );
            }
            if let Some(current) = of_one.iter().find(|row| row.enabled) {
                add(current, sink);
            }
        }
    },
};

struct Row<'n, 't> {
    name: String,
    /// The name of the vault, which often is the environment.
    vault: Option<String>,
    version: Option<String>,
    enabled: bool,
    created: Option<jiff::Timestamp>,
    node: &'n Node<'t>,
}

fn read_row<'n, 't>(node: &'n Node<'t>, sink: &mut Sink<'_>) -> Option<Row<'n, 't>> {
    let id = node.text_of("id")?;
    let name = segment_after(&id, "secrets")?.to_owned();
    if node.has("value") {
        sink.holds_values(node.span);
    }
    if node.get("managed").and_then(Node::boolean) == Some(true) {
        let message = "secrets that back a certificate are left out: their age is the certificate's";
        sink.note_once(NoteKind::Inactive, message, node.span);
        return None;
    }
    let attributes = node.get("attributes")?;
    Some(Row {
        vault: id
            .strip_prefix("https://")
            .and_then(|rest| rest.split('.').next())
            .map(str::to_owned),
        version: segment_after(&id, &name).map(str::to_owned),
        name,
        enabled: attributes.get("enabled").and_then(Node::boolean) != Some(false),
        created: sink.time(attributes.get("created")),
        node,
    })
}

/// With a version in its id, `created` is when that version was written. Without, it may be the secret's, and only bounds it; `updated` moves with tags too.
fn add(row: &Row<'_, '_>, sink: &mut Sink<'_>) {
    let Some(attributes) = row.node.get("attributes") else {
        return;
    };
    let updated = sink.time(attributes.get("updated"));
    let expires: Expiry = sink.expiry(attributes.get("expires").or(attributes.get("exp")));
    let found = match (&row.version, row.created) {
        (Some(_), Some(created)) => Found::named(
            &*row.name,
            "created of the newest enabled version",
            Interval::exact(created),
        ),
        (_, created) => Found::named(&*row.name, "created, updated", Interval::between(created, updated)).better(
            "az keyvault secret list-versions --vault-name VAULT --name NAME has the date of the version in use",
        ),
    };
    let days = row
        .node
        .at(&["tags", "ValidityPeriodDays"])
        .and_then(|days| days.text()?.parse::<u32>().ok());
    let record = sink.add(found.ends(expires), row.node.span);
    record.scopes = row.vault.clone().into_iter().collect();
    record.evidence.version = row.version.as_deref().and_then(|id| version("azure-kv", id));
    record.max_age = days.filter(|days| *days > 0).map(Duration::days);
}

fn rows<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    node.get("value")
        .filter(|rows| rows.is_array())
        .map_or(one_or_many(node), Node::items)
}
