//! All variables with their state in each environment, as a table: what production lacks, or only it has, stands out.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use envgate::check::trace::Trace;
use envgate::report::{column, neutralise_first};
use envgate::schema::Schema;

use super::state;

/// Stands where a variable is not set and need not be.
const ABSENT: &str = "-";

/// Formats a line for each variable and a column for each environment. Declared keys come first, in the order of the schema.
pub(super) fn matrix(traces: &[Trace], schema: &Schema) -> String {
    let mut found: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
    for (at, trace) in traces.iter().enumerate() {
        for key in &trace.keys {
            let states = found.entry(&key.key).or_insert_with(|| vec![ABSENT; traces.len()]);
            if key.state.is_some() {
                states[at] = state(key.state);
            }
        }
    }
    let declared = schema.properties().iter().map(|property| &*property.name);
    let mut names: Vec<&str> = declared.filter(|name| found.contains_key(name)).collect();
    let others = found.keys().filter(|name| schema.property(name.as_bytes()).is_none());
    names.extend(others);
    let environments = traces
        .iter()
        .map(|trace| &*schema.environments()[usize::from(trace.environment.0)].name);
    let head = std::iter::once("").chain(environments);
    let mut rows = vec![head.map(|name| neutralise_first(name).into_owned()).collect::<Vec<_>>()];
    for name in names {
        let key = neutralise_first(name).into_owned();
        let states = found[name].iter().map(|state| (*state).to_owned());
        rows.push(std::iter::once(key).chain(states).collect());
    }
    if rows.len() == 1 {
        return "no variables\n".to_owned();
    }
    let widths: Vec<usize> = (0..=traces.len())
        .map(|at| column::width(rows.iter().map(|row| &*row[at])))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}
