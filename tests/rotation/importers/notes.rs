//! What is read of an export that is not as the samples are, and what is noted of it.

use envgate::rotation::Interval;
use envgate::rotation::importers::{ImportOptions, NoteKind, import};

use super::shown;
use crate::{at, sample};

#[test]
fn missing_pages_are_reported() {
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
fn unreadable_dates_are_reported_with_their_place() {
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
