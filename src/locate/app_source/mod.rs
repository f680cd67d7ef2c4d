//! Application source, read for the SQL that stands in it: text in, data out. Nothing here knows of SQL or lanes.

pub mod alterations;
pub mod arrays;
pub mod assemble;
pub mod beats;
pub mod calls;
pub mod comments;
mod constants;
pub mod definitions;
pub mod dialect;
pub mod enclosing;
pub mod error;
mod escapes;
mod functions;
mod go;
mod handed;
mod inert;
pub mod kinds;
pub mod language;
pub mod list_in_call;
pub mod lists;
pub mod literals;
mod patch_body;
mod patch_choice;
mod patch_function;
mod patch_layout;
pub mod patch_template;
pub mod patches;
mod plain;
mod python;
pub mod quoting;
pub mod reach;
mod rust;
mod statement;
pub mod syntax;
mod tag_types;
mod tree;
mod truth;
mod typescript;

#[cfg(test)]
#[cfg(test)]
mod mutations;
