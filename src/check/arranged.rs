//! The order in which the files of an environment apply, and what becomes of those that Compose merges.

use super::documents::text;
use super::input::{FileInput, Form};
use crate::carrier::{self, Carrier, Cut, Lent, Merge, Reading, Removed, conflicts};
use crate::map::Map;
use crate::sort;
use crate::source::{Source, SourceId};

/// A file, and what was read of it if it is a carrier.
type Item = (FileInput, Option<Reading>);

/// Sorts files by precedence, lowest first: Secrets and ConfigMaps come before files whose containers refer to them, in whatever order
/// they are named, and are left out where none does; single keys that a container takes from them are put in where it names them. Files of
/// `env_file` come before all Compose files, since Compose merges those before reading `env_file`. What a Compose file or a kustomization
/// takes away from those below it is left out.
pub(super) fn arranged(files: Vec<FileInput>, sources: &[Source]) -> Vec<FileInput> {
    let is_carrier = |file: &&FileInput| carried(file, sources).is_some();
    if files.iter().filter(is_carrier).count() < 2 {
        return files;
    }
    let mut items = read(files, sources, &Stores::default());
    let stores = Stores::of(&items);
    if !(stores.unused.is_empty() && stores.lent.is_empty()) {
        items = read(items.into_iter().map(|(file, _)| file).collect(), sources, &stores);
    }
    add_conflicts(&mut items);
    let first = items.iter().position(|(_, reading)| reading.is_some()).unwrap_or(0);
    let is_below: fn(&Item) -> bool = if items[first..].iter().any(|(file, _)| is_from(COMPOSE, file)) {
        |(file, _)| is_from(COMPOSE, file)
    } else if items
        .iter()
        .any(|item| item.1.as_ref().is_some_and(|reading| reading.takes))
    {
        |(file, reading)| {
            reading
                .as_ref()
                .map_or(is_from(KUSTOMIZE, file), |reading| reading.lies_below)
        }
    } else {
        |_| false
    };
    let rest = items.split_off(first);
    let (below, above): (Vec<Item>, Vec<Item>) = rest.into_iter().partition(is_below);
    let all = items.into_iter().chain(below).chain(above);
    all.map(|(file, _)| file).collect()
}

/// Returns as what a file is read, unless it is a .env file.
fn carried<'f>(file: &'f FileInput, sources: &[Source]) -> Option<(Carrier, Option<&'f str>)> {
    match &file.form {
        Form::Detected => Carrier::of(&sources[file.source.0 as usize]).map(|carrier| (carrier, None)),
        Form::Env(_) => None,
        Form::Carried(carrier, part, _) => Some((*carrier, part.as_deref())),
    }
}

/// The dialects of Compose begin with this.
const COMPOSE: &str = "docker-compose";

/// Kustomize reads .env files as kubectl does, which has it built in.
const KUSTOMIZE: &str = "kubectl";

/// Returns whether another file takes variables from this one, by a loader with such a name.
fn is_from(loader: &str, file: &FileInput) -> bool {
    match file.form {
        Form::Env(Some(dialect)) => dialect.name.starts_with(loader),
        _ => false,
    }
}

/// What is to be done about Secrets and ConfigMaps, where other files have containers.
#[derive(Default)]
struct Stores {
    /// Those of which no container takes all variables: no program gets them by their own names.
    unused: Vec<(SourceId, Cut)>,
    /// The single keys that containers take.
    lent: Vec<(SourceId, Lent)>,
}

impl Stores {
    fn of(items: &[Item]) -> Stores {
        let read = || {
            items
                .iter()
                .filter_map(|(file, reading)| Some((file, reading.as_ref()?)))
        };
        let starting = || read().filter(|(_, reading)| reading.starts);
        if starting().next().is_none() {
            return Stores::default();
        }
        let wanted = starting().flat_map(|(_, reading)| reading.document.wanted_stores());
        let wanted = sort::set(wanted.collect());
        let asked = starting().flat_map(|(_, reading)| reading.document.asked());
        let asked = sort::set(asked.map(|asked| &*asked.store).collect());
        // One that is named as a part is meant.
        let is_whole = |file: &FileInput| !matches!(file.form, Form::Carried(_, Some(_), _));
        let below = || read().filter(|(_, reading)| reading.lies_below);
        let mut unused = Vec::new();
        for (file, reading) in below().filter(|(file, _)| is_whole(file)) {
            for name in reading.document.stores() {
                if wanted.binary_search(&name).is_err() {
                    let is_asked = asked.binary_search(&name).is_ok();
                    let what = if is_asked { Removed::Lent } else { Removed::Unused };
                    let part = name.to_owned();
                    unused.push((file.source, Cut { part, what }));
                }
            }
        }
        // What is named last is applied last.
        let mut held = Map::default();
        for ((store, key), value) in below().flat_map(|(_, reading)| reading.lendable()) {
            held.insert((store, key), value);
        }
        let mut lent = Vec::new();
        for (file, reading) in starting() {
            for asked in reading.document.asked() {
                if let Some(&value) = held.get(&(&*asked.store, &*asked.key)) {
                    let (place, value) = (asked.place, value.clone());
                    lent.push((file.source, Lent { place, value }));
                }
            }
        }
        Stores { unused, lent }
    }
}

/// Reads the files, from the last on. Out of Compose files and kustomizations, and of the .env files that come before each, is left what
/// those above them take away.
fn read(files: Vec<FileInput>, sources: &[Source], stores: &Stores) -> Vec<Item> {
    let mut cuts: Vec<(SourceId, bool, Vec<Cut>)> = Vec::new();
    let mut loses_files = false;
    let mut items = Vec::with_capacity(files.len());
    for mut file in files.into_iter().rev() {
        let source = file.source;
        let Some((carrier, part)) = carried(&file, sources) else {
            if !loses_files || !(is_from(COMPOSE, &file) || is_from(KUSTOMIZE, &file)) {
                items.push((file, None));
            }
            continue;
        };
        let above = cuts.iter().filter(|(above, ..)| *above != source);
        let here = above.flat_map(|(_, is_one, cuts)| {
            // The part here may be the one that the only part there extends, whose name is another.
            let counts = move |cut: &&Cut| part.is_none_or(|part| *is_one || cut.part == part);
            cuts.iter().filter(counts).map(move |cut| Cut {
                part: part.map_or_else(|| cut.part.clone(), |_| String::new()),
                what: cut.what.clone(),
            })
        });
        let unused = stores.unused.iter().filter(|(of, _)| *of == source && part.is_none());
        let lent = stores.lent.iter().filter(|(to, _)| *to == source);
        let here = Merge {
            cuts: here.chain(unused.map(|(_, cut)| cut.clone())).collect(),
            conflicts: Vec::new(),
            lent: lent.map(|(_, lent)| lent.clone()).collect(),
        };
        let reading = carrier::read_merged(text(sources, source), carrier, part, &here);
        let merges = matches!(reading.carrier, Carrier::Compose | Carrier::Kustomize);
        // Those of a generator that is not used are its own only if it is the only one.
        let is_unused = |cut: &&Cut| matches!(cut.what, Removed::Unused | Removed::Lent);
        let unused = here.cuts.iter().filter(is_unused).count();
        loses_files = merges && here.cuts.iter().any(|cut| cut.what == Removed::Files)
            || unused > 0 && unused == reading.document.stores().count();
        if merges && !reading.cuts.is_empty() {
            let is_one = part.is_some() || reading.parts.len() < 2;
            cuts.push((source, is_one, reading.cuts.clone()));
        }
        if (merges || reading.lies_below) && !here.cuts.is_empty() || !here.lent.is_empty() {
            file.form = Form::Carried(carrier, part.map(str::to_owned), here);
        }
        items.push((file, Some(reading)));
    }
    items.reverse();
    items
}

/// Adds to each Compose file that is read as a whole its conflicts with the others.
fn add_conflicts(items: &mut [Item]) {
    // What lies between two files that are read as a whole is what the services of the upper one take variables from.
    let (mut wholes, mut places, mut taken) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (file, reading)) in items.iter().enumerate() {
        match (&file.form, reading) {
            (Form::Carried(_, Some(part), _), _) => taken.push((file.source, part.as_str())),
            (_, None) if is_from(COMPOSE, file) => taken.push((file.source, "")),
            (_, Some(reading)) if reading.carrier == Carrier::Compose => {
                places.push(at);
                wholes.push((reading, std::mem::take(&mut taken)));
            }
            _ => taken.clear(),
        }
    }
    if wholes.len() < 2 {
        return;
    }
    let found = places.into_iter().zip(conflicts::between(&wholes));
    for (at, conflicts) in found.filter(|(_, conflicts)| !conflicts.is_empty()) {
        let (file, reading) = &mut items[at];
        let carrier = reading.as_ref().map_or(Carrier::Compose, |reading| reading.carrier);
        match &mut file.form {
            Form::Carried(_, _, merge) => merge.conflicts = conflicts,
            Form::Detected | Form::Env(_) => {
                let merge = Merge {
                    conflicts,
                    ..Merge::default()
                };
                file.form = Form::Carried(carrier, None, merge);
            }
        }
    }
}
