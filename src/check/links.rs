//! Follows a carrier to the other files that it takes variables from: Compose files that it includes, services of other files that
//! its services extend, and .env files.
//!
//! Where the files are, and what is said of one that is missing, is up to [`Files`]: the commands look on the disk, the WebAssembly in
//! its request.

use std::iter;

use super::input::{FileInput, Form};
use crate::carrier::{Base, Carrier, Conflict, Included, MAX_EXTENDING, Merge, Reading};
use crate::parse::EntryError;
use crate::schema::Schema;
use crate::source::SourceId;

/// The files among which those are that others refer to.
pub trait Files {
    /// Where a file or a folder is: a path, or the name of a source.
    type Place: Clone + PartialEq;
    /// What is returned in place of files if one of them can't be used.
    type Refusal;

    /// Returns the place of a file by its path as written, which starts from a folder.
    fn file(&self, folder: &Self::Place, path: &str) -> Self::Place;

    /// Returns the place of a folder by its path as written, which starts from another folder.
    fn folder(&self, folder: &Self::Place, path: &str) -> Self::Place;

    /// Returns the folder of a file.
    fn folder_of(&self, file: &Self::Place) -> Self::Place;

    /// Returns the schema, which names the files of each environment.
    fn schema(&self) -> &Schema;

    /// Returns the name of a file, without its folder.
    fn name(&self, file: SourceId) -> &str;

    /// Returns the file at a place, if it was opened or given.
    fn known(&mut self, file: &Self::Place) -> Option<SourceId>;

    /// Whether there is something at a place.
    fn is_there(&self, place: &Self::Place) -> bool;

    /// Returns the text of a file that nothing refers to, if it is there and can be read.
    fn look(&self, file: &Self::Place) -> Option<Vec<u8>>;

    /// Returns the file that a link leads to; `None` if it is missing, and may be.
    ///
    /// # Errors
    ///
    /// Refuses a file that is missing or can't be read.
    fn open(&mut self, link: &Link<'_, Self::Place>) -> Result<Option<SourceId>, Self::Refusal>;

    /// Returns why a link is not followed that leads back to where it came from.
    fn refuse_cycle(&mut self, link: &Link<'_, Self::Place>) -> Self::Refusal;

    /// Reads a carrier, or a part of it.
    ///
    /// # Errors
    ///
    /// Refuses a file that this build can't read.
    fn read(&mut self, start: &Start<'_, Self::Place>) -> Result<Reading, Self::Refusal>;
}

/// A reference of one file to another.
#[derive(Debug, Clone, Copy)]
pub struct Link<'l, P> {
    /// The file that refers to the other.
    pub by: SourceId,
    /// The place of the other.
    pub to: &'l P,
    /// What for.
    pub kind: LinkKind,
}

/// Why a file refers to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// It includes the other file.
    Includes,
    /// It extends a service of the other file.
    Extends,
    /// It takes the variables of the other, a .env file, which exists unless it need not.
    Takes {
        /// Whether the file must exist.
        required: bool,
    },
}

/// A carrier, or a part of it, from which links are followed.
#[derive(Debug, Clone, Copy)]
pub struct Start<'s, P> {
    /// The file.
    pub source: SourceId,
    /// As what it is read.
    pub carrier: Carrier,
    /// The part; `None` means all of them.
    pub part: Option<&'s str>,
    /// The folder from which the paths in it start.
    pub folder: &'s P,
}

/// Returns a carrier with all files that it takes variables from, low to high precedence.
///
/// # Errors
///
/// Refuses what [`Files`] refuses. Of files that are included side by side, all are opened even if one of them is refused.
pub fn follow<F: Files>(files: &mut F, start: Start<'_, F::Place>) -> Result<Vec<FileInput>, F::Refusal> {
    let included = Vec::new();
    let step = Step {
        start,
        way: Way::Named,
        above: None,
    };
    Walk { files, included }.files_of(&step)
}

/// How a file is reached.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// It was asked for.
    Named,
    /// It has a service that another file's service extends.
    Extended,
    /// Another file includes it.
    Included,
}

/// A file, and what leads to it.
struct Step<'s, P> {
    start: Start<'s, P>,
    way: Way,
    above: Option<&'s Step<'s, P>>,
}

impl<P> Step<'_, P> {
    /// The files that extend or include each other, from this one up.
    fn leading(&self) -> impl Iterator<Item = &Start<'_, P>> {
        iter::successors(Some(self), |step| step.above).map(|step| &step.start)
    }
}

struct Walk<'f, F: Files> {
    files: &'f mut F,
    /// What was included, and from which folder its paths start: a file that is included again adds nothing.
    included: Vec<(SourceId, F::Place)>,
}

impl<F: Files> Walk<'_, F> {
    fn files_of(&mut self, step: &Step<'_, F::Place>) -> Result<Vec<FileInput>, F::Refusal> {
        let Start {
            source,
            carrier,
            part,
            folder,
        } = step.start;
        let reading = self.files.read(&step.start)?;
        let (mut below, mut above) = (Vec::new(), Vec::new());
        let mut merge = Merge::default();
        // The compact build reads no carrier that refers to files.
        if cfg!(feature = "yaml") {
            // Of a file that holds the service that is extended, Compose does not read what it includes.
            if step.way != Way::Extended {
                below = self.included(&reading.included, step)?;
            }
            if !reading.has_part && (step.way == Way::Included || !below.is_empty()) {
                return Ok(below);
            }
            if let Some(base) = &reading.base {
                match self.extended(base, step)? {
                    Some(extended) => below.extend(extended),
                    None => merge.conflicts.push(Conflict {
                        span: reading.base_place,
                        error: EntryError::Extends,
                    }),
                }
            }
            for file in &reading.files {
                let link = Link {
                    by: source,
                    to: &self.files.file(folder, &file.path),
                    kind: LinkKind::Takes {
                        required: file.required,
                    },
                };
                if let Some(source) = self.files.open(&link)? {
                    let form = Form::Env(Some(file.dialect));
                    let layers = if file.wins { &mut above } else { &mut below };
                    layers.push(FileInput { source, form });
                }
            }
        }
        let form = Form::Carried(carrier, part.map(str::to_owned), merge);
        below.push(FileInput { source, form });
        below.append(&mut above);
        Ok(below)
    }

    /// The files of a service, or of all of them, as far as they are in files that another includes.
    fn included(&mut self, included: &[Included], step: &Step<'_, F::Place>) -> Result<Vec<FileInput>, F::Refusal> {
        let part = step.start.part;
        let (mut groups, mut refused, mut refusal) = (Vec::new(), Vec::new(), None);
        for one in included {
            let path = |path: &String| self.files.file(step.start.folder, path);
            let places: Vec<F::Place> = one.paths.iter().map(path).collect();
            let folder = match (&one.folder, places.first()) {
                (Some(own), _) => self.files.folder(step.start.folder, own),
                (None, Some(first)) => self.files.folder_of(first),
                (None, None) => continue,
            };
            let mut merged = Vec::new();
            for to in places {
                if refused.contains(&to) {
                    continue;
                }
                let link = Link {
                    by: step.start.source,
                    to: &to,
                    kind: LinkKind::Includes,
                };
                match self.open(&link, step, part) {
                    Ok(Some(source)) => merged.extend(self.included_file(source, &folder, step)?),
                    Ok(None) => {}
                    Err(why) => {
                        refusal = refusal.or(Some(why));
                        refused.push(to);
                    }
                }
            }
            groups.push(merged);
        }
        match refusal {
            Some(refusal) => Err(refusal),
            // What is included first prevails.
            None => Ok(groups.into_iter().rev().flatten().collect()),
        }
    }

    fn included_file(
        &mut self,
        source: SourceId,
        folder: &F::Place,
        from: &Step<'_, F::Place>,
    ) -> Result<Vec<FileInput>, F::Refusal> {
        let place = (source, folder.clone());
        if self.included.contains(&place) {
            return Ok(Vec::new());
        }
        self.included.push(place);
        self.files_of(&Step {
            start: Start {
                source,
                carrier: Carrier::Compose,
                part: from.start.part,
                folder,
            },
            way: Way::Included,
            above: Some(from),
        })
    }

    /// The files of a service that another one extends; `None` if it is not where it is said to be. What that file includes does not count.
    fn extended(&mut self, base: &Base, from: &Step<'_, F::Place>) -> Result<Option<Vec<FileInput>>, F::Refusal> {
        let part = Some(&*base.part);
        let to = &self.files.file(from.start.folder, &base.path);
        let link = Link {
            by: from.start.source,
            to,
            kind: LinkKind::Extends,
        };
        let Some(source) = self.open(&link, from, part)? else {
            return Ok(Some(Vec::new()));
        };
        let start = Start {
            source,
            carrier: Carrier::Compose,
            part,
            folder: &self.files.folder_of(to),
        };
        if !self.files.read(&start)?.has_part {
            return Ok(None);
        }
        let step = Step {
            start,
            way: Way::Extended,
            above: Some(from),
        };
        self.files_of(&step).map(Some)
    }

    /// Opens a Compose file, unless it, or the same part of it, is one of those that lead there.
    fn open(
        &mut self,
        link: &Link<'_, F::Place>,
        from: &Step<'_, F::Place>,
        part: Option<&str>,
    ) -> Result<Option<SourceId>, F::Refusal> {
        let Some(source) = self.files.open(link)? else {
            return Ok(None);
        };
        let is_same = |other: &Start<'_, F::Place>| {
            other.source == source && (link.kind == LinkKind::Includes || other.part == part)
        };
        if from.leading().any(is_same) || from.leading().count() >= MAX_EXTENDING {
            return Err(self.files.refuse_cycle(link));
        }
        Ok(Some(source))
    }
}
