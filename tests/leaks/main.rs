//! `envgate leaks`, as people run it: planted values are found where they stand and in whatever way they are written, and not one byte of them is
//! printed, whatever the format.

mod found;
mod history;
mod planted;
mod quiet;
#[path = "../support/mod.rs"]
mod support;
mod walked;
