//! Platforms that run programs and hold copies of their values: Fly, Cloudflare, Vercel, Netlify, Heroku.

use super::{Change, Found, Interval, NoteKind, Reader, Sink, is_list_of, last_changes};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;

const A_COPY: &str = "the platform holds a copy: export the store that the value comes from, or write down its last rotation with `envgate rotation record`";

/// Fly's Machines API; the CLI's list has no dates.
pub(super) static FLY: Reader = Reader {
    kind: "fly-api",
    command: "GET /v1/apps/APP/secrets",
    rank: Rank::Copy,
    knows: |node| {
        node.get("secrets")
            .is_some_and(|secrets| is_list_of(secrets, &["name", "digest", "updated_at"]))
    },
    read: |node, sink| {
        rows(
            node.get("secrets"),
            "name",
            ["created_at", "updated_at"],
            "created_at, updated_at",
            sink,
        )
    },
};

/// Cloudflare's Secrets Store; Wrangler's list has no dates.
pub(super) static CLOUDFLARE: Reader = Reader {
    kind: "cloudflare-secrets-store",
    command: "GET /accounts/ACCOUNT/secrets_store/stores/STORE/secrets",
    rank: Rank::Copy,
    knows: |node| {
        node.get("result")
            .is_some_and(|rows| is_list_of(rows, &["name", "store_id", "modified"]))
    },
    read: |node, sink| {
        let count = |name| node.at(&["result_info", name]).and_then(Node::integer);
        if count("total_count") > count("count") {
            sink.incomplete(node.span);
        }
        rows(
            node.get("result"),
            "name",
            ["created", "modified"],
            "created, modified",
            sink,
        );
    },
};

/// `vercel env ls --format json`: milliseconds, and values unless they are sensitive.
pub(super) static VERCEL: Reader = Reader {
    kind: "vercel",
    command: "vercel env ls --format json",
    rank: Rank::Copy,
    knows: |node| node.get("envs").is_some_and(Node::is_array),
    read: |node, sink| {
        if node
            .at(&["pagination", "next"])
            .is_some_and(|next| next.number().is_some())
        {
            sink.incomplete(node.span);
        }
        rows(
            node.get("envs"),
            "key",
            ["createdAt", "updatedAt"],
            "createdAt, updatedAt",
            sink,
        );
    },
};

/// Netlify's variables: the last change of any context.
pub(super) static NETLIFY: Reader = Reader {
    kind: "netlify",
    command: "GET /api/v1/accounts/ACCOUNT/env?site_id=SITE",
    rank: Rank::Copy,
    knows: |node| is_list_of(node, &["key", "scopes", "values", "updated_at"]),
    read: |node, sink| rows(Some(node), "key", ["created_at", "updated_at"], "updated_at", sink),
};

/// A list of keys that were made and last touched then.
fn rows(list: Option<&Node<'_>>, name: &str, dates: [&str; 2], field: &'static str, sink: &mut Sink<'_>) {
    for row in list.map_or(&[][..], Node::items) {
        let Some(key) = row.text_of(name) else { continue };
        if row.has("value")
            || row
                .get("values")
                .is_some_and(|values| values.items().iter().any(|value| value.has("value")))
        {
            sink.holds_values(row.span);
        }
        let [created, updated] = dates.map(|date| sink.time(row.get(date)));
        let scopes = scopes(row);
        let found = Found::named(key, field, Interval::between(created, updated)).better(A_COPY);
        sink.add(found, row.span).scopes = scopes;
    }
}

/// The environments of a row: Vercel's `target`, one or several; Netlify's `values[].context`.
fn scopes(row: &Node<'_>) -> Vec<String> {
    let targets = row
        .get("target")
        .map_or(&[][..], super::one_or_many)
        .iter()
        .filter_map(Node::text);
    let contexts = row
        .get("values")
        .map_or(&[][..], Node::items)
        .iter()
        .filter_map(|value| value.text_of("context"));
    let scopes: Vec<String> = targets.chain(contexts).map(String::from).collect();
    // Netlify's `all` says nothing.
    if scopes.iter().any(|scope| scope == "all") {
        Vec::new()
    } else {
        scopes
    }
}

/// `heroku releases --json`: a release says which keys were set, in prose.
pub(super) static HEROKU_RELEASES: Reader = Reader {
    kind: "heroku-releases",
    command: "heroku releases --json",
    rank: Rank::Copy,
    knows: |node| is_list_of(node, &["version", "description", "created_at", "status"]),
    read: |node, sink| {
        let mut newest: Vec<Change<'_, '_>> = Vec::new();
        for release in node.items() {
            let (Some(description), Some(at)) = (release.text_of("description"), sink.time(release.get("created_at")))
            else {
                continue;
            };
            let keys = description
                .strip_prefix("Set ")
                .and_then(|rest| rest.strip_suffix(" config vars").or(rest.strip_suffix(" config var")));
            let keys = keys.into_iter().flat_map(|keys| keys.split([',', ' ']));
            newest.extend(
                keys.filter(|key| !key.is_empty() && *key != "and")
                    .map(|key| (key.to_owned(), at, release)),
            );
        }
        last_changes(&mut newest);
        for (key, at, release) in newest {
            let found = Found::named(
                key,
                "created_at of the last release that set the key",
                Interval::exact(at),
            )
            .better(A_COPY);
            sink.add(found, release.span);
        }
        if sink.records.is_empty() {
            sink.note(
                NoteKind::NoEvidence,
                "no release in the export set a config var; ask for more with `--num`".to_owned(),
                Some(node.span),
            );
        }
    },
};
