//! Policies that others published, each with its source, section and version, and one of our own.
//!
//! Where a source names no figure, there is none here: such a class asks for what the source does ask for ([`Requirement`]), a figure of the team's own among
//! them. A preset may be tightened; loosening it is told ([`Preset::loosened`]), unless the source itself lets its users choose.
//!
//! How far each source was read stands in `checked`. Where the number of a control moves from version to version, all are given.

use super::duration::Duration;
use super::policy::{ExpiryPolicy, Policy};

/// A set of policies from one source.
#[derive(Debug)]
pub struct Preset {
    /// Its name in a schema's `rotation.presets`.
    pub name: &'static str,
    /// Who published what.
    pub source: &'static str,
    /// How far that was checked for this table; the compact WebAssembly, which shows it nowhere, does not know.
    pub checked: &'static str,
    /// Its policies, by class; `*` is any class that has no row of its own.
    pub classes: &'static [PresetClass],
}

/// What a source asks of one class.
#[derive(Debug)]
pub struct PresetClass {
    /// The class, or `*`.
    pub class: &'static str,
    /// The section, and what it says in a few words.
    pub section: &'static str,
    /// Version of the source to number of the control, the oldest first; empty where the section says all.
    pub controls: &'static [(&'static str, &'static str)],
    /// How old a value may be; `None` where the source names no figure.
    pub max_age: Option<Duration>,
    /// How long before to tell; only in our own preset.
    pub warn_before: Option<Duration>,
    /// What is asked of the end.
    pub expiry: Option<ExpiryPolicy>,
    /// What is asked beside figures.
    pub requires: &'static [Requirement],
    /// The source lets its users choose another figure.
    pub configurable: bool,
}

/// What a source asks for without naming a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Requirement {
    /// Some policy of rotation.
    Rotation,
    /// Somebody who answers for it.
    Owner,
    /// A frequency that follows from the team's own risk analysis, which is reviewed every twelve months.
    RiskAnalysis,
    /// A cryptoperiod that the team defined.
    Cryptoperiod,
    /// No change on a schedule at all.
    NoMaxAge,
}

/// A text for who asks about a preset, which only the program can be.
const fn note(text: &'static str) -> &'static str {
    if cfg!(all(target_family = "wasm", not(any(feature = "full", feature = "cli")))) {
        ""
    } else {
        text
    }
}

impl Requirement {
    /// What is missing, and what to do.
    #[must_use]
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Requirement::Rotation => (
                "a rotation policy is required; the source names no number",
                "add maxAge, changedSince or expiry",
            ),
            Requirement::Owner => ("an owner is required", "add owner"),
            Requirement::RiskAnalysis => (
                "a frequency is required that follows from a targeted risk analysis of your own, reviewed every 12 months; the source names no number",
                "add the maxAge that your risk analysis arrives at, and link it as runbook",
            ),
            Requirement::Cryptoperiod => (
                "a cryptoperiod of your own is required; the source names no number",
                "add the maxAge that your key management defines",
            ),
            Requirement::NoMaxAge => (
                "passwords that people chose must not be changed on a schedule, only when they may be known to others",
                "take maxAge away, and use changedSince after an incident",
            ),
        }
    }
}

/// A member of a policy that asks less than the preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosened {
    /// The member, as the schema spells it.
    pub member: &'static str,
    /// What the preset asks.
    pub preset: String,
    /// What the policy asks.
    pub policy: String,
}

impl Preset {
    /// The preset of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Preset> {
        PRESETS.iter().find(|preset| preset.name == name)
    }

    /// What it asks of a class.
    #[must_use]
    pub fn class(&self, class: &str) -> Option<&'static PresetClass> {
        let of = |name: &str| self.classes.iter().find(|row| row.class == name);
        of(class).or_else(|| of("*"))
    }

    /// The classes that it brings, to be named in a schema.
    pub fn class_names(&self) -> impl Iterator<Item = &'static str> {
        self.classes.iter().map(|row| row.class).filter(|class| *class != "*")
    }

    /// What of the preset a policy doesn't meet: asks that have no figure.
    #[must_use]
    pub fn unmet(&self, class: &str, policy: &Policy) -> Vec<Requirement> {
        let requires = self.class(class).map_or(&[][..], |row| row.requires);
        let is_met = |requirement: Requirement| match requirement {
            Requirement::Rotation => policy.asks(),
            Requirement::Owner => policy.owner.is_some(),
            Requirement::RiskAnalysis | Requirement::Cryptoperiod => policy.max_age.is_some(),
            Requirement::NoMaxAge => policy.max_age.is_none(),
        };
        requires
            .iter()
            .copied()
            .filter(|requirement| !is_met(*requirement))
            .collect()
    }

    /// Where a policy, laid over the preset, asks less than it.
    #[must_use]
    pub fn loosened(&self, class: &str, policy: &Policy) -> Vec<Loosened> {
        let Some(row) = self.class(class).filter(|row| !row.configurable) else {
            return Vec::new();
        };
        let (asked, expiry) = (row.expiry.unwrap_or_default(), policy.expiry.unwrap_or_default());
        let mut found = Vec::new();
        let mut longer = |member, preset: Option<Duration>, policy: Option<Duration>| {
            if let (Some(preset), Some(policy)) = (preset, policy)
                && policy > preset
            {
                found.push(Loosened {
                    member,
                    preset: preset.to_string(),
                    policy: policy.to_string(),
                });
            }
        };
        longer("maxAge", row.max_age, policy.max_age);
        longer("expiry.maxLifetime", asked.max_lifetime, expiry.max_lifetime);
        if asked.required == Some(true) && expiry.required == Some(false) {
            found.push(Loosened {
                member: "expiry.required",
                preset: "true".to_owned(),
                policy: "false".to_owned(),
            });
        }
        found
    }
}

impl PresetClass {
    /// As a policy, to lay others over.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            max_age: self.max_age,
            warn_before: self.warn_before.map(|band| vec![band]),
            expiry: self.expiry,
            ..Policy::default()
        }
    }

    /// Section, control and version, for findings: `2.12 in version 7.0.0 (1.14 in 1.4.0, …)`.
    #[must_use]
    pub fn citation(&self) -> String {
        let Some(((version, control), older)) = self.controls.split_last() else {
            return self.section.to_owned();
        };
        let mut text = format!("{}: {control} in version {version}", self.section);
        let older: Vec<String> = older
            .chunk_by(|(_, a), (_, b)| a == b)
            .map(|same| match same {
                [(version, control)] => format!("{control} in {version}"),
                [(from, control), .., (to, _)] => format!("{control} in {from} to {to}"),
                [] => String::new(),
            })
            .collect();
        if !older.is_empty() {
            text.push_str(&format!(" ({})", older.join(", ")));
        }
        text
    }
}

/// What several presets and the class of the schema itself come to: of the presets the strictest, under what the schema says.
#[must_use]
pub fn layered(presets: &[&Preset], class: &str, over: Policy) -> Policy {
    let below = presets
        .iter()
        .filter_map(|preset| preset.class(class))
        .map(PresetClass::policy)
        .reduce(|a, b| {
            let strictest = |a: Option<Duration>, b: Option<Duration>| a.into_iter().chain(b).min();
            let (one, other) = (a.expiry.unwrap_or_default(), b.expiry.unwrap_or_default());
            Policy {
                max_age: strictest(a.max_age, b.max_age),
                warn_before: a.warn_before.or(b.warn_before),
                expiry: a.expiry.or(b.expiry).map(|_| ExpiryPolicy {
                    required: one.required.max(other.required),
                    max_lifetime: strictest(one.max_lifetime, other.max_lifetime),
                    min_remaining: one.min_remaining.max(other.min_remaining),
                }),
                ..Policy::default()
            }
        });
    Policy {
        class: Some(class.to_owned()),
        ..over.over(&below.unwrap_or_default())
    }
}

/// A row with nothing in it, to begin from.
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
