//! From byte offsets to what an editor shows: lines and columns.

/// Where an editor puts the cursor. Both numbers count from 1; a column counts characters, not bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// The offsets at which the lines of one text begin.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<usize>,
}

impl LineIndex {
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|newline| newline + 1));
        Self { starts }
    }

    /// The position of a byte offset. An offset past the end is the position after the last character;
    /// one inside a character is the position of that character.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line_index = self.starts.partition_point(|start| *start <= offset) - 1;
        let column_index = text[self.starts[line_index]..offset].chars().count();
        Position {
            line: line_index + 1,
            column: column_index + 1,
        }
    }

    /// The byte offset of a 1-based line and column, or the end of the text past the last line.
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line.saturating_sub(1)) else {
            return text.len();
        };
        let column_index = position.column.saturating_sub(1);
        // Most text is ASCII, where a column is a byte.
        let straight = start + column_index;
        if text
            .as_bytes()
            .get(*start..straight)
            .is_some_and(<[u8]>::is_ascii)
        {
            return straight;
        }
        text[*start..]
            .char_indices()
            .nth(column_index)
            .map_or(text.len(), |(index, _)| start + index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let text = "é = 1\r\nsecond";
        let lines = LineIndex::new(text);
        let equals = text.find('=').unwrap();
        assert_eq!(
            lines.position(text, equals),
            Position { line: 1, column: 3 }
        );
        assert_eq!(
            lines.position(text, 1),
            Position { line: 1, column: 1 },
            "inside é"
        );
        let second = text.find("second").unwrap();
        assert_eq!(
            lines.position(text, second),
            Position { line: 2, column: 1 }
        );
        assert_eq!(lines.position(text, 999), Position { line: 2, column: 7 });
    }

    #[test]
    fn offset_is_the_inverse_of_position() {
        let text = "a\nbé c\n";
        let lines = LineIndex::new(text);
        for (offset, _) in text.char_indices() {
            assert_eq!(lines.offset(text, lines.position(text, offset)), offset);
        }
    }
}
