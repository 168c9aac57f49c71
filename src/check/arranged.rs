//! The order in which the files of an environment apply, and what is left of those that other files override.

use super::input::{FileInput, Form};
use super::stores::Stores;
use crate::carrier::{Carrier, Conflict, Cut, Merge, Reading, Removed, Shelf, conflicts};
use crate::map::Map;
use crate::source::{Source, SourceId};

/// A file, and what was read of it if it is a carrier.
pub(super) type Item = (FileInput, Option<Reading>);

/// Sorts files by precedence, lowest first.
///
/// - Secrets and ConfigMaps come before files whose containers refer to them, in whatever order they are named, and are left out if no
///   container does. A single key is inserted where a container names it.
/// - Files of `env_file` come before all Compose files, because Compose merges those before it reads `env_file`.
/// - What a Compose file or a kustomization removes from the files below it is left out.
pub(super) fn arranged(files: Vec<FileInput>, sources: &[Source]) -> Vec<FileInput> {
    let is_carrier = |file: &&FileInput| carried(file, sources).is_some();
    if files.iter().filter(is_carrier).count() < 2 {
        return files;
    }
    let mut shelves = Map::default();
    let mut items = read(files, sources, &mut shelves, &Stores::default());
    let mut stores = Stores::of(&items, sources);
    if !stores.is_empty() {
        items = read(
            items.into_iter().map(|(file, _)| file).collect(),
            sources,
            &mut shelves,
            &stores,
        );
        stores.leave_out_overridden(&mut items);
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
    let inputs = |items: Vec<Item>| items.into_iter().map(|(file, _)| file);
    let below = inputs(items).chain(inputs(below)).chain(stores.aside);
    below.chain(inputs(above)).collect()
}

/// Returns the carrier as which a file is read; `None` for a .env file.
pub(super) fn carried<'f>(file: &'f FileInput, sources: &[Source]) -> Option<(Carrier, Option<&'f str>)> {
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

/// Returns whether another file takes variables from this one, by a loader whose name begins like this.
fn is_from(loader: &str, file: &FileInput) -> bool {
    match file.form {
        Form::Env(Some(dialect)) => dialect.name.starts_with(loader),
        _ => false,
    }
}

/// Reads the files, beginning with the last. What a Compose file or a kustomization removes is left out of the files below it, and of the
/// .env files that come before each of those.
fn read(files: Vec<FileInput>, sources: &[Source], shelves: &mut Map<SourceId, Shelf>, stores: &Stores) -> Vec<Item> {
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
        let mut own = stores.get(source).cloned().unwrap_or_default();
        if let Form::Carried(_, _, merge) = &file.form {
            own.conflicts.extend_from_slice(&merge.conflicts);
        }
        let unused = own.cuts.into_iter().filter(|_| part.is_none());
        let here = Merge {
            cuts: here.chain(unused).collect(),
            ..own
        };
        let shelf = shelves.or(source, Shelf::default());
        let reading = shelf.read((&sources[source.0 as usize]).into(), carrier, part, &here);
        let merges = matches!(reading.carrier, Carrier::Compose | Carrier::Kustomize);
        // An unused generator concerns this file only if it is the only one.
        let is_unused = |cut: &&Cut| matches!(cut.what, Removed::Unused | Removed::Lent);
        let unused = here.cuts.iter().filter(is_unused).count();
        loses_files = merges && here.cuts.iter().any(|cut| cut.what == Removed::Files)
            || unused > 0 && unused == reading.document.stores().count();
        if merges && !reading.cuts.is_empty() {
            let is_one = part.is_some() || reading.parts.len() < 2;
            cuts.push((source, is_one, reading.cuts.clone()));
        }
        let is_changed = !(here.lent.is_empty() && here.lent_stores.is_empty() && here.conflicts.is_empty());
        if (merges || reading.lies_below) && !here.cuts.is_empty() || is_changed {
            file.form = Form::Carried(carrier, part.map(str::to_owned), here);
        }
        items.push((file, Some(reading)));
    }
    items.reverse();
    items
}

/// Adds to each file that is read as a whole its conflicts with the others: Compose files, and those with containers of Kubernetes.
fn add_conflicts(items: &mut [Item]) {
    // The files between two of these are what the services of the upper one take variables from.
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
    let mut found: Vec<(usize, Vec<Conflict>)> = places.into_iter().zip(conflicts::between(&wholes)).collect();
    // Containers of Kubernetes take no files.
    let is_pod = |(file, reading): &Item| match (&file.form, reading) {
        (Form::Carried(_, Some(_), _), _) | (_, None) => false,
        (_, Some(reading)) => reading.starts,
    };
    let pods: Vec<usize> = (0..items.len()).filter(|&at| is_pod(&items[at])).collect();
    wholes.clear();
    wholes.extend(pods.iter().filter_map(|&at| Some((items[at].1.as_ref()?, Vec::new()))));
    found.extend(pods.into_iter().zip(conflicts::between(&wholes)));
    for (at, conflicts) in found {
        if !conflicts.is_empty() {
            change(&mut items[at], |merge| merge.conflicts.extend(conflicts));
        }
    }
}

/// Adds something to what other files change about a carrier.
pub(super) fn change((file, reading): &mut Item, add: impl FnOnce(&mut Merge)) {
    if let Form::Carried(_, _, merge) = &mut file.form {
        return add(merge);
    }
    let carrier = reading.as_ref().map_or(Carrier::Yaml, |reading| reading.carrier);
    let mut merge = Merge::default();
    add(&mut merge);
    file.form = Form::Carried(carrier, None, merge);
}
