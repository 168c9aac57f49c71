//! Reads GitHub workflows and actions. `env` of a step overrides that of its job, which overrides that of the workflow, which overrides
//! that of the container of the job: the container is started with its own, and each step in it is passed all others.
//! A value that contains an expression is external.

use crate::parse::carried::{Binding, Held};
use crate::parse::{Effect, EntryError, External};

use super::set::{Loose, Reader, Set};
use super::tree::NodeId;

pub(super) fn read(reader: &mut Reader) {
    for root in reader.tree.roots.clone() {
        let top = reader.members(root);
        let workflow = env(reader, &top);
        let before = reader.sets.len();
        let mut calls_another = false;
        for (name, job) in reader.get_members(&top, "jobs") {
            let Some(name) = reader.tree.text(name).map(str::to_owned) else {
                reader.error_at(name, EntryError::NotStructure, Effect::Rejected);
                continue;
            };
            let members = reader.members(job);
            // The variables of a workflow don't reach another one that a job of it calls.
            if reader.get(&members, "uses").is_some() {
                calls_another = true;
                continue;
            }
            let mut bindings = Vec::new();
            if let Some(container) = reader
                .get(&members, "container")
                .filter(|&id| reader.tree.is_nested(id))
            {
                let container = reader.members(container);
                bindings = env(reader, &container);
            }
            bindings.extend(workflow.iter().cloned());
            bindings.extend(env(reader, &members));
            for (service, id) in reader.get_members(&members, "services") {
                let names = reader
                    .tree
                    .text(service)
                    .map(|service| vec![format!("{name}/{service}")]);
                let service = reader.members(id);
                let bindings = env(reader, &service);
                push(reader, names.unwrap_or_default(), bindings);
            }
            steps(reader, job, &members, &name, &bindings);
        }
        let composite = reader.get(&top, "runs").filter(|&id| reader.tree.is_nested(id));
        if let Some(runs) = composite {
            let members = reader.members(runs);
            // An action that is a container has variables of its own; the others have steps.
            let own = env(reader, &members);
            let bindings: Vec<Binding> = workflow.iter().cloned().chain(own).collect();
            steps(reader, runs, &members, "runs", &bindings);
        }
        if reader.sets.len() == before && !calls_another {
            push(reader, Vec::new(), workflow);
        }
    }
}

/// Adds a set for each step with variables of its own, and one that all other steps of the job share.
fn steps(reader: &mut Reader, job: NodeId, members: &[(NodeId, NodeId)], name: &str, shared: &[Binding]) {
    let mut others = vec![name.to_owned()];
    for (index, step) in reader.get_items(members, "steps").into_iter().enumerate() {
        let members = reader.members(step);
        let own = env(reader, &members);
        let mut names = vec![format!("{name}/{}", index + 1)];
        names.extend(reader.get_text(&members, "id").map(|id| format!("{name}/{id}")));
        names.extend(reader.get_text(&members, "name").map(|title| format!("{name}/{title}")));
        if own.is_empty() {
            others.append(&mut names);
            continue;
        }
        if !reader.visit(job, shared.len()) {
            return;
        }
        names.insert(0, name.to_owned());
        let bindings = shared.iter().cloned().chain(own).collect();
        push(reader, names, bindings);
    }
    push(reader, others, shared.to_vec());
}

fn push(reader: &mut Reader, names: Vec<String>, bindings: Vec<Binding>) {
    if !bindings.is_empty() {
        reader.sets.push(Set {
            names,
            bindings,
            ..Set::default()
        });
    }
}

/// Reads the variables under `env`.
fn env(reader: &mut Reader, members: &[(NodeId, NodeId)]) -> Vec<Binding> {
    let Some(id) = reader.get(members, "env") else {
        return Vec::new();
    };
    if reader.tree.text(id).is_some_and(|text| is_expression(text.as_bytes())) {
        reader.error_at(id, EntryError::ForeignSource, Effect::Dropped);
        return Vec::new();
    }
    let members = reader.members(id);
    let mut bindings = Vec::new();
    for (key, value) in members {
        let value_span = reader.span(value);
        let Some((key, key_span)) = reader.key(key) else {
            continue;
        };
        let held = if reader.is_null(value) {
            Some(Held::Known(Vec::new().into()))
        } else {
            reader.value(value, Loose::All).and_then(|text| {
                if is_expression(&text) {
                    Some(Held::External(External::Expression))
                } else if text.windows(3).any(|three| three == b"${{") {
                    reader.error_at(value, EntryError::Reference, Effect::Rejected);
                    None
                } else {
                    Some(Held::Known(text))
                }
            })
        };
        if let Some(held) = held {
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

/// Returns whether a text contains `${{ … }}`.
fn is_expression(text: &[u8]) -> bool {
    let open = text.windows(3).position(|three| three == b"${{");
    open.is_some_and(|at| text[at..].windows(2).any(|two| two == b"}}"))
}
