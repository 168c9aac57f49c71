//! What the other files of an environment change about a file.

use std::fmt;
use std::sync::Arc;

use crate::parse::EntryError;
#[cfg(feature = "yaml")]
use crate::parse::carried::Binding;
use crate::parse::carried::Held;
use crate::source::Span;

/// What the other files of its environment change about a file. Compose files and kustomizations are merged, and
/// containers of Kubernetes take variables from each other's files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merge {
    /// What files above take away.
    pub cuts: Vec<Cut>,
    /// What can't be judged together with the services of the other files.
    pub conflicts: Vec<Conflict>,
    /// What Secrets and ConfigMaps of the other files give to containers here.
    pub lent: Vec<Lent>,
    /// The Secrets and ConfigMaps that containers here take as a whole.
    pub lent_stores: Vec<LentStore>,
    /// What a container of another file puts before the names of all variables here.
    pub prefix: String,
}

/// A Secret or ConfigMap, from which containers of other files take variables.
#[cfg(feature = "yaml")]
pub(crate) struct Lendable<'r> {
    /// `secret/NAME` or `configmap/NAME`.
    pub(crate) name: &'r str,
    /// Its namespace, if it says one.
    pub(crate) namespace: Option<&'r str>,
    /// In order of increasing precedence.
    pub(crate) bindings: &'r [Binding],
    /// All its keys; `None` if there may be others.
    pub(crate) keys: Option<&'r [String]>,
    /// Whether variables of it are in .env files.
    pub(crate) takes_files: bool,
}

/// The value that a container takes from a Secret or ConfigMap in another file.
#[derive(Clone, PartialEq, Eq)]
pub struct Lent {
    /// Where the container names the key.
    pub(crate) place: Span,
    /// The value; `None` if there is no such key, and need not be.
    pub(crate) value: Option<Held>,
}

/// All that a container takes from a Secret or ConfigMap in another file.
#[derive(Clone, PartialEq, Eq)]
pub struct LentStore {
    /// Where the container names it.
    pub(crate) place: Span,
    /// Its variables, each once.
    pub(crate) entries: Arc<Vec<(Box<str>, Held)>>,
    /// Whether these are all that it has.
    pub(crate) is_whole: bool,
}

impl fmt::Debug for LentStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LentStore({:?}, {} variables)", self.place, self.entries.len())
    }
}

impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lent({:?})", self.place)
    }
}

/// What a file above takes away from a service, or from what a generator of a kustomization makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The service; if it is empty, every one.
    pub part: String,
    /// What is removed.
    pub what: Removed,
}

/// A place where a file contradicts another one that it is merged with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// The place.
    pub span: Span,
    /// What differs there.
    pub error: EntryError,
}

/// What a file above removes: by the tags `!reset` and `!override` of Compose, or by `behavior: replace` of Kustomize.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// All of `environment`.
    Environment,
    /// All of `env_file`.
    Files,
    /// One variable of `environment`.
    Key(Box<str>),
    /// All of a Secret or ConfigMap, since no container takes it.
    Unused,
    /// All of a Secret or ConfigMap, of which containers take single keys, by whatever names.
    Lent,
}
