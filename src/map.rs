//! An ordered map that is compiled once.
//!
//! Each instantiation of a map of the standard library costs kilobytes of WebAssembly. Here the tree holds indices
//! only, so its code is shared by all key types. It is balanced, so no order of keys in a file makes it slow.

use std::borrow::Borrow;
use std::cmp::Ordering;

/// A map that remembers the order of insertion.
#[derive(Debug)]
pub(crate) struct Map<K, V> {
    /// In the order in which the keys were added.
    entries: Vec<(K, V)>,
    tree: Tree,
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Map<K, V> {
        Map {
            entries: Vec::new(),
            tree: Tree::default(),
        }
    }
}

impl<K: Ord, V> Map<K, V> {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries in the order in which the keys were added.
    pub(crate) fn entries(&self) -> &[(K, V)] {
        &self.entries
    }

    pub(crate) fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_some()
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        Some(&self.entries[self.find(key)?].1)
    }

    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let index = self.find(key)?;
        Some(&mut self.entries[index].1)
    }

    /// Returns the value of a key, after adding `value` if the key is new.
    pub(crate) fn or(&mut self, key: K, value: V) -> &mut V {
        let index = match self.find(&key) {
            Some(index) => index,
            None => self.add(key, value),
        };
        &mut self.entries[index].1
    }

    /// Sets the value of a key, and returns whether the key is new.
    pub(crate) fn insert(&mut self, key: K, value: V) -> bool {
        let found = self.find(&key);
        match found {
            Some(index) => self.entries[index].1 = value,
            None => drop(self.add(key, value)),
        }
        found.is_none()
    }

    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.tree.find(&|index| self.entries[index].0.borrow().cmp(key))
    }

    /// Adds a key that is not in the map, and returns its index.
    pub(crate) fn add(&mut self, key: K, value: V) -> usize {
        self.tree.add(&|index| self.entries[index].0.cmp(&key));
        self.entries.push((key, value));
        self.entries.len() - 1
    }
}

/// An AA tree (Andersson, 1993): a left child is one level below its parent; a right child may be on the level of its
/// parent, but not two in a row.
#[derive(Debug, Default)]
struct Tree {
    nodes: Vec<Node>,
    root: Link,
}

/// The number of a node, from 1; 0 for none.
type Link = usize;

#[derive(Debug, Clone, Copy)]
struct Node {
    below: [Link; 2],
    level: usize,
}

const LEFT: usize = 0;
const RIGHT: usize = 1;

impl Tree {
    /// Finds the index for which `compare` returns `Equal`. `compare` orders the element of an index relative to the
    /// one that is sought.
    fn find(&self, compare: &dyn Fn(usize) -> Ordering) -> Option<usize> {
        let mut at = self.root;
        loop {
            let index = at.checked_sub(1)?;
            at = match compare(index) {
                Ordering::Less => self.nodes[index].below[RIGHT],
                Ordering::Equal => return Some(index),
                Ordering::Greater => self.nodes[index].below[LEFT],
            };
        }
    }

    /// Adds the next index.
    fn add(&mut self, compare: &dyn Fn(usize) -> Ordering) {
        let root = self.add_below(self.root, compare);
        self.root = root;
    }

    /// Adds the next index to a subtree, and returns the new root of that subtree.
    fn add_below(&mut self, top: Link, compare: &dyn Fn(usize) -> Ordering) -> Link {
        let Some(index) = top.checked_sub(1) else {
            self.nodes.push(Node {
                below: [0, 0],
                level: 1,
            });
            return self.nodes.len();
        };
        let side = if compare(index).is_lt() { RIGHT } else { LEFT };
        let below = self.add_below(self.nodes[index].below[side], compare);
        self.nodes[index].below[side] = below;
        let level = self.nodes[index].level;
        let mut top = top;
        if self.level(self.below(top, LEFT)) == level {
            top = self.turn(top, LEFT);
        }
        if self.level(self.below(self.below(top, RIGHT), RIGHT)) == level {
            top = self.turn(top, RIGHT);
            self.nodes[top - 1].level += 1;
        }
        top
    }

    /// Rotates: the child on one side becomes the root of the subtree.
    fn turn(&mut self, top: Link, side: usize) -> Link {
        let new = self.below(top, side);
        self.nodes[top - 1].below[side] = self.below(new, 1 - side);
        self.nodes[new - 1].below[1 - side] = top;
        new
    }

    fn below(&self, at: Link, side: usize) -> Link {
        at.checked_sub(1).map_or(0, |index| self.nodes[index].below[side])
    }

    fn level(&self, at: Link) -> usize {
        at.checked_sub(1).map_or(0, |index| self.nodes[index].level)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{LEFT, Map, RIGHT, Tree};

    /// Checks the levels of a subtree, and returns its depth.
    fn depth(tree: &Tree, at: usize) -> usize {
        if at == 0 {
            return 0;
        }
        let (left, right) = (tree.below(at, LEFT), tree.below(at, RIGHT));
        let level = tree.level(at);
        assert_eq!(tree.level(left), level - 1);
        assert!(level - tree.level(right) <= 1);
        assert!(tree.level(tree.below(right, RIGHT)) < level);
        1 + depth(tree, left).max(depth(tree, right))
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(keys in prop::collection::vec(0..60_u8, 0..200)) {
            let (mut map, mut expected) = (Map::default(), BTreeMap::new());
            for (index, key) in keys.iter().enumerate() {
                prop_assert_eq!(map.insert(*key, index), expected.insert(*key, index).is_none());
                depth(&map.tree, map.tree.root);
            }
            for key in 0..60 {
                prop_assert_eq!(map.get(&key), expected.get(&key));
                prop_assert_eq!(map.contains(&key), expected.contains_key(&key));
            }
            *map.or(7, 0) += 1;
            prop_assert_eq!(map.get(&7).copied(), Some(expected.get(&7).copied().unwrap_or(0) + 1));
        }
    }

    #[test]
    fn keys_in_order_make_no_list() {
        let mut map = Map::default();
        for key in 0..100_000 {
            map.insert(key, ());
        }
        assert!(depth(&map.tree, map.tree.root) <= 34);
    }
}
