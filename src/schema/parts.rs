//! Determines which keys a schema declares: those of its own `properties`, and those of schemas that always apply
//! together with it, through `$ref` and the branches of `allOf`, such as a file shared by the parts of a project.

use super::documents::{Documents, Target};
use super::json::Member;
use super::property::escaped;
use crate::map::Map;
use crate::source::Span;

/// How deep schemas may be composed; real ones are less deep.
const MAX_DEPTH: usize = 16;

/// The declaration of a key.
pub(crate) struct Declared<'d, 's> {
    pub name: &'d str,
    /// Its schema.
    pub schema: Target<'d, 's>,
    /// Its schemas in the other parts that declare it: what the nearer ones leave unsaid is as these say.
    pub further: Vec<Target<'d, 's>>,
    /// Where the schema itself declares it: at the name of the key, or at the reference that leads to it in another
    /// file.
    pub span: Span,
    /// The same place as a JSON Pointer.
    pub pointer: String,
}

/// The schemas that a schema is composed of.
pub(crate) struct Parts<'d, 's> {
    /// The keys it declares, its own first, without duplicates.
    pub declared: Vec<Declared<'d, 's>>,
    /// The files that apply to the set of variables as a whole.
    pub files: Vec<u16>,
}

/// Finds everything that always applies to the set of variables.
pub(crate) fn read<'d, 's>(documents: &'d Documents<'s>) -> Parts<'d, 's> {
    let root = documents.root(0);
    let mut finder = Finder {
        documents,
        parts: Parts {
            declared: Vec::with_capacity(root.members("properties").len()),
            files: Vec::new(),
        },
        names: Map::default(),
        seen: Map::default(),
    };
    let at = Target { file: 0, node: root };
    if root.get("$ref").is_some() || root.get("allOf").is_some() {
        finder.part(at, &Way::default(), 0);
    } else {
        // No key occurs twice in an object.
        for member in root.members("properties") {
            finder.declare(at, member, &Way::default());
        }
    }
    finder.parts
}

/// The path by which a part is reached from the schema.
#[derive(Default, Clone)]
struct Way {
    pointer: String,
    /// The reference that leads into another file, if one does.
    left: Option<Span>,
}

struct Finder<'d, 's> {
    documents: &'d Documents<'s>,
    parts: Parts<'d, 's>,
    /// The declarations by name.
    names: Map<&'d str, usize>,
    seen: Map<*const u8, ()>,
}

impl<'d, 's> Finder<'d, 's> {
    fn part(&mut self, at: Target<'d, 's>, way: &Way, depth: usize) {
        if depth > MAX_DEPTH || self.seen.contains(&std::ptr::from_ref(at.node).cast()) {
            return;
        }
        self.seen.insert(std::ptr::from_ref(at.node).cast(), ());
        if at.file != 0 && std::ptr::eq(at.node, self.documents.root(at.file)) {
            self.parts.files.push(at.file);
        }
        for member in at.node.members("properties") {
            match self.names.get(&*member.key) {
                Some(&known) => self.parts.declared[known].further.push(at.with(&member.value)),
                None => {
                    self.names.insert(&member.key, self.parts.declared.len());
                    self.declare(at, member, way);
                }
            }
        }
        let documents: &'d Documents<'s> = self.documents;
        if let (Some(reference), Some(target)) = (at.node.get("$ref"), documents.behind(at)) {
            let way = Way {
                pointer: way.pointer.clone() + "/$ref",
                left: way.left.or((target.file != 0).then_some(reference.span)),
            };
            self.part(target, &way, depth + 1);
        }
        for (index, branch) in at.items("allOf").enumerate() {
            let way = Way {
                pointer: format!("{}/allOf/{index}", way.pointer),
                left: way.left,
            };
            self.part(branch, &way, depth + 1);
        }
    }

    fn declare(&mut self, at: Target<'d, 's>, member: &'d Member<'s>, way: &Way) {
        self.parts.declared.push(Declared {
            name: &member.key,
            schema: at.with(&member.value),
            further: Vec::new(),
            span: way.left.unwrap_or(member.key_span),
            pointer: format!("{}/properties/{}", way.pointer, escaped(&member.key)),
        });
    }
}
