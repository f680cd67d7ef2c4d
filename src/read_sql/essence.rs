//! What is left of SQL without comments, and with a single blank wherever there are some.

use super::lexical::{skip_blank, skip_token};

/// What needs no blank beside it.
const PUNCTUATION: [char; 4] = ['(', ')', ',', ';'];

/// Two texts that have the same essence run alike. Literals, quoted names and bodies between dollars stay as they are; what follows
/// something that does not end does too.
pub fn essence(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut kept = String::with_capacity(text.len());
    let mut at = 0;
    let mut pending = false;
    while at < bytes.len() {
        let behind_blank = skip_blank(bytes, at);
        if behind_blank > at {
            pending = !kept.is_empty();
            at = behind_blank;
            continue;
        }
        let end = skip_token(bytes, at).unwrap_or(bytes.len());
        let is_apart = kept.ends_with(PUNCTUATION) || text[at..].starts_with(PUNCTUATION);
        if std::mem::take(&mut pending) && !is_apart {
            kept.push(' ');
        }
        // A token may end inside of a character that begins no token.
        let end = (end..)
            .find(|end| text.is_char_boundary(*end))
            .unwrap_or(bytes.len());
        kept.push_str(&text[at..end]);
        at = end;
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blanks_do_not_count_and_literals_do() {
        let text = "-- a\r\nSELECT  'x  -- y',\n\t\"é  b\" /* c */ , $$ -- d $$ ; -- e\n";
        assert_eq!(essence(text), "SELECT 'x  -- y',\"é  b\",$$ -- d $$;");
        assert_ne!(essence("SELECT 'a  b'"), essence("SELECT 'a b'"));
        assert_eq!(essence("SELECT 1;\n"), essence("\nSELECT\n1;-- 2"));
        assert_eq!(essence("SELECT 'open  -- it"), "SELECT 'open  -- it");
        assert_eq!(essence("é  ü"), "é ü");
        assert_eq!(essence("IN ( 1, 2 ) ;"), essence("IN(1,2);"));
        assert_ne!(essence("a - -1"), essence("a --1"));
    }
}
