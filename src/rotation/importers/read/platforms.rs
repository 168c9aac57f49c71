//! Platforms that run programs and hold copies of their values: Fly, Cloudflare, Vercel, Netlify, Heroku.

use jiff::Timestamp;

use super::{
    Change, Found, Interval, NoteKind, Reader, Sink, is_list_of, last_changes, member_rows, one_or_many, rows_of,
};
use crate::rotation::evidence::Rank;
use crate::rotation::json::Node;

const A_COPY: &str = "the platform holds a copy: export the store that the value comes from, or record its last rotation with `envgate rotation record`";

/// Fly's Machines API. The list that the CLI prints has no dates.
pub(super) static FLY: Reader = Reader {
    kind: "fly-api",
    command: "GET /v1/apps/APP/secrets",
    rank: Rank::Copy,
    knows: |node| has_rows(member_rows(node, "secrets"), &["name", "digest", "updated_at"]),
    read: |pages, sink| {
        let list = rows_of(pages, |page| member_rows(page, "secrets"));
        rows(
            &list,
            "name",
            ["created_at", "updated_at"],
            "created_at, updated_at",
            sink,
        );
    },
};

/// Cloudflare's Secrets Store. The list that Wrangler prints has no dates.
pub(super) static CLOUDFLARE: Reader = Reader {
    kind: "cloudflare-secrets-store",
    command: "GET /accounts/ACCOUNT/secrets_store/stores/STORE/secrets",
    rank: Rank::Copy,
    knows: |node| has_rows(cloudflare(node), &["name", "store_id", "modified"]),
    read: |pages, sink| {
        for page in pages {
            sink.total(
                page.at(&["result_info", "total_count"]),
                page.get("result").unwrap_or(page),
            );
        }
        rows(
            &rows_of(pages, cloudflare),
            "name",
            ["created", "modified"],
            "created, modified",
            sink,
        );
    },
};

/// Returns the rows of a response about the store or about one secret.
fn cloudflare<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    one_or_many(node.get("result").unwrap_or(node))
}

/// `vercel env ls --format json`, and the API's responses for a project, a team or one variable. Dates are in milliseconds; values are
/// included unless they are sensitive.
pub(super) static VERCEL: Reader = Reader {
    kind: "vercel",
    command: "vercel env ls --format json",
    rank: Rank::Copy,
    knows: |node| {
        node.get("envs").is_some_and(Node::is_array)
            || has_rows(vercel(node), &["key", "target", "updatedAt"])
            || has_rows(vercel(node), &["key", "target", "createdAt"])
    },
    read: |pages, sink| {
        for page in pages {
            sink.page("", page.at(&["pagination", "next"]));
        }
        rows(
            &rows_of(pages, vercel),
            "key",
            ["createdAt", "updatedAt"],
            "createdAt, updatedAt",
            sink,
        );
    },
};

/// Returns the variables of a project, or those shared within a team.
fn vercel<'n, 't>(node: &'n Node<'t>) -> &'n [Node<'t>] {
    let list = if node.has("data") { "data" } else { "envs" };
    member_rows(node, list)
}

/// Netlify's variables. The date is that of the last change in any context.
pub(super) static NETLIFY: Reader = Reader {
    kind: "netlify",
    command: "GET /api/v1/accounts/ACCOUNT/env?site_id=SITE",
    rank: Rank::Copy,
    knows: |node| has_rows(one_or_many(node), &["key", "values", "updated_at"]),
    read: |pages, sink| {
        let list = rows_of(pages, one_or_many);
        rows(&list, "key", ["created_at", "updated_at"], "updated_at", sink);
    },
};

/// Whether there are rows, and the first has these members.
fn has_rows(rows: &[Node<'_>], members: &[&str]) -> bool {
    rows.first()
        .is_some_and(|row| members.iter().all(|member| row.get(member).is_some()))
}

/// Reads a list of keys, each with the dates of its creation and last change.
fn rows(list: &[&Node<'_>], name: &str, dates: [&str; 2], field: &'static str, sink: &mut Sink<'_>) {
    for row in list {
        let Some(key) = row.text_of(name) else { continue };
        let values = row.get("values").map_or(&[][..], Node::items);
        if std::iter::once(*row)
            .chain(values)
            .any(|node| node.get("value").is_some_and(Node::is_text))
        {
            sink.holds_values(row.span);
        }
        let [created, updated] = dates.map(|date| sink.time(row.get(date)));
        let scopes = scopes(row);
        let found = Found::named(key, field, Interval::between(created, updated)).better(A_COPY);
        sink.add(found, row.span).scopes = scopes;
    }
}

/// Returns the environments of a row: Vercel's `target`, one or several; Netlify's `values[].context`.
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
    // Netlify's `all` restricts nothing.
    if scopes.iter().any(|scope| scope == "all") {
        Vec::new()
    } else {
        scopes
    }
}

/// `heroku releases --json`: a release says in prose which keys were set.
pub(super) static HEROKU_RELEASES: Reader = Reader {
    kind: "heroku-releases",
    command: "heroku releases --json",
    rank: Rank::Copy,
    knows: |node| is_list_of(node, &["version", "description", "created_at", "status"]),
    read: |pages, sink| {
        let mut newest: Vec<Change<'_, '_>> = Vec::new();
        let mut rolled_back: Vec<(Vec<String>, Timestamp)> = Vec::new();
        for release in rows_of(pages, one_or_many) {
            let (Some(description), Some(at)) = (release.text_of("description"), sink.time(release.get("created_at")))
            else {
                continue;
            };
            let app = release.at(&["app", "name"]).and_then(Node::text);
            let scopes: Vec<String> = app.map(String::from).into_iter().collect();
            if description.starts_with("Rollback to ") {
                rolled_back.push((scopes, at));
                continue;
            }
            let keys = description
                .strip_prefix("Set ")
                .and_then(|rest| rest.strip_suffix(" config vars").or(rest.strip_suffix(" config var")));
            let keys = keys.into_iter().flat_map(|keys| keys.split([',', ' ']));
            newest.extend(keys.filter(|key| !key.is_empty() && *key != "and").map(|key| Change {
                key: key.to_owned(),
                scopes: scopes.clone(),
                at,
                node: release,
            }));
        }
        last_changes(&mut newest);
        for Change { key, scopes, at, node } in newest {
            // A roll-back also restores the config vars of an older release.
            let again = rolled_back
                .iter()
                .filter(|(app, back)| *app == scopes && *back > at)
                .map(|(_, back)| *back)
                .max();
            let written = again.map_or(Interval::exact(at), Interval::until);
            let found = Found::named(key, "created_at of the last release that set the key", written).better(A_COPY);
            sink.add(found, node.span).scopes = scopes;
        }
        if sink.records.is_empty() {
            sink.note(
                NoteKind::NoEvidence,
                "no release in the export set a config var; ask for more with `--num`".to_owned(),
                pages.first().map(|page| page.span),
            );
        }
    },
};
