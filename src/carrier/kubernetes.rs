//! Reads Kubernetes objects. `env` of a container overrides what `envFrom` takes from Secrets and ConfigMaps. Those are
//! looked up in the same file; values in any other file are external, until the files of an environment are put
//! together. In a file without containers that set variables, each Secret and ConfigMap is a part by itself.

use std::collections::BTreeSet;
use std::rc::Rc;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::parse::carried::{Asked, Binding, Held, Wanted};
use crate::parse::{Effect, EntryError, External};
use crate::source::Span;

use super::container::{Lending, Step, outcome};
use super::set::{self, Loose, Reader, Set, external};
use super::tree::NodeId;

/// The maximum depth of nested lists of objects.
const MAX_DEPTH: usize = 8;

type Members = Vec<(NodeId, NodeId)>;

/// A Secret or a ConfigMap.
struct Store {
    kind: &'static str,
    name: String,
    /// The namespace, if the object says it; otherwise it is whatever it is applied to.
    namespace: Option<String>,
    bindings: Vec<Binding>,
    /// All its keys, also those that are no variables; `None` if a controller may add others.
    keys: Option<Vec<String>>,
    /// The node of its name.
    place: NodeId,
    taken: bool,
}

impl Store {
    /// Whether a container in a namespace may mean it: an object that says none may be in any.
    fn may_be_in(&self, namespace: Option<&str>) -> bool {
        let own = self.namespace.as_deref();
        own == namespace || own.is_none() || namespace.is_none()
    }
}

/// An object that contains the specification of a pod.
struct Pod {
    kind: String,
    name: String,
    namespace: Option<String>,
    spec: Members,
}

pub(super) fn read(reader: &mut Reader) {
    let (mut stores, mut pods) = (Vec::new(), Vec::new());
    for root in reader.tree.roots.clone() {
        if !reader.is_null(root) {
            object(reader, root, 0, &mut stores, &mut pods);
        }
    }
    for pod in &pods {
        for (list, title) in [("initContainers", "init"), ("containers", "")] {
            for container in reader.get_items(&pod.spec, list) {
                let members = reader.members(container);
                let name = reader.get_text(&members, "name").unwrap_or_else(|| title.to_owned());
                let mut stores = Stores {
                    all: &mut stores,
                    namespace: pod.namespace.as_deref(),
                };
                let steps = container_env(reader, container, &members, &mut stores);
                let bindings = outcome(&steps, &Lending::default()).own;
                let wanted = std::mem::take(&mut reader.stores.wanted);
                let asked = std::mem::take(&mut reader.stores.asked);
                let takes = !wanted.is_empty() || !asked.is_empty();
                // One that takes all its variables from other files is a part, too.
                if !bindings.is_empty() || !wanted.is_empty() {
                    let (kind, object) = (&pod.kind, &pod.name);
                    let names = vec![
                        format!("{object}/{name}"),
                        name.clone(),
                        object.clone(),
                        format!("{kind}/{object}"),
                        format!("{kind}/{object}/{name}"),
                    ];
                    reader.sets.push(Set {
                        names,
                        bindings,
                        wanted,
                        asked,
                        steps: takes.then(|| Rc::new(steps)),
                        namespace: pod.namespace.as_deref().map(Box::from),
                        ..Set::default()
                    });
                }
            }
        }
    }
    let is_aside = !reader.sets.is_empty();
    reader.stores_alone = pods.is_empty();
    reader.starts = !pods.is_empty();
    for store in stores {
        let full = format!("{}/{}", store.kind, store.name);
        let held = (reader.span(store.place), full.clone().into());
        reader.stores.held.push(held);
        if is_aside && !store.taken && !store.bindings.is_empty() {
            reader.error_at(store.place, EntryError::Unreferenced, Effect::Literal);
        }
        // A container may have the same short name.
        let mut names = vec![if is_aside { full.clone() } else { store.name }];
        names.extend(store.namespace.as_deref().map(|namespace| within(&full, namespace)));
        names.push(full);
        reader.sets.push(Set {
            names,
            bindings: store.bindings,
            namespace: store.namespace.map(String::into_boxed_str),
            store: Some(set::Store {
                keys: store.keys,
                is_aside,
            }),
            ..Set::default()
        });
    }
}

/// Returns the name of a Secret or ConfigMap that tells it from one of another namespace.
pub(crate) fn within(store: &str, namespace: &str) -> String {
    format!("{store}@{namespace}")
}

/// Reads one object, or each item of a list of objects.
fn object(reader: &mut Reader, id: NodeId, depth: usize, stores: &mut Vec<Store>, pods: &mut Vec<Pod>) {
    let members = reader.members(id);
    let kind = reader.get_text(&members, "kind").unwrap_or_default();
    if let Some(items) = reader.get(&members, "items").filter(|_| kind.ends_with("List")) {
        if depth == MAX_DEPTH {
            return reader.error_at(items, EntryError::TooLarge, Effect::Rejected);
        }
        for item in reader.items(items) {
            object(reader, item, depth + 1, stores, pods);
        }
        return;
    }
    if kind.is_empty() {
        return reader.error_at(id, EntryError::UnknownKind, Effect::Rejected);
    }
    let metadata = reader.get_members(&members, "metadata");
    let place = reader.get(&metadata, "name").unwrap_or(id);
    let name = reader.tree.text(place).unwrap_or_default().to_owned();
    let namespace = reader.get_text(&metadata, "namespace");
    let store = |kind, bindings, keys| Store {
        kind,
        name: name.clone(),
        namespace: namespace.clone(),
        bindings,
        keys,
        place,
        taken: false,
    };
    match kind.as_str() {
        "ConfigMap" => {
            let data = reader.get_members(&members, "data");
            let bindings = reader.flat(&data, Loose::Never);
            stores.push(store("configmap", bindings, keys(reader, &data)));
        }
        "Secret" => {
            let data = reader.get_members(&members, "data");
            let mut bindings = Vec::new();
            for &(key, value) in &data {
                bindings.extend(encoded(reader, key, value));
            }
            let plain = reader.get_members(&members, "stringData");
            bindings.extend(reader.flat(&plain, Loose::Never));
            let all = keys(reader, &[data, plain].concat());
            stores.push(store("secret", bindings, all));
        }
        // Both make a Secret, by default of their own name.
        "SealedSecret" | "ExternalSecret" => {
            let spec = reader.get_members(&members, "spec");
            if let Some(bindings) = made_later(reader, &spec) {
                let template = reader.get_members(&spec, "template");
                let named = [
                    reader.get_members(&template, "metadata"),
                    reader.get_members(&spec, "target"),
                ];
                let name = named.iter().find_map(|members| reader.get_text(members, "name"));
                let own = store("secret", bindings, None);
                stores.push(Store {
                    name: name.unwrap_or_else(|| own.name.clone()),
                    ..own
                });
            }
        }
        _ => {
            if let Some(spec) = pod_spec(reader, members) {
                pods.push(Pod {
                    kind: kind.to_ascii_lowercase(),
                    name,
                    namespace,
                    spec,
                });
            }
        }
    }
}

/// Returns all keys of a Secret or ConfigMap. One without any is made for a controller that fills it.
fn keys(reader: &Reader, data: &[(NodeId, NodeId)]) -> Option<Vec<String>> {
    let keys = data.iter().filter_map(|member| reader.tree.text(member.0));
    (!data.is_empty()).then(|| keys.map(str::to_owned).collect())
}

/// Returns the variables of a Secret that a controller makes, whose values are not in the file. `None` if it takes
/// whatever a secret manager holds, so that the file does not say which they are.
fn made_later(reader: &mut Reader, spec: &Members) -> Option<Vec<Binding>> {
    let mut bindings = Vec::new();
    for (key, value) in reader.get_members(spec, "encryptedData") {
        let key = reader.key(key)?;
        bindings.push(external(key, reader.span(value), External::Encrypted));
    }
    for entry in reader.get_items(spec, "data") {
        let entry = reader.members(entry);
        let name = reader.get(&entry, "secretKey")?;
        let key = reader.key(name)?;
        bindings.push(external(key, reader.span(name), External::Manager));
    }
    reader.get(spec, "dataFrom").is_none().then_some(bindings)
}

/// Returns the members of the pod specification, which is in a different place in each kind of object.
fn pod_spec(reader: &mut Reader, object: Members) -> Option<Members> {
    const WAYS: [&[&str]; 5] = [
        &["spec"],
        &["spec", "template", "spec"],
        &["spec", "jobTemplate", "spec", "template", "spec"],
        &["template", "spec"],
        // A job of Cloud Run.
        &["spec", "template", "spec", "template", "spec"],
    ];
    for way in WAYS {
        let mut at = object.clone();
        let marked = reader.structure.len();
        for key in way {
            at = match reader.get(&at, key) {
                Some(id) if reader.tree.is_nested(id) => reader.members(id),
                _ => Vec::new(),
            };
        }
        let has = |reader: &Reader, name: &str| at.iter().any(|member| reader.tree.text(member.0) == Some(name));
        if has(reader, "containers") || has(reader, "initContainers") {
            return Some(at);
        }
        reader.structure.truncate(marked);
    }
    None
}

/// Reads a base64 value of a Secret.
fn encoded(reader: &mut Reader, key: NodeId, value: NodeId) -> Option<Binding> {
    let value_span = reader.span(value);
    let (key, key_span) = reader.key(key)?;
    let mut text = reader.value(value, Loose::Never)?;
    // Line ends are not part of the encoding.
    text.retain(|byte| !matches!(byte, b'\n' | b'\r'));
    let decoded = str::from_utf8(&text)
        .ok()
        .and_then(|text| Base64::decode_vec(text).ok());
    let Some(decoded) = decoded.map(Zeroizing::new) else {
        reader.error(value_span, EntryError::Base64, Effect::Rejected);
        return None;
    };
    if str::from_utf8(&decoded).is_err() {
        reader.error(value_span, EntryError::NotText, Effect::Dropped);
        return None;
    }
    let decoded = reader.without_nul(value, decoded)?;
    Some(Binding {
        key,
        value: Held::Known(decoded),
        key_span,
        value_span,
    })
}

/// The Secrets and ConfigMaps of the file, as a container sees them.
struct Stores<'s> {
    all: &'s mut [Store],
    /// The namespace of the container, if its object says it.
    namespace: Option<&'s str>,
}

/// Returns what sets the variables of a container, in order of increasing precedence.
fn container_env(
    reader: &mut Reader,
    node: NodeId,
    members: &[(NodeId, NodeId)],
    stores: &mut Stores<'_>,
) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    if from_stores(reader, node, members, stores, &mut steps).is_none() {
        return steps;
    }
    let mut own = BTreeSet::new();
    for entry in reader.get_items(members, "env") {
        let entry = reader.members(entry);
        let Some(name) = reader.get(&entry, "name") else {
            let span = entry.first().map_or(reader.span(node), |member| reader.span(member.0));
            reader.error(span, EntryError::Key, Effect::Rejected);
            continue;
        };
        let Some(key) = reader.key(name) else { continue };
        if !own.insert(key.0.clone()) {
            reader.error(key.1, EntryError::Duplicate, Effect::Literal);
        }
        steps.extend(stores.entry(reader, &entry, key));
    }
    steps
}

/// Adds what `envFrom` takes from whole stores. Returns `None` if the limit on work is reached.
fn from_stores(
    reader: &mut Reader,
    container: NodeId,
    members: &[(NodeId, NodeId)],
    stores: &mut Stores<'_>,
    steps: &mut Vec<Step>,
) -> Option<()> {
    for from in reader.get_items(members, "envFrom") {
        let from = reader.members(from);
        let prefix = reader.get_text(&from, "prefix").unwrap_or_default();
        for (key, kind) in [("configMapRef", "configmap"), ("secretRef", "secret")] {
            let Some(reference) = reader.get(&from, key) else {
                continue;
            };
            let reference = reader.members(reference);
            let Some(name) = reader.get(&reference, "name") else {
                continue;
            };
            let Some(store) = stores.find(reader, name, kind) else {
                reader.error_at(name, EntryError::ForeignSource, Effect::Dropped);
                if let Some(text) = reader.tree.text(name) {
                    let wanted = Wanted {
                        store: format!("{kind}/{text}").into(),
                        prefix: (&*prefix).into(),
                        place: reader.span(name),
                    };
                    steps.push(Step::Taken(wanted.clone()));
                    reader.stores.wanted.push(wanted);
                }
                continue;
            };
            store.taken = true;
            if !reader.visit(container, store.bindings.len()) {
                return None;
            }
            let named = store.bindings.iter().cloned().map(|binding| Binding {
                key: format!("{prefix}{}", binding.key).into(),
                ..binding
            });
            steps.extend(named.map(Step::Given));
        }
    }
    Some(())
}

impl Stores<'_> {
    /// Reads one entry of `env`.
    fn entry(&mut self, reader: &mut Reader, entry: &[(NodeId, NodeId)], key: (Box<str>, Span)) -> Option<Step> {
        if let Some(from) = reader.get(entry, "valueFrom") {
            return self.value_from(reader, from, key).map(Step::Given);
        }
        let (value, value_span) = match reader.get(entry, "value") {
            Some(id) if !reader.is_null(id) => {
                let text = reader.value(id, Loose::Never)?;
                (text, reader.span(id))
            }
            // An entry without a value is the empty string.
            Some(id) => (Zeroizing::default(), reader.span(id)),
            None => (Zeroizing::default(), key.1),
        };
        let (key, key_span) = key;
        Some(Step::Written(Binding {
            key,
            value: Held::Known(value),
            key_span,
            value_span,
        }))
    }

    /// Reads `valueFrom`: a key of a store, or a field of the pod. `None` if the variable is not set.
    fn value_from(&mut self, reader: &mut Reader, from: NodeId, key: (Box<str>, Span)) -> Option<Binding> {
        let members = reader.members(from);
        let stores = [
            ("secretKeyRef", "secret", External::Secret),
            ("configMapKeyRef", "configmap", External::ConfigMap),
        ];
        let of_store = |(reference, kind, why)| Some((reader.get(&members, reference)?, kind, why));
        let Some((reference, kind, why)) = stores.into_iter().find_map(of_store) else {
            return Some(external(key, reader.span(from), External::Field));
        };
        let span = reader.span(reference);
        let reference = reader.members(reference);
        let (name, wanted) = (reader.get(&reference, "name"), reader.get_text(&reference, "key"));
        let place = reader.get(&reference, "key").map_or(span, |id| reader.span(id));
        // With `optional`, the container starts without the variable, else it does not start.
        let is_optional = reader.get_text(&reference, "optional").as_deref() == Some("true");
        let elsewhere = external(key, place, why);
        let Some(name) = name else {
            return Some(elsewhere);
        };
        let Some(store) = self.find(reader, name, kind) else {
            if let (Some(name), Some(wanted)) = (reader.tree.text(name), wanted) {
                let store = format!("{kind}/{name}").into();
                let key = wanted.into();
                reader.stores.asked.push(Asked {
                    store,
                    key,
                    is_optional,
                    place,
                });
            }
            return Some(elsewhere);
        };
        store.taken = true;
        let Some(wanted) = wanted else {
            return Some(elsewhere);
        };
        if let Some(found) = store.bindings.iter().rev().find(|one| *one.key == *wanted) {
            return Some(Binding {
                key: elsewhere.key,
                key_span: elsewhere.key_span,
                ..found.clone()
            });
        }
        if self.lacks(reader, name, kind, &wanted) {
            if is_optional {
                return None;
            }
            reader.error(place, EntryError::NoSuchKey, Effect::Rejected);
        }
        Some(elsewhere)
    }

    /// Finds a store by the name under a node. Of two that it may be, the last wins because it is applied last.
    fn find(&mut self, reader: &Reader, name: NodeId, kind: &str) -> Option<&mut Store> {
        let name = reader.tree.text(name)?;
        let namespace = self.namespace;
        let at = |is: &dyn Fn(&Store) -> bool| {
            self.all
                .iter()
                .rposition(|store| store.kind == kind && store.name == name && is(store))
        };
        let same = at(&|store| store.namespace.as_deref() == namespace);
        let index = same.or_else(|| at(&|store| store.may_be_in(namespace)))?;
        self.all.get_mut(index)
    }

    /// Whether none of the stores of that name, of which there is one at least, has the key.
    fn lacks(&self, reader: &Reader, name: NodeId, kind: &str, key: &str) -> bool {
        let name = reader.tree.text(name);
        let mut found = self
            .all
            .iter()
            .filter(|store| store.kind == kind && Some(&*store.name) == name && store.may_be_in(self.namespace));
        let lacks = |store: &Store| {
            store
                .keys
                .as_ref()
                .is_some_and(|keys| keys.iter().all(|one| one != key))
        };
        found.all(lacks)
    }
}
