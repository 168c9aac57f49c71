//! What is pushed: hook frameworks say it in variables, git says it on standard input, to a `pre-push` hook before it is sent and to a
//! `pre-receive` hook of the server where it arrives.

use std::collections::HashSet;

use crate::args::HookArguments;
use crate::git::{Has, Id, Push, is_id};
use crate::terminal::Problem;
use crate::{host, read};

/// Returns what is pushed; `None` for a commit.
///
/// # Errors
/// When standard input is not what git passes to such a hook.
pub(super) fn of(arguments: &HookArguments) -> Result<Option<Vec<Push>>, Problem> {
    if arguments.pre_push {
        let remote = arguments.remote.clone().filter(|name| !name.is_empty());
        return listed(sent, &Has::Remote(remote), HELP_SENT).map(Some);
    }
    if arguments.pre_receive {
        return listed(received, &Has::Here, HELP_RECEIVED).map(Some);
    }
    Ok(said(arguments))
}

/// Returns what a hook framework says.
fn said(arguments: &HookArguments) -> Option<Vec<Push>> {
    let variable = |name| host::variable(name).and_then(|value| value.into_string().ok());
    let of = |given: &Option<String>, name| given.clone().or_else(|| variable(name)).filter(|id| is_there(id));
    // Of a push that begins with the first commit of all, pre-commit says what is pushed and not from where to where.
    let to = of(&arguments.to_ref, "PRE_COMMIT_TO_REF").or_else(|| variable("PRE_COMMIT_LOCAL_BRANCH"))?;
    let remote = arguments.remote.clone().filter(|name| !name.is_empty());
    let remote = remote.or_else(|| variable("PRE_COMMIT_REMOTE_NAME"));
    Some(vec![Push {
        from: of(&arguments.from_ref, "PRE_COMMIT_FROM_REF"),
        to,
        name: variable("PRE_COMMIT_REMOTE_BRANCH").unwrap_or_default(),
        has: Has::Remote(remote),
    }])
}

/// Whether there is a commit: git writes an id of zeros where there is none. A branch can be called `0`.
fn is_there(name: &str) -> bool {
    let is_none = is_id(name) && name.bytes().all(|byte| byte == b'0');
    !name.is_empty() && !is_none
}

/// A line of standard input, which names one ref that is pushed.
struct Line<'l> {
    from: &'l str,
    to: &'l str,
    name: &'l str,
}

/// Parses `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`. The local ref can be anything that names a commit, with spaces in it, such as `HEAD@{1
/// hour ago}`.
fn sent(line: &str) -> Option<Line<'_>> {
    let mut words = line.rsplitn(4, ' ');
    let (from, name, to, _) = (words.next()?, words.next()?, words.next()?, words.next()?);
    Some(Line { from, to, name })
}

/// Parses `OLD-ID NEW-ID REF`.
fn received(line: &str) -> Option<Line<'_>> {
    let mut words = line.splitn(3, ' ');
    let (from, to, name) = (words.next()?, words.next()?, words.next()?);
    Some(Line { from, to, name })
}

const HELP_SENT: &str = "a line of it is: local ref, its commit, remote ref, its commit; does the hook pass it on? A hook of a server is passed something else: `--pre-receive`";
const HELP_RECEIVED: &str =
    "a line of it is: old commit, new commit, ref. An update hook passes that as `echo \"$2 $3 $1\"`";

/// Reads standard input, which names one ref on each line. A ref that is deleted is left out, since it adds nothing, and so is a further
/// name of the same commit that replaces nothing else, such as a tag.
fn listed(parse: fn(&str) -> Option<Line<'_>>, has: &Has, help: &str) -> Result<Vec<Push>, Problem> {
    let bytes = read::stdin("standard input")?;
    let text = String::from_utf8_lossy(&bytes);
    let (mut pushes, mut seen) = (Vec::new(), HashSet::new());
    for line in text.lines().filter(|line| !line.is_empty()) {
        let Some(line) = parse(line).filter(|line| is_id(line.from) && is_id(line.to)) else {
            let stage = match has {
                Has::Remote(_) => "pre-push",
                Has::Here => "pre-receive",
            };
            let problem = Problem::new(format!(
                "standard input is not what git passes to a {stage} hook: nothing was checked"
            ));
            return Err(problem.help(help));
        };
        let from = Some(Id::from(line.from)).filter(|id| is_there(id));
        let is_brought = seen.contains(&(line.to, from.clone()));
        if is_there(line.to) && !is_brought {
            seen.extend([(line.to, None), (line.to, from.clone())]);
            pushes.push(Push {
                from,
                to: line.to.to_owned(),
                name: line.name.to_owned(),
                has: has.clone(),
            });
        }
    }
    Ok(pushes)
}
