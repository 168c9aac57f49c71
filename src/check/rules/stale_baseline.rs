//! An entry of `env.baseline.json` refers to something that is no longer there.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("stale-baseline"),
    severity: Severity::Info,
    summary: "an entry of the baseline is no longer needed",
    docs: docs!("stale_baseline.md"),
    check: Check::Triage,
};
