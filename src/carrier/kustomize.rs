//! Reads the generators of a kustomization. Each makes a ConfigMap or a Secret: of .env files (`envs`), of `KEY=value` (`literals`), and
//! of whole files (`files`), whose texts are elsewhere. What the kustomization does to other objects is not followed.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::parse::carried::{Binding, Held, Wanted};
use crate::parse::{Dialect, Effect, EntryError, External};

use super::compose::path;
use super::set::{Reader, Set, Store, external, is_key};
use super::tree::{Data, NodeId};
use super::{Reference, Removed, Unread};

pub(super) fn read(reader: &mut Reader) {
    reader.stores_alone = true;
    for root in reader.tree.roots.clone() {
        let top = reader.members(root);
        for (list, kind) in [("configMapGenerator", "configmap"), ("secretGenerator", "secret")] {
            for item in reader.get_items(&top, list) {
                generator(reader, item, kind);
            }
        }
        for list in [
            "resources",
            "bases",
            "components",
            "patchesStrategicMerge",
            "patches",
            "patchesJson6902",
        ] {
            for item in reader.get_items(&top, list) {
                unread(reader, item);
            }
        }
    }
}

/// Records what is not followed: the path of a file or a folder, or a patch that may change variables.
fn unread(reader: &mut Reader, item: NodeId) {
    let (path, patch) = match &reader.tree.nodes[item].data {
        Data::Mapping(_) => {
            let members = reader.members(item);
            (reader.get(&members, "path"), reader.get(&members, "patch"))
        }
        // A patch has several lines.
        Data::Scalar { text, .. } if text.contains('\n') => (None, Some(item)),
        _ => (Some(item), None),
    };
    if let Some(path) = path {
        let span = reader.span(path);
        let path = reader.tree.text(path).map(str::to_owned);
        reader.unread.extend(path.map(|path| Unread { path, span }));
    }
    let changes = |id: &NodeId| {
        reader
            .tree
            .text(*id)
            .is_some_and(|text| ["env", "data"].iter().any(|word| text.contains(word)))
    };
    if let Some(patch) = patch.filter(changes) {
        reader.error_at(patch, EntryError::NotFollowed, Effect::Literal);
    }
}

fn generator(reader: &mut Reader, item: NodeId, kind: &str) {
    let members = reader.members(item);
    let Some(name) = reader.get_text(&members, "name") else {
        return reader.error_at(item, EntryError::NotStructure, Effect::Rejected);
    };
    let mut paths = reader.get_items(&members, "envs");
    // An older way to name a single one.
    paths.extend(reader.get(&members, "env"));
    let mut files = Vec::new();
    for id in paths {
        match (path(reader, id), Dialect::find("kubectl")) {
            (Some(path), Some(dialect)) => files.push(Reference {
                path,
                required: true,
                wins: false,
                dialect,
                span: reader.span(id),
            }),
            _ => reader.error_at(id, EntryError::Path, Effect::Rejected),
        }
    }
    let literals = reader.get_items(&members, "literals").into_iter();
    let mut bindings: Vec<Binding> = literals.filter_map(|id| literal(reader, id)).collect();
    let texts = reader.get_items(&members, "files").into_iter();
    bindings.extend(texts.filter_map(|id| file(reader, id)));
    let mut seen = BTreeSet::new();
    for binding in &bindings {
        if !seen.insert(&binding.key) {
            reader.error(binding.key_span, EntryError::Duplicate, Effect::Rejected);
        }
    }
    let full = format!("{kind}/{name}");
    let behavior = reader.get(&members, "behavior");
    let cuts = match behavior.and_then(|id| reader.tree.text(id)) {
        Some("replace") => vec![Removed::Environment, Removed::Files],
        _ => Vec::new(),
    };
    let mut wanted = Vec::new();
    match behavior.filter(|&id| reader.tree.text(id) == Some("merge")) {
        // The rest of it is in a file that this kustomization builds on.
        Some(id) => {
            wanted.push(Wanted {
                store: full.clone().into(),
                prefix: "".into(),
                place: reader.span(id),
            });
            reader.error_at(id, EntryError::ForeignSource, Effect::Literal);
        }
        None => reader.stores.held.push((reader.span(item), full.clone().into())),
    }
    reader.sets.push(Set {
        names: vec![name, full],
        bindings,
        files,
        cuts,
        // Of what a file or a patch adds, the names are elsewhere.
        store: Some(Store {
            keys: None,
            is_aside: false,
        }),
        wanted,
        ..Set::default()
    });
}

/// `KEY=value`, where one pair of quotes around the whole value is taken off.
fn literal(reader: &mut Reader, id: NodeId) -> Option<Binding> {
    let text = Zeroizing::new(reader.tree.text(id).unwrap_or_default().to_owned());
    let Some((key, value)) = text.split_once('=').filter(|(key, _)| is_key(key)) else {
        reader.error_at(id, EntryError::NoAssignment, Effect::Rejected);
        return None;
    };
    let within = |mark| value.strip_prefix(mark)?.strip_suffix(mark);
    let plain = within('"').or_else(|| within('\'')).unwrap_or(value);
    let key_span = reader.piece(id, 0..key.len());
    let value_span = reader.piece(id, key.len() + 1..text.len());
    let plain = reader.without_nul(id, Zeroizing::new(plain.as_bytes().to_vec()))?;
    Some(Binding {
        key: key.into(),
        value: Held::Known(plain),
        key_span,
        value_span,
    })
}

/// `KEY=path`, or a path whose last part is the key. A key that names no variable is that of a file to be mounted.
fn file(reader: &mut Reader, id: NodeId) -> Option<Binding> {
    let text = reader.tree.text(id)?;
    let key = match text.split_once('=') {
        Some((key, _)) => key,
        None => text.rsplit('/').next().unwrap_or(text),
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if key.is_empty() || key.starts_with(|first: char| first.is_ascii_digit()) || !key.bytes().all(is_name) {
        return None;
    }
    let key: Box<str> = key.into();
    let span = reader.span(id);
    Some(external((key, span), span, External::File))
}
