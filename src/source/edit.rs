//! Changes to a text by spans: everything outside of them stays as it is, byte for byte.

use super::span::Span;

/// A piece of a text and what is to stand there instead. An empty span inserts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

impl Edit {
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self {
            span,
            text: text.into(),
        }
    }

    pub fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self::new(Span::new(offset, offset), text)
    }
}

/// The text with all edits made. Edits of one place count once; insertions at one place stay in the order given.
///
/// # Errors
/// Two edits that overlap and are not the same.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, (Edit, Edit)> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    sorted.dedup_by(|a, b| a == b && a.span.start < a.span.end);
    let mut changed = String::with_capacity(text.len());
    let mut done: Option<&Edit> = None;
    let mut end = 0;
    for edit in sorted {
        if let Some(done) = done.filter(|_| edit.span.start < end) {
            return Err((done.clone(), edit.clone()));
        }
        changed.push_str(&text[end..edit.span.start]);
        changed.push_str(&edit.text);
        end = edit.span.end;
        done = Some(edit);
    }
    changed.push_str(&text[end..]);
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_the_order_of_the_text() {
        let edits = [
            Edit::new(Span::new(4, 5), "E"),
            Edit::insert(0, "<"),
            Edit::new(Span::new(1, 3), ""),
            Edit::insert(5, ">"),
            Edit::new(Span::new(4, 5), "E"),
        ];
        assert_eq!(apply("abcde", &edits).unwrap(), "<adE>");
    }

    #[test]
    fn edits_that_overlap_are_refused() {
        let edits = [
            Edit::new(Span::new(0, 2), "x"),
            Edit::new(Span::new(1, 3), "y"),
        ];
        assert_eq!(apply("abc", &edits).unwrap_err().1, edits[1]);
    }
}
