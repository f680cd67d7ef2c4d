//! How far the replays have come, for those who wait.

/// One of the things that run side by side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    Migrations,
    Schema,
    Patches,
    Base,
}

/// Is told of every step.
pub trait Watch {
    /// So many steps are done, of so many.
    fn done(&self, replay: Replay, steps: usize, of: usize);
}
