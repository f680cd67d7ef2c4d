//! The strings of SQL, by their places.

use std::ops::Range;

use super::lexical::skip_token;

/// The strings between single quotes, with those. Where something begins and does not end, nothing further is read.
pub fn strings(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let Ok(end) = skip_token(bytes, at) else {
            break;
        };
        if bytes[at] == b'\'' {
            found.push(at..end);
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_told_from_what_comments_say() {
        let text = "VALUES ('1'), -- '2'\n ('3'), (\"'4'\"), ('5''6'), ('open";
        let found: Vec<&str> = strings(text).into_iter().map(|it| &text[it]).collect();
        assert_eq!(found, ["'1'", "'3'", "'5''6'"]);
    }
}
