//! How old the secrets under check are: the evidence for each is gathered once, compared with its policy, and kept
//! for rules, report and commands.
//!
//! Evidence apart from the values (exports, ledger, commits) is read before a check ([`AgeEvidence::read`]), because it may be refused, and
//! a check can't fail. The ledger key of an environment is kept among its values, so those who can read the values can use it.

mod evidence;

pub use evidence::{AgeEvidence, EvidenceError, ExportInput};

use jiff::Timestamp;

use crate::check::rule::{self, Context};
use crate::check::{Checked, Options};
use crate::model::{Origin, Value, Variable};
use crate::report::{AgeReport, EvidenceReport};
use crate::rotation::evidence::{Age, Evidence};
use crate::rotation::importers::{self, Target};
use crate::rotation::ledger::audit::{Finding, Known};
use crate::rotation::ledger::{Ledger, LedgerKey};
use crate::rotation::verdict::{Judgement, Verdict, judge, warns};
use crate::rotation::{Policy, Rank, comment, selfdated};
use crate::schema::{EnvironmentId, Property, Schema, SecretPolicy};
use crate::sort;
use crate::source::{LineIndex, Location, Source, Span};

/// The age of one secret of one environment.
#[derive(Debug)]
pub struct Assessed<'c> {
    /// The key.
    pub property: &'c Property,
    /// The variable.
    pub variable: &'c Variable<'c>,
    /// The policy that applies.
    pub policy: Option<&'c SecretPolicy>,
    /// The evidence.
    pub pieces: Vec<Evidence>,
    /// The place of each piece of evidence.
    pub places: Vec<Option<Location>>,
    /// The combined evidence.
    pub age: Age,
    /// The age judged by the policy.
    pub judgement: Judgement,
    /// How many rotations the ledger has for it.
    pub records: u32,
}

/// The ages of one environment.
#[derive(Debug)]
pub struct EnvironmentAges<'c> {
    /// The environment.
    pub id: EnvironmentId,
    /// Its secrets that have a value, in the order of the schema, except those with neither a policy nor evidence.
    pub secrets: Vec<Assessed<'c>>,
}

/// All ages of a check.
#[derive(Debug, Default)]
pub struct Ages<'c> {
    /// In the order of the check.
    pub environments: Vec<EnvironmentAges<'c>>,
    /// The findings about the ledger, in its order.
    pub findings: Vec<Finding>,
}

impl<'c> Ages<'c> {
    /// Gathers the evidence and judges it.
    pub(super) fn of(
        schema: &'c Schema,
        sources: &'c [Source],
        environments: &'c [Checked<'c>],
        options: &'c Options,
    ) -> Ages<'c> {
        let mut ages = Ages::default();
        for checked in environments {
            let assessor = Assessor::new(schema, sources, environments, checked, options);
            let secrets = schema
                .properties()
                .iter()
                .filter(|property| property.secret.is_some())
                .filter_map(|property| assessor.assess(property, &mut ages.findings))
                .collect();
            ages.environments.push(EnvironmentAges {
                id: checked.id,
                secrets,
            });
        }
        if let Some((_, ledger)) = options.ages.ledger() {
            let known = |environment: &str, key: &str| {
                if !schema.environments().iter().any(|spec| spec.name == environment) {
                    Known::NoSuchEnvironment
                } else if schema.property(key.as_bytes()).is_none() {
                    Known::NoSuchKey
                } else {
                    Known::Yes
                }
            };
            let elsewhere = |finding: &Finding| {
                let name = &ledger.entries()[finding.entry].environment;
                let spec = schema.environments().iter().position(|spec| spec.name == *name);
                spec.is_some_and(|index| environments.iter().all(|checked| usize::from(checked.id.0) != index))
            };
            let audit = ledger.audit(options.now, known);
            ages.findings
                .extend(audit.into_iter().filter(|finding| !elsewhere(finding)));
            sort::by(&mut ages.findings, &Ord::cmp);
            ages.findings
                .dedup_by(|this, kept| this.entry == kept.entry && this.kind == kept.kind);
        }
        ages
    }

    /// Returns the ages of an environment.
    pub(super) fn in_environment(&self, id: EnvironmentId) -> impl Iterator<Item = &Assessed<'c>> {
        let here = self.environments.iter().find(move |ages| ages.id == id);
        here.into_iter().flat_map(|ages| &ages.secrets)
    }
}

/// What settles an age if an export has the secret and does not say of which environment.
const WHOSE: &str = "the export does not say whether it is about this environment or another one with another value: name it (`--evidence ENVIRONMENT=FILE` on the command line)";

/// What all secrets of one environment have in common.
struct Assessor<'c> {
    schema: &'c Schema,
    sources: &'c [Source],
    /// All environments under check.
    environments: &'c [Checked<'c>],
    checked: &'c Checked<'c>,
    options: &'c Options,
    /// The ledger keys among its values.
    keys: Vec<LedgerKey>,
    /// The names and aliases of this environment, and those of all others.
    names: (Vec<&'c str>, Vec<&'c str>),
}

impl<'c> Assessor<'c> {
    fn new(
        schema: &'c Schema,
        sources: &'c [Source],
        environments: &'c [Checked<'c>],
        checked: &'c Checked<'c>,
        options: &'c Options,
    ) -> Assessor<'c> {
        let evidence = &options.ages;
        let mut names = (Vec::new(), Vec::new());
        if !evidence.exports().is_empty() {
            for (spec, index) in schema.environments().iter().zip(0..) {
                let all = std::iter::once(spec.name.as_str()).chain(spec.aliases.iter().map(String::as_str));
                if checked.id == EnvironmentId(index) {
                    names.0.extend(all)
                } else {
                    names.1.extend(all)
                }
            }
        }
        let keys = match evidence.ledger {
            Some(_) => ledger_keys(&checked.environment.variables),
            None => Vec::new(),
        };
        Assessor {
            schema,
            sources,
            environments,
            checked,
            options,
            keys,
            names,
        }
    }

    /// Assesses one secret; `None` if the property isn't a secret, has no value, or has neither a policy nor evidence.
    #[inline(never)]
    fn assess(&self, property: &'c Property, findings: &mut Vec<Finding>) -> Option<Assessed<'c>> {
        let secret = property.secret.as_ref()?;
        let variable = self.checked.environment.get(property.name.as_bytes())?;
        let value = match &variable.value {
            Value::Known(secret) if secret.expose().is_empty() => return None,
            Value::Known(secret) => Some(secret.expose()),
            Value::Unknown(_) => None,
        };
        let policy = secret.policy(self.checked.id);
        let floor = policy.map_or(Rank::DEFAULT_FLOOR, |policy| policy.policy.floor());
        let (mut pieces, mut places) = (Vec::new(), Vec::new());
        let mut add = |piece: Evidence, place: Option<Location>| {
            pieces.push(piece);
            places.push(place);
        };
        if let Some(piece) = value.and_then(selfdated::read) {
            add(piece, rule::value_location(&variable.origin));
        }
        self.add_exports(property, value, &mut add);
        let mut records = 0;
        if let Some((source, ledger)) = self.options.ages.ledger() {
            let environment = &self.schema.environments()[usize::from(self.checked.id.0)].name;
            let standing = ledger.standing(environment, &property.name, value, &self.keys);
            records = u32::try_from(ledger.of(environment, &property.name).1.len()).unwrap_or(u32::MAX);
            findings.extend(standing.findings);
            if let Some(piece) = standing.evidence {
                let span = standing.span;
                add(piece, Some(Location { source, span }));
            }
        }
        self.add_line_evidence(variable, floor, &mut add);
        if policy.is_none_or(|policy| !policy.policy.asks()) && pieces.is_empty() {
            return None;
        }
        let age = Age::of(&pieces, floor, self.options.now);
        let nothing = Policy::default();
        let judgement = judge(
            policy.map_or(&nothing, |policy| &policy.policy),
            &age,
            &pieces,
            self.options.now,
        );
        Some(Assessed {
            property,
            variable,
            policy,
            pieces,
            places,
            age,
            judgement,
            records,
        })
    }

    fn add_exports(&self, property: &Property, value: Option<&[u8]>, add: &mut impl FnMut(Evidence, Option<Location>)) {
        let evidence = &self.options.ages;
        if evidence.exports().is_empty() {
            return;
        }
        let mut public_ids: Vec<String> = value.and_then(selfdated::public_id).into_iter().collect();
        if let Some(beside) = selfdated::id_beside(&property.name)
            && let Some(Value::Known(secret)) = self
                .checked
                .environment
                .get(beside.as_bytes())
                .map(|variable| &variable.value)
        {
            public_ids.extend(selfdated::public_id(secret.expose()));
        }
        let target = Target {
            key: &property.name,
            environment: &self.names.0,
            others: &self.names.1,
            public_ids: &public_ids,
        };
        for (source, import) in evidence.exports() {
            for mut found in importers::evidence_in(import, &target, &evidence.names) {
                if !found.is_of_environment && !self.is_same_everywhere(&property.name, value) {
                    // It may be about the other value, so it makes this one no younger, and weighs no more than what is said of a copy.
                    found.evidence.written.earliest = None;
                    found.evidence.rank = found.evidence.rank.max(Rank::Copy);
                    found.evidence.better = Some(WHOSE);
                }
                let place = Location {
                    source: *source,
                    span: found.span,
                };
                add(found.evidence, Some(place));
            }
        }
    }

    /// Whether a key has this value in all environments under check that have it. What a store says of one secret can't be true of two values.
    fn is_same_everywhere(&self, key: &str, value: Option<&[u8]>) -> bool {
        let others = self.environments.iter().filter(|other| other.id != self.checked.id);
        let mut variables = others.filter_map(|other| other.environment.get(key.as_bytes()));
        variables.all(|variable| match &variable.value {
            Value::Known(secret) => secret.expose().is_empty() || value == Some(secret.expose()),
            Value::Unknown(_) => false,
        })
    }

    /// Adds what git and comments say about the line of the value.
    fn add_line_evidence(
        &self,
        variable: &Variable<'_>,
        floor: Rank,
        add: &mut impl FnMut(Evidence, Option<Location>),
    ) {
        let Origin::File { source, key, value, .. } = variable.origin else {
            return;
        };
        let text = self.sources[source.0 as usize].bytes();
        let place = Some(Location { source, span: key });
        if let Some((_, lines)) = self.options.ages.commits().iter().find(|(id, _)| *id == source) {
            let index = LineIndex::new(text);
            let line = |offset| {
                index
                    .line_column(text, offset, crate::source::PositionEncoding::Scalar)
                    .line
            };
            // A value of several lines is as young as its youngest line; if any of them is uncommitted, its age is open.
            let (from, to) = (line(key.start), line(value.end.max(key.end)));
            let own = || lines.iter().filter(|blame| (from..=to).contains(&blame.line));
            let all = own().count() == (to - from + 1) as usize;
            let newest = own().max_by_key(|blame| blame.written.latest).filter(|_| all);
            if let Some(blame) = newest {
                add(blame.evidence(), place);
            }
        }
        // Nothing ties a comment to the value, so it is read only if the policy believes comments.
        if floor == Rank::Comment
            && let Some(piece) = comments(text, key, value).as_deref().and_then(comment::read)
        {
            add(piece, place);
        }
    }
}

/// Returns the ledger keys among some variables.
pub(super) fn ledger_keys(variables: &[Variable<'_>]) -> Vec<LedgerKey> {
    let exposed = variables.iter().filter_map(|variable| match &variable.value {
        Value::Known(secret) => Some(secret.expose()),
        Value::Unknown(_) => None,
    });
    exposed.filter_map(|value| LedgerKey::parse(value).ok()).collect()
}

/// Returns the comment lines directly above an assignment, and the comment after its value.
fn comments(text: &[u8], key: Span, value: Span) -> Option<String> {
    let start = text[..key.range().start]
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |at| at + 1);
    let above = text[..start].split_inclusive(|&byte| byte == b'\n').rev();
    let mut lines: Vec<&[u8]> = above
        .take_while(|line| line.trim_ascii_start().starts_with(b"#"))
        .collect();
    lines.reverse();
    let rest = &text[value.range().end.max(key.range().end)..];
    lines.push(&rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())]);
    String::from_utf8(lines.concat()).ok()
}

impl Assessed<'_> {
    /// Converts the assessment for the report.
    pub(super) fn report(&self) -> AgeReport {
        let nothing = Policy::default();
        let policy = self.policy.map_or(&nothing, |policy| &policy.policy);
        let order = sort::order(self.pieces.len(), &|a, b| self.pieces[a].rank.cmp(&self.pieces[b].rank));
        AgeReport {
            verdict: self.verdict().name(),
            in_grace: self.verdict() == Verdict::Overdue { in_grace: true },
            class: policy.class.clone(),
            earliest: self.age.written.earliest,
            latest: self.age.written.latest,
            warn: warns(policy, &self.age, &self.judgement),
            due: self.judgement.due().or_else(|| {
                // For a value that is certainly overdue, show the latest date at which it became so, even if the earliest is unknown.
                let broken = self
                    .judgement
                    .decided_by
                    .filter(|_| matches!(self.verdict(), Verdict::Overdue { .. }))?;
                broken.latest.filter(|at| *at > Timestamp::MIN)
            }),
            expires: self.age.expires.instant(),
            evidence: order
                .into_iter()
                .map(|index| {
                    let piece = &self.pieces[index];
                    EvidenceReport {
                        rank: piece.rank.name(),
                        source: piece.source,
                        field: piece.field,
                        earliest: piece.written.earliest,
                        latest: piece.written.latest,
                        expires: piece.expires.instant(),
                        location: self.places[index],
                    }
                })
                .collect(),
            owner: policy.owner.clone(),
            runbook: policy.runbook.clone(),
            settle: self.judgement.settle,
            records: self.records,
        }
    }

    /// Returns the verdict.
    pub(super) fn verdict(&self) -> Verdict {
        self.judgement.verdict
    }

    /// Returns the piece that bounds the age; or else the one that gives the expiry; or else any.
    pub(super) fn deciding(&self) -> Option<usize> {
        let bounds = [self.age.latest_by, self.age.earliest_by, self.age.expires_by];
        bounds
            .into_iter()
            .flatten()
            .next()
            .or((!self.pieces.is_empty()).then_some(0))
    }
}

impl<'c> Context<'c> {
    /// Returns the environment of the ledger entry that a finding is about.
    pub(super) fn environment_of(&self, ledger: &Ledger, finding: &Finding) -> Option<EnvironmentId> {
        let name = &ledger.entries()[finding.entry].environment;
        let index = self.schema.environments().iter().position(|spec| spec.name == *name)?;
        u16::try_from(index).ok().map(EnvironmentId)
    }
}
