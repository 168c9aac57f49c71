//! What a container image sets by itself: `ENV NAME=value` in a Dockerfile is a default for all that runs in the image, so that
//! nobody has to set it.

use std::collections::{BTreeMap, BTreeSet};

use super::findings::Text;
use super::{Need, folders_above};

/// The stages of a Dockerfile.
#[derive(Debug, Default)]
pub(super) struct Image {
    stages: Vec<Stage>,
    /// If several stages have the same name, the last one counts.
    named: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Stage {
    /// The stage that it starts from; `None` if it starts from another image.
    from: Option<usize>,
    sets: BTreeSet<String>,
}

impl Image {
    pub(super) fn is_empty(&self) -> bool {
        self.stages.is_empty()
    }

    /// Begins a stage with what follows `FROM`: `--platform=… IMAGE AS NAME`.
    pub(super) fn begin(&mut self, line: &[u8]) {
        let words: Vec<&[u8]> = line
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty() && !word.starts_with(b"--"))
            .collect();
        let lower = |word: &[u8]| String::from_utf8_lossy(word).to_ascii_lowercase();
        let from = words.first().and_then(|base| self.named.get(&lower(base)).copied());
        if let [_, word, name, ..] = words[..]
            && word.eq_ignore_ascii_case(b"AS")
        {
            self.named.insert(lower(name), self.stages.len());
        }
        self.stages.push(Stage {
            from,
            sets: BTreeSet::new(),
        });
    }

    /// Records a variable that the present stage sets.
    pub(super) fn set(&mut self, name: &[u8]) {
        if let (Some(stage), Ok(name)) = (self.stages.last_mut(), str::from_utf8(name)) {
            stage.sets.insert(name.to_owned());
        }
    }

    /// Returns what the last stage sets, and the stages that it starts from. The others are not part of the image.
    fn sets(&self) -> BTreeSet<&str> {
        let mut all = BTreeSet::new();
        let mut at = self.stages.last();
        while let Some(stage) = at {
            all.extend(stage.sets.iter().map(String::as_str));
            at = stage.from.map(|from| &self.stages[from]);
        }
        all
    }
}

/// Marks the uses below the folder of a Dockerfile whose variable the image sets. If a folder has several Dockerfiles, all of them must set
/// it, because nobody can tell in which image the source runs.
pub(super) fn settle(texts: &mut [Text]) {
    let mut by_folder: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for text in texts.iter().filter(|text| !text.found.image.is_empty()) {
        let sets = text.found.image.sets().into_iter().map(str::to_owned).collect();
        let folder = folders_above(&text.name).next().unwrap_or_default();
        by_folder
            .entry(folder.to_owned())
            .and_modify(|known| known.retain(|name| BTreeSet::contains(&sets, name)))
            .or_insert(sets);
    }
    by_folder.retain(|_, sets| !sets.is_empty());
    if by_folder.is_empty() {
        return;
    }
    for text in texts.iter_mut().filter(|text| !text.found.uses.is_empty()) {
        let given: Vec<_> = folders_above(&text.name)
            .filter_map(|folder| by_folder.get(folder))
            .collect();
        for one in text.found.uses.iter_mut().filter(|one| one.need == Need::Sure) {
            if given.iter().any(|sets| sets.contains(&one.name)) {
                one.need = Need::Given;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_last_stage_starts_from_counts() {
        let mut image = Image::default();
        image.set(b"BEFORE_ANY");
        for (from, name) in [
            (b"--platform=$BUILDPLATFORM node:22 AS Base".as_slice(), b"A".as_slice()),
            (b"base as build", b"B"),
            (b"scratch", b"C"),
            (b"BASE", b"D"),
        ] {
            image.begin(from);
            image.set(name);
        }
        assert_eq!(image.sets().into_iter().collect::<Vec<_>>(), ["A", "D"]);
    }
}
