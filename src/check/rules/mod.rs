//! The rules. To add one, write `my_rule.rs` (a static [`Rule`]), `my_rule.md` next to it, and a line in each of the two lists here.

mod byte_order_mark;
pub(super) mod changed_without_record;
mod command_execution;
mod conflicting_records;
mod crlf_line_ends;
mod cut_value;
mod deprecated_key;
mod divergent_value;
mod duplicate_key;
pub(super) mod edited_record;
mod empty_required;
pub(super) mod env_file_committed;
pub(super) mod env_file_not_ignored;
pub(super) mod env_file_readable;
pub(super) mod environment_mismatch;
pub(super) mod example_holds_secret;
pub(super) mod example_out_of_step;
mod exclusive_keys;
mod expansion_limit;
pub(super) mod expired_waiver;
pub(super) mod expires_soon;
mod future_date;
mod incomplete_evidence;
mod incomplete_group;
pub(crate) mod known_value_leaked;
pub(super) mod ledger_not_committed;
mod live_key_outside_production;
mod loader_drops;
mod malformed_entry;
mod malformed_line;
pub(super) mod malformed_token;
mod missing_final_newline;
pub(super) mod missing_required;
mod not_allowed_here;
pub(super) mod not_utf8;
pub(super) mod placeholder_value;
mod preset_not_met;
pub(super) mod previous_key_overlap;
mod public_secret;
mod recorded_late;
mod reference_cycle;
mod rolled_back;
mod rotated_on_paper;
mod schema_combinator;
mod schema_const;
mod schema_enum;
mod schema_format;
mod schema_items;
mod schema_keyword;
mod schema_length;
mod schema_pattern;
mod schema_range;
mod schema_type;
mod secret_age_unknown;
pub(super) mod secret_due_soon;
pub(super) mod secret_expired;
pub(super) mod secret_overdue;
mod shared_across_environments;
pub(super) mod stale_baseline;
mod test_key_in_production;
pub(crate) mod token_in_source;
mod trailing_whitespace;
pub(crate) mod undeclared_variable;
mod undefined_reference;
pub(super) mod unknown_key;
mod unknown_record;
pub(crate) mod unknown_suppression;
mod unresolved_value;
pub(crate) mod unused_suppression;
pub(crate) mod unused_variable;
pub(super) mod unused_waiver;
mod unverifiable_record;
pub(super) mod weak_key;
mod wrong_provider;

pub(super) mod violation;

use crate::check::rule::{Check, Rule};
use crate::report::RuleText;

/// Every rule, sorted by code. Help, docs, SARIF, the meta-schema and the page derive from this list.
pub static RULES: &[&Rule] = &[
    &byte_order_mark::RULE,
    &changed_without_record::RULE,
    &command_execution::RULE,
    &conflicting_records::RULE,
    &crlf_line_ends::RULE,
    &cut_value::RULE,
    &deprecated_key::RULE,
    &divergent_value::RULE,
    &duplicate_key::RULE,
    &edited_record::RULE,
    &empty_required::RULE,
    &env_file_committed::RULE,
    &env_file_not_ignored::RULE,
    &env_file_readable::RULE,
    &environment_mismatch::RULE,
    &example_holds_secret::RULE,
    &example_out_of_step::RULE,
    &exclusive_keys::RULE,
    &expansion_limit::RULE,
    &expired_waiver::RULE,
    &expires_soon::RULE,
    &future_date::RULE,
    &incomplete_evidence::RULE,
    &incomplete_group::RULE,
    &known_value_leaked::RULE,
    &ledger_not_committed::RULE,
    &live_key_outside_production::RULE,
    &loader_drops::RULE,
    &malformed_entry::RULE,
    &malformed_line::RULE,
    &malformed_token::RULE,
    &missing_final_newline::RULE,
    &missing_required::RULE,
    &not_allowed_here::RULE,
    &not_utf8::RULE,
    &placeholder_value::RULE,
    &preset_not_met::RULE,
    &previous_key_overlap::RULE,
    &public_secret::RULE,
    &recorded_late::RULE,
    &reference_cycle::RULE,
    &rolled_back::RULE,
    &rotated_on_paper::RULE,
    &schema_combinator::RULE,
    &schema_const::RULE,
    &schema_enum::RULE,
    &schema_format::RULE,
    &schema_items::RULE,
    &schema_keyword::RULE,
    &schema_length::RULE,
    &schema_pattern::RULE,
    &schema_range::RULE,
    &schema_type::RULE,
    &secret_age_unknown::RULE,
    &secret_due_soon::RULE,
    &secret_expired::RULE,
    &secret_overdue::RULE,
    &shared_across_environments::RULE,
    &stale_baseline::RULE,
    &test_key_in_production::RULE,
    &token_in_source::RULE,
    &trailing_whitespace::RULE,
    &undeclared_variable::RULE,
    &undefined_reference::RULE,
    &unknown_key::RULE,
    &unknown_record::RULE,
    &unknown_suppression::RULE,
    &unresolved_value::RULE,
    &unused_suppression::RULE,
    &unused_variable::RULE,
    &unused_waiver::RULE,
    &unverifiable_record::RULE,
    &weak_key::RULE,
    &wrong_provider::RULE,
];

/// Indices into [`RULES`] of the rules that check single variables.
pub(super) static OF_VARIABLES: [u8; OF_VARIABLES_COUNT] = {
    let mut indices = [0; OF_VARIABLES_COUNT];
    let (mut at, mut count) = (0, 0);
    while at < RULES.len() {
        if let Check::Variable(..) = RULES[at].check {
            indices[count] = at as u8;
            count += 1;
        }
        at += 1;
    }
    indices
};

const OF_VARIABLES_COUNT: usize = {
    let (mut at, mut count) = (0, 0);
    while at < RULES.len() {
        if let Check::Variable(..) = RULES[at].check {
            count += 1;
        }
        at += 1;
    }
    count
};

/// The rules about the ledger, as opposed to those about ages.
pub const ABOUT_LEDGER: [&str; 9] = [
    "changed-without-record",
    "conflicting-records",
    "edited-record",
    "future-date",
    "recorded-late",
    "rolled-back",
    "rotated-on-paper",
    "unknown-record",
    "unverifiable-record",
];

/// Returns the codes of all rules, as a schema may name them.
#[must_use]
pub fn codes() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.code.0).collect()
}

/// Returns the text of every rule, for the formats that list them.
#[must_use]
pub fn texts() -> Vec<RuleText> {
    let text = |rule: &&Rule| RuleText {
        code: rule.code,
        severity: rule.severity,
        summary: rule.summary,
        docs: rule.docs,
    };
    RULES.iter().map(text).collect()
}

/// Returns the rule with that code.
#[must_use]
pub fn find(code: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.code.0 == code)
}
