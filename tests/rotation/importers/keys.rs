//! Which record is about which key, and what several exports prove together.

use envgate::rotation::importers::{Import, ImportOptions, Target, evidence_in, import};
use envgate::rotation::{Age, Interval, Rank};

use crate::{at, sample};

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

/// A list of secrets of AWS, each with the day of January on which it was made.
fn secrets(named: &[(&str, u32)]) -> Vec<Import> {
    let secret = |(name, day): &(&str, u32)| {
        format!(
            r#"{{"Name":"{name}","ARN":"a","CreatedDate":"2025-01-{day:02}T00:00:00Z","LastChangedDate":"2025-01-{day:02}T00:00:00Z"}}"#
        )
    };
    let list: Vec<String> = named.iter().map(secret).collect();
    let text = format!(r#"{{"SecretList":[{}]}}"#, list.join(","));
    vec![import(text.as_bytes(), &ImportOptions::default()).unwrap()]
}

/// When `KEY` of production was written, by a list of secrets.
fn written(named: &[(&str, u32)]) -> Interval {
    age_of(&secrets(named), "KEY", &[], &[]).written
}

#[test]
fn the_secret_of_another_environment_is_not_taken() {
    assert_eq!(
        written(&[("staging/KEY", 1), ("prod/KEY", 2)]),
        Interval::exact(at("2025-01-02"))
    );
    assert_eq!(written(&[("staging/KEY", 1)]), Interval::UNKNOWN);
    assert_eq!(written(&[("web-staging/KEY", 1)]), Interval::UNKNOWN);
    assert_eq!(
        written(&[("web-prod/KEY", 1), ("web/KEY", 2)]),
        Interval::exact(at("2025-01-01"))
    );
}

/// Words that name an environment elsewhere name one here too, even if the schema does not have it.
#[test]
fn usual_names_of_environments_count() {
    for name in [
        "qa/KEY",
        "stg/KEY",
        "app-uat/KEY",
        "non-prod/KEY",
        "nonprod/KEY",
        "web-pre-prod/KEY",
    ] {
        assert_eq!(written(&[(name, 1)]), Interval::UNKNOWN, "{name}");
    }
    for name in ["prd/KEY", "acme-live/KEY", "web/KEY", "contest/KEY"] {
        assert!(written(&[(name, 1)]).is_exact(), "{name}");
    }
    // An environment that is called none of them may be any.
    let europe = Target {
        key: "KEY",
        environment: &["europe"],
        others: &["america"],
        public_ids: &[],
    };
    assert_eq!(evidence_in(&secrets(&[("prod/KEY", 1)])[0], &europe, &[]).len(), 1);
}

#[test]
fn the_environment_of_an_export_can_be_given() {
    let told = |scope| {
        let options = ImportOptions {
            scope: Some(scope),
            ..ImportOptions::default()
        };
        let export = import(&sample("gh-secret-list.json"), &options).unwrap();
        age_of(&[export], "STRIPE_API_KEY", &[], &[]).written
    };
    assert_eq!(told("staging"), Interval::UNKNOWN);
    assert_eq!(told("production"), Interval::until(at("2025-03-11T10:00:00Z")));
}

/// Where two fit equally well, it is one of them.
#[test]
fn which_of_two_is_not_guessed() {
    let either = Interval::between(Some(at("2025-01-01")), Some(at("2025-01-02")));
    assert_eq!(written(&[("app/KEY", 1), ("web/KEY", 2)]), either);
    // Two stores, each with a secret of that name.
    let log = |config: &str, day: u32| {
        format!(
            r#"{{"logs":[{{"created_at":"2025-01-{day:02}T00:00:00Z","config":"{config}","text":"","diff":[{{"name":"KEY"}}]}}]}}"#
        )
    };
    let both = import((log("one", 1) + &log("two", 2)).as_bytes(), &ImportOptions::default()).unwrap();
    assert_eq!(age_of(&[both], "KEY", &[], &[]).written, either);
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

/// A schema may have as many keys as an export has records: each against each would take minutes.
#[test]
fn the_records_of_a_key_are_found_among_thousands() {
    let keys: Vec<String> = (0..20_000).map(|number| format!("KEY_{number}")).collect();
    let rows: Vec<String> = keys
        .iter()
        .map(|key| format!(r#"{{"Name":"prod/app/{key}","CreatedDate":0,"LastChangedDate":0}}"#))
        .collect();
    let text = format!(r#"{{"SecretList":[{}]}}"#, rows.join(","));
    let import = import(text.as_bytes(), &ImportOptions::default()).unwrap();
    for key in &keys {
        let target = Target {
            key,
            environment: &["production", "prod"],
            others: &["staging"],
            public_ids: &[],
        };
        assert_eq!(evidence_in(&import, &target, &[]).len(), 1);
    }
}
