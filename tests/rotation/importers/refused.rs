//! What is no export, or not all of one.

use envgate::rotation::importers::{ImportOptions, NoteKind, import, kinds};

use super::refused;
use crate::sample;

#[test]
fn a_ledger_of_another_kind_is_no_export() {
    assert!(
        refused(&sample("rotation-ledger.example.toml"))
            .message
            .contains("not JSON")
    );
}

#[test]
fn exports_without_dates_say_what_to_use_instead() {
    for (file, instead) in [
        ("gitlab-project-variables.json", "rotation record"),
        ("heroku-config.json", "heroku releases --json"),
        ("wrangler-secret-list.json", "Secrets Store"),
        ("doppler-secrets-list.json", "/v3/configs/config/logs"),
        ("fly-secrets-list.json", "Machines API"),
    ] {
        let error = refused(&sample(file));
        assert!(
            error.message.contains("no dates") && error.help.contains(instead),
            "{file}: {error:?}"
        );
    }
}

#[test]
fn values_that_an_export_holds_are_refused_or_passed_over_and_never_told() {
    const CANARY: &str = "c4n4ry-v4lue";
    let exports = [
        r#"{"ARN":"a","Name":"n","SecretString":"c4n4ry-v4lue","CreatedDate":1}"#,
        r#"{"data":{"data":{"K":"c4n4ry-v4lue"},"metadata":{"created_time":"2025-01-01T00:00:00Z"}}}"#,
        r#"{"Parameters":[{"Name":"K","Value":"c4n4ry-v4lue","LastModifiedDate":1759392862}]}"#,
        r#"{"envs":[{"key":"K","value":"c4n4ry-v4lue","updatedAt":1759392862123}]}"#,
        r#"[{"key":"K","scopes":[],"values":[{"value":"c4n4ry-v4lue"}],"updated_at":"2025-01-01T00:00:00Z"}]"#,
        r#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"n","creationTimestamp":"2025-01-01T00:00:00Z"},"data":{"K":"c4n4ry-v4lue"}}"#,
        r#"{"secrets":[{"secretKey":"K","secretValue":"c4n4ry-v4lue","updatedAt":"2025-01-01T00:00:00Z"}]}"#,
        r#"{"page":1,"logs":[{"created_at":"2025-01-01T00:00:00Z","diff":[{"name":"K","added":"c4n4ry-v4lue"}]}]}"#,
        r#"{"id":"x","title":"K","vault":{},"category":"LOGIN","updated_at":"2025-01-01T00:00:00Z","fields":[{"value":"c4n4ry-v4lue"}]}"#,
        r#"[{"id":"https://v.vault.azure.net/secrets/K/1","value":"c4n4ry-v4lue","attributes":{"created":1759392862}}]"#,
        r#"{"K":"c4n4ry-v4lue"}"#,
        r#"{"k":{"raw":"c4n4ry-v4lue"}}"#,
        r#"{"k":"c4n4ry-v4lue"}"#,
        r#"["c4n4ry-v4lue"]"#,
        r#"{"k":"c4n4ry-v4lue" "c4n4ry-v4lue"}"#,
        "c4n4ry-v4lue",
        "{\"k\": \"c4n4ry-v4lue",
    ];
    for export in exports {
        let told = match import(export.as_bytes(), &ImportOptions::default()) {
            Ok(import) => {
                assert!(
                    import.notes.iter().any(|note| note.kind == NoteKind::HoldsValues),
                    "{export}"
                );
                format!("{import:?}")
            }
            Err(error) => format!("{error:?}"),
        };
        assert!(!told.contains(&CANARY[..4]), "{told}");
    }
}

#[test]
fn a_cut_off_export_is_refused_with_its_length() {
    let whole = sample("aws-secretsmanager-list-secrets.wire.json");
    let end = whole.trim_ascii_end().len();
    for len in 1..end {
        let error = refused(&whole[..len]);
        assert!(
            error.message.contains("cut off") && error.span.is_some(),
            "{len}: {error:?}"
        );
    }
    assert!(refused(&whole[..700]).message.ends_with("at byte 700"));
}

#[test]
fn refused_exports_say_why() {
    for (text, message, help) in [
        (&b""[..], "empty", "run it again"),
        (b" \n", "empty", "run it again"),
        (b"[]", "empty list", "leave the export out"),
        (b"\xFF\xFE{\0}\0", "UTF-16", "Out-File"),
        (b"{\"a\": \"\xFF\"}", "not UTF-8 at byte 7", "again"),
        (b"NAME  UPDATED\nKEY  now", "not JSON", "--json"),
        (b"An error occurred (AccessDenied)", "not JSON", "--output json"),
        (b"Error: not logged in\n", "not JSON", "-o json"),
        (b"apiVersion: v1\nkind: Deployment\n", "not JSON", "-o json"),
        (b"\0{\0}", "UTF-16", "Out-File"),
        (b"null", "without the name of its field", "keep the names"),
        (
            b"\"2025-10-02T08:14:22Z\"",
            "without the name of its field",
            "keep the names",
        ),
        (
            b"[[\"A\", \"2025-10-02T08:14:22Z\"]]",
            "without the names of their fields",
            "keep the names",
        ),
        (
            b"{\"what\": {\"is\": \"this\"}}",
            "not an export that envgate knows",
            "vault-kv-metadata",
        ),
        (b"{\"SecretList\": [}", "expected at byte 16", "again"),
        (
            b"{\"SecretList\": []} {\"envs\": []}",
            "begins as aws-secrets and goes on as vercel",
            "of its own",
        ),
        (
            b"{\"data\": {\"keys\": [\"a\"]}}",
            "without dates",
            "vault kv metadata get",
        ),
    ] {
        let error = refused(text);
        assert!(
            error.message.contains(message) && error.help.contains(help),
            "{error:?}"
        );
    }
    assert!(
        refused("[".repeat(1_000_000).as_bytes())
            .message
            .contains("nested deeper")
    );
}

#[test]
fn the_kind_may_be_named_and_must_then_fit() {
    let text = sample("vercel-env-ls.json");
    let named = |from| {
        import(
            &text,
            &ImportOptions {
                from: Some(from),
                ..ImportOptions::default()
            },
        )
    };
    assert!(named("vercel").is_ok());
    assert!(
        named("netlify")
            .unwrap_err()
            .message
            .contains("of vercel, not of netlify")
    );
    assert!(named("heroku").unwrap_err().help.contains("heroku-releases"));
    assert!(named("github-secrets").is_err());
    let empty = |from| {
        import(
            b"[]",
            &ImportOptions {
                from,
                ..ImportOptions::default()
            },
        )
    };
    assert_eq!(empty(Some("vercel")).unwrap().notes[0].kind, NoteKind::Empty);
    assert!(empty(None).is_err());
    assert_eq!(kinds().count(), 24);
}
