//! `envgate fix`: applies what the diagnostics of a check offer, until there is nothing left to apply.
//!
//! The edits are those of the report, so what is applied is what the page and an editor show. A round applies all edits that don't
//! overlap; the rest follows in the next. Whatever all declared loaders agree on stays as it is: that is verified for every round, over
//! all environments that read the file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use envgate::check::{agreement_holds, applied, fixes, mask};
use envgate::diagnostic::{Applicability, Edit, RuleCode};
use envgate::report::{neutralise, neutralise_first};
use envgate::source::{Source, SourceId};

use crate::args::FixArguments;
use crate::check::{Prepared, prepare};
use crate::diff;
use crate::terminal::{self, Problem, complain, note};
use crate::{FAILED, code, discover, host, write};

/// More rounds than the overlapping edits of one line can need.
const MAX_ROUNDS: usize = 100;

/// How often the files are read again in a round to find the offending fixes, if not all can be applied together.
const MAX_TRIALS: usize = 64;

/// Runs the subcommand.
pub(crate) fn run(arguments: &FixArguments) -> u8 {
    if arguments.paths.iter().any(|path| path.as_os_str() == "-") {
        complain(&Problem::new("standard input can't be fixed").help("give the name of a file"));
        return FAILED;
    }
    let check = arguments.check();
    let Some(prepared) = prepare(&check) else {
        return FAILED;
    };
    let before = &prepared.run.inputs.opened.sources;
    let files = files(&prepared, &arguments.paths);
    let mut work = Work {
        prepared: &prepared,
        files: files.iter().map(|(id, _)| *id).collect(),
        unsafe_too: arguments.unsafe_fixes,
        applied: BTreeMap::new(),
        conflicts: false,
    };
    let Some(after) = work.all_rounds() else {
        return FAILED;
    };
    let left = work.left(&after);
    let changed: Vec<&(SourceId, PathBuf)> = files
        .iter()
        .filter(|(id, _)| before[id.0 as usize].bytes() != after[id.0 as usize].bytes())
        .collect();
    let idle = arguments.dry_run || arguments.diff;
    let schema = &prepared.run.inputs.opened.schema;
    let masked = |sources| mask(schema, sources, &prepared.environments);
    let shown = arguments.diff.then(|| [masked(before), masked(&after)]);
    let mut failed = prepared.run.inputs.failed;
    let mut written = Written::of(&files, &after);
    let mut text = String::new();
    for (id, path) in &changed {
        let (old, new) = (&before[id.0 as usize], &after[id.0 as usize]);
        let name = discover::shown(path);
        if let Some([was, is]) = &shown {
            let sides = [(old, &was[id.0 as usize]), (new, &is[id.0 as usize])];
            text.push_str(&diff::unified(&neutralise(&name), sides));
            // A changed line may look the same behind its mask, so this is said as well.
            note(&format!("{name}: would fix {}", work.summary_of(*id)));
            continue;
        }
        let written = if idle {
            Ok(())
        } else {
            written.file(path, &name, old.bytes(), new.bytes())
        };
        if let Err(problem) = written {
            complain(&problem);
            failed = true;
            continue;
        }
        let what = if idle { "would fix" } else { "fixed" };
        text.push_str(&format!(
            "{}: {what} {}\n",
            neutralise_first(&name),
            work.summary_of(*id)
        ));
    }
    if changed.is_empty() && !arguments.diff {
        text.push_str("nothing to fix\n");
    }
    work.note_unapplied(left);
    terminal::print(&text, code(failed, idle && !changed.is_empty()))
}

/// What is to be written. A file that links give several names is written once.
struct Written<'a> {
    /// The new text of each file; `None` if its names would give it different texts.
    texts: BTreeMap<PathBuf, Option<&'a [u8]>>,
    done: BTreeSet<PathBuf>,
}

impl<'a> Written<'a> {
    fn of(files: &[(SourceId, PathBuf)], after: &'a [Source]) -> Written<'a> {
        let mut texts = BTreeMap::new();
        for (id, path) in files {
            let text = after[id.0 as usize].bytes();
            let known = texts.entry(host::canonical(path)).or_insert(Some(text));
            *known = known.filter(|known| *known == text);
        }
        let done = BTreeSet::new();
        Written { texts, done }
    }

    fn file(&mut self, path: &Path, name: &str, before: &[u8], after: &[u8]) -> Result<(), Problem> {
        let real = host::canonical(path);
        if self.texts.get(&real) == Some(&None) {
            let problem = Problem::new(format!(
                "{name} has other names, through links, and the fixes for them differ: not written"
            ));
            return Err(problem.help("fix it by hand: `envgate check` shows what differs"));
        }
        if !self.done.contains(&real) {
            write::file(path, name, Some(before), after)?;
            self.done.insert(real);
        }
        Ok(())
    }
}

/// The files that may be changed: those given, else all that are read. Files that are not UTF-8 are left alone.
fn files(prepared: &Prepared<'_>, given: &[PathBuf]) -> Vec<(SourceId, PathBuf)> {
    let sources = &prepared.run.inputs.opened.sources;
    let is_given = |path: &Path| given.is_empty() || given.iter().any(|given| given == path || given.is_dir());
    prepared
        .run
        .inputs
        .named_paths()
        .filter(|(id, path)| is_given(path) && str::from_utf8(sources[id.0 as usize].bytes()).is_ok())
        .filter(|(id, _)| {
            prepared
                .environments
                .iter()
                .any(|input| input.files.iter().any(|file| file.source == *id))
        })
        .map(|(id, path)| (id, path.to_owned()))
        .collect()
}

/// What one diagnostic offers.
struct Offer {
    source: SourceId,
    code: RuleCode,
    is_safe: bool,
    edits: Vec<Edit>,
}

struct Work<'a> {
    prepared: &'a Prepared<'a>,
    files: BTreeSet<SourceId>,
    unsafe_too: bool,
    /// How often each rule was applied to each file.
    applied: BTreeMap<(SourceId, RuleCode), usize>,
    /// Whether a fix was left out because it would change something that all loaders agree on.
    conflicts: bool,
}

impl Work<'_> {
    /// Returns the sources after everything was applied.
    fn all_rounds(&mut self) -> Option<Vec<Source>> {
        let mut sources = copied(&self.prepared.run.inputs.opened.sources, &[])?;
        for _ in 0..MAX_ROUNDS {
            let mut offers = self.offers(&sources);
            offers.retain(|offer| offer.is_safe || self.unsafe_too);
            disjoint(&mut offers);
            let mut taken = Vec::new();
            let mut trials = MAX_TRIALS;
            let after = self.apply_compatible(&sources, &mut taken, &offers, &mut trials)?;
            if taken.is_empty() {
                break;
            }
            self.count(taken);
            sources = after;
        }
        Some(sources)
    }

    /// Applies `taken` and those of the offers that are compatible with it, which are added to `taken`. If the offers can't be applied
    /// together, each half of them is tried by itself.
    fn apply_compatible<'o>(
        &mut self,
        sources: &[Source],
        taken: &mut Vec<&'o Offer>,
        offers: &'o [Offer],
        trials: &mut usize,
    ) -> Option<Vec<Source>> {
        let before = taken.len();
        taken.extend(offers);
        let after = copied(sources, taken)?;
        if offers.is_empty() || self.unsafe_too || self.holds(sources, &after) {
            return Some(after);
        }
        taken.truncate(before);
        *trials = trials.saturating_sub(1);
        if offers.len() == 1 || *trials == 0 {
            self.conflicts = true;
            return copied(sources, taken);
        }
        let (first, second) = offers.split_at(offers.len() / 2);
        self.apply_compatible(sources, taken, first, trials)?;
        self.apply_compatible(sources, taken, second, trials)
    }

    fn holds(&self, before: &[Source], after: &[Source]) -> bool {
        agreement_holds(
            &self.prepared.run.inputs.opened.schema,
            before,
            after,
            &self.prepared.environments,
        )
    }

    /// Returns the fixes that the diagnostics of a check offer for the files that may be changed, each once.
    fn offers(&self, sources: &[Source]) -> Vec<Offer> {
        let schema = &self.prepared.run.inputs.opened.schema;
        let mut offers: Vec<Offer> = Vec::new();
        for diagnostic in fixes(schema, sources, &self.prepared.environments, &self.prepared.options) {
            let (Some(fix), Some(location)) = (diagnostic.fix, diagnostic.location) else {
                continue;
            };
            if !self.files.contains(&location.source) {
                continue;
            }
            let offer = Offer {
                source: location.source,
                code: diagnostic.code,
                is_safe: fix.applicability == Applicability::Safe,
                edits: fix.edits,
            };
            let is_it = |other: &&Offer| {
                (other.source, other.is_safe) == (offer.source, offer.is_safe) && other.edits == offer.edits
            };
            if offers.iter().rev().take(16).find(is_it).is_none() {
                offers.push(offer);
            }
        }
        offers
    }

    /// Prints which fixes were not applied, and how to apply them.
    fn note_unapplied(&self, left: usize) {
        if self.conflicts {
            note("fixes that would change what all loaders of some environment agree on were left out");
        }
        if left > 0 {
            let (are, them) = if left == 1 { ("is", "it") } else { ("are", "them") };
            note(&format!(
                "{left} more {are} not safe to apply unseen: `envgate check` shows {them}, --unsafe applies {them}"
            ));
        }
    }

    /// Counts the fixes that are left because they are not safe.
    fn left(&self, after: &[Source]) -> usize {
        if self.unsafe_too {
            return 0;
        }
        self.offers(after).iter().filter(|offer| !offer.is_safe).count()
    }

    fn count(&mut self, offers: Vec<&Offer>) {
        for offer in offers {
            *self.applied.entry((offer.source, offer.code)).or_default() += 1;
        }
    }

    /// `divergent-value (2), trailing-whitespace`
    fn summary_of(&self, source: SourceId) -> String {
        let own = self.applied.iter().filter(|((of, _), _)| *of == source);
        let counts: Vec<String> = own
            .map(|((_, code), count)| {
                if *count == 1 {
                    code.to_string()
                } else {
                    format!("{code} ({count})")
                }
            })
            .collect();
        counts.join(", ")
    }
}

/// Leaves out offers that touch an earlier edit.
fn disjoint(offers: &mut Vec<Offer>) {
    let mut taken: BTreeMap<(SourceId, u32), u32> = BTreeMap::new();
    offers.retain(|offer| {
        let is_free = |edit: &Edit| {
            let before = taken.range(..=(offer.source, edit.span.end)).next_back();
            before.is_none_or(|((source, _), end)| *source != offer.source || *end < edit.span.start)
        };
        let free = offer.edits.iter().all(is_free);
        if free {
            let spans = offer
                .edits
                .iter()
                .map(|edit| ((offer.source, edit.span.start), edit.span.end));
            taken.extend(spans);
        }
        free
    });
}

/// Returns the sources with edits applied.
fn copied(sources: &[Source], offers: &[&Offer]) -> Option<Vec<Source>> {
    let mut edits: Vec<Vec<&Edit>> = sources.iter().map(|_| Vec::new()).collect();
    for offer in offers {
        edits[offer.source.0 as usize].extend(&offer.edits);
    }
    let mut all = Vec::with_capacity(sources.len());
    for (source, mut edits) in sources.iter().zip(edits) {
        edits.sort_by_key(|edit| edit.span);
        let mut out = applied(source.bytes(), edits.into_iter());
        match Source::new(source.name(), std::mem::take(&mut *out)) {
            Ok(source) => all.push(source),
            Err(error) => {
                complain(&Problem::new(error.to_string()));
                return None;
            }
        }
    }
    Some(all)
}
