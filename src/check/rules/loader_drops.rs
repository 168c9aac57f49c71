//! What a malformed line costs, for each declared loader.

use crate::check::divergence::{View, first_line};
use crate::check::mend;
use crate::check::rule::{Check, Findings, Matter, Rule, Scope};
use crate::check::wording;
use crate::diagnostic::{RuleCode, Severity};
use crate::join::join;
use crate::model::Layer;
use crate::parse::{Effect, SyntaxErrorKind};
use crate::sort;
use crate::source::{Location, SourceId, Span};

pub(super) static RULE: Rule = Rule {
    code: RuleCode("loader-drops"),
    severity: Severity::Error,
    summary: "a line that makes a declared loader drop variables",
    docs: docs!("loader_drops.md"),
    check: Check::Environment(Matter::Lines, check),
};

/// What one loader does about one place (`None` if that can't be known), and how many other variables are lost.
type Drop = (SourceId, Span, Option<Effect>, &'static str, usize);

fn check(scope: &Scope<'_>, found: &mut Findings<'_>) {
    let views = &scope.views;
    let mut drops: Vec<Drop> = Vec::new();
    for view in views {
        look(view, &mut drops);
        if views.len() > 1 {
            look_at_references(view, &mut drops);
        }
    }
    sort::by(&mut drops, &|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let places: Vec<(SourceId, Span)> = drops.iter().map(|drop| (drop.0, drop.1)).collect();
    let mut fixes = if views.len() > 1 && !places.is_empty() {
        mend::lines(views, scope.environment.process, &places)
    } else {
        Vec::new()
    };
    let mut first = 0;
    for place in drops.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let fix = fixes.get_mut(first).and_then(Option::take);
        first += place.len();
        // With a single loader, the rule about the line has reported the line itself, and the rules about references those.
        if views.len() == 1 && place[0].4 == 0 {
            continue;
        }
        let mut effects: Vec<String> = place.iter().map(describe).collect();
        effects.dedup();
        let (source, span, ..) = place[0];
        let draft = found
            .at(Location { source, span }, join(&effects, "; "))
            .help("rewrite the line so that every loader can read it");
        if let Some(fix) = fix {
            draft.fix(fix);
        }
    }
}

fn look(view: &View<'_, '_>, drops: &mut Vec<Drop>) {
    let name = view.loader();
    for layer in view.layers.iter().filter(|layer| !layer.document.is_carried()) {
        let errors = layer.document.errors().iter();
        // Commands have a rule of their own, and after the first failure there is nothing left to lose.
        let mut failed = false;
        for error in errors.filter(|error| error.kind != SyntaxErrorKind::Command) {
            let lost = match error.effect {
                Effect::Literal => continue,
                // An open quote may swallow the lines below.
                Effect::Dropped if error.kind == SyntaxErrorKind::UnterminatedQuote => unread(layer, error.span),
                Effect::Dropped => 0,
                Effect::Rejected | Effect::Halted | Effect::Stopped if failed => continue,
                Effect::Rejected => layer.document.assignments().len(),
                Effect::Halted => behind(layer, error.span.start),
                Effect::Stopped => unread(layer, error.span),
            };
            failed |= error.effect != Effect::Dropped;
            let (effect, lost) = match error.kind {
                SyntaxErrorKind::NotStatic => (None, 0),
                _ => (Some(error.effect), lost),
            };
            drops.push((layer.source, first_line(layer.text, error.span), effect, name, lost));
        }
    }
}

/// Adds the references because of which a loader gives up a file.
fn look_at_references(view: &View<'_, '_>, drops: &mut Vec<Drop>) {
    for failure in &view.environment.failures {
        let Some(layer) = view.layer(failure.source) else {
            continue;
        };
        let lost = match failure.effect {
            Effect::Halted => behind(layer, failure.span.start),
            _ => layer.document.assignments().len().saturating_sub(1),
        };
        let effect = if failure.effect == Effect::Dropped {
            Effect::Stopped
        } else {
            failure.effect
        };
        drops.push((
            failure.source,
            first_line(layer.text, failure.span),
            Some(effect),
            view.loader(),
            lost,
        ));
    }
}

/// Returns how many assignments begin after an offset.
fn behind(layer: &Layer<'_>, at: u32) -> usize {
    let assignments = layer.document.assignments();
    assignments.len() - assignments.partition_point(|assignment| assignment.key.start <= at)
}

/// Returns how many of the unread lines look like assignments.
fn unread(layer: &Layer<'_>, span: Span) -> usize {
    let lines = span.of(layer.text).split(|&byte| byte == b'\n');
    lines
        .skip(1)
        .filter(|line| memchr::memchr(b'=', line).is_some() && line.trim_ascii_start().first() != Some(&b'#'))
        .count()
}

fn describe(&(.., effect, loader, lost): &Drop) -> String {
    let what = match effect {
        Some(Effect::Dropped | Effect::Literal) => "silently skips this",
        Some(Effect::Rejected) => "rejects the file because of this",
        Some(Effect::Halted) => "fails here",
        Some(Effect::Stopped) => "silently stops reading there",
        None => return format!("what {loader} does from here on can't be known without running it"),
    };
    match (lost, effect) {
        (0, _) => format!("{loader} {what}"),
        (_, Some(Effect::Rejected)) => format!("{loader} {what}, and sets none of {}", variables(lost)),
        _ => format!("{loader} {what}, and does not set {} below", variables(lost)),
    }
}

fn variables(count: usize) -> String {
    wording::count(count as u64, "variable")
}
