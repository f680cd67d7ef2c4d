//! Reads a folder of migrations and replays what they do on the way up.

use std::sync::Arc;

use super::catalog::Catalog;
use super::error::LocateError;
use super::formats::{Format, detect, reader};
use super::replay::session::{Replay, Script};
use super::walk::Root;
use crate::model::declaration::MigrationsDeclaration;
use crate::source::excerpt::Excerpt;
use crate::source::file::{Location, SourceFile};

/// The migrations of a folder, in the order in which they run.
pub struct Migrations {
    pub files: Vec<Arc<SourceFile>>,
    format: &'static dyn Format,
}

impl Migrations {
    /// # Errors
    /// When the folder or a file cannot be read, or the format is not known or not read by this version.
    pub fn read(root: &Root, declaration: &MigrationsDeclaration) -> Result<Self, LocateError> {
        let folder = &declaration.dir.path;
        let mut files = Vec::new();
        for path in root.sql_files(folder)? {
            files.push(root.read(&path)?);
        }
        let format = match &declaration.format {
            Some(declared) => declared.value,
            None if files.is_empty() => crate::model::declaration::MigrationFormat::Dbmate,
            None => files
                .iter()
                .find_map(|file| detect(file.text()))
                .ok_or_else(|| LocateError::UnknownFormat(folder.clone()))?,
        };
        let format =
            reader(format).ok_or_else(|| LocateError::UnsupportedFormat(folder.clone()))?;
        files.retain(|file| format.version(file.path().file_name()).is_some());
        Ok(Self { files, format })
    }

    pub fn format(&self) -> &'static dyn Format {
        self.format
    }

    /// The versions of the files, in their order.
    pub fn versions(&self) -> impl Iterator<Item = &str> {
        let names = self.files.iter().map(|file| file.path().file_name());
        names.filter_map(|name| self.format.version(name))
    }

    /// Replays every up section, in order.
    ///
    /// # Errors
    /// When a file that concerns a governed object cannot be cut into statements.
    pub fn replay(&self, replay: &mut Replay) -> Result<(), LocateError> {
        self.replay_each(replay, &mut |_, _| {})
    }

    /// As [`Migrations::replay`], and looks at what each file left.
    ///
    /// # Errors
    /// As [`Migrations::replay`].
    pub fn replay_each(
        &self,
        replay: &mut Replay,
        after: &mut dyn FnMut(&Arc<SourceFile>, &Catalog),
    ) -> Result<(), LocateError> {
        for file in &self.files {
            let text = file.text();
            match self.format.parts(text) {
                Ok(parts) => {
                    let excerpt = Excerpt::verbatim(text, parts.up.span);
                    let script = Script {
                        file,
                        excerpt: &excerpt,
                    };
                    replay
                        .run(script)
                        .map_err(|error| LocateError::unterminated(file, &excerpt, &error))?;
                }
                Err(reason) => replay.unseen(text, &Location::top(file), &reason),
            }
            after(file, &replay.catalog);
        }
        Ok(())
    }
}
