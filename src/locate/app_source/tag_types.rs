//! Blanks what the grammar of TypeScript does not know: the type arguments of a template's tag.

use std::borrow::Cow;

use crate::source::span::Span;

/// How far back the `<` of a tag's type arguments is looked for, in bytes.
const LONGEST_TAG_TYPE: usize = 4096;

/// The text with the type arguments of tags (`` sql<Row[]>`…` ``) as blanks, so that every byte keeps its place:
/// the grammar reads them as comparisons and loses its way.
pub fn without_tag_types(text: &str) -> Cow<'_, str> {
    let mut blanks: Vec<Span> = Vec::new();
    for backtick in memchr::memchr_iter(b'`', text.as_bytes()) {
        let before = text[..backtick].trim_ascii_end();
        if before.ends_with('>')
            && !before.ends_with("=>")
            && let Some(open) = tag_type_start(before.as_bytes())
        {
            blanks.push(Span::new(open, before.len()));
        }
    }
    if blanks.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut blanked = String::with_capacity(text.len());
    let mut done = 0;
    for blank in blanks.into_iter().filter(|blank| blank.start < blank.end) {
        if blank.start < done {
            continue;
        }
        blanked.push_str(&text[done..blank.start]);
        blanked.extend(
            text[blank.range()]
                .bytes()
                .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
        );
        done = blank.end;
    }
    blanked.push_str(&text[done..]);
    Cow::Owned(blanked)
}

/// Where the `<` stands that the `>` at the end of `before` closes, if a tag stands before it.
fn tag_type_start(before: &[u8]) -> Option<usize> {
    let floor = before.len().saturating_sub(LONGEST_TAG_TYPE);
    let mut depth = 0_usize;
    for at in (floor.max(1)..before.len()).rev() {
        match (before[at - 1], before[at]) {
            (b'=', b'>') => {}
            (_, b'>') => depth += 1,
            (_, b'`') | (b'$', b'{') => return None,
            (tag, b'<') => {
                // An arrow ends in the same character, and closes nothing.
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return (tag.is_ascii_alphanumeric() || matches!(tag, b'_' | b'$'))
                        .then_some(at);
                }
            }
            _ => {}
        }
    }
    None
}
