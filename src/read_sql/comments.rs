//! The comments of SQL, those of dollar-quoted bodies included.

use std::ops::Range;

use super::lexical::skip_token;

/// A comment, and the dollar-quoted body that it stands in; both by their bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub range: Range<usize>,
    pub body: Option<Range<usize>>,
}

/// Every comment of the text, by its place. Where something begins and does not end, nothing further is read.
pub fn comments(text: &str) -> Vec<Comment> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut left = vec![(0..bytes.len(), false)];
    while let Some((part, is_body)) = left.pop() {
        let mut at = part.start;
        while at < part.end {
            let Ok(end) = skip_token(&bytes[..part.end], at) else {
                break;
            };
            let token = &bytes[at..end];
            if token.starts_with(b"--") || token.starts_with(b"/*") {
                found.push(Comment {
                    range: at..end,
                    body: is_body.then(|| part.clone()),
                });
            } else if token.len() > 3 && token[0] == b'$' {
                let tag = memchr::memchr(b'$', &token[1..]).map_or(1, |index| index + 2);
                left.push((at + tag..end.saturating_sub(tag).max(at + tag), true));
            }
            at = end;
        }
    }
    found.sort_by_key(|comment| comment.range.start);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_string_is_no_comment() {
        let text = "-- a\nSELECT '-- b', \"/* c\", E'\\'-- d' /* e /* f */ */, $$ -- g\n$$; $x$ y $x$ -- h";
        let found = comments(text);
        let texts: Vec<&str> = found.iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(texts, ["-- a", "/* e /* f */ */", "-- g", "-- h"]);
        let bodies: Vec<Option<&str>> = (found.iter())
            .map(|it| it.body.clone().map(|body| &text[body]))
            .collect();
        assert_eq!(bodies, [None, None, Some(" -- g\n"), None]);
        assert!(comments("'open -- no").is_empty());
    }
}
