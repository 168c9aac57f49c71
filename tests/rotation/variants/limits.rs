//! One name in several stores, odd dates, large exports.

use envgate::rotation::importers::{ImportOptions, import};

use super::aws::CURRENT;
use super::{named, proves};

/// What a loop over projects, accounts, vaults or configs writes: the same name in each is a secret of its own, whichever is younger.
#[test]
fn the_same_name_in_two_stores_is_two_secrets() {
    let version = |project: &str, number: u32, date: &str| {
        format!(
            r#"{{"name":"projects/{project}/secrets/A/versions/{number}","state":"ENABLED","createTime":"{date}T00:00:00Z"}}"#
        )
    };
    proves(
        &format!(
            "[{}][{}]",
            version("111", 3, "2024-01-01"),
            version("222", 9, "2025-10-02")
        ),
        "gcloud-secret-versions
        A store = 2024-01-01T00:00:00Z gcp:3
        A store = 2025-10-02T00:00:00Z gcp:9",
    );
    let version = |account: &str, date: &str| {
        format!(
            r#"{{"ARN":"arn:aws:secretsmanager:eu-central-1:{account}:secret:A-1a2B3c","Name":"A","Versions":[{{"VersionId":"v","VersionStages":["AWSCURRENT"],"CreatedDate":"{date}T00:00:00Z"}}]}}"#
        )
    };
    proves(
        &format!("{}{}", version("222", "2025-10-02"), version("111", "2024-01-01")),
        "aws-secret-versions
        A store = 2024-01-01T00:00:00Z aws-sm:v
        A store = 2025-10-02T00:00:00Z aws-sm:v",
    );
    let version = |vault: &str, date: &str| {
        format!(
            r#"{{"attributes":{{"created":"{date}T00:00:00+00:00","enabled":true,"updated":"{date}T00:00:00+00:00"}},"id":"https://{vault}.vault.azure.net/secrets/A/22ab","name":"A"}}"#
        )
    };
    proves(
        &format!(
            "[{}][{}]",
            version("kv-one", "2024-01-01"),
            version("kv-two", "2025-10-02")
        ),
        "azure-key-vault
        A store = 2024-01-01T00:00:00Z azure-kv:22ab in kv-one
        A store = 2025-10-02T00:00:00Z azure-kv:22ab in kv-two",
    );
    let log = |config: &str, date: &str| {
        format!(
            r#"{{"logs":[{{"id":"i","text":"Modified","created_at":"{date}T00:00:00Z","config":"{config}","environment":"e","diff":[{{"name":"A"}}]}}]}}"#
        )
    };
    proves(
        &format!("{}{}", log("one", "2024-01-01"), log("two", "2025-10-02")),
        "doppler-log
        A store = 2024-01-01T00:00:00Z in e+one
        A store = 2025-10-02T00:00:00Z in e+two",
    );
}

#[test]
fn dates_far_away_and_odd() {
    let of = |date: &str| {
        let text = format!(r#"{{"SecretList":[{{"Name":"A","ARN":"a","CreatedDate":{date}}}]}}"#);
        named(text.as_bytes()).unwrap().lines().nth(1).unwrap().to_owned()
    };
    for (date, instant) in [
        ("-14182940", "1969-07-20T20:17:40Z"),
        ("\"1969-07-20T20:17:40Z\"", "1969-07-20T20:17:40Z"),
        ("4102444800", "2100-01-01T00:00:00Z"),
        ("\"2262-04-11T23:47:16.854775807Z\"", "2262-04-11T23:47:16.854775807Z"),
        ("\"2016-12-31T23:59:60Z\"", "2017-01-01T00:00:00Z"),
        ("\"2025-10-02 08:14:22.5 +0000 UTC\"", "2025-10-02T08:14:22.5Z"),
        ("\"2025-10-02T08:14:22.1234567Z\"", "2025-10-02T08:14:22.1234567Z"),
        ("\"2025-10-01T23:59:59.999999-08:00\"", "2025-10-02T07:59:59.999999Z"),
    ] {
        assert_eq!(of(date), format!("A store {instant}.."), "{date}");
    }
    for date in [
        "1e300",
        "\"2025-10-02\\u0000\"",
        "\"2025-13-02\"",
        "\"2025-10-02T08:14:61Z\"",
        "\"10/02/2025\"",
        "1759392862123456",
    ] {
        assert_eq!(of(date), "A store ?", "{date}");
    }
}

/// A list of a hundred thousand rows, pages or odd dates takes a moment, not minutes.
#[test]
fn large_exports_are_read_in_linear_time() {
    let rows = |row: &dyn Fn(usize) -> String, between: &str| (0..100_000).map(row).collect::<Vec<_>>().join(between);
    for text in [
        format!(
            "[{}]",
            rows(
                &|id| format!(r#"{{"name":"A{id}","updatedAt":"2025-10-02T08:14:22Z"}}"#),
                ","
            )
        ),
        rows(
            &|id| format!(r#"{{"Name":"A{id}","Versions":[{CURRENT}],"NextToken":"t"}}"#),
            "\n",
        ),
        rows(&|id| format!(r#"{{"Name":"A{id}","CreatedDate":"no"}}"#), "\n"),
        rows(&|id| format!(r#"{{"total_count":{id},"secrets":[]}}"#), "\n"),
    ] {
        assert!(import(text.as_bytes(), &ImportOptions::default()).is_ok());
    }
}
