//! Azure Key Vault, in three spellings of the same objects: the CLI (`expires`, text), the API (`exp`, numbers) and PowerShell (`Expires`,
//! and no `attributes` around the dates).

use super::{Duration, Expiry, Found, Interval, NoteKind, Reader, Sink, member_rows, rows_of, segment_after, version};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;
use crate::rotation::sort;

/// `keyvault secret list`, `list-versions` and `show`, and the matching API responses.
pub(super) static KEY_VAULT: Reader = Reader {
    kind: "azure-key-vault",
    command: "az keyvault secret list-versions --vault-name VAULT --name NAME -o json",
    rank: Rank::Store,
    knows: |node| {
        rows(node).first().is_some_and(|row| {
            let has_dates = ["created", "updated", "Created", "Updated"]
                .into_iter()
                .any(|date| attributes(row).has(date));
            has_dates && (secret_name(row).is_some())
        })
    },
    read: |pages, sink| {
        for page in pages {
            sink.page("", page.get("nextLink"));
        }
        let rows = rows_of(pages, rows);
        let mut secrets: Vec<Row<'_, '_>> = rows.into_iter().filter_map(|row| read_row(row, sink)).collect();
        // Group by secret and vault, since another vault may have a secret of that name; newest version first.
        sort::by(&mut secrets, &|a, b| {
            a.secret().cmp(&b.secret()).then(b.created.cmp(&a.created))
        });
        for of_one in secrets.chunk_by(|a, b| a.secret() == b.secret()) {
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
    /// The name of the vault, which often is that of the environment.
    vault: Option<String>,
    version: Option<String>,
    enabled: bool,
    created: Option<jiff::Timestamp>,
    node: &'n Node<'t>,
}

impl Row<'_, '_> {
    fn secret(&self) -> (&str, Option<&str>) {
        (&self.name, self.vault.as_deref())
    }
}

/// Returns the name of a row's secret: the one in its id, or else its own name.
fn secret_name(row: &Node<'_>) -> Option<String> {
    let id = row.get("id").or(row.get("Id")).and_then(Node::text);
    match id {
        Some(id) => segment_after(&id, "secrets").map(str::to_owned),
        // `--query` may have dropped the id.
        None => {
            let is_of_a_vault = row.has("attributes") || row.has("VaultName");
            let name = row.get("name").or(row.get("Name")).filter(|_| is_of_a_vault);
            name.and_then(Node::text).map(String::from)
        }
    }
}

fn attributes<'n, 't>(row: &'n Node<'t>) -> &'n Node<'t> {
    row.get("attributes").unwrap_or(row)
}

fn read_row<'n, 't>(node: &'n Node<'t>, sink: &mut Sink<'_>) -> Option<Row<'n, 't>> {
    let name = secret_name(node)?;
    let id = node
        .get("id")
        .or(node.get("Id"))
        .and_then(Node::text)
        .unwrap_or_default();
    if node.has("value") || node.has("SecretValueText") {
        sink.holds_values(node.span);
    }
    if node.has("deletedDate") || node.has("DeletedDate") {
        sink.note_once(NoteKind::Inactive, "secrets that were deleted are left out", node.span);
        return None;
    }
    if node.get("managed").and_then(Node::boolean) == Some(true) {
        let message = "secrets that back a certificate are left out: their age is the certificate's";
        sink.note_once(NoteKind::Inactive, message, node.span);
        return None;
    }
    let attributes = attributes(node);
    let enabled = attributes.get("enabled").or(attributes.get("Enabled"));
    Some(Row {
        vault: id
            .strip_prefix("https://")
            .and_then(|rest| rest.split(['.', '/']).next())
            .map(str::to_owned)
            .or_else(|| node.text_of("VaultName").map(String::from)),
        version: segment_after(&id, &name).map(str::to_owned),
        name,
        enabled: enabled.and_then(Node::boolean) != Some(false),
        created: sink.time(attributes.get("created").or(attributes.get("Created"))),
        node,
    })
}

/// If the id contains a version, `created` is when that version was written. If not, it may be that of the secret and is only a bound;
/// `updated` also changes with tags.
fn add(row: &Row<'_, '_>, sink: &mut Sink<'_>) {
    let attributes = attributes(row.node);
    let updated = sink.time(attributes.get("updated").or(attributes.get("Updated")));
    let spellings = ["expires", "exp", "Expires"];
    let expires: Expiry = sink.expiry(spellings.into_iter().find_map(|name| attributes.get(name)));
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
    member_rows(node, "value")
}
