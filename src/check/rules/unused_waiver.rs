//! A waiver in `env.waivers.json` hides nothing.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("unused-waiver"),
    severity: Severity::Warning,
    summary: "a waiver hides nothing",
    docs: docs!("unused_waiver.md"),
    check: Check::Triage,
};
