//! Parses the bytes of a file into a [`Document`], the way one loader reads it.
//!
//! Parsing never fails and does no IO: any bytes give a document, and what is wrong with them is a [`SyntaxError`] in
//! it. The spans of a document tile the input, so slices of it give the text back. Loaders differ by their row of the
//! table in [`dialect`], not by their parser.

pub(crate) mod carried;
pub(crate) mod decode;
pub mod dialect;
mod document;
mod expo;
mod file_command;
mod grammar;
pub(crate) mod inherited;
mod key;
mod lexer;
pub(crate) mod make;
mod nf;
mod parser;
mod pieces;
mod properties;
mod reader;
mod readings;
pub(crate) mod shell;
mod table;
pub mod tools;
mod value;
pub(crate) mod words;
mod xargs;

pub use carried::{EntryError, External};
pub use dialect::Dialect;
pub use document::{
    Assignment, AssignmentKind, Document, Effect, Piece, PieceKind, Quote, RawValue, SyntaxError, SyntaxErrorKind,
};
pub use readings::Readings;

/// Parses a text as the loader of `dialect` reads it.
#[must_use]
pub fn parse(text: &[u8], dialect: &Dialect) -> Document {
    parser::parse(text, dialect, reader::is_fit(text), lexer::OrdinaryLines::Sought)
}
