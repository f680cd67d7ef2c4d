//! The reaper's statement as a file, written anew whenever it is another than the declaration's.

use super::draft::{Draft, with_line_ends_of};
use super::planner::Planner;
use super::scope::Scope;
use crate::locate::error::LocateError;
use crate::model::declaration::{LaneSet, ReaperDeclaration};
use crate::render::reaper::{MARK, statement};
use crate::source::edit::Edit;
use crate::source::file::{Location, RepoPath};
use crate::source::span::Span;

impl Planner<'_> {
    /// Plans the statement of each lane set that has a reaper.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub(super) fn statements(&self, scope: &Scope, draft: &mut Draft) -> Result<(), LocateError> {
        for lane_set in &self.declaration.lane_sets {
            if let Some(reaper) = &lane_set.reaper
                && scope.holds_statement(&reaper.statement.path)
            {
                self.statement(lane_set, reaper, draft)?;
            }
        }
        Ok(())
    }

    fn statement(
        &self,
        lane_set: &LaneSet,
        reaper: &ReaperDeclaration,
        draft: &mut Draft,
    ) -> Result<(), LocateError> {
        let path = &reaper.statement.path;
        let text = statement(lane_set, reaper);
        if !self.root.exists(path) {
            draft.create(path.clone(), &text, None);
            return Ok(());
        }
        let file = self.root.read(path)?;
        let is_ours = file.text().lines().next() == Some(MARK) || file.text().trim().is_empty();
        if is_ours {
            let whole = Span::new(0, file.text().len());
            let text = with_line_ends_of(&file, &text);
            draft.edit(&file, Edit::new(whole, text));
        } else {
            draft.obstacle(
                Location::top(&file),
                "it was written by hand, and the reaper's statement belongs here: move it away, or name another file with `statement` \
                 in the set's [reaper]",
            );
        }
        Ok(())
    }

    /// Whether the file is a statement that is generated whole.
    pub(super) fn is_statement(&self, lane_set: &LaneSet, path: &RepoPath) -> bool {
        let reaper = lane_set.reaper.as_ref();
        reaper.is_some_and(|reaper| reaper.statement.path == *path)
    }
}
