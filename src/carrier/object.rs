//! Reads an object of variables, `{"KEY": "value"}`, in JSON or YAML.

use crate::parse::{Effect, EntryError};

use super::Carrier;
use super::set::{Loose, Reader, Set};
use super::tree::{Data, NodeId};

pub(super) fn read(reader: &mut Reader) {
    for root in reader.tree.roots.clone() {
        let Data::Mapping(members) = &reader.tree.nodes[root].data else {
            if !reader.is_null(root) {
                reader.error_at(root, EntryError::UnknownKind, Effect::Rejected);
            }
            continue;
        };
        // What SOPS needs to decrypt the values is no variable.
        let is_variable = |reader: &Reader, member: &(NodeId, NodeId)| {
            !(reader.tree.text(member.0) == Some("sops") && reader.tree.is_nested(member.1))
        };
        // In YAML, a mapping of mappings is some other kind of file, not a set of variables.
        let mut variables = members.iter().filter(|member| is_variable(reader, member));
        let nested = variables.find(|member| reader.tree.is_nested(member.1)).copied();
        if let Some((key, _)) = nested.filter(|_| reader.carrier == Carrier::Yaml) {
            reader.error_at(key, EntryError::UnknownKind, Effect::Rejected);
            continue;
        }
        let mut members = reader.members(root);
        members.retain(|member| is_variable(reader, member));
        let bindings = reader.flat(&members, Loose::All);
        reader.sets.push(Set {
            bindings,
            ..Set::default()
        });
    }
}
