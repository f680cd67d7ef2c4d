//! What is set on an index after it was made, and is gone when it is made anew: a comment, storage parameters, a statistics target.

/// A statement that sets something on an index: the text around the index's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexSetting {
    /// `COMMENT ON INDEX`, `ALTER INDEX`
    pub before: &'static str,
    /// `IS 'for the reaper'`, `SET (fillfactor = 70)`
    pub after: String,
}

impl IndexSetting {
    /// An index has one comment at most.
    pub fn is_comment(&self) -> bool {
        self.before.starts_with("COMMENT")
    }
}
