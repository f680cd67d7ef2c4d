//! How a report for people is to look. The caller knows the terminal.

/// Whether escape sequences for colours are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    Always,
    Never,
}

/// How the report is to look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub color: Color,
    /// How many characters a line should have at most. Messages are not broken.
    pub columns: usize,
    pub matrix: ShowMatrix,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            color: Color::Never,
            columns: 100,
            matrix: ShowMatrix::WithFindings,
        }
    }
}

/// When lanes by sites are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShowMatrix {
    WithFindings,
    Always,
}
