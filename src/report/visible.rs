//! Text of a repository, made safe for a terminal: no escape sequence of a file reaches it, and no character that turns the line around.

use std::borrow::Cow;

/// The text with every control character shown instead of obeyed, line ends and tabs included: what is left stands on one line.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(shown).collect())
}

/// The same, but for line ends, which stay.
pub(super) fn lines(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.lines().map(one_line).collect();
    lines.join("\n")
}

/// What stands for a character of the source. A tab stays: the renderer knows what to do with it.
pub(super) fn in_source(character: char) -> char {
    match character {
        '\t' => '\t',
        other => shown(other),
    }
}

fn is_hidden(character: char) -> bool {
    shown(character) != character
}

fn shown(character: char) -> char {
    match character {
        // The pictures of the control characters, in their order (U+2400).
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        // C1, where U+009B opens an escape sequence by itself; marks that embed, override and isolate directions.
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_lines_stay_several() {
        assert_eq!(lines("a\u{7}\r\nb"), "a␇\nb");
    }

    #[test]
    fn escape_sequences_are_shown_and_letters_are_left_alone() {
        assert_eq!(one_line("\u{1b}[31mröd\n"), "␛[31mröd␊");
        assert_eq!(one_line("\u{9b}2J\u{202e}"), "\u{fffd}2J\u{fffd}");
        assert!(matches!(one_line("läufe 🚲"), Cow::Borrowed(_)));
        assert_eq!(in_source('\t'), '\t');
    }
}
