//! Exports of secret managers, one sample each, and what can be wrong with one.

use std::fmt::Write as _;

use envgate::rotation::importers::{
    Import, ImportError, ImportOptions, NoteKind, Subject, Target, evidence_in, import, kinds,
};
use envgate::rotation::{Age, Expiry, Interval, Rank};

use crate::{at, sample};

/// What an export says, a line a record: subject, rank, interval, end, version, scopes, policy; then a line a note.
fn read(name: &str) -> String {
    let options = ImportOptions {
        name: Some("named-by-the-file"),
        ..ImportOptions::default()
    };
    shown(&import(&sample(name), &options).unwrap_or_else(|error| panic!("{name}: {error:?}")))
}

pub(crate) fn shown(import: &Import) -> String {
    let mut text = format!("{}\n", import.kind);
    for record in &import.records {
        let evidence = &record.evidence;
        let subject = match &record.subject {
            Subject::Name(name) => name.clone(),
            Subject::PublicId(id) => format!("id {id}"),
            Subject::Unnamed => "unnamed".to_owned(),
        };
        let _ = write!(
            text,
            "{subject} {} {}",
            evidence.rank.name(),
            interval(evidence.written)
        );
        match evidence.expires {
            Expiry::Unknown => {}
            Expiry::Never => text.push_str(" ends never"),
            Expiry::At(at) => drop(write!(text, " ends {at}")),
            Expiry::Through(at) => drop(write!(text, " good through {at}")),
        }
        if let Some(version) = &evidence.version {
            let _ = write!(text, " {version}");
        }
        if !record.scopes.is_empty() {
            let _ = write!(text, " in {}", record.scopes.join("+"));
        }
        if let Some(max_age) = record.max_age {
            let _ = write!(text, " every {max_age}");
        }
        text.push('\n');
    }
    for note in &import.notes {
        let _ = writeln!(text, "({:?})", note.kind);
    }
    text
}

fn interval(interval: Interval) -> String {
    match (interval.earliest, interval.latest) {
        (None, None) => "?".to_owned(),
        (Some(from), Some(to)) if from == to => format!("= {from}"),
        (from, to) => {
            let show = |bound: Option<jiff::Timestamp>| bound.map_or_else(String::new, |at| at.to_string());
            format!("{}..{}", show(from), show(to))
        }
    }
}

fn refused(text: &[u8]) -> ImportError {
    import(text, &ImportOptions::default()).expect_err("must be refused")
}

macro_rules! samples {
    ($($test:ident: $file:literal => $lines:literal;)*) => {
        $(#[test]
        fn $test() {
            let expected: String = $lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
            assert_eq!(read($file), expected);
        })*
    };
}

samples! {
    aws_secret_versions: "aws-secretsmanager-list-secret-version-ids.json" => "
        aws-secret-versions
        prod/app/DATABASE_PASSWORD store = 2025-10-02T08:14:22Z aws-sm:22222222-2222-4222-8222-EXAMPLE00002
    ";
    // A managed rotation bounds the value from below; any change of the secret, from above.
    aws_secret: "aws-secretsmanager-describe-secret.json" => "
        aws-secrets
        prod/app/DATABASE_PASSWORD store 2025-10-02T08:14:22.123Z..2025-11-13T13:41:11.5Z every P90D
    ";
    aws_secrets_with_epoch_numbers: "aws-secretsmanager-list-secrets.wire.json" => "
        aws-secrets
        prod/app/DATABASE_PASSWORD store 2025-10-02T08:14:22.123Z..2025-11-13T13:41:11.5Z every P90D
        prod/app/STRIPE_API_KEY store 2025-03-11T10:00:00Z..2025-11-13T13:41:11.9Z
        (Incomplete)
    ";
    // The same instants, as another version of the CLI writes them in Los Angeles.
    aws_secrets_with_local_offsets: "aws-secretsmanager-list-secrets.iso8601-local.json" => "
        aws-secrets
        prod/app/STRIPE_API_KEY store 2025-03-11T10:00:00Z..2025-11-13T13:41:11.9Z
    ";
    aws_parameters: "aws-ssm-describe-parameters.json" => "
        aws-parameters
        /prod/app/SMTP_PASSWORD store ..2025-08-20T07:30:11.205Z ends 2026-02-18T00:00:00Z every P60D
        /prod/app/LOG_LEVEL store ..2025-01-04T23:00:00Z
    ";
    aws_access_keys: "aws-iam-list-access-keys.json" => "
        aws-access-keys
        id AKIAIOSFODNN7EXAMPLE issuer = 2025-09-01T12:00:00Z
        (Inactive)
    ";
    aws_credential_report: "aws-iam-credential-report.csv" => "
        aws-credential-report
        ci-deploy issuer = 2025-09-01T12:00:00Z
    ";
    // The export doesn't say of which path it is; the file's name does.
    vault: "vault-kv-metadata-get.json" => "
        vault-kv-metadata
        named-by-the-file store = 2025-10-02T08:14:22.749233814Z vault:3
        named-by-the-file comment ? ends 2026-03-31T00:00:00Z
    ";
    gcloud_secret_versions: "gcloud-secrets-versions-list.json" => "
        gcloud-secret-versions
        DATABASE_PASSWORD store = 2025-10-02T08:14:22.123456Z gcp:3
    ";
    gcloud_secret: "gcloud-secrets-describe.json" => "
        gcloud-secrets
        DATABASE_PASSWORD store 2024-01-01T10:00:00Z.. ends 2027-01-01T00:00:00Z every P90D
    ";
    gcloud_service_account_keys: "gcloud-iam-service-accounts-keys-list.json" => "
        gcloud-service-account-keys
        id 0123456789abcdef0123456789abcdef01234567 issuer = 2025-03-11T10:00:00Z ends never
    ";
    azure_versions: "az-keyvault-secret-list-versions.json" => "
        azure-key-vault
        DATABASE-PASSWORD store = 2025-10-02T08:14:22Z ends 2026-01-30T00:00:00Z azure-kv:22222222222242228222example000002 in example-kv
    ";
    azure_list: "az-keyvault-secret-list.json" => "
        azure-key-vault
        DATABASE-PASSWORD store 2025-10-02T08:14:22Z..2025-11-13T13:41:11Z ends 2026-01-30T00:00:00Z in example-kv every P90D
        STRIPE-API-KEY store = 2025-03-11T10:00:00Z in example-kv
    ";
    azure_rest: "azure-keyvault-rest-get-secrets.json" => "
        azure-key-vault
        DATABASE-PASSWORD store 2025-10-02T08:14:22Z..2025-11-13T13:41:11Z ends 2026-01-30T00:00:00Z in example-kv
        (Incomplete)
    ";
    kubernetes_secrets: "kubectl-get-secret.redacted.json" => "
        kubernetes
        prod/app-env/DATABASE_PASSWORD copy 2024-01-01T10:00:00Z..2025-10-02T08:15:03Z
        prod/app-env/STRIPE_API_KEY copy 2024-01-01T10:00:00Z..2025-10-02T08:15:03Z
        prod/smtp/SMTP_PASSWORD copy 2023-05-05T05:05:05Z..2025-08-20T07:30:11Z
    ";
    // `refreshTime` is two days old in the sample and proves nothing.
    kubernetes_external_secret: "kubectl-get-externalsecret.json" => "
        kubernetes
        prod/app-env copy ?
        (NoEvidence)
    ";
    kubernetes_certificate: "kubectl-get-certificate.json" => "
        kubernetes
        prod/app-tls issuer = 2025-12-01T00:00:00Z good through 2026-03-01T00:00:00Z
    ";
    github_cli: "gh-secret-list.json" => "
        github-secrets
        DATABASE_PASSWORD copy = 2025-10-02T08:14:22Z
        STRIPE_API_KEY copy = 2025-03-11T10:00:00Z
    ";
    github_rest: "github-rest-actions-secrets.json" => "
        github-secrets
        DATABASE_PASSWORD copy = 2025-10-02T08:14:22Z
        STRIPE_API_KEY copy = 2025-03-11T10:00:00Z
    ";
    github_tokens: "github-rest-org-personal-access-tokens.json" => "
        github-tokens
        deploy-bot issuer ..2025-06-01T10:00:00Z ends 2026-02-01T00:00:00Z
    ";
    sops_dotenv: "sops-dotenv.enc.env" => "
        sops
        DATABASE_PASSWORD store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAx
        STRIPE_API_KEY store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAy
    ";
    sops_json: "sops-file.enc.json" => "
        sops
        DATABASE_PASSWORD store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAx
        STRIPE_API_KEY store ..2025-11-13T13:41:11Z sops-iv:ZXhhbXBsZS1pdi0wMDAy
    ";
    infisical: "infisical-secrets-list.json" => "
        infisical
        DATABASE_PASSWORD store 2024-01-01T10:00:00Z..2025-10-02T08:14:22.123Z infisical:3 in prod every P90D
    ";
    doppler_log: "doppler-config-logs.json" => "
        doppler-log
        DATABASE_PASSWORD store = 2025-10-02T08:14:22.123Z in prd+prd
        (HoldsValues)
    ";
    onepassword: "onepassword-op-item-list.json" => "
        onepassword
        prod/app DATABASE_PASSWORD store 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z op:5 in prod
    ";
    vercel: "vercel-env-ls.json" => "
        vercel
        DATABASE_PASSWORD copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22.123Z in production
        STRIPE_API_KEY copy = 2025-03-11T10:00:00Z in production+preview
        (HoldsValues)
    ";
    netlify: "netlify-env.json" => "
        netlify
        DATABASE_PASSWORD copy ..2025-10-02T08:14:22Z in production
    ";
    fly_api: "fly-machines-api-secrets.json" => "
        fly-api
        DATABASE_PASSWORD copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z
    ";
    cloudflare_secrets_store: "cloudflare-secrets-store-list.json" => "
        cloudflare-secrets-store
        DATABASE_PASSWORD copy 2024-01-01T10:00:00Z..2025-10-02T08:14:22Z
    ";
    heroku_releases: "heroku-releases.json" => "
        heroku-releases
        DATABASE_PASSWORD copy = 2025-10-02T08:14:22Z
    ";
}

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
fn what_is_no_export_says_why() {
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
    assert_eq!(kinds().count(), 23);
}

#[test]
fn pages_that_are_missing_are_told() {
    for text in [
        r#"{"SecretList":[],"NextToken":"x"}"#,
        r#"{"Parameters":[],"NextToken":"x"}"#,
        r#"{"Name":"a","Versions":[{"VersionStages":["AWSCURRENT"],"CreatedDate":1}],"NextToken":"x"}"#,
        r#"{"AccessKeyMetadata":[],"IsTruncated":true}"#,
        r#"{"total_count":31,"secrets":[{"name":"A","updated_at":"2025-01-01T00:00:00Z"}]}"#,
        r#"{"envs":[],"pagination":{"next":1759392862123}}"#,
        r#"{"apiVersion":"v1","kind":"SecretList","metadata":{"continue":"x"},"items":[]}"#,
        r#"{"result":[{"name":"A","store_id":"s","modified":"2025-01-01T00:00:00Z"}],"result_info":{"count":1,"total_count":2}}"#,
        r#"{"versions":[{"name":"projects/1/secrets/A/versions/1","state":"ENABLED","createTime":"2025-01-01T00:00:00Z"}],"nextPageToken":"x"}"#,
        r#"{"page":2,"logs":[]}"#,
    ] {
        let import =
            import(text.as_bytes(), &ImportOptions::default()).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        assert!(
            import.notes.iter().any(|note| note.kind == NoteKind::Incomplete),
            "{text}"
        );
    }
}

#[test]
fn a_date_that_cannot_be_read_is_told_with_its_place() {
    for (date, message) in [
        ("\"2025-10-02T08:14:22\"", "no offset"),
        ("\"yesterday\"", "not a date"),
        ("1e300", "outside the years"),
    ] {
        let text = format!(r#"{{"SecretList":[{{"Name":"A","LastChangedDate":{date},"CreatedDate":0}}]}}"#);
        let import = import(text.as_bytes(), &ImportOptions::default()).unwrap();
        let note = &import.notes[0];
        assert_eq!(note.kind, NoteKind::BadDate);
        assert!(note.message.contains(message), "{}", note.message);
        assert_eq!(&text[note.span.unwrap().range()], date);
        assert_eq!(import.records[0].evidence.written, Interval::since(at("1970-01-01")));
    }
    let text = br#"{"SecretList":[{"Name":"A","LastChangedDate":"2025-10-02T08:14:22","CreatedDate":null}]}"#;
    let assumed = import(
        text,
        &ImportOptions {
            assume_utc: true,
            ..ImportOptions::default()
        },
    )
    .unwrap();
    assert_eq!(
        assumed.records[0].evidence.written,
        Interval::until(at("2025-10-02T08:14:22Z"))
    );
}

#[test]
fn a_byte_order_mark_moves_the_places() {
    let mut text = b"\xEF\xBB\xBF".to_vec();
    text.extend(br#"{"SecretList":[{"Name":"A","LastChangedDate":"no","CreatedDate":0}]}"#);
    let import = import(&text, &ImportOptions::default()).unwrap();
    assert_eq!(&text[import.notes[0].span.unwrap().range()], b"\"no\"");
}

#[test]
fn a_loop_over_a_command_is_one_export() {
    let text = [
        sample("aws-secretsmanager-describe-secret.json"),
        sample("aws-secretsmanager-list-secrets.iso8601-local.json"),
    ]
    .concat();
    assert_eq!(import(&text, &ImportOptions::default()).unwrap().records.len(), 2);
}

#[test]
fn the_report_is_read_in_its_envelope_too() {
    use base64ct::{Base64, Encoding};
    let csv = Base64::encode_string(&sample("aws-iam-credential-report.csv"));
    let text =
        format!(r#"{{"Content":"{csv}","ReportFormat":"text/csv","GeneratedTime":"2026-01-14T00:00:00+00:00"}}"#);
    let import = import(text.as_bytes(), &ImportOptions::default()).unwrap();
    assert_eq!(
        import.records[0].evidence.written,
        Interval::exact(at("2025-09-01T12:00:00Z"))
    );
    assert_eq!(import.records[0].evidence.as_of, Some(at("2026-01-14T00:00:00Z")));
}

#[test]
fn versions_are_counted_not_spelled() {
    let version = |number: u32, state: &str| {
        format!(
            r#"{{"name":"projects/1/secrets/A/versions/{number}","state":"{state}","createTime":"2025-01-{number:02}T00:00:00Z"}}"#
        )
    };
    let text = format!(
        "[{},{},{}]",
        version(9, "ENABLED"),
        version(10, "ENABLED"),
        version(11, "DISABLED")
    );
    let import = import(text.as_bytes(), &ImportOptions::default()).unwrap();
    assert_eq!(import.records[0].evidence.version.as_deref(), Some("gcp:10"));
    assert_eq!(import.notes[0].kind, NoteKind::Inactive);
}

#[test]
fn a_later_version_of_a_parameter_is_the_one_in_use() {
    let text = br#"{"Parameters":[
        {"Name":"A","Version":10,"LastModifiedDate":"2025-10-01T00:00:00Z"},
        {"Name":"A","Version":9,"LastModifiedDate":"2025-09-01T00:00:00Z"}]}"#;
    assert_eq!(
        shown(&import(text, &ImportOptions::default()).unwrap()),
        "aws-parameters\nA store ..2025-10-01T00:00:00Z\n"
    );
}

#[test]
fn an_organisation_secret_can_change_without_its_value() {
    let text = br#"[{"name":"A","updatedAt":"2025-10-01T00:00:00Z","visibility":"all"}]"#;
    assert_eq!(
        shown(&import(text, &ImportOptions::default()).unwrap()),
        "github-secrets\nA copy ..2025-10-01T00:00:00Z\n"
    );
}

#[test]
fn a_certificate_whose_key_stays_bounds_the_key_from_above() {
    let text = String::from_utf8(sample("kubectl-get-certificate.json"))
        .unwrap()
        .replace("Always", "Never");
    let import = import(text.as_bytes(), &ImportOptions::default()).unwrap();
    assert_eq!(import.records[0].evidence.written, Interval::until(at("2025-12-01")));
}

/// The evidence for a key of production, as an age at the middle of January.
fn age_of(imports: &[Import], key: &str, ids: &[String], map: &[(String, String)]) -> Age {
    let target = Target {
        key,
        environment: &["production", "prod"],
        others: &["staging", "development", "dev"],
        public_ids: ids,
    };
    let pieces: Vec<_> = imports
        .iter()
        .flat_map(|import| evidence_in(import, &target, map))
        .map(|found| found.evidence)
        .collect();
    Age::of(&pieces, Rank::DEFAULT_FLOOR, at("2026-01-15"))
}

fn imported(names: &[&str]) -> Vec<Import> {
    names
        .iter()
        .map(|name| import(&sample(name), &ImportOptions::default()).unwrap())
        .collect()
}

#[test]
fn three_managers_agree_on_one_key() {
    let imports = imported(&[
        "aws-secretsmanager-list-secret-version-ids.json",
        "kubectl-get-secret.redacted.json",
        "gh-secret-list.json",
    ]);
    let age = age_of(&imports, "DATABASE_PASSWORD", &[], &[]);
    assert_eq!(
        (age.written, age.conflict),
        (Interval::exact(at("2025-10-02T08:14:22Z")), None)
    );
    // Only copies know this one, so there is no lower bound, and the soonest of them bounds it from above.
    let age = age_of(&imports, "STRIPE_API_KEY", &[], &[]);
    assert_eq!(age.written, Interval::until(at("2025-03-11T10:00:00Z")));
    assert_eq!(age_of(&imports, "OTHER_KEY", &[], &[]).written, Interval::UNKNOWN);
}

#[test]
fn names_are_matched_as_stores_write_them() {
    let imports = imported(&["az-keyvault-secret-list.json", "onepassword-op-item-list.json"]);
    assert_eq!(
        age_of(&imports, "STRIPE_API_KEY", &[], &[]).written,
        Interval::exact(at("2025-03-11T10:00:00Z"))
    );
    assert_eq!(
        age_of(&imports[1..], "DATABASE_PASSWORD", &[], &[]).written.latest,
        Some(at("2025-10-02T08:14:22Z"))
    );
    assert_eq!(age_of(&imports[1..], "PASSWORD", &[], &[]).written, Interval::UNKNOWN);
}

#[test]
fn the_secret_of_another_environment_is_not_taken() {
    let secret = |name: &str, day: u32| {
        format!(
            r#"{{"Name":"{name}","ARN":"a","CreatedDate":"2025-01-{day:02}T00:00:00Z","LastChangedDate":"2025-01-{day:02}T00:00:00Z"}}"#
        )
    };
    let list = |secrets: &[String]| {
        vec![
            import(
                format!(r#"{{"SecretList":[{}]}}"#, secrets.join(",")).as_bytes(),
                &ImportOptions::default(),
            )
            .unwrap(),
        ]
    };
    let both = list(&[secret("staging/KEY", 1), secret("prod/KEY", 2)]);
    assert_eq!(
        age_of(&both, "KEY", &[], &[]).written,
        Interval::exact(at("2025-01-02"))
    );
    assert_eq!(
        age_of(&list(&[secret("staging/KEY", 1)]), "KEY", &[], &[]).written,
        Interval::UNKNOWN
    );
    assert_eq!(
        age_of(&list(&[secret("web-staging/KEY", 1)]), "KEY", &[], &[]).written,
        Interval::UNKNOWN
    );
    assert_eq!(
        age_of(
            &list(&[secret("web-prod/KEY", 1), secret("web/KEY", 2)]),
            "KEY",
            &[],
            &[]
        )
        .written,
        Interval::exact(at("2025-01-01"))
    );
    // Words that name an environment elsewhere name one here too, though the schema has it not.
    for name in [
        "qa/KEY",
        "stg/KEY",
        "app-uat/KEY",
        "non-prod/KEY",
        "nonprod/KEY",
        "web-pre-prod/KEY",
    ] {
        assert_eq!(
            age_of(&list(&[secret(name, 1)]), "KEY", &[], &[]).written,
            Interval::UNKNOWN,
            "{name}"
        );
    }
    for name in ["prd/KEY", "acme-live/KEY", "web/KEY", "contest/KEY"] {
        assert!(
            age_of(&list(&[secret(name, 1)]), "KEY", &[], &[]).written.is_exact(),
            "{name}"
        );
    }
    // An environment that is called none of them may be any.
    let export = list(&[secret("prod/KEY", 1)]);
    let europe = Target {
        key: "KEY",
        environment: &["europe"],
        others: &["america"],
        public_ids: &[],
    };
    assert_eq!(evidence_in(&export[0], &europe, &[]).len(), 1);
    // An export that doesn't say which environment it is of may be told.
    let told = |scope| {
        vec![
            import(
                &sample("gh-secret-list.json"),
                &ImportOptions {
                    scope: Some(scope),
                    ..ImportOptions::default()
                },
            )
            .unwrap(),
        ]
    };
    assert_eq!(
        age_of(&told("staging"), "STRIPE_API_KEY", &[], &[]).written,
        Interval::UNKNOWN
    );
    assert_eq!(
        age_of(&told("production"), "STRIPE_API_KEY", &[], &[]).written,
        Interval::until(at("2025-03-11T10:00:00Z"))
    );
    // Two stores, each with a secret of that name: it is one of them.
    let log = |config: &str, day: u32| {
        format!(
            r#"{{"logs":[{{"created_at":"2025-01-{day:02}T00:00:00Z","config":"{config}","text":"","diff":[{{"name":"KEY"}}]}}]}}"#
        )
    };
    let both = import((log("one", 1) + &log("two", 2)).as_bytes(), &ImportOptions::default()).unwrap();
    assert_eq!(
        age_of(&[both], "KEY", &[], &[]).written,
        Interval::between(Some(at("2025-01-01")), Some(at("2025-01-02")))
    );
    // Two that fit equally well: it is one of them.
    let unclear = list(&[secret("app/KEY", 1), secret("web/KEY", 2)]);
    assert_eq!(
        age_of(&unclear, "KEY", &[], &[]).written,
        Interval::between(Some(at("2025-01-01")), Some(at("2025-01-02")))
    );
}

#[test]
fn a_secret_that_holds_several_keys_bounds_each_from_above() {
    let imports = imported(&["aws-secretsmanager-list-secret-version-ids.json"]);
    let pair = |key: &str| ("prod/app/DATABASE_PASSWORD".to_owned(), key.to_owned());
    assert!(
        age_of(&imports, "PGPASSWORD", &[], &[pair("PGPASSWORD")])
            .written
            .is_exact()
    );
    let both = [pair("PGPASSWORD"), pair("PGUSER")];
    assert_eq!(
        age_of(&imports, "PGPASSWORD", &[], &both).written,
        Interval::until(at("2025-10-02T08:14:22Z"))
    );
    assert_eq!(
        age_of(&imports, "DATABASE_PASSWORD", &[], &both).written,
        Interval::UNKNOWN
    );
}

#[test]
fn access_keys_are_joined_by_their_public_id() {
    let imports = imported(&[
        "aws-iam-list-access-keys.json",
        "gcloud-iam-service-accounts-keys-list.json",
    ]);
    let ids = ["AKIAIOSFODNN7EXAMPLE".to_owned()];
    assert_eq!(
        age_of(&imports, "AWS_SECRET_ACCESS_KEY", &ids, &[]).written,
        Interval::exact(at("2025-09-01T12:00:00Z"))
    );
    assert_eq!(
        age_of(&imports, "AWS_SECRET_ACCESS_KEY", &[], &[]).written,
        Interval::UNKNOWN
    );
}
