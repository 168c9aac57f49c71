//! The presets, with the figures and wording of their sources.

use super::super::duration::Duration;
use super::super::policy::ExpiryPolicy;
use super::{Preset, PresetClass, Requirement};

/// All presets.
pub static PRESETS: &[Preset] = &[
    Preset {
        name: "default",
        source: "envgate: our choice, of no standard; a place to begin where you have no policy",
        checked: note("nothing to check"),
        classes: &[
            PresetClass {
                class: "database-password",
                section: "our choice",
                max_age: days(90),
                warn_before: days(14),
                ..ROW
            },
            PresetClass {
                class: "api-key",
                section: "our choice",
                max_age: days(180),
                warn_before: days(14),
                ..ROW
            },
            PresetClass {
                class: "signing-key",
                section: "our choice",
                max_age: days(365),
                warn_before: days(30),
                ..ROW
            },
            PresetClass {
                class: "certificate",
                section: "our choice",
                warn_before: days(30),
                expiry: ending(None),
                ..ROW
            },
        ],
    },
    Preset {
        name: "cis-aws-foundations",
        source: "CIS Amazon Web Services Foundations Benchmark",
        checked: note("prowler 5.46.0 (compliance/aws/cis_*_aws.json); 7.0.0 also at tenable.com/audits"),
        classes: &[PresetClass {
            class: "aws-access-key",
            section: "Ensure access keys are rotated every 90 days or less (Level 1)",
            controls: &[
                ("1.4.0", "1.14"),
                ("1.5.0", "1.14"),
                ("2.0.0", "1.14"),
                ("3.0.0", "1.14"),
                ("4.0.1", "1.14"),
                ("5.0.0", "1.13"),
                ("6.0.0", "2.13"),
                ("7.0.0", "2.12"),
            ],
            max_age: days(90),
            ..ROW
        }],
    },
    Preset {
        name: "cis-gcp-foundation",
        source: "CIS Google Cloud Platform Foundation Benchmark",
        checked: note("prowler 5.46.0 (compliance/gcp/cis_*_gcp.json)"),
        classes: &[
            PresetClass {
                class: "gcp-service-account-key",
                section: "User-managed keys of service accounts are rotated every 90 days or less (Level 1)",
                controls: &[("2.0.0", "1.7"), ("3.0.0", "1.7"), ("4.0.0", "1.7"), ("5.0.0", "1.8")],
                max_age: days(90),
                ..ROW
            },
            PresetClass {
                class: "encryption-key",
                section: "KMS encryption keys are rotated within 90 days (Level 1)",
                controls: &[
                    ("2.0.0", "1.10"),
                    ("3.0.0", "1.10"),
                    ("4.0.0", "1.10"),
                    ("5.0.0", "1.11"),
                ],
                max_age: days(90),
                ..ROW
            },
            PresetClass {
                class: "google-api-key",
                section: "API keys are rotated every 90 days (Level 2)",
                controls: &[
                    ("2.0.0", "1.15"),
                    ("3.0.0", "1.15"),
                    ("4.0.0", "1.15"),
                    ("5.0.0", "1.16"),
                ],
                max_age: days(90),
                ..ROW
            },
        ],
    },
    Preset {
        name: "cis-azure-foundations",
        source: "CIS Microsoft Azure Foundations Benchmark",
        checked: note("prowler 5.46.0 (compliance/azure/cis_*_azure.json)"),
        classes: &[PresetClass {
            section: "An expiration date is set on all keys and secrets of a Key Vault; no number is named",
            controls: &[
                ("2.0.0", "8.1-8.4"),
                ("2.1.0", "8.1-8.4"),
                ("3.0.0", "3.3.1-3.3.4"),
                ("4.0.0", "9.3.1-9.3.4"),
                ("5.0.0", "8.3.1-8.3.4"),
                ("6.0.0", "8.3.1-8.3.4"),
            ],
            expiry: ending(None),
            ..ROW
        }],
    },
    Preset {
        name: "aws-fsbp",
        source: "AWS Security Hub, Foundational Security Best Practices",
        checked: note(
            "prowler 5.46.0 (aws_foundational_security_best_practices_aws.json); docs.aws.amazon.com, securityhub secretsmanager-controls",
        ),
        classes: &[
            PresetClass {
                class: "aws-access-key",
                section: "IAM.3: access keys are rotated every 90 days or less",
                max_age: days(90),
                ..ROW
            },
            PresetClass {
                section: "SecretsManager.4: secrets are rotated within 90 days, a default that its users may set",
                max_age: days(90),
                configurable: true,
                ..ROW
            },
        ],
    },
    Preset {
        name: "pci-dss-4.0.1",
        source: "PCI DSS v4.0.1",
        checked: note(
            "8.3.9, 8.6.3 and 12.3.1 as quoted by ce.prod.cloudaware.com; of 3.7.4 only the wording of its predecessor 3.6.4 of v3.2.1",
        ),
        classes: &[
            PresetClass {
                class: "service-account-password",
                section: "8.6.3: at the frequency of the entity's targeted risk analysis (12.3.1), and on suspicion of compromise",
                requires: &[Requirement::RiskAnalysis],
                ..ROW
            },
            PresetClass {
                class: "human-password-single-factor",
                section: "8.3.9: every 90 days, where a password is the only factor and the posture of accounts is not analysed dynamically",
                max_age: days(90),
                ..ROW
            },
            PresetClass {
                class: "encryption-key",
                section: "3.7.4: keys change at the end of their defined cryptoperiod",
                requires: &[Requirement::Cryptoperiod],
                ..ROW
            },
        ],
    },
    Preset {
        name: "nist-800-57",
        source: "NIST SP 800-57 Part 1 Revision 5, which suggests and doesn't demand",
        checked: note("several transcriptions of Table 1 that agree, and the edition of 2007; not the document itself"),
        classes: &[
            PresetClass {
                class: "signing-key",
                section: "5.3.6, Table 1: private signature key, 1 to 3 years",
                max_age: days(1095),
                ..ROW
            },
            PresetClass {
                class: "hmac-key",
                section: "5.3.6, Table 1: symmetric authentication key, at most 2 years",
                max_age: days(730),
                ..ROW
            },
            PresetClass {
                class: "private-authentication-key",
                section: "5.3.6, Table 1: private authentication key, 1 to 2 years",
                max_age: days(730),
                ..ROW
            },
            PresetClass {
                class: "encryption-key",
                section: "5.3.6, Table 1: symmetric data-encryption key, at most 2 years of use by the originator",
                max_age: days(730),
                ..ROW
            },
            PresetClass {
                class: "key-wrapping-key",
                section: "5.3.6, Table 1: symmetric key-wrapping key, at most 2 years of use by the originator",
                max_age: days(730),
                ..ROW
            },
            PresetClass {
                class: "master-key",
                section: "5.3.6, Table 1: symmetric master key, about 1 year",
                max_age: days(365),
                ..ROW
            },
        ],
    },
    Preset {
        name: "nist-800-63b-4",
        source: "NIST SP 800-63B-4",
        checked: note("3.1.1 as quoted by blog.ucci.it from the draft; of Revision 3, 5.1.1.2, NIST's FAQ Q-B05"),
        classes: &[PresetClass {
            class: "human-password",
            section: "3.1.1: verifiers SHALL NOT require periodic change, and SHALL force it on evidence of compromise",
            requires: &[Requirement::NoMaxAge],
            ..ROW
        }],
    },
    Preset {
        name: "google-cloud",
        source: "Google Cloud, cloud.google.com/iam/docs/key-rotation",
        checked: note("the page was read"),
        classes: &[PresetClass {
            class: "gcp-service-account-key",
            section: "Rotate service account keys at least every 90 days",
            max_age: days(90),
            ..ROW
        }],
    },
    Preset {
        name: "microsoft-azure",
        source: "Microsoft, documentation of Azure Key Vault and Cosmos DB",
        checked: note("the page of Cosmos DB was read; Key Vault's sentence as quoted in SpringACT/digital-safe#278"),
        classes: &[PresetClass {
            section: "Rotate secrets at least every 60 days",
            max_age: days(60),
            ..ROW
        }],
    },
    Preset {
        name: "github",
        source: "GitHub, documentation of personal access tokens",
        checked: note("pages of docs.github.com were read"),
        classes: &[PresetClass {
            class: "github-pat-fine-grained",
            section: "The default maximum lifetime of a fine-grained token in an organisation is 366 days",
            expiry: ending(days(366)),
            ..ROW
        }],
    },
    Preset {
        name: "policy-exists",
        source: "ISO/IEC 27001:2022 A.5.17 and A.8.24, SOC 2 CC6.1, HIPAA 45 CFR 164.308(a)(5)(ii)(D), NIST SP 800-53 Rev. 5 IA-5 f and SC-12",
        checked: note("wording of the controls in prowler 5.46.0"),
        classes: &[PresetClass {
            section: "A process and a period must be defined; none of them names a number",
            requires: &[Requirement::Rotation, Requirement::Owner],
            ..ROW
        }],
    },
];

/// An empty row, to be used with `..ROW`.
const ROW: PresetClass = PresetClass {
    class: "*",
    section: "",
    controls: &[],
    max_age: None,
    warn_before: None,
    expiry: None,
    requires: &[],
    configurable: false,
};

const fn days(days: u32) -> Option<Duration> {
    Some(Duration::days(days))
}

const fn ending(max_lifetime: Option<Duration>) -> Option<ExpiryPolicy> {
    Some(ExpiryPolicy {
        required: Some(true),
        max_lifetime,
        min_remaining: None,
    })
}

/// A text that only the program shows: empty in the compact WebAssembly build.
const fn note(text: &'static str) -> &'static str {
    if cfg!(all(target_family = "wasm", not(any(feature = "full", feature = "cli")))) {
        ""
    } else {
        text
    }
}
