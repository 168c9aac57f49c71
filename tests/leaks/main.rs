//! `envgate leaks`, as people run it: planted values are found in every place and encoding, and no format prints any part of them.

mod found;
mod history;
mod planted;
mod quiet;
#[path = "../support/mod.rs"]
mod support;
mod walked;
