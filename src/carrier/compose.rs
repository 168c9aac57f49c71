//! Reads Docker Compose files. `environment` of a service overrides the files of its `env_file`, and each of the two
//! overrides its counterpart in the service that it extends.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use crate::map::Map;
use crate::parse::carried::{Binding, Held};
use crate::parse::{Dialect, Effect, EntryError, External};

use super::set::{Loose, MAX_DEPTH, Reader, Set, external};
use super::tree::{Data, Mark, NodeId};
use super::{Base, Included, Reference, Removed};

/// Returns whether a file is one of Docker Compose by its name, for those who don't read it as one: `compose.yaml`,
/// `docker-compose.prod.yml`, `docker-compose-ci.yml`.
#[cfg(feature = "cli")]
#[must_use]
pub fn is_compose_name(name: &str) -> bool {
    let rest = name.strip_prefix("docker-").unwrap_or(name).strip_prefix("compose");
    let is_yaml = |extension: &str| ["yml", "yaml"].iter().any(|one| extension.eq_ignore_ascii_case(one));
    // `composer.yml` is another tool's.
    rest.is_some_and(|rest| rest.starts_with(['.', '-', '_']))
        && name.rsplit_once('.').is_some_and(|(_, extension)| is_yaml(extension))
}

/// A service, before it is combined with the one it extends.
struct Service {
    name: String,
    bindings: Vec<Binding>,
    /// Whether `environment` is a mapping; `None` if there is none.
    is_mapping: Option<bool>,
    files: Vec<Reference>,
    /// What it takes away from what is merged below it.
    cuts: Vec<Removed>,
    /// Whether it takes the place of the service in files below. What it extends is merged all the same.
    replaces: bool,
    /// The service that it extends: the path of the file unless it is this one, the name, and the place of the reference.
    base: Option<(Option<String>, String, NodeId)>,
}

pub(super) fn read(reader: &mut Reader) {
    for root in reader.tree.roots.clone() {
        let top = reader.members(root);
        if let Some(id) = present(reader, &top, "include") {
            include(reader, id);
        }
        let mut services = Vec::new();
        let named = match present(reader, &top, "services") {
            Some(id) => reader.members(id),
            None => Vec::new(),
        };
        for (name, body) in named {
            let Some(name) = reader.tree.text(name).map(str::to_owned) else {
                reader.error_at(name, EntryError::NotStructure, Effect::Rejected);
                continue;
            };
            services.push(service(reader, name, body));
        }
        extend(reader, &services);
    }
}

/// Returns the value of a structural key, unless a tag says that it is as if it were not there.
fn present(reader: &mut Reader, members: &[(NodeId, NodeId)], key: &str) -> Option<NodeId> {
    reader
        .get(members, key)
        .filter(|&id| mark(reader, id) != Some(Mark::Reset))
}

fn mark(reader: &Reader, id: NodeId) -> Option<Mark> {
    let marks = &reader.tree.marks;
    let at = marks.partition_point(|(marked, _)| *marked < id);
    marks.get(at).filter(|(marked, _)| *marked == id).map(|(_, mark)| *mark)
}

/// Returns the items of a list, without those that are as if they were not there.
fn items(reader: &mut Reader, id: NodeId) -> Vec<NodeId> {
    let mut items = reader.items(id);
    items.retain(|&item| mark(reader, item) != Some(Mark::Reset));
    items
}

/// `include`: paths, or mappings with one or several in `path`. `env_file` there only matters to interpolation.
fn include(reader: &mut Reader, id: NodeId) {
    for item in items(reader, id) {
        let (path, folder) = match &reader.tree.nodes[item].data {
            Data::Mapping(_) => {
                let members = reader.members(item);
                (
                    present(reader, &members, "path"),
                    present(reader, &members, "project_directory"),
                )
            }
            _ => (Some(item), None),
        };
        let nodes = match path {
            Some(path) if matches!(reader.tree.nodes[path].data, Data::Sequence(_)) => items(reader, path),
            Some(path) => vec![path],
            None => {
                reader.error_at(item, EntryError::NotStructure, Effect::Rejected);
                continue;
            }
        };
        let is_text = |&id: &NodeId| reader.tree.text(id).is_some();
        if let Some(&odd) = nodes.iter().chain(&folder).find(|id| !is_text(id)) {
            reader.error_at(odd, EntryError::NotStructure, Effect::Rejected);
            continue;
        }
        let known = |id| self::path(reader, id);
        let paths: Option<Vec<String>> = nodes.iter().map(|&id| known(id)).collect();
        match (paths, folder.map(known)) {
            (Some(paths), None | Some(Some(_))) => {
                let folder = folder.and_then(known);
                reader.included.push(Included { paths, folder });
            }
            // A URL, or a path with a variable in it, can't be looked up here.
            _ => {
                for id in nodes {
                    reader.error_at(id, EntryError::Include, Effect::Dropped);
                }
            }
        }
    }
}

fn service(reader: &mut Reader, name: String, body: NodeId) -> Service {
    let mut cuts = Vec::new();
    let mark = mark(reader, body);
    let members = match mark {
        Some(Mark::Reset) => Vec::new(),
        Some(Mark::Override) | None => reader.members(body),
    };
    let base = match present(reader, &members, "extends") {
        Some(id) => extended(reader, id),
        None => None,
    };
    let environment = merged(reader, &members, "environment", Removed::Environment, &mut cuts);
    let is_mapping = environment
        .filter(|&id| !reader.is_null(id))
        .map(|id| !matches!(reader.tree.nodes[id].data, Data::Sequence(_)));
    let bindings = match environment {
        Some(id) => self::environment(reader, id, &mut cuts),
        None => Vec::new(),
    };
    let files = match merged(reader, &members, "env_file", Removed::Files, &mut cuts) {
        Some(id) => env_file(reader, id),
        None => Vec::new(),
    };
    Service {
        name,
        bindings,
        is_mapping,
        files,
        cuts,
        replaces: mark.is_some(),
        base,
    }
}

/// Returns the value of a structural key that is merged over the one below it, and records if a tag takes that one away.
fn merged(
    reader: &mut Reader,
    members: &[(NodeId, NodeId)],
    key: &str,
    removed: Removed,
    cuts: &mut Vec<Removed>,
) -> Option<NodeId> {
    let id = reader.get(members, key)?;
    let mark = mark(reader, id);
    if mark.is_some() {
        cuts.push(removed);
    }
    (mark != Some(Mark::Reset)).then_some(id)
}

/// `extends`: a name, or `{service, file}`.
fn extended(reader: &mut Reader, id: NodeId) -> Option<(Option<String>, String, NodeId)> {
    let (file, named) = match &reader.tree.nodes[id].data {
        Data::Scalar { .. } => (None, Some(id)),
        _ => {
            let members = reader.members(id);
            (reader.get(&members, "file"), reader.get(&members, "service"))
        }
    };
    let name = named.and_then(|id| reader.tree.text(id)).map(str::to_owned);
    let path = match file {
        Some(file) => match path(reader, file) {
            Some(path) => Some(path),
            None => {
                reader.error_at(file, EntryError::Path, Effect::Rejected);
                return None;
            }
        },
        None => None,
    };
    if name.is_none() {
        reader.error_at(id, EntryError::Extends, Effect::Dropped);
    }
    Some((path, name?, id))
}

/// Returns a path as written, unless it is a URL or contains a variable.
pub(super) fn path(reader: &Reader, id: NodeId) -> Option<String> {
    let path = reader.tree.text(id)?;
    let is_path = !path.is_empty() && !path.contains("://") && !path.contains(['$', '\0']);
    is_path.then(|| path.to_owned())
}

/// Adds a set for each service. What the service extends has lower precedence: its files come first, and its variables
/// count only where the service itself doesn't set them, nor takes them away.
fn extend(reader: &mut Reader, services: &[Service]) {
    let by_name: BTreeMap<&str, usize> = services
        .iter()
        .enumerate()
        .map(|(index, one)| (&*one.name, index))
        .collect();
    for (index, service) in services.iter().enumerate() {
        let mut chain = vec![index];
        let mut last = service;
        let mut base = None;
        while let Some((path, name, id)) = &last.base {
            if let Some(path) = path {
                let (path, part) = (path.clone(), name.clone());
                base = Some((Base { path, part }, reader.span(*id)));
                break;
            }
            match by_name.get(name.as_str()) {
                // Reported only at the service that names it, and so only once, however many services extend that one.
                None if chain.len() == 1 => reader.error_at(*id, EntryError::Extends, Effect::Rejected),
                Some(&base) if base == index || chain.len() >= MAX_DEPTH => {
                    reader.error_at(*id, EntryError::Extends, Effect::Rejected);
                }
                Some(&base) if !chain.contains(&base) && reader.visit(*id, services[base].bindings.len() + 1) => {
                    chain.push(base);
                    last = &services[base];
                    continue;
                }
                None | Some(_) => {}
            }
            break;
        }
        let (bindings, files) = combined(&chain, services);
        let cuts = chain.iter().flat_map(|&one| services[one].cuts.iter().cloned());
        let all = [Removed::Environment, Removed::Files].into_iter();
        let cuts = cuts.chain(all.filter(|_| service.replaces && base.is_none()));
        reader.sets.push(Set {
            names: vec![service.name.clone()],
            bindings,
            files,
            cuts: cuts.collect(),
            base,
            ..Set::default()
        });
    }
}

/// Returns the variables and files of a service, which is the first of a chain, each of which extends the next.
fn combined(chain: &[usize], services: &[Service]) -> (Vec<Binding>, Vec<Reference>) {
    let (mut bindings, mut files): (Vec<Binding>, Vec<Reference>) = (Vec::new(), Vec::new());
    // To Compose, two that are merged are a list, from which no single variable can be taken away.
    let mut is_mapping = None;
    for service in chain.iter().rev().map(|&one| &services[one]) {
        let mut above: Map<&str, ()> = Map::default();
        for binding in &service.bindings {
            above.insert(&binding.key, ());
        }
        for cut in &service.cuts {
            match cut {
                Removed::Environment => {
                    bindings.clear();
                    is_mapping = None;
                }
                Removed::Files => files.clear(),
                Removed::Key(key) if is_mapping == Some(true) => {
                    above.insert(key, ());
                }
                Removed::Key(_) | Removed::Unused | Removed::Lent => {}
            }
        }
        bindings.retain(|binding| !above.contains(&*binding.key));
        bindings.extend(service.bindings.iter().cloned());
        files.extend(service.files.iter().cloned());
        is_mapping = match (is_mapping, service.is_mapping) {
            (Some(_), Some(_)) => Some(false),
            (below, own) => below.or(own),
        };
    }
    (bindings, files)
}

/// `environment`: a mapping, or a list of `KEY=value`.
fn environment(reader: &mut Reader, id: NodeId, cuts: &mut Vec<Removed>) -> Vec<Binding> {
    let mut bindings: Vec<Binding> = Vec::new();
    if let Data::Sequence(_) = reader.tree.nodes[id].data {
        let mut seen = BTreeSet::new();
        for item in items(reader, id) {
            if let Some(binding) = assignment(reader, item) {
                if !seen.insert(binding.key.clone()) {
                    reader.error(binding.key_span, EntryError::Duplicate, Effect::Literal);
                }
                bindings.push(binding);
            }
        }
        return bindings;
    }
    for (key, value) in reader.members(id) {
        let value_span = reader.span(value);
        if !reader.is_text(key) {
            reader.error_at(key, EntryError::NotString, Effect::Rejected);
            continue;
        }
        let Some(key) = reader.key(key) else { continue };
        let mark = mark(reader, value);
        if mark.is_some() {
            cuts.push(Removed::Key(key.0.clone()));
        }
        if mark == Some(Mark::Reset) {
            continue;
        }
        if reader.is_date(value) {
            reader.error_at(value, EntryError::NotString, Effect::Rejected);
            continue;
        }
        if reader.is_null(value) {
            bindings.push(external(key, value_span, External::PassedOn));
        } else if let Some(text) = reader.value(value, Loose::Numbers)
            && let Some(held) = interpolated(reader, value, text)
        {
            let (key, key_span) = key;
            bindings.push(Binding {
                key,
                value: held,
                key_span,
                value_span,
            });
        }
    }
    bindings
}

/// Parses `KEY=value`, or a key alone, which is passed on from the shell.
fn assignment(reader: &mut Reader, item: NodeId) -> Option<Binding> {
    let text = match reader.tree.text(item) {
        Some(text) if reader.is_text(item) => Zeroizing::new(text.to_owned()),
        _ => {
            reader.error_at(item, EntryError::NoAssignment, Effect::Rejected);
            return None;
        }
    };
    let name = text.split_once('=').map_or(text.as_str(), |(name, _)| name);
    let key_span = reader.piece(item, 0..name.len());
    if !super::set::is_key(name) || name.ends_with(char::is_whitespace) {
        reader.error(reader.span(item), EntryError::NoAssignment, Effect::Rejected);
        return None;
    }
    let key = (Box::from(name), key_span);
    let Some((name, value)) = text.split_once('=') else {
        return Some(external(key, key_span, External::PassedOn));
    };
    let value_span = reader.piece(item, name.len() + 1..text.len());
    let value = reader.without_nul(item, Zeroizing::new(value.as_bytes().to_vec()))?;
    let held = interpolated(reader, item, value)?;
    Some(Binding {
        key: key.0,
        value: held,
        key_span,
        value_span,
    })
}

/// Replaces `$$` by `$`. A value that refers to a variable is external.
fn interpolated(reader: &mut Reader, id: NodeId, text: Zeroizing<Vec<u8>>) -> Option<Held> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_slice();
    while let Some(at) = memchr::memchr(b'$', rest) {
        plain.extend_from_slice(&rest[..at]);
        let behind = &rest[at + 1..];
        let is_name = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
        match behind.first() {
            Some(b'$') => {
                plain.push(b'$');
                rest = &behind[1..];
            }
            Some(b'{') if behind.get(1).is_some_and(is_name) && memchr::memchr(b'}', behind).is_some() => {
                return Some(Held::External(External::Interpolated));
            }
            Some(byte) if is_name(byte) => return Some(Held::External(External::Interpolated)),
            Some(b'{') => {
                reader.error_at(id, EntryError::Reference, Effect::Rejected);
                return None;
            }
            _ => {
                plain.push(b'$');
                rest = behind;
            }
        }
    }
    plain.extend_from_slice(rest);
    Some(Held::Known(plain))
}

/// `env_file`: a path, or a list whose items are paths or `{path, required, format}`.
fn env_file(reader: &mut Reader, id: NodeId) -> Vec<Reference> {
    let items = match reader.tree.nodes[id].data {
        Data::Sequence(_) => items(reader, id),
        Data::Scalar { .. } => vec![id],
        Data::Mapping(_) | Data::Broken => {
            reader.error_at(id, EntryError::NotStructure, Effect::Rejected);
            Vec::new()
        }
    };
    let file = |item| match file_of(reader, item) {
        Ok(file) => Some(file),
        Err((id, error)) => {
            reader.error_at(id, error, Effect::Rejected);
            None
        }
    };
    items.into_iter().filter_map(file).collect()
}

/// Reads one item of `env_file`. An error comes with the node it is about.
fn file_of(reader: &mut Reader, item: NodeId) -> Result<Reference, (NodeId, EntryError)> {
    let (path, required, dialect) = match &reader.tree.nodes[item].data {
        Data::Scalar { .. } => (item, true, "docker-compose"),
        Data::Mapping(_) => described_file(reader, item)?,
        Data::Sequence(_) | Data::Broken => return Err((item, EntryError::NotStructure)),
    };
    let written = reader
        .tree
        .text(path)
        .filter(|path| !path.is_empty() && !path.contains(['$', '\0']));
    match (written, Dialect::find(dialect)) {
        (Some(written), Some(dialect)) => Ok(Reference {
            path: written.to_owned(),
            required,
            wins: false,
            dialect,
            span: reader.span(path),
        }),
        _ => Err((path, EntryError::Path)),
    }
}

/// Reads `{path, required, format}`: the node of the path, whether the file must exist, and the loader that reads it.
fn described_file(reader: &mut Reader, item: NodeId) -> Result<(NodeId, bool, &'static str), (NodeId, EntryError)> {
    let members = reader.members(item);
    for &(key, _) in &members {
        if !matches!(reader.tree.text(key), Some("path" | "required" | "format")) {
            reader.error_at(key, EntryError::NotStructure, Effect::Rejected);
        }
    }
    let required = match reader.get_text(&members, "required").as_deref() {
        None | Some("true") => true,
        Some("false") => false,
        Some(_) => return Err((item, EntryError::NotStructure)),
    };
    let dialect = match reader.get_text(&members, "format").as_deref() {
        None => "docker-compose",
        Some("raw") => "docker-compose-raw",
        Some(_) => return Err((item, EntryError::UnknownKind)),
    };
    let path = reader.get(&members, "path").ok_or((item, EntryError::NotStructure))?;
    Ok((path, required, dialect))
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::is_compose_name;

    #[test]
    fn names_of_compose_files() {
        for name in [
            "compose.yaml",
            "docker-compose.yml",
            "docker-compose.prod.yml",
            "docker-compose-ci.YML",
            "compose_dev.yaml",
        ] {
            assert!(is_compose_name(name), "{name}");
        }
        for name in [
            "compose.ts",
            "composer.json",
            "composer.yml",
            "composefs.yaml",
            "docker.yml",
            "compose",
        ] {
            assert!(!is_compose_name(name), "{name}");
        }
    }
}
