//! What new migrations look like: what the formats share of it.

use crate::model::migration_step::{MigrationStep, Section, Transaction};

/// A migration that is to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewMigration<'a> {
    pub version: &'a str,
    pub step: &'a MigrationStep,
}

/// A file of a plan, or of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// From the folder on.
    pub path: String,
    pub text: String,
}

/// What a new migration stands beside.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// The file of the newest migration, new ones included; `None` in an empty folder.
    pub newest: Option<NewFile>,
    /// Whether ways down stand in files of their own.
    pub has_downs: bool,
}

impl Surroundings {
    /// The folder in the folder in which the newest migration is, with a slash at its end.
    pub fn subfolder(&self) -> &str {
        let path = self.newest.as_ref().map_or("", |newest| &newest.path);
        path.rfind('/').map_or("", |slash| &path[..=slash])
    }
}

/// The sentences that say what a migration does, a line each.
pub fn comment(step: &MigrationStep) -> String {
    let lines = step
        .comment
        .iter()
        .map(|sentence| format!("-- {sentence}\n"));
    lines.collect()
}

/// The statements of a section, each with its semicolon.
pub fn statements(section: &Section) -> String {
    let statements = section.statements.iter();
    statements
        .map(|statement| format!("{statement};\n"))
        .collect()
}

/// A script of one direction; where nothing is to be done it says so, for tools refuse an empty file.
pub fn script(step: &MigrationStep, section: &Section) -> String {
    match section.statements.is_empty() {
        true => format!("{}-- Nothing to be done.\n", comment(step)),
        false => format!("{}{}", comment(step), statements(section)),
    }
}

/// Whether a section must run outside of any transaction.
pub fn is_alone(section: &Section) -> bool {
    section.transaction == Transaction::None
}

/// Why a tool that wraps everything cannot run a section that may not be wrapped.
///
/// # Errors
/// When either direction is such a section.
pub fn refuse_alone(step: &MigrationStep, tool: &str) -> Result<(), String> {
    if is_alone(&step.up) || is_alone(&step.down) {
        return Err(format!(
            "{tool} runs every migration in a transaction, in which Postgres builds no index concurrently; declare build = \
             \"transactional\", or build the index by hand"
        ));
    }
    Ok(())
}
