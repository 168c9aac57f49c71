//! GitHub: secrets of Actions, Codespaces and Dependabot, and an organisation's list of tokens. GitHub never returns a value.

use super::{Found, Interval, Reader, Sink, is_list_of, member_rows, one_or_many, rows_of};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;

/// `gh secret list --json`, and the API's response, its list, or single rows. A secret of a repository or environment can't be changed
/// without writing its value; one of an organisation can (`visibility`), and so can a variable.
pub(super) static SECRETS: Reader = Reader {
    kind: "github-secrets",
    command: "gh secret list --json name,updatedAt",
    rank: Rank::Copy,
    knows: |node| {
        let is_secret = |row: &Node<'_>| row.has("name") && (row.has("updatedAt") || row.has("updated_at"));
        let is_answer = |list| node.has("total_count") && node.get(list).is_some_and(Node::is_array);
        is_answer("secrets") || is_answer("variables") || one_or_many(node).first().is_some_and(is_secret)
    },
    read: |pages, sink| {
        for page in pages {
            sink.total(
                page.get("total_count"),
                page.get("secrets").or(page.get("variables")).unwrap_or(page),
            );
        }
        for row in rows_of(pages, rows) {
            read_row(row, sink);
        }
    },
};

fn rows<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    let list = if node.has("variables") { "variables" } else { "secrets" };
    member_rows(node, list)
}

fn read_row(row: &Node<'_>, sink: &mut Sink<'_>) {
    let (name, updated) = (
        row.text_of("name"),
        sink.time(row.get("updatedAt").or(row.get("updated_at"))),
    );
    let (Some(name), Some(updated)) = (name, updated) else {
        return;
    };
    let created = sink.time(row.get("created_at").or(row.get("createdAt")));
    // Only a variable shows its value.
    let is_variable = row.has("value");
    if is_variable {
        sink.holds_values(row.span);
    }
    let of_organisation = row.get("visibility").is_some_and(Node::is_text);
    let (field, written) = if of_organisation || is_variable {
        ("created_at, updated_at", Interval::between(created, Some(updated)))
    } else {
        ("updated_at", Interval::exact(updated))
    };
    let found = Found::named(name, field, written).better("GitHub holds a copy: export the store that the value comes from, or record its last rotation with `envgate rotation record`");
    sink.add(found, row.span);
}

/// The organisation's list of fine-grained tokens, which have expiries that the tokens themselves don't show.
pub(super) static TOKENS: Reader = Reader {
    kind: "github-tokens",
    command: "gh api /orgs/ORG/personal-access-tokens --paginate",
    rank: Rank::Issuer,
    knows: |node| is_list_of(node, &["token_id"]),
    read: |pages, sink| {
        for page in pages {
            sink.full_page("", page, &[30, 100]);
        }
        for token in rows_of(pages, one_or_many) {
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
