//! A plan in the making: edits to files that are there, files that are new, and what nothing could be planned for.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::file_change::FileChange;
use crate::source::edit::{Edit, apply};
use crate::source::file::{Location, RepoPath, SourceFile};
use crate::source::span::Span;

/// What has to change, and what has to be left to a person.
#[derive(Debug, Default)]
pub struct Plan {
    /// By path; none that changes nothing.
    pub changes: Vec<FileChange>,
    /// In the order of the lane sets and their sites.
    pub obstacles: Vec<Obstacle>,
    /// What was decided and is worth knowing; each a sentence without a full stop.
    pub notes: Vec<String>,
}

/// A site that disagrees and cannot be generated.
#[derive(Debug, Clone)]
pub struct Obstacle {
    /// Where it is; where it should have been, of what is not there.
    pub location: Location,
    /// What stands in the way, and what to do by hand; a sentence without a full stop.
    pub reason: String,
}

/// A file of the plan.
#[derive(Debug)]
enum Drafted {
    Edited {
        file: Arc<SourceFile>,
        edits: Vec<Edit>,
    },
    New(String),
}

/// A plan in the making.
#[derive(Debug, Default)]
pub struct Draft {
    files: BTreeMap<RepoPath, Drafted>,
    obstacles: Vec<Obstacle>,
    notes: Vec<String>,
}

impl Draft {
    /// Changes a piece of a file that is there.
    pub fn edit(&mut self, file: &Arc<SourceFile>, edit: Edit) {
        let drafted = self.files.entry(file.path().clone());
        let drafted = drafted.or_insert_with(|| Drafted::Edited {
            file: Arc::clone(file),
            edits: Vec::new(),
        });
        if let Drafted::Edited { edits, .. } = drafted {
            edits.push(edit);
        }
    }

    /// Makes a file. Its text has line feeds alone, and is written with the line ends of `like`.
    pub fn create(&mut self, path: RepoPath, text: &str, like: Option<&SourceFile>) {
        let text = like.map_or_else(|| text.to_owned(), |like| with_line_ends_of(like, text));
        self.files.insert(path, Drafted::New(text));
    }

    /// Gives a file that is there another text, whatever was planned for it.
    pub fn replace(&mut self, file: &Arc<SourceFile>, text: String) {
        let whole = Span::new(0, file.text().len());
        let drafted = Drafted::Edited {
            file: Arc::clone(file),
            edits: vec![Edit::new(whole, text)],
        };
        self.files.insert(file.path().clone(), drafted);
    }

    pub fn obstacle(&mut self, location: Location, reason: impl Into<String>) {
        let reason = reason.into();
        self.obstacles.push(Obstacle { location, reason });
    }

    /// The sites that were left to a person so far.
    pub fn obstacles(&self) -> &[Obstacle] {
        &self.obstacles
    }

    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// The plan, all edits made.
    pub fn finish(mut self) -> Plan {
        let mut changes = Vec::new();
        for (path, drafted) in std::mem::take(&mut self.files) {
            let change = match drafted {
                Drafted::New(after) => FileChange {
                    path,
                    before: None,
                    after,
                },
                Drafted::Edited { file, edits } => match apply(file.text(), &edits) {
                    Ok(after) => FileChange {
                        path,
                        before: Some(file.text().to_owned()),
                        after,
                    },
                    Err((first, _)) => {
                        let location = Location::new(&file, first.span);
                        self.obstacle(location, OVERLAP);
                        continue;
                    }
                },
            };
            if change.before.as_ref() != Some(&change.after) {
                changes.push(change);
            }
        }
        Plan {
            changes,
            obstacles: self.obstacles,
            notes: self.notes,
        }
    }
}

const OVERLAP: &str =
    "two declared sites stand in the same place and ask for different text; change it by hand";

/// The text, which has line feeds alone, with carriage returns where the file has them.
pub fn with_line_ends_of(file: &SourceFile, text: &str) -> String {
    if file.text().contains("\r\n") {
        text.replace('\n', "\r\n")
    } else {
        text.to_owned()
    }
}
