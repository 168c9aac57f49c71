//! GitHub, and platforms that run programs.

use super::{is_refused, named, proves};

#[test]
fn github() {
    let row = r#"{"name":"A","created_at":"2024-01-01T10:00:00Z","updated_at":"2025-10-02T08:14:22Z"}"#;
    let proof = "github-secrets\nA copy = 2025-10-02T08:14:22Z";
    for text in [
        r#"[{"name":"A","updatedAt":"2025-10-02T08:14:22Z"}]"#.to_owned(),
        r#"[{"name":"A","numSelectedRepos":0,"selectedReposURL":"","updatedAt":"2025-10-02T08:14:22Z","visibility":""}]"#.to_owned(),
        format!(r#"{{"total_count":1,"secrets":[{row}]}}"#),
        // `--jq .secrets`, `--jq '.secrets[]'`
        format!("[{row}]"),
        row.to_owned(),
    ] {
        proves(&text, proof);
    }
    // `--paginate` writes the pages one behind the other, `--slurp` puts them into a list.
    let other = row.replace("\"A\"", "\"B\"");
    let both = "github-secrets\nA copy = 2025-10-02T08:14:22Z\nB copy = 2025-10-02T08:14:22Z";
    let pages = [
        format!(r#"{{"total_count":2,"secrets":[{row}]}}"#),
        format!(r#"{{"total_count":2,"secrets":[{other}]}}"#),
    ];
    proves(&pages.concat(), both);
    proves(&format!("[{}]", pages.join(",")), both);
    proves(&pages[0], "github-secrets\nA copy = 2025-10-02T08:14:22Z\n(Incomplete)");
    proves(&format!("[{row}][{other}][]"), both);
    proves(&format!("[[{row}],[{other}]]"), both);
    // A variable can be changed without its value, and shows it.
    proves(
        r#"[{"name":"A","value":"x","createdAt":"2024-01-01T10:00:00Z","updatedAt":"2025-10-02T08:14:22Z"}]"#,
        "github-secrets\nA copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z\n(HoldsValues)",
    );
    is_refused(
        r#"[{"name":"A"},{"name":"B"}]"#,
        "list of names",
        "--json name,updatedAt",
    );
    is_refused(
        r#"{"message":"Not Found","documentation_url":"https://x","status":"404"}"#,
        "an error",
        "ask again",
    );
    let token = |id: usize| {
        format!(
            r#"{{"token_id":{id},"token_name":"t{id}","access_granted_at":"2025-06-01T10:00:00Z","token_expires_at":null}}"#
        )
    };
    let page = |from: usize, to: usize| format!("[{}]", (from..to).map(token).collect::<Vec<_>>().join(","));
    assert!(named(page(0, 30).as_bytes()).unwrap().ends_with("(Incomplete)\n"));
    assert!(
        !named((page(0, 30) + &page(30, 37)).as_bytes())
            .unwrap()
            .contains("Incomplete")
    );
}

#[test]
fn platforms() {
    let row = r#"{"type":"sensitive","id":"i","key":"A","target":["production"],"createdAt":1704103200000,"updatedAt":1759392862123}"#;
    let proof = "vercel\nA copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22.123Z in production";
    for text in [
        row.to_owned(),
        format!("[{row}]"),
        format!(r#"{{"envs":[{row}],"pagination":{{"count":1,"next":null,"prev":null}}}}"#),
        format!(
            r#"{{"envs":[],"pagination":{{"next":1759392862123}}}}{{"envs":[{row}],"pagination":{{"next":null}}}}"#
        ),
        format!(r#"{{"data":[{row}],"pagination":{{"next":null}}}}"#),
    ] {
        proves(&text, proof);
    }
    // A secret of Netlify has its values left empty.
    for text in [
        r#"[{"key":"A","values":[{"id":"i","context":"production","value":""}],"is_secret":true,"updated_at":"2025-10-02T08:14:22Z"}]"#,
        r#"{"key":"A","scopes":["builds"],"values":[{"id":"i","context":"production"}],"updated_at":"2025-10-02T08:14:22.000Z"}"#,
    ] {
        proves(text, "netlify\nA copy ..2025-10-02T08:14:22Z in production");
    }
    proves(
        r#"{"name":"A","digest":"d","created_at":"2024-01-01T10:00:00Z","updated_at":"2025-10-02T08:14:22Z"}"#,
        "fly-api\nA copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z",
    );
    proves(
        r#"{"result":{"name":"A","store_id":"s","created":"2024-01-01T10:00:00Z","modified":"2025-10-02T08:14:22Z"},"success":true,"errors":[]}"#,
        "cloudflare-secrets-store\nA copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z",
    );
    is_refused(
        r#"{"result":null,"success":false,"errors":[{"code":10000,"message":"x"}]}"#,
        "an error",
        "ask again",
    );
    is_refused(
        r#"[{"Name":"A","Digest":"d","CreatedAt":"2024-01-01T10:00:00Z"}]"#,
        "no dates that tell",
        "Machines API",
    );
    is_refused(
        r#"{"variable_type":"env_var","key":"A","value":"x"}"#,
        "GitLab carry no dates",
        "rotation record",
    );
}

/// A roll-back of Heroku brings the old values back, so what was set before it is as old as anything.
#[test]
fn a_roll_back_of_heroku_makes_nothing_young() {
    let release = |version: u32, what: &str, day: u32| {
        format!(
            r#"{{"version":{version},"description":"{what}","created_at":"2025-10-{day:02}T00:00:00Z","status":"succeeded"}}"#
        )
    };
    proves(
        &format!(
            "[{},{},{},{}]",
            release(1, "Set A, B config vars", 1),
            release(2, "Set A config vars", 2),
            release(3, "Rollback to v1", 3),
            release(4, "Set B config vars", 4)
        ),
        "heroku-releases
        A copy ..2025-10-03T00:00:00Z
        B copy = 2025-10-04T00:00:00Z",
    );
}
