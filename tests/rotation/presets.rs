//! Presets: each cites its source, and loosening one is reported.

use envgate::rotation::policy::ExpiryPolicy;
use envgate::rotation::presets::{PRESETS, Preset, Requirement, layered};
use envgate::rotation::{Duration, Policy};

fn preset(name: &str) -> &'static Preset {
    Preset::find(name).expect("a preset of that name")
}

fn max_age(days: u32) -> Policy {
    Policy {
        max_age: Some(Duration::days(days)),
        ..Policy::default()
    }
}

#[test]
fn every_preset_cites_and_asks_something() {
    let mut names: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), PRESETS.len());
    for preset in PRESETS {
        assert!(!preset.source.is_empty() && !preset.checked.is_empty() && !preset.classes.is_empty());
        for row in preset.classes {
            assert!(!row.section.is_empty(), "{} {}", preset.name, row.class);
            assert!(
                row.policy().asks() || !row.requires.is_empty(),
                "{} {}",
                preset.name,
                row.class
            );
            assert_eq!(row.policy().contradictions("KEY"), [], "{} {}", preset.name, row.class);
            assert!(
                preset.name == "default" || row.warn_before.is_none(),
                "no standard names a band"
            );
        }
    }
}

#[test]
fn sources_without_a_figure_get_none() {
    for (name, class) in [
        ("pci-dss-4.0.1", "service-account-password"),
        ("pci-dss-4.0.1", "encryption-key"),
        ("cis-azure-foundations", "anything"),
        ("nist-800-63b-4", "human-password"),
        ("policy-exists", "anything"),
    ] {
        assert_eq!(preset(name).class(class).unwrap().max_age, None, "{name}");
    }
    assert!(preset("pci-dss-4.0.1").class("database-password").is_none());
}

#[test]
fn requirements_without_a_figure() {
    let unmet = |name, class, policy: &Policy| preset(name).unmet(class, policy);
    assert_eq!(
        unmet("pci-dss-4.0.1", "service-account-password", &Policy::default()),
        [Requirement::RiskAnalysis]
    );
    assert_eq!(unmet("pci-dss-4.0.1", "service-account-password", &max_age(400)), []);
    assert_eq!(
        unmet("nist-800-63b-4", "human-password", &max_age(90)),
        [Requirement::NoMaxAge]
    );
    assert_eq!(
        unmet("policy-exists", "x", &Policy::default()),
        [Requirement::Rotation, Requirement::Owner]
    );
    let owned = Policy {
        owner: Some("team".to_owned()),
        ..max_age(1)
    };
    assert_eq!(unmet("policy-exists", "x", &owned), []);
}

#[test]
fn loosening_is_reported_and_tightening_is_not() {
    let loosened = |name, class, policy: &Policy| -> Vec<String> {
        preset(name)
            .loosened(class, policy)
            .iter()
            .map(|found| format!("{} {} {}", found.member, found.preset, found.policy))
            .collect()
    };
    assert_eq!(
        loosened("cis-aws-foundations", "aws-access-key", &max_age(91)),
        ["maxAge P90D P91D"]
    );
    assert_eq!(loosened("cis-aws-foundations", "aws-access-key", &max_age(90)), [""; 0]);
    assert_eq!(loosened("cis-aws-foundations", "aws-access-key", &max_age(30)), [""; 0]);
    assert_eq!(loosened("cis-aws-foundations", "other", &max_age(900)), [""; 0]);
    // AWS lets its users set this one.
    assert_eq!(loosened("aws-fsbp", "other", &max_age(365)), [""; 0]);
    let open = Policy {
        expiry: Some(ExpiryPolicy {
            required: Some(false),
            max_lifetime: Some(Duration::days(400)),
            min_remaining: None,
        }),
        ..Policy::default()
    };
    assert_eq!(
        loosened("github", "github-pat-fine-grained", &open),
        ["expiry.maxLifetime P366D P400D", "expiry.required true false"]
    );
}

#[test]
fn of_several_presets_the_strictest_holds_under_the_schema() {
    let both = [preset("nist-800-57"), preset("cis-gcp-foundation")];
    assert_eq!(
        layered(&both, "encryption-key", Policy::default()).max_age,
        Some(Duration::days(90))
    );
    assert_eq!(
        layered(&both, "encryption-key", max_age(365)).max_age,
        Some(Duration::days(365))
    );
    assert_eq!(
        layered(&both, "hmac-key", Policy::default()).max_age,
        Some(Duration::days(730))
    );
    assert_eq!(
        layered(&both, "unheard-of", Policy::default()),
        Policy {
            class: Some("unheard-of".to_owned()),
            ..Policy::default()
        }
    );
    let ends = [preset("github"), preset("cis-azure-foundations")];
    let expiry = layered(&ends, "github-pat-fine-grained", Policy::default())
        .expiry
        .unwrap();
    assert_eq!(
        (expiry.required, expiry.max_lifetime),
        (Some(true), Some(Duration::days(366)))
    );
}

#[test]
fn a_control_is_cited_with_its_version() {
    let row = preset("cis-aws-foundations").class("aws-access-key").unwrap();
    assert_eq!(
        row.citation(),
        "Ensure access keys are rotated every 90 days or less (Level 1): 2.12 in version 7.0.0 (1.14 in 1.4.0 to 4.0.1, 1.13 in 5.0.0, 2.13 in 6.0.0)"
    );
    assert_eq!(
        preset("google-cloud")
            .class("gcp-service-account-key")
            .unwrap()
            .citation(),
        "Rotate service account keys at least every 90 days"
    );
}
