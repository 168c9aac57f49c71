//! Reads task definitions of Amazon ECS: as they are registered, as `aws ecs describe-task-definition` writes them, or only their list of
//! containers, as `--container-definitions` of the command line takes it.
//! Each container is a part. Values under `secrets` are external, and so are the files in S3 under `environmentFiles`.

use std::collections::BTreeSet;

use crate::parse::carried::{Binding, Held};
use crate::parse::{Effect, EntryError, External};

use super::set::{Loose, Reader, Set, external};
use super::tree::{Data, NodeId, Tree};

pub(super) fn read(reader: &mut Reader) {
    for root in reader.tree.roots.clone() {
        let containers = if is_list_of_containers(&reader.tree, root) {
            reader.items(root)
        } else {
            let mut task = reader.members(root);
            if reader.get(&task, "taskDefinition").is_some() {
                task = reader.get_members(&task, "taskDefinition");
            }
            reader.get_items(&task, "containerDefinitions")
        };
        for container in containers {
            let members = reader.members(container);
            let names = reader.get_text(&members, "name").into_iter().collect();
            for file in reader.get_items(&members, "environmentFiles") {
                let members = reader.members(file);
                let place = reader.get(&members, "value").unwrap_or(file);
                reader.error_at(place, EntryError::ForeignSource, Effect::Dropped);
            }
            let bindings = variables(reader, container, &members);
            if !bindings.is_empty() {
                reader.sets.push(Set {
                    names,
                    bindings,
                    ..Set::default()
                });
            }
        }
    }
}

/// Whether a node is a list of containers, each of which has a name and an image, without the rest of a task definition.
pub(super) fn is_list_of_containers(tree: &Tree, id: NodeId) -> bool {
    let has = |item: &NodeId, key| tree.get(*item, key).is_some();
    let is_container = |item: &NodeId| has(item, "name") && (has(item, "image") || has(item, "environment"));
    match &tree.nodes[id].data {
        Data::Sequence(items) => items.iter().any(is_container),
        _ => false,
    }
}

/// Returns the variables of a container. ECS registers no task in which a name occurs twice.
fn variables(reader: &mut Reader, container: NodeId, members: &[(NodeId, NodeId)]) -> Vec<Binding> {
    let mut bindings = Vec::new();
    let mut names = BTreeSet::new();
    for list in ["environment", "secrets"] {
        for entry in reader.get_items(members, list) {
            let entry = reader.members(entry);
            let Some(name) = reader.get(&entry, "name") else {
                let place = entry.first().map_or(container, |member| member.0);
                reader.error_at(place, EntryError::Key, Effect::Rejected);
                continue;
            };
            let Some(key) = reader.key(name) else { continue };
            if !names.insert(key.0.clone()) {
                reader.error(key.1, EntryError::Duplicate, Effect::Rejected);
            }
            let source = if list == "secrets" { "valueFrom" } else { "value" };
            let value = reader.get(&entry, source);
            let span = value.map_or(key.1, |value| reader.span(value));
            if list == "secrets" {
                bindings.push(external(key, span, External::Manager));
                continue;
            }
            // An entry without a value is the empty string.
            let text = match value {
                Some(value) => reader.value(value, Loose::Never),
                None => Some(Default::default()),
            };
            bindings.extend(text.map(|text| Binding {
                key: key.0,
                value: Held::Known(text),
                key_span: key.1,
                value_span: span,
            }));
        }
    }
    bindings
}
