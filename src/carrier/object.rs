//! Reads an object of variables, `{"KEY": "value"}`, in JSON or YAML.

use crate::parse::{Effect, EntryError};

use super::Carrier;
use super::set::{Loose, Reader, Set};
use super::tree::Data;

pub(super) fn read(reader: &mut Reader) {
    for root in reader.tree.roots.clone() {
        let Data::Mapping(members) = &reader.tree.nodes[root].data else {
            if !reader.is_null(root) {
                reader.error_at(root, EntryError::UnknownKind, Effect::Rejected);
            }
            continue;
        };
        // In YAML, a mapping of mappings is some other kind of file, not a set of variables.
        let nested = members.iter().find(|member| reader.tree.is_nested(member.1)).copied();
        if let Some((key, _)) = nested.filter(|_| reader.carrier == Carrier::Yaml) {
            reader.error_at(key, EntryError::UnknownKind, Effect::Rejected);
            continue;
        }
        let members = reader.members(root);
        let bindings = reader.flat(&members, Loose::All);
        reader.sets.push(Set {
            bindings,
            ..Set::default()
        });
    }
}
