//! Files that do not exist yet, because people copy them from examples. If the schema did not name them, no check would read the copies.

use std::path::Path;

use envgate::check::draft::{Found, Modes};
use envgate::source::Source;

use super::{files, source as read};
use crate::ignored::Ignored;
use crate::models::{self, COPY, copy_of};
use crate::terminal::Problem;

/// Adds the file that will be copied from the example of a project, and the files of environments that have examples of their own. Returns the
/// other examples, and what each is copied to.
pub(super) fn expect(
    environments: &mut Vec<Found>,
    example: &Source,
    folder: &Path,
    modes: Option<Modes>,
) -> Result<Vec<(String, String)>, Problem> {
    of_example(environments, example, modes)?;
    let mut others = Vec::new();
    for path in models::of_environments(folder) {
        others.extend(of_other(environments, example, folder, &path, modes)?);
    }
    Ok(others)
}

fn of_example(environments: &mut Vec<Found>, example: &Source, modes: Option<Modes>) -> Result<(), Problem> {
    let name = copy_of(example.name());
    let copy = || {
        // Some people copy it to `.env` all the same, so that is checked, too.
        let base = (name.starts_with(COPY) && name != COPY).then(|| named(COPY, b""));
        base.into_iter()
            .chain([named(name, example.bytes())])
            .collect::<Result<Vec<Source>, Problem>>()
    };
    if environments.is_empty() {
        // A project with no file but `.env` needs no name for its environment.
        if name != COPY {
            environments.push(to_come(files::ONLY, copy()?));
        }
        return Ok(());
    }
    // `.test.env` belongs to the project as much as `.env.test`.
    let is_own = |name: &str| name.starts_with(COPY) || name.starts_with('.') && name.ends_with(COPY);
    let own = |found: &Found| found.files.iter().any(|file| is_own(file.name()));
    let is_base = |found: &Found| (found.files.iter()).any(|file| [COPY, files::LOCAL].contains(&file.name()));
    let is_for_copy = models::EXAMPLES.contains(&example.name()) || name == files::LOCAL;
    if !is_for_copy || environments.iter().any(is_base) {
        return Ok(());
    }
    if environments.iter().all(|found| found.is_guessed && !own(found)) {
        // Files of parts of the system, such as `docker/mysql.env`, are there, but that of the project itself is still to come.
        environments.insert(0, to_come(files::ONLY, copy()?));
    } else if !environments.iter().all(own) {
        return Ok(());
    } else if environments[0].name == files::DEVELOPMENT {
        // A loader that chooses its files by mode reads these in every mode.
        for found in environments {
            let in_test = modes.is_none_or(|modes| modes.local_in_test);
            if name == files::LOCAL && (in_test || found.name != files::TEST) {
                let wins = modes.is_some_and(|modes| modes.local_wins);
                let shared = found.files.iter().take_while(|file| !file.name().ends_with(".local"));
                let at = if wins { shared.count() } else { 0 };
                found.files.insert(at, named(name, b"")?);
            }
            found.files.insert(0, named(COPY, b"")?);
        }
    } else {
        // Tests run on the machine of a developer, where a loader that chooses its files by mode finds this file.
        let is_read = |found: &&mut Found| {
            modes.is_some_and(|modes| name == COPY || modes.local_in_test) && found.name == files::TEST
        };
        if let Some(found) = environments.iter_mut().find(is_read) {
            found.files.insert(0, named(name, b"")?);
        }
        environments.insert(0, to_come(files::DEVELOPMENT, copy()?));
    }
    Ok(())
}

/// Adds the environment of an example that is named after one, such as `.env.production.example` beside `.env.example` or beside files of other
/// environments, if nothing else is known of it.
fn of_other(
    environments: &mut Vec<Found>,
    example: &Source,
    folder: &Path,
    path: &Path,
    modes: Option<Modes>,
) -> Result<Option<(String, String)>, Problem> {
    let other = read(folder, path)?;
    let copy = copy_of(other.name()).to_owned();
    let Some(environment) = files::environment(&copy) else {
        return Ok(None);
    };
    let first = files::environment(copy_of(example.name())).unwrap_or(files::DEVELOPMENT);
    let is_first = other.name() == example.name();
    let is_there = |found: &Found| found.name == environment || found.files.iter().any(|file| file.name() == copy);
    if environment == first && !is_first || environments.iter().any(is_there) {
        return Ok(None);
    }
    match environments.as_mut_slice() {
        [] => environments.push(to_come(files::DEVELOPMENT, vec![named(COPY, example.bytes())?])),
        // Its file exists under another name.
        [only] if only.name == files::ONLY && is_first && environment == files::DEVELOPMENT => return Ok(None),
        // The first environment is no longer the only one, so it needs a name.
        [only] if only.name == files::ONLY && is_first => files::DEVELOPMENT.clone_into(&mut only.name),
        [only] if only.name == files::ONLY => first.clone_into(&mut only.name),
        _ => {}
    }
    let at = environments.partition_point(|found| files::order(&found.name) <= files::order(environment));
    let mut files = vec![named(&copy, other.bytes())?];
    let is_there = |found: &&Found| !found.is_to_come;
    let mut there = environments.iter().filter(is_there).flat_map(|found| &found.files);
    if modes.is_some()
        && let Some(base) = there.find(|file| file.name() == COPY)
        && !Ignored::above(folder).within(folder).leaves_out(&folder.join(COPY))
    {
        files.insert(0, named(COPY, base.bytes())?);
    }
    environments.insert(at, to_come(environment, files));
    Ok((!is_first).then(|| (other.name().to_owned(), copy)))
}

fn to_come(environment: &str, files: Vec<Source>) -> Found {
    Found {
        name: environment.to_owned(),
        files,
        is_guessed: false,
        is_to_come: true,
        dialect: None,
    }
}

pub(super) fn named(name: &str, bytes: &[u8]) -> Result<Source, Problem> {
    Source::new(name, bytes).map_err(|error| Problem::new(error.to_string()))
}
