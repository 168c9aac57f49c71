//! Recognises what looks like an export but has no dates: values, lists of names, responses without dates, errors. Each is refused with the
//! command to use instead, which is better than an inventory in which everything is unknown.

use super::{Node, is_list_of, one_or_many};

/// A kind of document without dates.
pub(super) struct Undated {
    knows: fn(&Node<'_>) -> bool,
    /// What it is, and what it lacks.
    pub message: &'static str,
    /// What to use instead.
    pub instead: &'static str,
}

/// Returns the row that matches, if any.
pub(super) fn find(node: &Node<'_>) -> Option<&'static Undated> {
    UNDATED.iter().find(|undated| (undated.knows)(node))
}

static UNDATED: &[Undated] = &[
    Undated {
        knows: |node| !node.is_object() && !node.is_array(),
        message: "this is a single value without the name of its field",
        instead: "keep the names of the fields: give the whole response, or `--query 'SecretList[].{Name:Name,LastChangedDate:LastChangedDate}'` and the like",
    },
    Undated {
        knows: |node| {
            node.items()
                .first()
                .is_some_and(|first| first.items().first().is_some_and(Node::is_text))
        },
        message: "these are rows without the names of their fields",
        instead: "keep the names of the fields: give the whole response, or `--query 'SecretList[].{Name:Name,LastChangedDate:LastChangedDate}'` and the like",
    },
    Undated {
        knows: is_error,
        message: "this is an error that the service answered with, not an export",
        instead: "look at the file; ask again with the right to read metadata",
    },
    Undated {
        knows: |node| node.has("SecretString") || node.has("SecretBinary") || node.has("SecretValues"),
        message: "this is a secret of AWS with its value, which is never read",
        instead: "delete the file, and use `aws secretsmanager list-secret-version-ids --secret-id NAME`",
    },
    Undated {
        knows: |node| node.at(&["data", "data"]).is_some() && node.at(&["data", "metadata", "created_time"]).is_some(),
        message: "this is a secret of Vault with its value, which is never read",
        instead: "delete the file, and use `vault kv metadata get -format=json -mount=MOUNT PATH`",
    },
    Undated {
        knows: |node| {
            let texts = node.get("data").map_or(&[][..], Node::members);
            let is_of_vault = node.has("request_id") && node.has("lease_duration");
            let is_dated = texts.iter().any(|member| member.name == "last_vault_rotation");
            is_of_vault && !is_dated && !texts.is_empty() && texts.iter().all(|member| member.value.text().is_some())
        },
        message: "this is a secret of version 1 of Vault's KV store with its value, which is never read; that version keeps no dates",
        instead: "delete the file, move the secret to version 2, or record its last rotation with `envgate rotation record`",
    },
    Undated {
        knows: |node| node.at(&["payload", "data"]).is_some() && node.has("name"),
        message: "this is a secret of Google with its value, which is never read",
        instead: "delete the file, and use `gcloud secrets versions list SECRET --format=json`",
    },
    Undated {
        knows: |node| node.has("private_key") && node.text_of("type").is_some_and(|kind| kind == "service_account"),
        message: "this is the key of a service account itself, without dates",
        instead: "use `gcloud iam service-accounts keys list --iam-account=ACCOUNT --format=json`",
    },
    Undated {
        knows: |node| node.at(&["data", "keys"]).is_some_and(Node::is_array) || is_list_of_strings(node),
        message: "this is a list of names, without dates",
        instead: "ask for each: `vault kv metadata get -format=json -mount=MOUNT PATH`",
    },
    Undated {
        knows: |node| has(node, &["variable_type", "key"]),
        message: "variables of GitLab carry no dates",
        instead: "export the store that the values come from, or write down rotations with `envgate rotation record`",
    },
    Undated {
        knows: |node| {
            is_list_of(node, &["name", "digest", "status"]) && !is_list_of(node, &["updated_at"])
                || is_list_of(node, &["Name", "Digest"])
        },
        message: "`fly secrets list` carries no dates that tell when a value was set",
        instead: "ask the Machines API: GET /v1/apps/APP/secrets",
    },
    Undated {
        knows: |node| {
            is_list_of(node, &["name", "type"])
                && node.items()[0]
                    .text_of("type")
                    .is_some_and(|kind| kind.starts_with("secret_"))
        },
        message: "`wrangler secret list` carries no dates",
        instead: "keep the values in Cloudflare's Secrets Store and export that, or write down rotations with `envgate rotation record`",
    },
    Undated {
        knows: |node| {
            let secrets = node
                .get("secrets")
                .filter(|secrets| secrets.is_object())
                .unwrap_or(node);
            secrets
                .members()
                .first()
                .is_some_and(|first| first.value.get("computed").is_some() || first.value.get("raw").is_some())
        },
        message: "`doppler secrets` carries no dates, and holds values",
        instead: "ask for the log of the config: GET /v3/configs/config/logs?project=PROJECT&config=CONFIG",
    },
    Undated {
        knows: |node| {
            is_list_of(node, &["key", "value"]) && node.items()[0].members().iter().all(|member| !is_date(&member.name))
        },
        message: "this is a list of variables with their values, such as `infisical export --format json` writes: it carries no dates",
        instead: "delete the file, and ask the API: GET /api/v4/secrets?viewSecretValue=false",
    },
    Undated {
        knows: |node| {
            node.items()
                .first()
                .is_some_and(|first| matches!(first.members(), [only] if only.name == "name"))
        },
        message: "this is a list of names, without dates",
        instead: "ask for the dates too: `gh secret list --json name,updatedAt`",
    },
    Undated {
        knows: is_plain_environment,
        message: "this is a plain list of variables, such as `heroku config --json`, `netlify env:list --json` and `doppler secrets download` write: it carries no dates, and holds values",
        instead: "use `heroku releases --json`, or export the store that the values come from",
    },
];

/// Whether this is an error response as written by GitHub, Google, Azure, Vercel, Vault, Cloudflare or Kubernetes.
fn is_error(node: &Node<'_>) -> bool {
    let only = |names: &[&str]| {
        !node.members().is_empty() && node.members().iter().all(|member| names.contains(&&*member.name))
    };
    let has_errors = node.get("errors").is_some_and(|errors| !errors.items().is_empty());
    only(&["message", "documentation_url", "status", "errors"])
        || only(&["error", "message", "statusCode", "reqId", "error_description"])
        || only(&["errors"])
        || has_errors
            && node
                .get("success")
                .is_some_and(|success| success.boolean() == Some(false))
        || node.text_of("kind").is_some_and(|kind| kind == "Status")
}

fn has(node: &Node<'_>, members: &[&str]) -> bool {
    one_or_many(node)
        .first()
        .is_some_and(|row| members.iter().all(|member| row.get(member).is_some()))
}

/// Whether the name of a member suggests a date.
fn is_date(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("date") || name.contains("time") || name.ends_with("at")
}

fn is_list_of_strings(node: &Node<'_>) -> bool {
    node.items().first().is_some_and(|first| first.text().is_some())
}

/// Whether all members have upper-case names and string values.
fn is_plain_environment(node: &Node<'_>) -> bool {
    let is_key = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let members = node.members();
    !members.is_empty()
        && members
            .iter()
            .all(|member| is_key(&member.name) && member.value.text().is_some())
}
