//! The commands, the options and the possible values of options, as the program's help lists them.

use std::collections::VecDeque;
use std::process::Command;

/// An option of a command.
pub(crate) struct Opt {
    pub(crate) name: String,
    pub(crate) takes_value: bool,
    /// All that it takes, where that is a list.
    pub(crate) values: Vec<String>,
}

/// A command, with the options that it has.
pub(crate) struct Told {
    /// As it is typed: `rotation key new`.
    pub(crate) command: String,
    pub(crate) options: Vec<Opt>,
    /// What its argument may be, where that is a list.
    pub(crate) arguments: Vec<String>,
    /// It does nothing without a command below it.
    pub(crate) is_group: bool,
}

impl Told {
    /// In which it writes.
    pub(crate) fn formats(&self) -> &[String] {
        let option = self.options.iter().find(|option| option.name == "--format");
        option.map_or(&[], |option| &option.values)
    }
}

/// Every command, those below others too.
pub(crate) fn commands() -> Vec<Told> {
    let mut told = Vec::new();
    let mut waiting = VecDeque::from(below(""));
    while let Some(command) = waiting.pop_front() {
        let help = help(&command);
        let inner = below(&command);
        told.push(Told {
            is_group: !help.contains("[OPTIONS]") && !inner.is_empty(),
            options: entries(&help)
                .filter(|entry| entry.starts_with('-'))
                .map(|entry| option(&entry))
                .filter(|option| !["--help", "--version"].contains(&&*option.name))
                .collect(),
            arguments: entries(&help)
                .filter(|entry| entry.starts_with(['<', '[']))
                .flat_map(|entry| values(&entry))
                .collect(),
            command: command.clone(),
        });
        waiting.extend(inner);
    }
    told
}

fn below(command: &str) -> Vec<String> {
    let help = help(command);
    let Some((_, list)) = help.split_once("\nCommands:\n") else {
        return Vec::new();
    };
    let names = list.lines().take_while(|line| !line.is_empty());
    let names = names
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '));
    names
        .filter_map(|line| line.split(' ').next())
        .map(|name| format!("{command} {name}").trim_start().to_owned())
        .collect()
}

fn help(command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_envgate"))
        .args(command.split_terminator(' '))
        .arg("-h")
        .env_clear()
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// The entries in the lists of arguments and options.
fn entries(help: &str) -> impl Iterator<Item = String> + '_ {
    let mut entries: Vec<String> = Vec::new();
    for line in help.lines() {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if (1..8).contains(&indent) {
            entries.push(text.to_owned());
        } else if let Some(entry) = entries.last_mut()
            && indent > 0
        {
            *entry += " ";
            *entry += text;
        }
    }
    entries.into_iter()
}

fn option(entry: &str) -> Opt {
    let at = entry.find("--").expect("every option has a long name");
    // What an option may be given stands behind it in brackets.
    let end = |letter: char| letter.is_whitespace() || letter == '[';
    let (name, rest) = entry[at..].split_once(end).unwrap_or((&entry[at..], ""));
    Opt {
        name: name.to_owned(),
        takes_value: rest.starts_with('<'),
        values: values(entry),
    }
}

fn values(entry: &str) -> Vec<String> {
    let list = entry
        .split_once("[possible values: ")
        .and_then(|(_, list)| list.split_once(']'));
    list.map_or_else(Vec::new, |(list, _)| list.split(", ").map(str::to_owned).collect())
}
