//! A waiver in `env.waivers.json` has expired, so what it hid is reported again.

use crate::check::rule::{Check, Rule};
use crate::diagnostic::{RuleCode, Severity};

pub(in crate::check) static RULE: Rule = Rule {
    code: RuleCode("expired-waiver"),
    severity: Severity::Warning,
    summary: "a waiver has expired",
    docs: docs!("expired_waiver.md"),
    check: Check::Triage,
};
