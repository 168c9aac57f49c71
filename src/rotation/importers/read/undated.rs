//! Exports that carry no dates, each with what to use instead. Saying so is better than an inventory in which everything is unknown.

use super::{Node, is_list_of};

/// An export without dates.
pub(super) struct Undated {
    knows: fn(&Node<'_>) -> bool,
    /// What it is and lacks.
    pub message: &'static str,
    /// What to use.
    pub instead: &'static str,
}

/// The row that fits, if any.
pub(super) fn find(node: &Node<'_>) -> Option<&'static Undated> {
    UNDATED.iter().find(|undated| (undated.knows)(node))
}

static UNDATED: &[Undated] = &[
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
        knows: |node| node.at(&["data", "keys"]).is_some_and(Node::is_array) || is_list_of_strings(node),
        message: "this is a list of names, without dates",
        instead: "ask for each: `vault kv metadata get -format=json -mount=MOUNT PATH`",
    },
    Undated {
        knows: |node| is_list_of(node, &["variable_type", "key", "environment_scope"]),
        message: "variables of GitLab carry no dates",
        instead: "export the store that the values come from, or write down rotations with `envgate rotation record`",
    },
    Undated {
        knows: |node| is_list_of(node, &["name", "digest", "status"]) && !is_list_of(node, &["created_at"]),
        message: "`fly secrets list` carries no dates",
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
        knows: is_plain_environment,
        message: "this is a plain list of variables, such as `heroku config --json` writes: it carries no dates, and holds values",
        instead: "use `heroku releases --json`, or export the store that the values come from",
    },
];

fn is_list_of_strings(node: &Node<'_>) -> bool {
    node.items().first().is_some_and(|first| first.text().is_some())
}

/// Names in capitals, every one with a string.
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
            .all(|member| is_key(&member.name()) && member.value.text().is_some())
}
