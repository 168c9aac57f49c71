//! GitHub: secrets of Actions, Codespaces and Dependabot, and the organisation's list of tokens. GitHub never gives a value back.

use super::{Found, Interval, NoteKind, Reader, Sink, is_list_of};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;

/// `gh secret list --json` and the API's answer. A secret of a repository or environment can't be changed without writing it; one of an
/// organisation can (`visibility`).
pub(super) static SECRETS: Reader = Reader {
    kind: "github-secrets",
    command: "gh secret list --json name,updatedAt",
    rank: Rank::Copy,
    knows: |node| {
        is_list_of(node, &["name", "updatedAt"])
            || (node.has("total_count") && node.get("secrets").is_some_and(Node::is_array))
    },
    read: |node, sink| {
        let rows = node.get("secrets").unwrap_or(node);
        let total = node.get("total_count").and_then(Node::integer);
        if total.is_some_and(|total| usize::try_from(total).is_ok_and(|total| total > rows.items().len())) {
            let message = format!(
                "the export is incomplete: it has {} of {} secrets; add `?per_page=100` and export all pages",
                rows.items().len(),
                total.unwrap_or_default()
            );
            sink.note(NoteKind::Incomplete, message, Some(rows.span));
        }
        for row in rows.items() {
            read_row(row, sink);
        }
    },
};

fn read_row(row: &Node<'_>, sink: &mut Sink<'_>) {
    let (name, updated) = (
        row.text_of("name"),
        sink.time(row.get("updatedAt").or(row.get("updated_at"))),
    );
    let (Some(name), Some(updated)) = (name, updated) else {
        return;
    };
    let created = sink.time(row.get("created_at"));
    let of_organisation = row
        .text_of("visibility")
        .is_some_and(|visibility| !visibility.is_empty());
    let (field, written) = if of_organisation {
        ("created_at, updated_at", Interval::between(created, Some(updated)))
    } else {
        ("updated_at", Interval::exact(updated))
    };
    let found = Found::named(name, field, written).better("GitHub holds a copy: export the store that the value comes from, or write down its last rotation with `envgate rotation record`");
    sink.add(found, row.span);
}

/// The organisation's list of fine-grained tokens: ends that the tokens themselves don't show.
pub(super) static TOKENS: Reader = Reader {
    kind: "github-tokens",
    command: "gh api /orgs/ORG/personal-access-tokens --paginate",
    rank: Rank::Issuer,
    knows: |node| is_list_of(node, &["token_id", "token_expires_at"]),
    read: |node, sink| {
        sink.full_page(node, 30);
        sink.full_page(node, 100);
        for token in node.items() {
            let Some(name) = token.text_of("token_name") else {
                continue;
            };
            let granted = sink.time(token.get("access_granted_at"));
            let found = Found::named(
                name,
                "access_granted_at, token_expires_at",
                granted.map_or(Interval::UNKNOWN, Interval::until),
            );
            let expires = sink.expiry(token.get("token_expires_at"));
            sink.add(found.ends(expires), token.span);
        }
    },
};
